"""Threads and posts one by one, for lists, for changing them, and for what a post said before."""

from sqlalchemy import select

from wg_portal.core import pages
from wg_portal.core.database import db
from wg_portal.core.visibility import readable, seen_by
from wg_portal.discussions.models import Post, PostRevision, Thread
from wg_portal.discussions.queries.conversation import LEVELS, SIZE, STEP, THREAD_COLUMNS, columns, place_of


def thread(viewer, public_id):
    """The thread's columns, or None when missing or hidden."""
    threads = readable(Thread)
    statement = select(*(getattr(threads, name) for name in THREAD_COLUMNS)).where(threads.public_id == public_id)
    return db.session.execute(statement, seen_by(viewer)).first()


def post(viewer, public_id):
    """(post, thread) as rows of columns, with the post's `body`; (None, None) when missing or hidden."""
    posts, threads = readable(Post), readable(Thread)
    found = db.session.execute(
        columns(posts).add_columns(posts.body).where(posts.public_id == public_id), seen_by(viewer)
    ).first()
    if found is None:
        return None, None
    statement = select(*(getattr(threads, name) for name in THREAD_COLUMNS)).where(threads.id == found.thread_id)
    return found, db.session.execute(statement, seen_by(viewer)).first()


def revisions_of(viewer, post):
    """Earlier texts of a post that the viewer may read, newest first."""
    revisions = readable(PostRevision)
    statement = (
        select(
            revisions.public_id,
            revisions.language,
            revisions.body_html,
            revisions.written_at,
            revisions.is_erased,
        )
        .where(revisions.post_id == post.id)
        .order_by(revisions.id.desc())
        .limit(SIZE)
    )
    return db.session.execute(statement, seen_by(viewer)).all()


def address_of(viewer, post, thread):
    """Where a post is read: the page of the conversation that shows it, at its place."""
    anchor = f"#post-{post.public_id}"
    if post.depth > LEVELS:
        under = post.path[: (post.depth - LEVELS + 1) * STEP]
        return f"/discussions/{thread.public_id}?under={under}{anchor}"
    posts = readable(Post)
    before = select(posts.id).where(posts.thread_id == thread.id, posts.depth <= LEVELS, posts.path < post.path)
    ahead = len(db.session.execute(before.limit(SIZE), seen_by(viewer)).all())
    return f"{place_of(thread)}{'?from=' + post.path[:STEP] if ahead >= SIZE else ''}{anchor}"


def threads(viewer):
    """A Page of threads in which something was said, the latest first. One statement."""
    doors = readable(Thread)
    statement = select(*(getattr(doors, name) for name in THREAD_COLUMNS)).where(
        doors.state != "withdrawn", doors.count > 0
    )
    return pages.page(viewer, statement, [doors.active_at, doors.id], listing="discussions")


def thread_on(viewer, about):
    """The thread row (entity) that hangs on the item of this name, or None."""
    doors = readable(Thread)
    return db.session.scalar(select(doors).where(doors.about == about), seen_by(viewer))


def thread_to_change(viewer, public_id):
    """The thread's row, locked, or None."""
    doors = readable(Thread)
    return db.session.scalar(locked(select(doors).where(doors.public_id == public_id)), seen_by(viewer))


def post_to_change(viewer, public_id):
    """(post, thread) as rows to change, the thread locked first so that two changes cannot wait on each other."""
    posts, doors = readable(Post), readable(Thread)
    thread_id = db.session.scalar(select(posts.thread_id).where(posts.public_id == public_id), seen_by(viewer))
    if thread_id is None:
        return None, None
    host = db.session.scalar(locked(select(doors).where(doors.id == thread_id)), seen_by(viewer))
    return db.session.scalar(locked(select(posts).where(posts.public_id == public_id)), seen_by(viewer)), host


def locked(statement):
    """For changing: what is remembered from before the lock may be old."""
    return statement.with_for_update().execution_options(populate_existing=True)
