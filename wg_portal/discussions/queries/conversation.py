"""A conversation as a page shows it: one range of one index, whatever the length of the thread."""

from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import urlencode

from sqlalchemy import func, literal, select

from wg_portal.audiences.actions import ITEM_HOLD, REPLY_HOLD
from wg_portal.core.database import db
from wg_portal.core.drafts import Draft
from wg_portal.core.visibility import readable, seen_by
from wg_portal.discussions import policy
from wg_portal.discussions.models import Post, Thread

SIZE = 30
LEVELS = 3  # as deep as a page indents; deeper ones have a page of their own
STEP = 4  # signs of a path for each level
CHANGES = 50
LAST = "last"  # ?from=last

POST_COLUMNS = [
    "id",
    "public_id",
    "thread_id",
    "parent_id",
    "audience_id",
    "author_id",
    "organisation_id",
    "attribution",
    "language",
    "body_html",
    "state",
    "depth",
    "path",
    "replies",
    "seq",
    "changed_seq",
    "created_at",
    "published_at",
    "edited_at",
    "version",
]


@dataclass
class Shown:
    """A post on a page. `level` is its indent there; `replies` are those shown under it."""

    row: object
    level: int
    held_until: object = None
    is_mine: bool = False
    may_edit: bool = False
    may_withdraw: bool = False
    may_reply: bool = False
    lost_parent: bool = False  # it answers a post that stands on an earlier page
    goes_on: bool = False  # its replies are too deep for this page
    replies: list = field(default_factory=list)

    def __getattr__(self, name):
        return getattr(self.row, name)


@dataclass
class Conversation:
    """A thread as one page shows it: at most SIZE posts, depth first."""

    thread: object
    posts: list  # Shown, in the order of the page
    tops: list  # those of them that stand at the first level
    place: str  # the page it is read on, and the place of its reply's draft
    draft: dict  # the half-written reply, as a form keeps it
    reply_to: str  # public id of the post that the reply form answers, or ''
    may_reply: bool
    hold: int
    earlier: str | None
    later: str | None
    under: str = ""
    form: object = None  # the reply form as it was sent and refused

    @property
    def name(self):
        return f"discussions/{self.thread.public_id}"

    @property
    def cursor(self):
        """Everything up to this number is on the page, if it belongs on it."""
        return self.thread.seq


def conversation(viewer, about, asked=()):
    """The conversation that hangs on the item of this name, or None. asked: the page's arguments. Two statements."""
    threads = readable(Thread)
    return shown_where(viewer, threads.about == about, dict(asked))


def conversation_of(viewer, public_id, asked=()):
    """A thread by its own id, as Conversation, or None when missing or hidden. Two statements."""
    threads = readable(Thread)
    return shown_where(viewer, threads.public_id == public_id, dict(asked))


THREAD_COLUMNS = [
    "id",
    "public_id",
    "title",
    "language",
    "attribution",
    "state",
    "about",
    "is_closed",
    "seq",
    "count",
    "author_id",
    "organisation_id",
    "audience_id",
    "published_at",
    "created_at",
    "active_at",
    "version",
]


def shown_where(viewer, condition, asked):
    thread, draft = thread_and_draft(viewer, condition)
    if thread is None:
        return None
    under = path_like(asked.get("under", ""))
    rows, earlier, later = posts_of(viewer, thread.id, asked, under)
    place = place_of(thread)
    may_reply = policy.can_reply(viewer, thread)
    posts = [as_shown(viewer, row, under, may_reply) for row in rows]
    reply_to = asked.get("reply") or (draft.get("parent") or [""])[0]
    here = {post.public_id for post in posts if post.state == "published"}
    return Conversation(
        thread,
        posts,
        tops=nested(posts),
        place=place,
        draft=draft,
        reply_to=reply_to if reply_to in here else "",
        may_reply=may_reply,
        hold=hold_of(viewer),
        earlier=neighbour(thread, under, earlier),
        later=neighbour(thread, under, later),
        under=under,
    )


def thread_and_draft(viewer, condition):
    """(thread, fields of the half-written reply) in one statement: the page has few to spare."""
    threads, drafts = readable(Thread), readable(Draft)
    own = literal("/discussions/") + threads.public_id
    place = func.coalesce(literal("/") + threads.about, own)
    statement = (
        select(*(getattr(threads, name) for name in THREAD_COLUMNS), drafts.fields)
        .outerjoin(drafts, (drafts.place == place) & (drafts.slot == ""))
        .where(condition)
    )
    row = db.session.execute(statement, seen_by(viewer)).first()
    return (row, row.fields or {}) if row else (None, {})


