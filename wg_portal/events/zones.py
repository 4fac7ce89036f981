"""An IANA time zone as the VTIMEZONE a calendar program needs: by rule where one rule tells it.

The rule is read from the zone's own data, the same that the rest of the portal reckons with. Some
programs read one date a line, and forget DTSTART beside an RDATE: each date, the first too, has its line.
"""

import re
import zoneinfo
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from struct import calcsize, iter_unpack, unpack_from
from typing import NamedTuple

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

_HEADER = ">4sc15x6I"
_EPOCH = datetime(1970, 1, 1)
_LAST_YEAR = 2200  # no rule is followed further; no meeting is planned later
_DAYS = ("SU", "MO", "TU", "WE", "TH", "FR", "SA")


class Offset(NamedTuple):
    """What clocks show for a while: seconds east of UTC, whether it is summer time, and its letters."""

    seconds: int
    summer: bool
    name: str


@dataclass(frozen=True)
class Turn:
    """A moment (naive, UTC) at which clocks go from one offset to another."""

    at: datetime
    before: Offset
    after: Offset

    @property
    def clock(self) -> datetime:
        """What clocks showed at that moment, before they were changed."""
        return self.at + timedelta(seconds=self.before.seconds)

    @property
    def forward(self) -> bool:
        """Whether this begins the lighter half of the year. Ireland's data calls winter the exception."""
        return self.before.summer != self.after.summer and self.after.seconds > self.before.seconds


