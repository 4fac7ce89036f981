"""Instants in words: for one reader's language and time zone, by CLDR, on a 24-hour clock, in Western digits.

Everything here takes aware datetimes, a code of the six languages and an IANA zone; nothing asks who
looks. Shapes are whole patterns of each language, never pieces put together.
"""

import re
from contextlib import nullcontext
from datetime import UTC, date, timedelta
from functools import cache, lru_cache
from importlib import resources
from zoneinfo import ZoneInfo

from babel.core import get_global
from babel.dates import format_date, format_datetime, format_timedelta
from flask_babel import force_locale, get_locale, ngettext
from flask_babel import gettext as _

from wg_portal.core import clock as present
from wg_portal.core.languages import locale, locale_name, sort_key

# CLDR has these shapes with shortened months; "12 March" is read at once, so the month is in full.
_DAY = {
    "ar": "EEE، d MMMM",
    "zh": "M月d日EEE",
    "en": "EEE d MMMM",
    "fr": "EEE d MMMM",
    "ru": "EEE, d MMMM",
    "es": "EEE, d 'de' MMMM",
}
_DAY_OF_YEAR = {
    "ar": "EEE، d MMMM y",
    "zh": "y年M月d日EEE",
    "en": "EEE d MMMM y",
    "fr": "EEE d MMMM y",
    "ru": "EEE, d MMMM y\u202f'г'.",
    "es": "EEE, d 'de' MMMM 'de' y",
}
_AND_CLOCK = {"ar": "، HH:mm", "zh": " HH:mm"}
_DATE = {
    "ar": "d MMMM y",
    "zh": "y年M月d日",
    "en": "d MMMM y",
    "fr": "d MMMM y",
    "ru": "d MMMM y\u202f'г'.",
    "es": "d 'de' MMMM 'de' y",
}
_MONTH = {
    "ar": "MMMM y",
    "zh": "y年M月",
    "en": "MMMM y",
    "fr": "MMMM y",
    "ru": "LLLL y\u202f'г'.",
    "es": "MMMM 'de' y",
}
_YEAR = {"zh": "y年"}
_PARTIAL = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?", re.ASCII)


def localtime(at, zone):
    """The same instant on the clocks of the zone. ValueError for a time without a zone of its own."""
    if at.tzinfo is None:
        raise ValueError("a time without a zone cannot be shown")
    return at.astimezone(ZoneInfo(zone))


def day(at, language, zone, now=None):
    """'Thu 12 March', with the year when it is not the year of `now` (default: the present) in that zone."""
    return _written(at, zone, _day_shape(at, language, zone, now), language)


def short_day(at, language, zone, now=None):
    """'Thu 12 Mar', where there is little room."""
    shape = _day_shape(at, language, zone, now).replace("MMMM", "MMM")
    return _written(at, zone, shape, language)


def long_day(at, language, zone):
    """'Thursday 12 March 2026', in full."""
    place = "en_GB" if language == "en" else locale(language)
    return format_date(localtime(at, zone), "full", locale=place)


def clock(at, language, zone):
    """'18:00'."""
    return _written(at, zone, "HH:mm", language)


def when(at, language, zone, now=None):
    """'Thu 12 March, 18:00', with the year as in `day`."""
    shape = _day_shape(at, language, zone, now) + _AND_CLOCK.get(language, ", HH:mm")
    return _written(at, zone, shape, language)


def when_utc(at, language, zone):
    """'18:00 Vilnius · 16:00 UTC'; says where it is another day in UTC: a deadline may hang on it."""
    there, utc = localtime(at, zone), at.astimezone(UTC)
    words = {
        "time": clock(at, language, zone),
        "city": city(zone, language),
        "utc": clock(at, language, "UTC"),
    }
    with _speaking(language):
        if there.utcoffset() == timedelta(0) and words["city"] == "UTC":
            return _("%(time)s UTC", time=words["utc"])
        if utc.date() < there.date():
            return _("%(time)s %(city)s · %(utc)s UTC the day before", **words)
        if utc.date() > there.date():
            return _("%(time)s %(city)s · %(utc)s UTC the day after", **words)
        return _("%(time)s %(city)s · %(utc)s UTC", **words)


