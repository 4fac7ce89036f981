"""A thread, its posts, and what its posts said before.

Every post and every change takes the next number of its thread, under the thread's row lock: readers use that number
as a cursor, so none may become visible after a later one.
"""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from wg_portal.audiences.models import Item
from wg_portal.core import clock
from wg_portal.core.database import Model
from wg_portal.core.ids import new_id

# The place of a post in the conversation, as text: four signs for its number in the thread after those of its parent.
# In this order of bytes a text sorts depth first, so that a page of a long thread is one range of one index.
Path = String().with_variant(String(collation="C"), "postgresql")


class Thread(Item, Model):
    """`about` is the name of the item it hangs on (one thread an item), or None when it stands alone."""

    __tablename__ = "discussions"
    __audited__ = True
    __table_args__ = (Index("ix_discussions_active_at_id", "active_at", "id"),)

    about: Mapped[str | None] = mapped_column(unique=True)
    is_closed: Mapped[bool] = mapped_column(default=False)
    seq: Mapped[int] = mapped_column(
        default=0, info={"counter": True}
    )  # how many times something was said or changed here
    count: Mapped[int] = mapped_column(default=0)  # posts that were published
    active_at: Mapped[datetime] = mapped_column(default=clock.now)  # when something was last said


class Post(Model):
    """What somebody said. `state` is held, published or withdrawn; a withdrawn one is a stub without words."""

    __tablename__ = "posts"
    __audited__ = True
    __table_args__ = (
        Index("ix_posts_thread_id_path", "thread_id", "path"),
        Index("ix_posts_thread_id_changed_seq", "thread_id", "changed_seq"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=new_id)
    thread_id: Mapped[int] = mapped_column(ForeignKey("discussions.id", ondelete="CASCADE"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"), index=True)
    # Copied from the thread: a rule that needs a join to be checked will one day be checked without it.
    audience_id: Mapped[int] = mapped_column(ForeignKey("audiences.id"), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("members.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    attribution: Mapped[str] = mapped_column(String(12), default="named")
    language: Mapped[str] = mapped_column(String(2), default="en")
    body: Mapped[str]
    body_html: Mapped[str]
    state: Mapped[str] = mapped_column(String(12), default="published")
    depth: Mapped[int] = mapped_column(default=1)
    path: Mapped[str] = mapped_column(Path)
    replies: Mapped[int] = mapped_column(default=0)  # direct ones that were published
    seq: Mapped[int] = mapped_column(default=0)  # when it was said, in the thread's count; 0 while held
    changed_seq: Mapped[int] = mapped_column(default=0)  # when it was said or last changed
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    published_at: Mapped[datetime] = mapped_column(default=clock.now)
    edited_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class PostRevision(Model):
    """An earlier text of a post. Once the post is withdrawn it is erased for everyone but its author."""

    __tablename__ = "post_revisions"
    __audited__ = True

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=new_id)
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"), index=True)
    audience_id: Mapped[int] = mapped_column(ForeignKey("audiences.id"), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("members.id"), index=True)
    language: Mapped[str] = mapped_column(String(2), default="en")
    body: Mapped[str]
    body_html: Mapped[str]
    written_at: Mapped[datetime]
    is_erased: Mapped[bool] = mapped_column(default=False)