def place_of(thread):
    return f"/{thread.about}" if thread.about else f"/discussions/{thread.public_id}"


def hold_of(viewer):
    return REPLY_HOLD if viewer.hold is None else viewer.hold


def held_until(viewer, thread):
    """When a thread that its author has just started goes out."""
    return thread.created_at + timedelta(seconds=ITEM_HOLD if viewer.hold is None else viewer.hold)


def path_like(text):
    """A path as an address gives it, or '': it is compared, never trusted."""
    return text if len(text) <= 64 * STEP and text.isalnum() and text.isascii() else ""


def posts_of(viewer, thread_id, asked, under):
    """(rows, what leads to the earlier page, to the later page): one range of the index, at most SIZE rows."""
    posts = readable(Post)
    base = max(len(under) // STEP, 1)
    statement = columns(posts).where(posts.thread_id == thread_id, posts.depth < base + LEVELS)
    if under:
        statement = statement.where(posts.path >= under, posts.path < under + "~~")
    start, before = path_like(asked.get("from", "")), path_like(asked.get("before", ""))
    backwards = bool(before) or start == LAST
    if before:
        statement = statement.where(posts.path < before)
    elif start and not backwards:
        statement = statement.where(posts.path >= start)
    order = posts.path.desc() if backwards else posts.path.asc()
    rows = db.session.execute(statement.order_by(order).limit(SIZE + 1), seen_by(viewer)).all()
    more, rows = rows[SIZE:], rows[:SIZE]
    if backwards:
        rows.reverse()
        later = {"from": before} if before else None
        return rows, ({"before": rows[0].path} if more else None), later
    earlier = {"before": rows[0].path} if rows and start else None
    return rows, earlier, ({"from": more[0].path} if more else None)


def columns(posts):
    return select(*(getattr(posts, name) for name in POST_COLUMNS))


def as_shown(viewer, row, under="", may_reply=False):
    level = row.depth - max(len(under) // STEP, 1) + 1
    held = row.state == "held"
    return Shown(
        row,
        level=level,
        held_until=row.created_at + timedelta(seconds=hold_of(viewer)) if held else None,
        is_mine=row.author_id == viewer.id,
        goes_on=row.replies > 0 and level >= LEVELS,
        may_edit=policy.can_edit(viewer, row),
        may_withdraw=policy.can_withdraw(viewer, row),
        may_reply=may_reply and row.state == "published",
    )


def nested(posts):
    """Put each post under its parent where that is on the page; the others stand at the first level."""
    by_id, tops = {}, []
    for post in posts:
        by_id[post.id] = post
        parent = by_id.get(post.parent_id)
        if parent is None:
            # A page may begin in the middle of a branch: then the first posts say that they answer an earlier one.
            post.lost_parent, post.level = post.parent_id is not None and post.level > 1, 1
            tops.append(post)
        else:
            post.level = parent.level + 1
            parent.replies.append(post)
    return tops


def neighbour(thread, under, step):
    if step is None:
        return None
    arguments = {"under": under, **step} if under else step
    return f"{place_of(thread) if not under else '/discussions/' + thread.public_id}?{urlencode(arguments)}#discussion"


def changes(viewer, thread, after, under=""):
    """(posts said or changed after this number of the thread, in that order; the new cursor; whether there is more)."""
    posts = readable(Post)
    statement = columns(posts).where(posts.thread_id == thread.id, posts.changed_seq > after)
    rows = db.session.execute(statement.order_by(posts.changed_seq).limit(CHANGES + 1), seen_by(viewer)).all()
    more, rows = len(rows) > CHANGES, rows[:CHANGES]
    may_reply = policy.can_reply(viewer, thread)
    shown = [as_shown(viewer, row, under, may_reply) for row in rows]
    return shown, rows[-1].changed_seq if rows else after, more


def parents_of(viewer, posts):
    """id -> public id of the posts that these answer. One statement."""
    doors = readable(Post)
    ids = {post.parent_id for post in posts if post.parent_id}
    statement = select(doors.id, doors.public_id).where(doors.id.in_(ids))
    return dict(db.session.execute(statement, seen_by(viewer)).all()) if ids else {}