def ago(at, now, language, zone):
    """'just now', '5 minutes ago', '2 days ago' and, from a week on, the day."""
    past = now - at
    if past < timedelta(minutes=1):
        with _speaking(language):
            return _("just now")
    if past >= timedelta(days=7):
        return day(at, language, zone, now)
    # Whole units that have passed: 100 minutes are one hour, not nearly two.
    unit = next(unit for unit in (timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)) if past >= unit)
    return _passed((past // unit) * unit, language)


def left(until, now, language):
    """'3 h 18 min left', '2 days left', 'ended'. Never more than is left: whole units only."""
    rest = until - now
    minutes, hours, days = rest // timedelta(minutes=1), rest // timedelta(hours=1), rest.days
    with _speaking(language):
        if rest <= timedelta(0):
            return _("ended")
        if days:
            return ngettext("%(num)s day left", "%(num)s days left", days)
        if hours and minutes % 60:
            return _("%(hours)s h %(minutes)s min left", hours=hours, minutes=minutes % 60)
        if hours:
            return _("%(hours)s h left", hours=hours)
        if minutes:
            return _("%(minutes)s min left", minutes=minutes)
        return _("less than a minute left")


def partial_date(text, language):
    """'2019', 'August 2019', '24 August 2019' for '2019', '2019-08', '2019-08-24'; else ValueError."""
    match = _PARTIAL.fullmatch(text or "")
    if not match:
        raise ValueError(f"not a date, a month or a year: {text!r}")
    year, month, number = match.groups()
    known = date(int(year), int(month or 1), int(number or 1))
    shape = _DATE[language] if number else _MONTH[language] if month else _YEAR.get(language, "y")
    return format_date(known, _first(known, shape, language), locale=locale(language))


@cache
def city(zone, language):
    """The city that stands for the zone, in the language: 'Vilnius', '维尔纽斯'. 'UTC' for itself."""
    if zone in ("UTC", "Etc/UTC"):
        return "UTC"
    # CLDR keeps a zone under the name it had first: Asia/Kolkata under Asia/Calcutta.
    names = [zone, *(old for old, new in get_global("zone_aliases").items() if new == zone)]
    known = locale(language).time_zones
    cities = (known[name].get("city") for name in names if name in known)
    return next(filter(None, cities), zone.rsplit("/", 1)[-1].replace("_", " "))


def zones(language="en"):
    """For a select: (region, [(zone, city)]) in the order of the language, UTC first."""
    return [
        ("UTC", [("UTC", "UTC")]),
        *((_region(name, language), list(pairs)) for name, pairs in _grouped(language)),
    ]


@cache
def _grouped(language):
    groups: dict[str, list[tuple[str, str]]] = {}
    for zone in zone_names():
        if "/" in zone:
            groups.setdefault(zone.split("/")[0], []).append((zone, city(zone, language)))
    return [
        (name, sorted(pairs, key=lambda pair: (sort_key(pair[1], language), pair[0])))
        for name, pairs in sorted(groups.items())
    ]


def _region(name, language):
    with _speaking(language):
        return {
            "Africa": _("Africa"),
            "America": _("Americas"),
            "Antarctica": _("Antarctica"),
            "Arctic": _("Arctic"),
            "Asia": _("Asia"),
            "Atlantic": _("Atlantic Ocean"),
            "Australia": _("Australia"),
            "Europe": _("Europe"),
            "Indian": _("Indian Ocean"),
            "Pacific": _("Pacific Ocean"),
        }[name]


@cache
def zone_names():
    """The zones a member can live in: those of the IANA table, and UTC. Old names are not offered."""
    table = resources.files("tzdata").joinpath("zoneinfo", "zone.tab").read_text("utf-8")
    lines = (line.split("\t") for line in table.splitlines() if line and not line.startswith("#"))
    return ("UTC", *sorted(columns[2] for columns in lines))


def _day_shape(at, language, zone, now):
    now = localtime(now or present.now(), zone)
    return (_DAY if localtime(at, zone).year == now.year else _DAY_OF_YEAR)[language]


def _first(day, shape, language):
    """French counts the first of a month, and only that day, as an ordinal: 1er mars."""
    return shape.replace("d ", "'1er' ") if language == "fr" and day.day == 1 else shape


@lru_cache(maxsize=4096)
def _passed(span, language):
    return format_timedelta(-span, threshold=1, add_direction=True, locale=locale(language))


@lru_cache(maxsize=8192)
def _written(at, zone, shape, language):
    """A list of fifty rows says the same few days again and again. By instant and zone: equal instants are equal keys."""
    local = localtime(at, zone)
    return format_datetime(local, _first(local, shape, language), tzinfo=local.tzinfo, locale=locale(language))


def _speaking(language):
    """Gettext in this language, also inside a page in another: letters are written to many readers."""
    current = get_locale()
    same = current is None or str(current) == locale_name(language)
    return nullcontext() if same else force_locale(locale_name(language))
