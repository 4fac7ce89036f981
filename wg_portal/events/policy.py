"""Who may read an event and who comes to it, and who may schedule, move and cancel.

Members at risk, and those who show themselves to nobody, are in no other organisation's list of who comes.
"""

from sqlalchemy import and_, exists, false, or_

from wg_portal.accounts.models import Profile
from wg_portal.audiences.markings import MARKINGS
from wg_portal.audiences.policy import can_read_item, is_in, is_seated
from wg_portal.core import clock
from wg_portal.core.visibility import guards
from wg_portal.events.models import Event, Rsvp


@guards(Event)
def can_read_event(member, event):
    return can_read_item(member, event)


@guards(Rsvp)
def can_read_rsvp(member, rsvp):
    """Inside the audience: one's own and one's colleagues' answers; of others, who comes or may come and shows it."""
    profile = Profile.__table__.c
    shows_themselves = exists().where(
        profile.member_id == rsvp.member_id, profile.shown_to == "everyone", profile.is_at_risk == false()
    )
    return and_(
        is_in(member, rsvp.audience_id),
        or_(
            rsvp.member_id == member.id,
            is_seated(member, rsvp.organisation_id),
            and_(rsvp.answer != "no", shows_themselves),
        ),
    )


def can_schedule(viewer):
    """Any member, within an audience of their choice."""
    return viewer.position != "observer"


def can_change_event(viewer, event):
    """Its author, whoever speaks for the organisation that called it, and the secretariat when it is theirs."""
    if event.organisation_id != viewer.organisation.id:
        return event.author_id == viewer.id
    return event.author_id == viewer.id or viewer.speaks or viewer.organisation.kind == "secretariat"


def can_answer(event):
    """Answers are taken until the event ends."""
    return event.state == "published" and not event.is_cancelled and event.ends_at > clock.now()


def calendar_of(marking):
    """What a calendar file may say: 'full', 'time' or None (there is no file)."""
    return MARKINGS[marking].calendar
