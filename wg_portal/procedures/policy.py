"""Who speaks for an organisation, and which ones run a procedure. Governments decide, civil society advises."""

from flask_babel import gettext as _
from sqlalchemy import and_, exists, or_

from wg_portal.accounts.models import Organisation, Seat
from wg_portal.core.policy import NotAllowed
from wg_portal.core.visibility import NOW


def speaks_for_government(viewer):
    """Heads and alternates of government delegations: they agree, object and sign."""
    return viewer.speaks and viewer.organisation.kind == "government"


def speaks_for_civil_society(viewer):
    """Heads and alternates of civil society organisations: they endorse."""
    return viewer.speaks and viewer.organisation.kind == "civil_society"


def require_voice(allowed, viewer):
    """Refuse, and say who could: the members whose seat speaks for the viewer's organisation."""
    if not allowed:
        raise NotAllowed(
            _(
                "Only the head of delegation or the alternate answers for %(organisation)s. Ask them to do it.",
                organisation=viewer.organisation.name,
            )
        )


def is_of_kind(member, kind):
    """SQL: the member has a live seat in an organisation of this kind."""
    seat, body = Seat.__table__.c, Organisation.__table__.c
    return exists().where(
        seat.member_id == member.id,
        seat.since <= NOW,
        seat.until > NOW,
        body.id == seat.organisation_id,
        body.kind == kind,
    )


def runs_procedures(member):
    """SQL: the member sits in the secretariat or in the delegation that holds the chair."""
    seat, body = Seat.__table__.c, Organisation.__table__.c
    return exists().where(
        seat.member_id == member.id,
        seat.since <= NOW,
        seat.until > NOW,
        body.id == seat.organisation_id,
        or_(body.kind == "secretariat", and_(body.kind == "government", body.is_chair)),
    )
