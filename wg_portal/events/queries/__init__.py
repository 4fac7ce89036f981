"""What a member sees of events: lists and months, one event in several zones, who comes, what waits for them."""

from wg_portal.events.queries.hours import Month, agenda_lines, city, month, span, zone_strip
from wg_portal.events.queries.lists import (
    KIND_NAMES,
    Attendance,
    attendance,
    card,
    coming,
    event_and_audience,
    event_of_rsvp,
    locked,
    own_rsvp,
    past,
    register_links,
    upcoming,
    waiting,
)

__all__ = [
    "KIND_NAMES",
    "Attendance",
    "Month",
    "agenda_lines",
    "attendance",
    "card",
    "city",
    "coming",
    "event_and_audience",
    "event_of_rsvp",
    "locked",
    "month",
    "own_rsvp",
    "past",
    "register_links",
    "span",
    "upcoming",
    "waiting",
    "zone_strip",
]
