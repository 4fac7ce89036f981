"""Who may know what of a person, and who may invite."""

from sqlalchemy import and_, exists, or_

from wg_portal.accounts.models import Profile, Seat
from wg_portal.core.visibility import NOW, guards

SPEAKING = ("head", "alternate")


@guards(Profile)
def can_read_profile(member, profile):
    """One's own; others' as far as they chose: their organisation, or everyone who has a seat."""
    seat = Seat.__table__.c
    seated = and_(seat.member_id == member.id, seat.since <= NOW, seat.until > NOW)
    return or_(
        profile.member_id == member.id,
        and_(profile.shown_to == "everyone", exists().where(seated)),
        and_(
            profile.shown_to == "organisation",
            exists().where(seated, seat.organisation_id == profile.organisation_id),
        ),
    )


def speaks(position):
    """Heads and alternates speak for their organisation."""
    return position in SPEAKING


def can_invite(viewer, organisation_id=None):
    """Heads invite into their own delegation, the secretariat into any."""
    if viewer.organisation.kind == "secretariat":
        return True
    return viewer.position == "head" and organisation_id in (None, viewer.organisation.id)
