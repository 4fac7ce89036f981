"""The register of places follows the answers: who leaves makes room, and the first who waits moves up, once.

Runs inside the transaction that changed an answer or the number of places, under the event's row lock.
"""

from sqlalchemy import select, update
from sqlalchemy.orm.attributes import set_committed_value

from wg_portal.core import journal
from wg_portal.core.database import db
from wg_portal.core.visibility import unguarded
from wg_portal.events.models import MODES, Event, Rsvp

CHANGES = ("rsvp.given", "event.changed", "event.moved")


def keep_places(entry, subject, about):
    if entry.verb in CHANGES and isinstance(about, Event):
        promoted = move_up(about)
        for row in promoted:
            # For nobody: whose place it is may be shown to nobody, and they find it in their own answer.
            journal.record(None, "rsvp.promoted", row, about=about, private=True)


def move_up(event):
    """Give free places to those who wait, in order, and write the register. Returns the rows that moved up."""
    statement = select(Rsvp).where(Rsvp.event_id == event.id).order_by(Rsvp.waits, Rsvp.id)
    because = "places are given in order, also to those whose answer is not shown to whoever made room"
    rows = db.session.scalars(unguarded(statement, because=because)).all()
    figures, promoted = {}, []
    for mode in MODES:
        here = [row for row in rows if row.mode == mode]
        taken = sum(row.has_place for row in here)
        line = [row for row in here if row.waits is not None]
        places = event.places(mode)
        while line and not event.is_cancelled and (places is None or taken < places):
            first = line.pop(0)
            first.waits, first.waits_since = None, None
            promoted.append(first)
            taken += 1
        maybe = sum(row.answer == "maybe" for row in here)
        figures[mode] = {"taken": taken, "maybe": maybe, "line": [row.waits for row in line]}
    # Not through the mapper: an answer must not make a colleague's open form of the event stale.
    db.session.execute(update(Event.__table__).where(Event.__table__.c.id == event.id).values(figures=figures))
    set_committed_value(event, "figures", figures)
    return promoted
