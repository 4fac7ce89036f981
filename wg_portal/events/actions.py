"""Scheduling, moving and cancelling events, and answering whether one comes.

Places are decided under the event's row lock: the last one is given once, and the rest wait in the order they came.
"""

from flask_babel import gettext as _

from wg_portal.audiences import actions as audiences
from wg_portal.core import clock, journal, links
from wg_portal.core.database import db
from wg_portal.core.names import name_of
from wg_portal.core.policy import Refusal, Stale, require
from wg_portal.core.text import render
from wg_portal.core.transactions import transactional
from wg_portal.discussions import actions as discussions
from wg_portal.events import policy, queries
from wg_portal.events.models import ANSWERS, Event, Rsvp


@transactional
def schedule(actor, plan, choice, *, place="/events/new", fields=None):
    """A new event. plan: models.Plan; choice: audiences.forms.Choice. It is held first, as every new item."""
    require(policy.can_schedule(actor), _("Observers cannot schedule events. Ask a delegate to do it."))
    audience = audiences.new_audience(actor, choice)
    event = Event(
        audience_id=audience.id,
        author_id=actor.id,
        organisation_id=actor.organisation.id,
        attribution=choice.attribution,
    )
    fill_in(event, plan)
    db.session.add(event)
    db.session.flush()
    link(event, plan)
    audiences.send_out(actor, event, "event.scheduled", hold=audiences.ITEM_HOLD, place=place, fields=fields or {})
    return event


def fill_in(event, plan):
    for name, value in vars(plan).items():
        if name != "linked":
            setattr(event, name, value)
    event.about_html = render(plan.about)
    event.changed_at = clock.now()


def link(event, plan):
    links.set_links(name_of(event), [*plan.linked, *(f"countries/{code}" for code in plan.countries)])


@transactional
def move(actor, public_id, plan, version):
    """Change what an event says, given on `version` of it. Old and new time are in the journal, and calendars move.

    Returns the event, or None where the actor finds none. Raises Stale with the present texts.
    """
    event = queries.locked(actor, public_id)
    if event is None:
        return None
    require(policy.can_change_event(actor, event), _("Only whoever called this event changes it."))
    if event.is_cancelled:
        raise Refusal(_("This event was cancelled. Schedule a new one instead."))
    if event.version != version:
        raise Stale(
            _("Somebody else changed this event while you were writing."),
            {_("Title"): event.title, _("About"): event.about, _("Place"): event.place},
        )
    before = event.starts_at, event.ends_at, event.zone
    event.sequence += 1
    fill_in(event, plan)
    link(event, plan)
    moved = before != (event.starts_at, event.ends_at, event.zone)
    details = {
        "starts_before": before[0].isoformat(),
        "starts_after": event.starts_at.isoformat(),
        "ends_before": before[1].isoformat(),
        "ends_after": event.ends_at.isoformat(),
        "zone_before": before[2],
        "zone_after": event.zone,
    }
    journal.record(actor, "event.moved" if moved else "event.changed", event, **(details if moved else {}))
    return event


@transactional
def cancel(actor, public_id, version):
    """The event will not be held. It stays where it was, said to be cancelled, here and in calendars."""
    event = queries.locked(actor, public_id)
    if event is None:
        return None
    require(policy.can_change_event(actor, event), _("Only whoever called this event cancels it."))
    if event.is_cancelled:
        raise Refusal(_("This event was cancelled already."))
    if event.version != version:
        raise Stale(_("Somebody else changed this event meanwhile. Look at it again, then cancel it."))
    event.is_cancelled = True
    event.sequence += 1
    event.changed_at = clock.now()
    journal.record(actor, "event.cancelled", event)
    return event


@transactional
def answer(actor, public_id, said, mode=None):
    """The actor's own answer. said: yes, maybe or no; mode: in_person or online, or None for the event's first.

    'yes' to a full event draws a number in the waiting line. The same answer again changes nothing, least of all
    one's place in the line. Returns the Rsvp, or None where the actor finds no event.
    """
    event = queries.locked(actor, public_id)
    if event is None:
        return None
    mode = mode or event.modes()[0]
    if said not in ANSWERS or mode not in event.modes():
        raise Refusal(_("Choose whether you come, and how."))
    if not policy.can_answer(event):
        raise Refusal(_("Answers are not taken any more: the event is over, was cancelled, or has not gone out yet."))
    rsvp = queries.own_rsvp(actor, event)
    if rsvp is not None and (rsvp.answer, rsvp.mode) == (said, mode):
        journal.record(actor, "rsvp.confirmed", rsvp, about=event, private=True, answer=said, mode=mode)
        return rsvp
    lost = set()
    if rsvp is None:
        rsvp = Rsvp(
            event_id=event.id,
            member_id=actor.id,
            organisation_id=actor.organisation.id,
            audience_id=event.audience_id,
        )
        db.session.add(rsvp)
    else:
        lost = audiences.reader_ids(rsvp)
    rsvp.organisation_id, rsvp.answer, rsvp.mode, rsvp.answered_at = (
        actor.organisation.id,
        said,
        mode,
        clock.now(),
    )
    rsvp.waits = rsvp.waits_since = None
    if said == "yes" and event.is_full(mode):
        rsvp.waits, rsvp.waits_since = max(event.register(mode)["line"], default=0) + 1, rsvp.answered_at
    # Personal, so the line is the actor's own; pages follow by the answer's readers.
    journal.record(actor, "rsvp.given", rsvp, about=event, private=True, lost=lost, answer=said, mode=mode)
    return rsvp


def gone_out(actor, event):
    """Its conversation opens with it."""
    discussions.open_thread(actor, event)


audiences.on_release[Event] = gone_out