class Day(NamedTuple):
    """The yearly day of a change: the `week`th `weekday` (5 is the last) of a month, and seconds after."""

    month: int
    week: int
    weekday: int  # 0 is Sunday
    seconds: int

    def in_year(self, year: int) -> datetime:
        """When it is in a year, on the clocks before the change."""
        if self.week < 5:
            first = date(year, self.month, 1)
            day = first + timedelta((self.weekday - first.isoweekday()) % 7 + 7 * (self.week - 1))
        else:
            end = date(year + self.month // 12, self.month % 12 + 1, 1) - timedelta(1)
            day = end - timedelta((end.isoweekday() - self.weekday) % 7)
        return datetime(day.year, day.month, day.day) + timedelta(seconds=self.seconds)

    def rrule(self) -> dict[str, object] | None:
        """The same as a recurrence; None when the hours after midnight carry it out of its month."""
        shift = self.seconds // 86_400
        weekday = _DAYS[(self.weekday + shift) % 7]
        rule: dict[str, object] = {"FREQ": "YEARLY", "BYMONTH": self.month}
        if not shift:
            return rule | {"BYDAY": f"{-1 if self.week == 5 else self.week}{weekday}"}
        length = (date(2001 + self.month // 12, self.month % 12 + 1, 1) - timedelta(1)).day
        first = shift + (length - 6 if self.week == 5 else 7 * self.week - 6)
        if self.month == 2 or first < 1 or first + 6 > length:
            return None
        return rule | {"BYDAY": weekday, "BYMONTHDAY": list(range(first, first + 7))}


class Rule(NamedTuple):
    """Two changes a year, the same ones every year."""

    standard: Offset
    summer: Offset
    begins: Day
    ends: Day

    def turns(self, year: int) -> list[Turn]:
        """The changes of a year, in order."""
        pairs = (
            (self.begins, self.standard, self.summer),
            (self.ends, self.summer, self.standard),
        )
        turns = [
            Turn(day.in_year(year) - timedelta(seconds=before.seconds), before, after) for day, before, after in pairs
        ]
        return sorted(turns, key=lambda turn: turn.at)


class Zone(NamedTuple):
    """A zone's past, the rule that goes on, and the first year that the rule alone tells."""

    first: Offset
    turns: tuple[Turn, ...]
    rule: Rule | None
    since: int


_NAME = r"(<[^>]+>|[A-Za-z]+)"
_CLOCK = r"([+-]?\d+(?::\d+){0,2})"
_RULE = re.compile(
    rf"{_NAME}{_CLOCK}(?:{_NAME}{_CLOCK}?,M(\d+)\.(\d)\.(\d)(?:/{_CLOCK})?,M(\d+)\.(\d)\.(\d)(?:/{_CLOCK})?)?"
)


def _seconds(clock: str | None, otherwise: int) -> int:
    if not clock:
        return otherwise
    parts = [int(part) for part in clock.strip("+-").split(":")] + [0, 0]
    return (parts[0] * 3600 + parts[1] * 60 + parts[2]) * (-1 if clock.startswith("-") else 1)


def _read_rule(text: str) -> Rule | None:
    """The POSIX rule at the end of a zone's data; its offsets are written west of UTC."""
    match = _RULE.fullmatch(text)
    if not match or not match[3]:
        return None
    west = _seconds(match[2], 0)
    standard = Offset(-west, False, match[1].strip("<>"))
    summer = Offset(-_seconds(match[4], west - 3600), True, match[3].strip("<>"))
    begins = Day(int(match[5]), int(match[6]), int(match[7]), _seconds(match[8], 7200))
    ends = Day(int(match[9]), int(match[10]), int(match[11]), _seconds(match[12], 7200))
    return Rule(standard, summer, begins, ends)


def _data(key: str) -> bytes:
    """The zone's TZif data, looked for where zoneinfo looks for it."""
    zoneinfo.ZoneInfo(key)  # refuses what is no zone, and paths that lead elsewhere
    for folder in zoneinfo.TZPATH:
        path = Path(folder, key)
        if path.is_file():
            return path.read_bytes()
    return files("tzdata").joinpath("zoneinfo", *key.split("/")).read_bytes()


@lru_cache(600)
def zone(key: str) -> Zone:
    """Read a zone (RFC 8536); ZoneInfoNotFoundError or ValueError when there is none of that name."""
    data = _data(key)
    *_, utc, standard, leaps, times, types, letters = unpack_from(_HEADER, data)
    # The first half is for readers of 32-bit times; what counts follows it.
    place = calcsize(_HEADER) + times * 5 + types * 6 + letters + leaps * 8 + standard + utc
    *_, utc, standard, leaps, times, types, letters = unpack_from(_HEADER, data, place)
    place += calcsize(_HEADER)
    moments = unpack_from(f">{times}q", data, place)
    kinds = data[place + 8 * times : place + 9 * times]
    place += 9 * times
    raw = list(iter_unpack(">iBB", data[place : place + 6 * types]))
    names = data[place + 6 * types : place + 6 * types + letters]
    offsets = [Offset(s, bool(dst), names[at : names.index(0, at)].decode()) for s, dst, at in raw]
    place += 6 * types + letters + 12 * leaps + standard + utc
    rule = _read_rule(data[place:].strip().decode("ascii"))
    turns: list[Turn] = []
    before = offsets[0]
    for moment, kind in zip(moments, kinds, strict=True):
        if moment >= -(2**35):  # some files begin with a moment before all history
            turns.append(Turn(_EPOCH + timedelta(seconds=moment), before, offsets[kind]))
        before = offsets[kind]
    return _with_rule(offsets[0] if turns else before, turns, rule)


def _with_rule(first: Offset, turns: list[Turn], rule: Rule | None) -> Zone:
    """Carry the past on by the rule, and find how far back the rule alone tells it."""
    if rule is None:
        return Zone(first, tuple(turns), None, _LAST_YEAR)
    last = turns[-1].at if turns else _EPOCH
    told = list(turns)
    for year in range(last.year, last.year + 3):
        told += [turn for turn in rule.turns(year) if turn.at > last]
    by_year: dict[int, list[tuple[datetime, int]]] = {}
    for turn in told:
        by_year.setdefault(turn.at.year, []).append((turn.at, turn.after.seconds))
    since = last.year + 1
    while by_year.get(since - 1) == [(turn.at, turn.after.seconds) for turn in rule.turns(since - 1)]:
        since -= 1
    past = [turn for turn in told if turn.at.year < since]
    return Zone(first, tuple(past), rule, since)


def vtimezone(key: str, earliest: datetime, latest: datetime) -> Timezone:
    """The VTIMEZONE that is right for every moment between two aware ones."""
    told = zone(key)
    since, until = (moment.astimezone(UTC).replace(tzinfo=None) for moment in (earliest, latest))
    rule = told.rule
    component = Timezone()
    component.add("tzid", key)
    recurring = [day.rrule() for day in (rule.begins, rule.ends)] if rule else []
    by_rule = rule is not None and None not in recurring and told.since <= until.year
    turns = list(told.turns)
    if rule and not by_rule:
        turns += [turn for year in range(told.since, min(until.year + 2, _LAST_YEAR)) for turn in rule.turns(year)]
    start = rule.turns(told.since)[0].at if by_rule and rule else None
    if start is None or since < start:
        _add_dates(component, told.first, turns, since, until + timedelta(366))
    if by_rule and rule:
        first_year = {turn.after.summer: turn for turn in rule.turns(told.since)}
        for recurrence, summer in zip(recurring, (True, False), strict=True):
            _add(component, [first_year[summer]], recurrence)
    return component


def _add_dates(component: Timezone, first: Offset, turns: list[Turn], since: datetime, until: datetime) -> None:
    """One observance for each kind of change, from the last one before `since`."""
    before = [turn for turn in turns if turn.at <= since]
    start = before[-1] if before else Turn(_EPOCH.replace(year=1900), first, first)
    if start.before.seconds % 60:  # the sun's own time, before there were zones: not all readers take seconds
        start = Turn(start.at, start.after, start.after)
    kinds: dict[tuple[Offset, Offset], list[Turn]] = {(start.before, start.after): [start]}
    for turn in turns:
        if since < turn.at <= until:
            kinds.setdefault((turn.before, turn.after), []).append(turn)
    for alike in kinds.values():
        _add(component, alike, None)


def _add(component: Timezone, turns: list[Turn], recurrence: dict[str, object] | None) -> None:
    turn = turns[0]
    observance = TimezoneDaylight() if turn.forward else TimezoneStandard()
    observance.add("dtstart", turn.clock)
    if recurrence:
        observance.add("rrule", recurrence)
    for other in turns if len(turns) > 1 else ():
        observance.add("rdate", [other.clock])
    observance.add("tzoffsetfrom", timedelta(seconds=turn.before.seconds))
    observance.add("tzoffsetto", timedelta(seconds=turn.after.seconds))
    observance.add("tzname", turn.after.name)
    component.add_component(observance)
