"""Who may read a brief and its revisions, and who may revise or withdraw it."""

from sqlalchemy import and_, or_

from wg_portal.audiences.policy import can_read_item, is_in
from wg_portal.briefs.models import Brief, BriefRevision
from wg_portal.core.visibility import guards


@guards(Brief)
def can_read_brief(member, brief):
    return can_read_item(member, brief)


@guards(BriefRevision)
def can_read_revision(member, revision):
    """Its brief's audience; once withdrawn, its author alone."""
    return and_(
        is_in(member, revision.audience_id),
        or_(revision.withdrawn == False, revision.author_id == member.id),  # noqa: E712 (SQL)
    )


def can_revise(viewer, brief):
    """Its author, and whoever speaks for the organisation it was written for."""
    own = brief.author_id == viewer.id
    speaks_for_it = viewer.speaks and brief.organisation_id == viewer.organisation.id
    return brief.state != "withdrawn" and (own or speaks_for_it)


def can_withdraw(viewer, brief):
    return brief.state == "published" and can_revise(viewer, brief)
