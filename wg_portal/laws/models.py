"""Laws with their dated and sourced stages, what an import brought, and the norms laws are measured by.

A law's `stage` repeats the last of its history, for lists; the history is the truth and is only ever added to.
"""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from wg_portal.audiences.models import Item
from wg_portal.core import clock
from wg_portal.core.database import Model
from wg_portal.core.ids import new_id


class Law(Item, Model):
    """A law, bill, decree or regulation, of a state or a part of one. `title` is English or translated."""

    __tablename__ = "laws"
    __audited__ = True
    __table_args__ = (
        Index("ix_laws_stage_key_id", "stage_key", "id"),
        Index("ix_laws_jurisdiction_stage_key_id", "jurisdiction", "stage_key", "id"),
    )

    jurisdiction: Mapped[str] = mapped_column(String(2))
    subdivision: Mapped[str] = mapped_column(String(100), default="")
    title_original: Mapped[str] = mapped_column(String(500), default="")
    language_original: Mapped[str] = mapped_column(String(3), default="")
    identifier: Mapped[str] = mapped_column(String(200), default="")
    year: Mapped[int | None]
    effect: Mapped[str] = mapped_column(String(12), default="restrictive")
    barriers: Mapped[list] = mapped_column(JSON, default=list)  # codes of laws/vocabulary.py
    principles: Mapped[list] = mapped_column(JSON, default=list)
    summary: Mapped[str] = mapped_column(default="")
    source_name: Mapped[str] = mapped_column(String(200), default="")
    source_url: Mapped[str] = mapped_column(String(500), default="")
    confidence: Mapped[str] = mapped_column(String(8), default="")
    stage: Mapped[str] = mapped_column(String(20))
    stage_on: Mapped[str] = mapped_column(String(10), default="")  # a partial date: 2019, 2019-08 or 2019-08-24
    stage_key: Mapped[int] = mapped_column(default=0)  # orders the partial dates
    next_step: Mapped[str] = mapped_column(String(200), default="")
    next_on: Mapped[str] = mapped_column(String(10), default="")
    # What an import knows it by, and a hash of the row it last brought. Members' own laws have neither, so that an
    # import neither finds nor changes what they wrote for a narrower audience.
    identity: Mapped[str | None] = mapped_column(String(64), unique=True)
    imported_hash: Mapped[str | None] = mapped_column(String(64))

    @property
    def countries(self):
        return [self.jurisdiction]


class LawStage(Model):
    """One dated and sourced step of a law's history. Added, never changed."""

    __tablename__ = "law_stages"
    __audited__ = True
    __table_args__ = (Index("ix_law_stages_law_id_on_key", "law_id", "on_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=new_id)
    law_id: Mapped[int] = mapped_column(ForeignKey("laws.id", ondelete="CASCADE"))
    audience_id: Mapped[int] = mapped_column(ForeignKey("audiences.id"), index=True)
    stage: Mapped[str] = mapped_column(String(20))
    on: Mapped[str] = mapped_column("on_date", String(10), default="")
    on_key: Mapped[int] = mapped_column(default=0)
    source_name: Mapped[str] = mapped_column(String(200), default="")
    source_url: Mapped[str] = mapped_column(String(500), default="")
    note: Mapped[str] = mapped_column(String(500), default="")
    added_at: Mapped[datetime] = mapped_column(default=clock.now)


class Import(Model):
    """What one file brought: its report, and the subject of its journal line. For the organisation that imported."""

    __tablename__ = "imports"
    __audited__ = True

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=new_id)
    at: Mapped[datetime] = mapped_column(default=clock.now)
    kind: Mapped[str] = mapped_column(String(8))  # laws or norms
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    created: Mapped[int] = mapped_column(default=0)
    changed: Mapped[int] = mapped_column(default=0)
    unchanged: Mapped[int] = mapped_column(default=0)

    # The rows whose cards and index entries are to be kept with it; see core/links.brought.
    brought = ()


class Norm(Model):
    """An article of a treaty, a resolution, a judgment: what laws are measured by.

    Reference data: published texts, imported by the secretariat, the same for every member, with nothing in it that
    a member wrote. It is therefore the one table of this feature that has no audience and no rule at the door.
    """

    __tablename__ = "norms"
    __audited__ = True

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)  # such as iccpr-22; stands in addresses
    position: Mapped[int] = mapped_column(default=0)  # the order of the file, which is the order of the page
    instrument: Mapped[str] = mapped_column(String(200))
    article: Mapped[str] = mapped_column(String(60), default="")
    title: Mapped[str] = mapped_column(String(200), default="")
    year: Mapped[int | None]
    kind: Mapped[str] = mapped_column(String(20))
    body: Mapped[str] = mapped_column(String(60), default="")
    principles: Mapped[list] = mapped_column(JSON, default=list)
    note: Mapped[str] = mapped_column(default="")
    url: Mapped[str] = mapped_column(String(500), default="")
    confidence: Mapped[str] = mapped_column(String(8), default="")
    basis: Mapped[str] = mapped_column(String(100), default="")

    @property
    def public_id(self):
        return self.code
