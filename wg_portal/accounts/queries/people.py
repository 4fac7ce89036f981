"""People: the directory, profiles, seats, and invitations that wait."""

from sqlalchemy import select

from wg_portal.accounts.models import Invitation, Member, Profile, Seat
from wg_portal.accounts.queries.viewer import handle_hash
from wg_portal.core import clock
from wg_portal.core.database import db
from wg_portal.core.visibility import readable, seen_by


def people(viewer):
    """Members the viewer may see in the directory: (organisation_id, public_id, position, name or '')."""
    profiles = readable(Profile)
    now = clock.now()
    rows = (
        select(Seat.organisation_id, Member.public_id, Member.id, Seat.position, profiles.name, profiles.about)
        .join(Member, Member.id == Seat.member_id)
        .join(profiles, profiles.member_id == Member.id)
        .where(Seat.since <= now, Seat.until > now)
        .order_by(Seat.organisation_id, Seat.position, Seat.id)
    )
    return db.session.execute(rows, seen_by(viewer)).all()


def profile_of(viewer, member_public_id):
    """The profile a viewer may see, with its row for changing it, or None."""
    profiles = readable(Profile)
    statement = select(profiles).join(Member, Member.id == profiles.member_id)
    return db.session.scalar(statement.where(Member.public_id == member_public_id), seen_by(viewer))


def seats_of(organisation_id):
    """Live seats of an organisation: (member_id, position)."""
    now = clock.now()
    live = select(Seat.member_id, Seat.position).where(
        Seat.organisation_id == organisation_id, Seat.since <= now, Seat.until > now
    )
    return db.session.execute(live).all()


def open_invitations(viewer):
    """Invitations the viewer may see and revoke: their delegation's, or all for the secretariat."""
    statement = select(Invitation).where(
        Invitation.used_at.is_(None), Invitation.revoked_at.is_(None), Invitation.expires_at > clock.now()
    )
    if viewer.organisation.kind != "secretariat":
        statement = statement.where(Invitation.organisation_id == viewer.organisation.id)
    return db.session.scalars(statement.order_by(Invitation.made_at.desc())).all()


def invitation_of_token(token):
    """A live invitation, or None: unknown, used, revoked and expired look the same."""
    return db.session.scalar(
        select(Invitation).where(
            Invitation.token_hash == handle_hash(token),
            Invitation.used_at.is_(None),
            Invitation.revoked_at.is_(None),
            Invitation.expires_at > clock.now(),
        )
    )
