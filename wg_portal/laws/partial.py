"""Dates that are known to the year, the month or the day, and keep that precision: 2019, 2019-08, 2019-08-24."""

import re
from datetime import date

SHAPE = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")
EARLIEST, LATEST = 1800, 2100


def read(text):
    """The date as stored, '' for none. Raises ValueError for what is no date, such as 2019-02-30."""
    text = (text or "").strip()
    if not text:
        return ""
    match = SHAPE.fullmatch(text)
    if match is None:
        raise ValueError(text)
    parts = [int(part) for part in match.groups() if part]
    date(*parts, *[1] * (3 - len(parts)))
    if not EARLIEST <= parts[0] <= LATEST:
        raise ValueError(text)
    return "-".join(f"{part:02d}" for part in parts)


def key(text):
    """A whole number that orders partial dates: 20190800 for 2019-08, before every day of that month; 0 for none."""
    return int(text.replace("-", "").ljust(8, "0")) if text else 0


def is_before(one, other):
    """True when `one` is certainly earlier: 2019 is not before 2019-08, nor after it."""
    shared = min(len(one), len(other))
    return one[:shared] < other[:shared]


def last(dated):
    """Of things with `on`, in the order they were entered, the one that holds now.

    A later entry holds unless its date is certainly earlier: what was written down last is known best.
    """
    standing = None
    for thing in dated:
        if standing is None or not is_before(thing.on, standing.on):
            standing = thing
    return standing
