"""What a member sees of events: the agenda, the month, one event in several zones, who comes, what waits for them."""

from dataclasses import dataclass, field

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import and_, literal, select

from wg_portal.audiences.queries import item
from wg_portal.core import clock, links
from wg_portal.core.database import db
from wg_portal.core.links import CardText
from wg_portal.core.pages import page
from wg_portal.core.text import plain
from wg_portal.core.visibility import readable, seen_by
from wg_portal.events.models import Event, Rsvp
from wg_portal.procedures.queries import Waiting

AGENDA = 30

KIND_NAMES = {
    "workshop": _l("Workshop"),
    "seminar": _l("Seminar"),
    "meeting": _l("Meeting"),
    "consultation": _l("Consultation"),
    "campaign": _l("Campaign"),
}

NOTES = KIND_NAMES | {"cancelled": _l("Cancelled")}


def columns(events, own):
    return (
        events.id,
        events.public_id,
        events.title,
        events.language,
        events.kind,
        events.starts_at,
        events.ends_at,
        events.zone,
        events.answer_by,
        events.is_cancelled,
        events.audience_id,
        own.answer,
        own.mode,
        own.waits,
    )


def with_own_answer(viewer):
    """(statement, doors): released events, each with the viewer's own answer or none."""
    events, own = readable(Event), readable(Rsvp)
    mine = and_(own.event_id == events.id, own.member_id == viewer.id)
    statement = select(*columns(events, own)).outerjoin(own, mine).where(events.state == "published")
    return statement, events, own


def coming(viewer, start=None):
    """(rows, the day the next page begins or None): events that have not ended, soonest first."""
    statement, events, _own = with_own_answer(viewer)
    statement = statement.where(events.ends_at > (start or clock.now()))
    rows = db.session.execute(statement.order_by(events.starts_at, events.id).limit(AGENDA + 1), seen_by(viewer)).all()
    return rows[:AGENDA], rows[AGENDA].starts_at if len(rows) > AGENDA else None


def past(viewer):
    """A Page of events that are over, latest first."""
    statement, events, _own = with_own_answer(viewer)
    return page(
        viewer,
        statement.where(events.ends_at <= clock.now()),
        [events.starts_at, events.id],
        listing="events:past",
    )


def upcoming(viewer, limit):
    """The next events, cancelled ones left out, each with the viewer's answer. One query."""
    statement, events, _own = with_own_answer(viewer)
    statement = statement.where(events.ends_at > clock.now(), events.is_cancelled.is_(False))
    return db.session.execute(statement.order_by(events.starts_at, events.id).limit(limit), seen_by(viewer)).all()


def waiting(viewer):
    """Coming events that the viewer has not answered, as Waiting, by deadline. One query."""
    statement, events, own = with_own_answer(viewer)
    now = clock.now()
    statement = statement.where(events.starts_at > now, events.is_cancelled.is_(False), own.id.is_(None))
    rows = db.session.execute(statement.order_by(events.starts_at, events.id).limit(50), seen_by(viewer)).all()
    told = [
        Waiting(
            name=f"events/{row.public_id}",
            url=f"/events/{row.public_id}",
            title=row.title,
            language=row.language,
            what=_("RSVP"),
            due=row.answer_by if row.answer_by and row.answer_by > now else row.starts_at,
            audience_id=row.audience_id,
            action=_("Say whether you come"),
            whose=_("You, for yourself"),
        )
        for row in rows
    ]
    return sorted(told, key=lambda entry: entry.due)


def locked(actor, public_id):
    """The event, locked and as it is now, or None. Capacity is decided under this lock."""
    events = readable(Event)
    statement = select(events).where(events.public_id == public_id).with_for_update()
    return db.session.scalar(statement.execution_options(populate_existing=True), seen_by(actor))


def own_rsvp(actor, event):
    rows = readable(Rsvp)
    statement = select(rows).where(rows.event_id == event.id, rows.member_id == actor.id)
    return db.session.scalar(statement.execution_options(populate_existing=True), seen_by(actor))


def event_of_rsvp(viewer, public_id):
    """The public id of the event that an RSVP the viewer may read belongs to, or None."""
    rows, events = readable(Rsvp), readable(Event)
    statement = select(events.public_id).join(rows, rows.event_id == events.id).where(rows.public_id == public_id)
    return db.session.scalar(statement, seen_by(viewer))


@dataclass
class Attendance:
    """Who comes to an event, as far as the viewer may know. Rows have what bylines() asks for."""

    rows: list
    own: object = None
    coming: list = field(default_factory=list)
    maybe: list = field(default_factory=list)
    waiting: list = field(default_factory=list)
    colleagues: list = field(default_factory=list)  # of the viewer's organisation, without the viewer

    def waits_at(self, event):
        """The viewer's place in the waiting line, from 1, or None."""
        if self.own is None or self.own.waits is None:
            return None
        line = event.register(self.own.mode)["line"]
        return line.index(self.own.waits) + 1 if self.own.waits in line else None


def attendance(viewer, event):
    """One query. At most 500 names; figures are in the event's register."""
    rows = readable(Rsvp)
    statement = (
        select(
            rows.public_id,
            rows.member_id.label("author_id"),
            rows.organisation_id,
            literal("named").label("attribution"),
            rows.answer,
            rows.mode,
            rows.waits,
            rows.waits_since,
        )
        .where(rows.event_id == event.id)
        .order_by(rows.id)
    )
    told = Attendance(db.session.execute(statement.limit(500), seen_by(viewer)).all())
    for row in told.rows:
        if row.author_id == viewer.id:
            told.own = row
        elif row.organisation_id == viewer.organisation.id:
            told.colleagues.append(row)
        if row.answer == "maybe":
            told.maybe.append(row)
        elif row.answer == "yes":
            (told.coming if row.waits is None else told.waiting).append(row)
    told.waiting.sort(key=lambda row: row.waits)
    return told


def card(event):
    """What other pages show of an event, and what search finds it by; nothing while it is held."""
    if event.state != "published":
        return None
    lines = [f"{line['title']} {line['speaker']}" for line in event.agenda]
    return CardText(
        title=event.title,
        at=event.starts_at,
        audience_id=event.audience_id,
        note="cancelled" if event.is_cancelled else event.kind,
        language=event.language,
        text="\n".join([plain(event.about), event.place, *lines]),
    )


def register_links():
    """Called by the wiring: how events are shown on other pages."""
    links.register("events", noun=_l("Event"), card=card, note=NOTES.__getitem__, icon="event")


def event_and_audience(viewer, public_id):
    """The event and who can see it, in one query: (row, Described), or (None, None)."""
    return item(viewer, Event, public_id)
