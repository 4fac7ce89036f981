"""Today, worked out anew each time: nothing is inferred, ranked or remembered but the last visit."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_date
from sqlalchemy import select

from wg_portal.accounts.queries import bylines, page_language
from wg_portal.core import clock, links, times
from wg_portal.core.database import db
from wg_portal.core.journal import Entry
from wg_portal.core.visibility import readable, seen_by
from wg_portal.events import queries as events
from wg_portal.responses import queries as responses
from wg_portal.today.changes import told

LOOKED_AT = 120  # journal lines
SHOWN = 12  # things
DAYS = 15


@dataclass
class Change:
    """One thing that changed since the viewer was here: its card, and what happened, newest first."""

    card: links.Related
    url: str
    what: str
    kind: str
    at: datetime
    icon: str


@dataclass
class Author:
    """Who a journal line is by, as bylines() asks for them."""

    public_id: str
    author_id: int
    organisation_id: int
    attribution: str = "named"


@dataclass
class Day:
    weekday: str
    number: str
    today: bool
    rest: bool
    marks: list = field(default_factory=list)


def waiting(viewer):
    """What waits for the viewer or their delegation, by deadline."""
    return sorted([*responses.waiting(viewer), *events.waiting(viewer)], key=lambda item: item.due)


def since(viewer):
    """The instant from which changes are told: the end of the visit before this one, a week at most."""
    week = clock.now() - timedelta(days=7)
    return viewer.last_here_at or week


def changes(viewer):
    """What others did since the viewer was here, one row a thing, newest first. Two queries, and one for names."""
    entries = readable(Entry)
    rows = db.session.execute(
        select(
            entries.public_id,
            entries.at,
            entries.actor_id,
            entries.acting_for_id,
            entries.verb,
            entries.subject,
            entries.about,
        )
        .where(entries.at > since(viewer), entries.actor_id != viewer.id)
        .order_by(entries.id.desc())
        .limit(LOOKED_AT),
        seen_by(viewer),
    ).all()
    by_thing = defaultdict(list)
    for row in rows:
        if told.get(row.verb):
            by_thing[row.about].append(row)
    cards = links.labels(viewer, by_thing)
    kept = sorted(by_page(cards, by_thing), key=lambda thing: thing[1][0].at, reverse=True)[:SHOWN]
    colleagues = [
        Author(line.public_id, line.actor_id, line.acting_for_id)
        for _, lines in kept
        for line in lines[:1]
        if line.acting_for_id == viewer.organisation.id
    ]
    names = bylines(viewer, colleagues) if colleagues else {}
    return [change(card, lines, names) for card, lines in kept]


def by_page(cards, by_thing):
    """[(card, lines)]: a brief and its discussion stand on one page, so they are one thing; its lines newest first."""
    pages = {}
    for name, lines in by_thing.items():
        if name not in cards:
            continue
        card = cards[name]
        shown, there = pages.get(card.host, (card, []))
        pages[card.host] = (card if card.name == card.host else shown, there + lines)
    return [(card, sorted(lines, key=lambda line: line.at, reverse=True)) for card, lines in pages.values()]


def change(card, lines, names):
    latest = lines[0]
    same = sum(1 for line in lines if line.verb == latest.verb)
    words, icon = told[latest.verb]
    who = names.get(latest.public_id)
    what = words(same, str(who) if who else None)
    kind = card.note or card.noun
    return Change(card, links.url(card.host), what, "" if kind == what else kind, latest.at, icon)


def fortnight(viewer, waits, coming):
    """Fifteen days from today in the viewer's zone, with what is due and what takes place."""
    zone = ZoneInfo(viewer.timezone)
    first = clock.now().astimezone(zone).date()
    language = page_language()
    days = {}
    for offset in range(DAYS):
        date = first + timedelta(days=offset)
        weekday = format_date(date, "EEE", locale=language)
        days[date] = Day(weekday, str(date.day), offset == 0, date.weekday() >= 5)
    for wait in waits:
        date = wait.due.astimezone(zone).date()
        if date in days:
            near = (wait.due - clock.now()).total_seconds() / 3600
            kind = "late" if near < 24 else "due" if near < 72 else "open"
            days[date].marks.append({"url": wait.url, "text": f"{wait.what}: {wait.title}", "kind": kind})
    for event in coming:
        date = event.starts_at.astimezone(zone).date()
        if date in days:
            days[date].marks.append(
                {"url": links.url(f"events/{event.public_id}"), "text": event.title, "kind": "event"}
            )
    return list(days.values())


def event_leaves(viewer, coming):
    """The next events as the calendar leaves of the side column show them."""
    zone = ZoneInfo(viewer.timezone)
    language = page_language()
    for event in coming:
        date = event.starts_at.astimezone(zone).date()
        yield {
            "at": event.starts_at,
            "number": str(date.day),
            "month": format_date(date, "MMM", locale=language),
            "url": links.url(f"events/{event.public_id}"),
            "title": event.title,
            "note": times.when_utc(event.starts_at, language, viewer.timezone),
        }
