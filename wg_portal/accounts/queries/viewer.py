"""Who is looking: `Viewer` is what the rest of the house knows of a signed-in member."""

import hashlib
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import and_, select

from wg_portal.accounts.models import Account, AuthSession, Member, Organisation, Seat
from wg_portal.accounts.policy import speaks
from wg_portal.accounts.queries.directory import Body, role_of
from wg_portal.core import clock
from wg_portal.core.database import db

IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=12)


@dataclass(frozen=True)
class Viewer:
    """A signed-in member: `id` is what the door asks for."""

    id: int
    public_id: str
    organisation: Body
    position: str
    language: str
    timezone: str
    hold: int | None
    session_id: int | None
    last_here_at: object = None
    here_at: object = None

    @property
    def speaks(self):
        return speaks(self.position)

    @property
    def byline(self):
        return role_of(self.position, self.organisation)


def handle_hash(handle):
    return hashlib.sha256(handle.encode()).hexdigest()


def viewer_columns():
    return (
        Member.id,
        Member.public_id,
        Member.last_here_at,
        Member.here_at,
        Account.language,
        Account.timezone,
        Account.hold,
        Seat.position,
        Organisation.id.label("organisation_id"),
        Organisation.public_id.label("organisation_public_id"),
        Organisation.kind,
        Organisation.code,
        Organisation.name,
        Organisation.names,
        Organisation.is_chair,
    )


def seated_members():
    """Members who may act now: an active account, a live seat."""
    now = clock.now()
    return (
        select(*viewer_columns())
        .join(Account, Account.member_id == Member.id)
        .join(Seat, and_(Seat.member_id == Member.id, Seat.since <= now, Seat.until > now))
        .join(Organisation, Organisation.id == Seat.organisation_id)
        .where(Account.active)
        .order_by(Seat.since.desc())
    )


def as_viewer(row, session_id=None):
    if row is None:
        return None
    body = Body(
        row.organisation_id,
        row.organisation_public_id,
        row.kind,
        row.code,
        row.name,
        row.names or {},
        row.is_chair,
    )
    return Viewer(
        row.id,
        row.public_id,
        body,
        row.position,
        row.language,
        row.timezone,
        row.hold,
        session_id,
        row.last_here_at,
        row.here_at,
    )


def viewer_of_session(handle):
    """The member whose live session this handle opens, and when it was last seen: (Viewer, seen_at), or (None, None)."""
    if not handle:
        return None, None
    now = clock.now()
    row = db.session.execute(
        seated_members()
        .add_columns(AuthSession.id.label("session_id"), AuthSession.seen_at)
        .join(AuthSession, AuthSession.member_id == Member.id)
        .where(
            AuthSession.handle_hash == handle_hash(handle),
            AuthSession.ended_at > now,
            AuthSession.seen_at > now - IDLE,
            AuthSession.created_at > now - ABSOLUTE,
        )
        .limit(1)
    ).first()
    return (as_viewer(row, row.session_id), row.seen_at) if row else (None, None)


def viewer_of(member_id):
    """A member as a viewer, without a session: for jobs, commands and letters. None if they may not act now."""
    return as_viewer(db.session.execute(seated_members().where(Member.id == member_id).limit(1)).first())


def viewer_by_email(email):
    return as_viewer(db.session.execute(seated_members().where(Account.email == email.lower()).limit(1)).first())
