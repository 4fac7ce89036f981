"""Who is looking: `Viewer` is what the rest of the house knows of a signed-in member."""

import hashlib
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import and_, bindparam, select

from wg_portal.accounts.models import Account, AuthSession, Member, Organisation, Seat
from wg_portal.accounts.policy import speaks
from wg_portal.accounts.queries.directory import Body, role_of
from wg_portal.core import clock
from wg_portal.core.database import db
from wg_portal.core.visibility import NOW

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


# Every request asks this, so the statements are built once, and of plain tables.
members, accounts, seats = Member.__table__.c, Account.__table__.c, Seat.__table__.c
bodies, sessions = Organisation.__table__.c, AuthSession.__table__.c

SEATED = (
    select(
        members.id,
        members.public_id,
        members.last_here_at,
        members.here_at,
        accounts.language,
        accounts.timezone,
        accounts.hold,
        seats.position,
        bodies.id.label("organisation_id"),
        bodies.public_id.label("organisation_public_id"),
        bodies.kind,
        bodies.code,
        bodies.name,
        bodies.names,
        bodies.is_chair,
    )
    .join_from(Member.__table__, Account.__table__, accounts.member_id == members.id)
    .join(Seat.__table__, and_(seats.member_id == members.id, seats.since <= NOW, seats.until > NOW))
    .join(Organisation.__table__, bodies.id == seats.organisation_id)
    .where(accounts.active)
    .order_by(seats.since.desc())
)
"""Members who may act now: an active account, a live seat. Execute with {"now": …}."""

SIGNED_IN = (
    SEATED.add_columns(sessions.id.label("session_id"), sessions.seen_at)
    .join(AuthSession.__table__, sessions.member_id == members.id)
    .where(
        sessions.ended_at > NOW,
        sessions.seen_at > bindparam("idle_since"),
        sessions.created_at > bindparam("open_since"),
    )
)
"""The same with the sessions that still open the house. Execute with `in_time()`."""

BY_HANDLE = SIGNED_IN.where(sessions.handle_hash == bindparam("handle_hash")).limit(1)
AMONG = SIGNED_IN.with_only_columns(sessions.id).order_by(None).where(sessions.id.in_(bindparam("ids", expanding=True)))


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


def in_time(**asked):
    now = clock.now()
    return {"now": now, "idle_since": now - IDLE, "open_since": now - ABSOLUTE, **asked}


def live_sessions(ids):
    """Those of these sessions that still open the house: neither ended nor idle, of a member who may act now."""
    return set(db.session.scalars(AMONG, in_time(ids=list(ids))))


def viewer_of_session(handle):
    """The member whose live session this handle opens, and when it was last seen: (Viewer, seen_at), or (None, None)."""
    if not handle:
        return None, None
    row = db.session.execute(BY_HANDLE, in_time(handle_hash=handle_hash(handle))).first()
    return (as_viewer(row, row.session_id), row.seen_at) if row else (None, None)


def viewer_of(member_id):
    """A member as a viewer, without a session: for jobs, commands and letters. None if they may not act now."""
    return as_viewer(seated(members.id == member_id))


def viewer_by_email(email):
    return as_viewer(seated(accounts.email == email.lower()))


def seated(condition):
    return db.session.execute(SEATED.where(condition).limit(1), {"now": clock.now()}).first()
