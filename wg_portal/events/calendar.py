"""Events as RFC 5545 text that calendar programs agree about.

What may be written of an event (its marking, the reader's safety) is decided by the caller: this room
writes the words it is given. The same event keeps its UID for ever, so an update moves the entry it made.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vCalAddress, vText

from wg_portal.core.text import clean_line, clean_text
from wg_portal.events.zones import vtimezone

METHODS = ("PUBLISH", "REQUEST", "CANCEL")
STATUSES = ("TENTATIVE", "CONFIRMED", "CANCELLED")
_PLAIN_UTC = ("UTC", "Etc/UTC")


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One event as one reader may see it. Times are aware; `zone` is the IANA name its hours are given in.

    `organizer` and `attendee` (name and address) are needed by the methods REQUEST and CANCEL; a mail names
    only its own recipient.
    """

    uid: str
    starts_at: datetime
    ends_at: datetime
    zone: str
    title: str
    stamp: datetime  # when the event was last changed
    place: str = ""
    description: str = ""
    sequence: int = 0
    status: str = "CONFIRMED"
    confidential: bool = False
    url: str = ""
    organizer: tuple[str, str] | None = None
    attendee: tuple[str, str] | None = None


def uid(public_id: str, base_url: str) -> str:
    """The lasting name of an event outside: its public id at the portal's host."""
    return f"{public_id}@{urlsplit(base_url).hostname or 'localhost'}"


def calendar(events: Iterable[Entry], *, method: str | None = None, now: datetime) -> bytes:
    """An iCalendar file: UTF-8, CRLF, lines of 75 octets at most.

    Without a method it is a feed; REQUEST and CANCEL are invitations and need organizer and attendee.
    ValueError for an unknown method or status, for naive times, and for an event that ends before it starts.
    """
    entries = list(events)
    if method is not None and method not in METHODS:
        raise ValueError(f"no calendar method {method!r}")
    document = Calendar()
    document.add("prodid", "-//wg-portal//calendar//EN")
    document.add("version", "2.0")
    if method:
        document.add("method", method)
    for name, (earliest, latest) in sorted(_spans(entries).items()):
        document.add_component(vtimezone(name, earliest, latest))
    for entry in entries:
        document.add_component(_event(entry, method, now))
    return bytes(document.to_ical())


def _spans(entries: list[Entry]) -> dict[str, tuple[datetime, datetime]]:
    """For each zone named, the first and the last moment that has to be right in it."""
    spans: dict[str, tuple[datetime, datetime]] = {}
    for entry in entries:
        if entry.starts_at.tzinfo is None or entry.ends_at.tzinfo is None:
            raise ValueError("an event's times need their zone")
        if entry.ends_at < entry.starts_at:
            raise ValueError("an event ends before it starts")
        if entry.zone not in _PLAIN_UTC:
            first, last = spans.get(entry.zone, (entry.starts_at, entry.ends_at))
            spans[entry.zone] = min(first, entry.starts_at), max(last, entry.ends_at)
    return spans


def _event(entry: Entry, method: str | None, now: datetime) -> Event:
    if entry.status not in STATUSES:
        raise ValueError(f"no event status {entry.status!r}")
    if method in ("REQUEST", "CANCEL") and not (entry.organizer and entry.attendee):
        raise ValueError("an invitation names its organizer and its recipient")
    event = Event()
    event.add("uid", entry.uid)
    # In an invitation the stamp orders messages about one sequence; in a feed it dates the event itself.
    event.add("dtstamp", _utc(now if method else entry.stamp))
    event.add("last-modified", _utc(entry.stamp))
    event.add("sequence", entry.sequence)
    event.add("status", "CANCELLED" if method == "CANCEL" else entry.status)
    _add_time(event, "dtstart", entry.starts_at, entry.zone)
    _add_time(event, "dtend", entry.ends_at, entry.zone)
    event.add("summary", clean_line(entry.title))
    if entry.place:
        event.add("location", clean_line(entry.place))
    if entry.description:
        event.add("description", clean_text(entry.description))
    if entry.url:
        event.add("url", entry.url)
    if entry.confidential:
        event.add("class", "CONFIDENTIAL")
    if entry.organizer:
        event["organizer"] = _address(*entry.organizer)
    if entry.attendee:
        attendee = _address(*entry.attendee)
        # Answers are given in the portal, where who comes is seen by those who may see it.
        attendee.params["ROLE"], attendee.params["RSVP"] = vText("REQ-PARTICIPANT"), vText("FALSE")
        event.add("attendee", attendee, encode=False)
    return event


def _add_time(event: Event, name: str, moment: datetime, zone: str) -> None:
    """Local time in the event's zone; in UTC in the hour that comes twice, which programs read either way."""
    local = moment.astimezone(ZoneInfo(zone))
    twice = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
    if zone in _PLAIN_UTC or twice:
        event.add(name, _utc(moment))
    else:
        event.add(name, local.replace(tzinfo=None), parameters={"TZID": zone})


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(microsecond=0)


def _address(name: str, address: str) -> vCalAddress:
    if any(sign.isspace() or not sign.isprintable() for sign in address):
        raise ValueError("an address has no spaces and no line ends")
    out = vCalAddress(f"mailto:{address}")
    if name:
        out.params["CN"] = vText(clean_line(name).replace('"', "'"))
    return out
