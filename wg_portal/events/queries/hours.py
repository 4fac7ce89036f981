"""Events in several zones and in a month: hours and days in words of the page's language."""

import calendar as weeks
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import get_timezone_location
from flask_babel import gettext as _

from wg_portal.accounts.queries import page_language
from wg_portal.core import clock, times
from wg_portal.core.database import db
from wg_portal.core.visibility import seen_by
from wg_portal.events.queries.lists import with_own_answer


def city(zone):
    """'Vilnius' for Europe/Vilnius, in the page's language."""
    return (
        "UTC" if zone in ("UTC", "Etc/UTC") else get_timezone_location(zone, locale=page_language(), return_city=True)
    )


def span(event, zone):
    """('15:30–19:00', 'Thursday 26 March') of an event in a zone; two days where it runs over midnight."""
    code = page_language()
    begins, ends = (times.day(at, code, zone) for at in (event.starts_at, event.ends_at))
    hours = f"{times.clock(event.starts_at, code, zone)}–{times.clock(event.ends_at, code, zone)}"
    return hours, begins if begins == ends else f"{begins} – {ends}"


def zone_strip(viewer, event):
    """The same span in the reader's zone, the event's and UTC; one that says the same again is left out."""
    labels = {
        viewer.timezone: _("Your time, %(city)s", city=city(viewer.timezone)),
        event.zone: _("%(city)s, where it is held", city=city(event.zone)),
        "UTC": "UTC",
    }
    if event.zone == viewer.timezone:
        labels[event.zone] = _("%(city)s, your time and where it is held", city=city(event.zone))
    told, seen = [], set()
    for zone, label in labels.items():
        hours, day = span(event, zone)
        if (hours, day) not in seen:
            told.append({"label": label, "time": hours, "day": day, "you": zone == viewer.timezone})
        seen.add((hours, day))
    return told


def agenda_lines(viewer, event):
    """The agenda in the reader's hours; `there` is the hour at the place where it differs."""
    code, told = page_language(), []
    for at, title, speaker in event.agenda_instants():
        there = times.clock(at, code, event.zone)
        same = there == times.clock(at, code, viewer.timezone)
        told.append(
            {
                "starts_at": at,
                "there": None if same else f"{there} {city(event.zone)}",
                "title": title,
                "note": speaker,
            }
        )
    return told


@dataclass
class Month:
    """A month's grid in the viewer's zone: weeks of days as the month part shows them."""

    first: date
    weekdays: list
    weeks: list
    caption: str
    before: str
    after: str


def month(viewer, text):
    """The month named YYYY-MM, or the present one where `text` names none. One query."""
    zone, locale = ZoneInfo(viewer.timezone), Locale.parse(page_language())
    today = clock.now().astimezone(zone).date()
    first = month_named(text) or today.replace(day=1)
    grid = weeks.Calendar(locale.first_week_day).monthdatescalendar(first.year, first.month)
    begin = datetime.combine(grid[0][0], time(), zone).astimezone(UTC)
    end = datetime.combine(grid[-1][-1] + timedelta(days=1), time(), zone).astimezone(UTC)
    statement, events, _own = with_own_answer(viewer)
    statement = statement.where(events.starts_at < end, events.ends_at > begin).order_by(events.starts_at, events.id)
    by_day: dict = {}
    for row in db.session.execute(statement.limit(500), seen_by(viewer)):
        day = max(row.starts_at.astimezone(zone).date(), grid[0][0])
        by_day.setdefault(day, []).append(
            {
                "url": f"/events/{row.public_id}",
                "time": times.clock(row.starts_at, page_language(), viewer.timezone),
                "title": _("Cancelled: %(title)s", title=row.title) if row.is_cancelled else row.title,
            }
        )
    names = locale.days["stand-alone"]["abbreviated"]
    return Month(
        first=first,
        weekdays=[names[day.weekday()] for day in grid[0]],
        weeks=[[as_day(day, first, today, by_day.get(day, [])) for day in week] for week in grid],
        caption=f"{locale.months['stand-alone']['wide'][first.month]} {first.year}",
        before=f"{first - timedelta(days=1):%Y-%m}",
        after=f"{first + timedelta(days=31):%Y-%m}",
    )


def month_named(text):
    try:
        named = datetime.strptime(text, "%Y-%m").date()
    except ValueError:
        return None
    # The grid reaches a week beyond the month on both sides, and zones a day beyond that.
    return named if 1900 <= named.year <= 9000 else None


def as_day(day, first, today, events):
    return {
        "number": day.day,
        "date": day.isoformat(),
        "other": day.month != first.month,
        "today": day == today,
        "events": events,
    }
