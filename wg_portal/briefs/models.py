"""Briefs, and every published version of them."""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from wg_portal.audiences.models import Item
from wg_portal.core import clock
from wg_portal.core.database import Model
from wg_portal.core.ids import new_id

KINDS = ("brief", "alert", "legal_analysis", "lessons", "standing")


class Brief(Item, Model):
    """A short text on one or more laws. What was written stays in the revisions; this row has what is true now."""

    __tablename__ = "briefs"
    __audited__ = True
    __table_args__ = (
        CheckConstraint(f"kind IN {KINDS}", name="kind"),
        Index("ix_briefs_published_at_id", "published_at", "id"),
    )

    kind: Mapped[str]
    countries: Mapped[list] = mapped_column(JSON, default=list)  # codes; links countries/EG say the same to others
    body: Mapped[str] = mapped_column(Text)
    body_html: Mapped[str] = mapped_column(Text)
    asked: Mapped[str] = mapped_column(Text, default="")  # what members are asked to do
    asked_html: Mapped[str] = mapped_column(Text, default="")
    asked_by: Mapped[datetime | None]  # until when: the end of a day in its author's zone
    sources: Mapped[list] = mapped_column(JSON, default=list)  # {title, url, archived}: archived is a partial date
    revisions: Mapped[int] = mapped_column(default=1)  # how many there are
    revised_at: Mapped[datetime | None]


class BriefRevision(Model):
    """One published version, never changed. Written when the brief is released, so that a held one has none."""

    __tablename__ = "brief_revisions"
    __table_args__ = (UniqueConstraint("brief_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=new_id)
    brief_id: Mapped[int] = mapped_column(ForeignKey("briefs.id", ondelete="CASCADE"))
    number: Mapped[int]
    title: Mapped[str]
    body: Mapped[str] = mapped_column(Text)
    asked: Mapped[str] = mapped_column(Text, default="")
    reason: Mapped[str] = mapped_column(default="")
    author_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    made_at: Mapped[datetime] = mapped_column(default=clock.now)
    withdrawn: Mapped[bool] = mapped_column(default=False)  # with its brief: then only its author reads it
    audience_id: Mapped[int] = mapped_column(ForeignKey("audiences.id"), index=True)
