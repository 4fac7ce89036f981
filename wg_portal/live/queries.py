"""Whose open sockets may stay open, and who may hear of a journal line."""

from wg_portal.accounts.models import AuthSession, Member
from wg_portal.accounts.queries import ABSOLUTE, IDLE
from wg_portal.accounts.queries.viewer import seated_members
from wg_portal.core import clock
from wg_portal.core.database import db
from wg_portal.core.visibility import at_this_time, is_guarded, readers


def live_sessions(session_ids):
    """Those of these sessions that still open the house: neither ended nor idle, of a member who may act now."""
    now = clock.now()
    statement = (
        seated_members()
        .with_only_columns(AuthSession.id)
        .order_by(None)
        .join(AuthSession, AuthSession.member_id == Member.id)
        .where(
            AuthSession.id.in_(session_ids),
            AuthSession.ended_at > now,
            AuthSession.seen_at > now - IDLE,
            AuthSession.created_at > now - ABSOLUTE,
        )
    )
    return set(db.session.scalars(statement))


def hearers(entry, subject):
    """Ids of the members who may read this line of the journal, and, where it is guarded, what it is about."""
    statement = readers(entry, Member).with_only_columns(Member.id)
    if is_guarded(subject):
        statement = statement.where(Member.id.in_(readers(subject, Member).with_only_columns(Member.id)))
    return set(db.session.scalars(statement, at_this_time()))
