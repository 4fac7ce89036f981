"""Who may hear of a journal line."""

from wg_portal.accounts.models import Member
from wg_portal.core.database import db
from wg_portal.core.visibility import at_this_time, is_guarded, readers


def hearers(entry, subject):
    """Ids of the members who may read this line of the journal, and, where it is guarded, what it is about."""
    statement = readers(entry, Member).with_only_columns(Member.id)
    if is_guarded(subject):
        statement = statement.where(Member.id.in_(readers(subject, Member).with_only_columns(Member.id)))
    return set(db.session.scalars(statement, at_this_time()))
