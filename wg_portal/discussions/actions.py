"""What members do in a discussion: open, start, reply, edit, withdraw, close.

Whatever readers shall see takes the thread's next number, under the thread's row lock, which is always taken before
that of a post.
"""

from flask_babel import gettext as _
from sqlalchemy import update

from wg_portal.audiences.actions import ITEM_HOLD, REPLY_HOLD, new_audience, send_out
from wg_portal.core import clock, drafts, journal, links
from wg_portal.core.database import db
from wg_portal.core.ids import new_id
from wg_portal.core.names import name_of
from wg_portal.core.policy import Refusal, Stale, require
from wg_portal.core.text import render
from wg_portal.core.transactions import transactional
from wg_portal.discussions import policy, queries
from wg_portal.discussions.models import Post, PostRevision, Thread

SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
DEEPEST = 60


@transactional
def open_thread(actor, about):
    """The thread that hangs on an item, made when there is none. Called when the item goes out."""
    there = queries.thread_on(actor, name_of(about))
    if there is not None:
        return there
    thread = Thread(
        about=name_of(about),
        title=about.title[:200],
        language=about.language,
        attribution=getattr(about, "attribution", "named"),
        audience_id=about.audience_id,
        author_id=about.author_id,
        organisation_id=about.organisation_id,
    )
    db.session.add(thread)
    journal.record(actor, "discussion.opened", thread, about=about)
    return thread


@transactional
def start(actor, choice, title, body, language, *, targets=(), place="/discussions/new", fields=None):
    """A thread that stands alone, with its first post; held first, like every item. Returns the thread."""
    thread = Thread(
        title=title,
        language=language,
        attribution=choice.attribution,
        audience_id=new_audience(actor, choice).id,
        author_id=actor.id,
        organisation_id=actor.organisation.id,
    )
    db.session.add(thread)
    db.session.flush()
    links.set_links(name_of(thread), targets)
    add_post(actor, thread, None, body, language, choice.attribution, state="held")
    send_out(actor, thread, "discussion.started", hold=ITEM_HOLD, place=place, fields=fields or {})
    return thread


@transactional
def reply(actor, thread_id, body, language, *, parent_id=None, attribution="named", place="", fields=None):
    """Say something in a thread. Both ids are public ones. The post, or None when the thread is hidden."""
    thread = queries.thread_to_change(actor, thread_id)
    if thread is None:
        return None
    require(
        policy.can_reply(actor, thread),
        _("This discussion is closed. Start a new one, or ask for it to be opened again."),
    )
    parent = None
    if parent_id:
        parent, host = queries.post_to_change(actor, parent_id)
        if parent is None or host.id != thread.id or parent.state == "held":
            raise Refusal(
                _("The post you answer is not here any more. Your text is kept: send it to the discussion itself.")
            )
    post = add_post(actor, thread, parent, body, language, policy.more_protective(attribution, thread.attribution))
    place = place or queries.place_of(thread)
    send_out(actor, post, "post.published", about=thread, hold=REPLY_HOLD, place=place, fields=fields or {})
    return post


def add_post(actor, thread, parent, body, language, attribution, state="published"):
    """A post at the end of its branch, without its number: until it goes out it has no place in the thread."""
    post = Post(
        public_id=new_id(),
        thread_id=thread.id,
        parent_id=parent.id if parent else None,
        audience_id=thread.audience_id,
        author_id=actor.id,
        organisation_id=actor.organisation.id,
        attribution=attribution,
        language=language,
        body=body,
        body_html=str(render(body)),
        state=state,
        depth=min(parent.depth + 1, DEEPEST) if parent else 1,
    )
    post.path = f"{branch_of(parent)}~{post.public_id}"
    db.session.add(post)
    db.session.flush()
    return post


def branch_of(parent):
    """What the path of a reply begins with. Beyond sixty levels replies stand beside what they answer."""
    return parent.path[: (DEEPEST - 1) * queries.STEP] if parent else ""


def next_number(thread_id, **values):
    """Take the thread's next number; its row is locked from here to the end of the transaction."""
    statement = update(Thread).where(Thread.id == thread_id).values(seq=Thread.seq + 1, **values).returning(Thread.seq)
    return db.session.scalar(statement.execution_options(synchronize_session=False))


def give_place(post):
    """Called when a post goes out: its number, its place in the conversation, and its parent's count."""
    now = clock.now()
    post.seq = post.changed_seq = next_number(post.thread_id, count=Thread.count + 1, active_at=now)
    post.path = post.path.rpartition("~")[0] + as_step(post.seq)
    if post.parent_id:
        told = {"replies": Post.replies + 1}
        if post.depth > queries.LEVELS:
            # It is too deep for the page of its parent, which now has to lead on to it: a change of the parent.
            told["changed_seq"] = next_number(post.thread_id)
        count = update(Post).where(Post.id == post.parent_id).values(**told)
        db.session.execute(count.execution_options(synchronize_session=False))
    db.session.flush()


def as_step(number):
    """Four signs, in the order of numbers: 1,679,615 posts a thread."""
    signs = ""
    for _place in range(queries.STEP):
        number, sign = divmod(number, len(SIGNS))
        signs = SIGNS[sign] + signs
    return signs


@transactional
def edit(actor, public_id, version, body, language, *, place=""):
    """Change what one said; what it said before is kept. place: of its form, whose draft goes. Raises Stale with the
    present text."""
    post, thread = queries.post_to_change(actor, public_id)
    if post is None:
        return None
    require(policy.can_edit(actor, post), _("Only its author can change a post, and only while it stands."))
    if post.version != version:
        raise Stale(
            _("This post was changed elsewhere meanwhile. Both texts are below."),
            {_("Text as it is now"): post.body},
        )
    drafts.drop_draft(actor, place)
    if (post.body, post.language) == (body, language):
        return post
    keep_revision(post)
    post.body, post.body_html, post.language = body, str(render(body)), language
    post.edited_at = clock.now()
    post.changed_seq = next_number(thread.id)
    journal.record(actor, "post.edited", post, about=thread)
    return post


@transactional
def withdraw(actor, public_id):
    """Take back what was said: a stub remains, its replies stay, its words are nobody's but the author's."""
    post, thread = queries.post_to_change(actor, public_id)
    if post is None:
        return None
    require(policy.can_withdraw(actor, post), _("Its author can withdraw a post, and the secretariat."))
    keep_revision(post)
    db.session.execute(
        update(PostRevision)
        .where(PostRevision.post_id == post.id)
        .values(is_erased=True)
        .execution_options(synchronize_session=False)
    )
    post.body = post.body_html = ""
    post.state = "withdrawn"
    post.changed_seq = next_number(thread.id)
    journal.record(actor, "post.withdrawn", post, about=thread)
    return post


def keep_revision(post):
    db.session.add(
        PostRevision(
            post_id=post.id,
            audience_id=post.audience_id,
            author_id=post.author_id,
            language=post.language,
            body=post.body,
            body_html=post.body_html,
            written_at=post.edited_at or post.published_at,
        )
    )
    db.session.flush()


@transactional
def close(actor, public_id, closed=True):
    """No more replies, or replies again. Returns the thread, or None when it is hidden."""
    thread = queries.thread_to_change(actor, public_id)
    if thread is None:
        return None
    require(policy.can_close(actor, thread), _("Whoever opened it can close a discussion, and the secretariat."))
    if thread.is_closed != closed:
        thread.is_closed = closed
        thread.seq = Thread.seq + 1
        journal.record(actor, "discussion.closed" if closed else "discussion.reopened", thread)
    return thread
