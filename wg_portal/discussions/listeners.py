"""What happens in a discussion because of something else: a post goes out, an item changes its title.

These read on the house's own behalf: whoever wrote a post may have lost their seat while it was held.
"""

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as _lp
from sqlalchemy import select, update

from wg_portal.audiences import actions as audiences
from wg_portal.audiences.models import Item
from wg_portal.core import journal, links
from wg_portal.core.database import db
from wg_portal.core.links import Card, CardText
from wg_portal.core.names import name_of
from wg_portal.core.text import plain
from wg_portal.core.visibility import unguarded
from wg_portal.discussions import actions
from wg_portal.discussions.models import Post, Thread


def on_post_released(actor, post):
    actions.give_place(post)


def on_thread_released(actor, thread):
    """The first post goes out with the thread that it opens."""
    held = select(Post).where(Post.thread_id == thread.id, Post.state == "held")
    for post in db.session.scalars(unguarded(held, because="the thread is going out, and this opens it")).all():
        post.state, post.published_at = "published", thread.published_at
        actions.give_place(post)
        journal.record(actor, "post.published", post, about=thread)


audiences.on_release[Post] = on_post_released
audiences.on_release[Thread] = on_thread_released


def keep_title(entry, subject, about):
    """Inside the transaction: what an item is called now, its thread is called too, on their cards as well."""
    if (
        not isinstance(subject, Item)
        or isinstance(subject, Thread)
        or not entry.verb.endswith((".revised", ".changed", ".edited", ".withdrawn"))
    ):
        return
    # What was withdrawn may have no title left.
    host, title = name_of(subject), subject.title[:200] or "–"
    renamed = db.session.execute(
        update(Thread)
        .where(Thread.about == host, Thread.title != title)
        .values(title=title)
        .execution_options(synchronize_session=False)
    )
    if renamed.rowcount:
        cards = update(Card).where(Card.host == host, Card.kind.in_(("discussions", "posts"))).values(title=title)
        db.session.execute(cards.execution_options(synchronize_session=False))


def thread_card(thread):
    if thread.state != "published":
        return None
    return CardText(
        title=thread.title,
        at=thread.published_at,
        audience_id=thread.audience_id,
        language=thread.language,
        host=thread.about or name_of(thread),
        # What hangs on an item is found by the item's own card.
        text="" if thread.about else thread.title,
    )


def post_card(post):
    if post.state != "published":
        return None
    find = select(Thread.title, Thread.about, Thread.public_id).where(Thread.id == post.thread_id)
    thread = db.session.execute(unguarded(find, because="a post's card carries the title of its own thread")).one()
    return CardText(
        title=thread.title,
        at=post.published_at,
        audience_id=post.audience_id,
        language=post.language,
        host=thread.about or f"discussions/{thread.public_id}",
        text=plain(post.body),
    )


def register_links():
    """Called from wiring: how threads and posts are shown elsewhere, and found."""
    links.register("discussions", noun=_l("Discussion"), card=thread_card, icon="discussion")
    links.register("posts", noun=_lp("kind of thing", "Reply"), card=post_card, icon="discussion")
