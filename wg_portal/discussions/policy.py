"""Who may read a thread and its posts, and who may speak in it.

Whoever is in the audience may reply while the thread is open; a text belongs to whoever wrote it.
"""

from sqlalchemy import and_, or_

from wg_portal.audiences.models import ATTRIBUTIONS
from wg_portal.audiences.policy import can_read_item, is_in
from wg_portal.core.visibility import guards
from wg_portal.discussions.models import Post, PostRevision, Thread


@guards(Thread)
def can_read_thread(member, thread):
    """A thread is an item, or hangs on one and has its audience."""
    return can_read_item(member, thread)


@guards(Post)
def can_read_post(member, post):
    """The audience of the thread, once it is out. What a withdrawn one said is no longer in its row."""
    return and_(is_in(member, post.audience_id), or_(post.state != "held", post.author_id == member.id))


@guards(PostRevision)
def can_read_revision(member, revision):
    """As its post; after a withdrawal only its author still has the words."""
    return and_(
        is_in(member, revision.audience_id),
        or_(revision.is_erased == False, revision.author_id == member.id),  # noqa: E712 (SQL)
    )


def can_reply(viewer, thread):
    return thread.state == "published" and not thread.is_closed


def can_edit(viewer, post):
    return post.author_id == viewer.id and post.state == "published"


def can_withdraw(viewer, post):
    """Its author; and the secretariat where it is among the readers, which the journal shows."""
    return post.state == "published" and (post.author_id == viewer.id or viewer.organisation.kind == "secretariat")


def can_close(viewer, thread):
    """Whoever opened it, and the secretariat where it is among the readers."""
    return thread.state == "published" and (thread.author_id == viewer.id or viewer.organisation.kind == "secretariat")


def more_protective(attribution, floor):
    """An attribution that is at least as protective as that of the thread: the ratchet turns one way."""
    return max(attribution, floor, key=ATTRIBUTIONS.index)
