"""An item's audience, the roster it points to, and what every item has.

    item.audience_id -> audience (one per root item, edited in place) -> roster (interned) -> roster_members (materialised)

A rule is two primary-key probes and the clock. Narrowing updates one row; a joiner touches rosters only.
"""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from wg_portal.core import clock
from wg_portal.core.database import Model
from wg_portal.core.ids import new_id

ATTRIBUTIONS = ("named", "organisation")
"""How an author is shown, from open to protective: a choice may only move to the right."""


class Group(Model):
    """A standing group, such as a country team. Living: who joins reads the past."""

    __tablename__ = "groups"
    __audited__ = True

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=new_id)
    name: Mapped[str]
    names: Mapped[dict] = mapped_column(JSON, default=dict)
    definition: Mapped[dict] = mapped_column(JSON, default=dict)  # as a roster's, without groups


class Roster(Model):
    """The members that a definition means today, and how many they are. One row a definition, however many items."""

    __tablename__ = "rosters"

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    definition: Mapped[dict] = mapped_column(JSON)
    figures: Mapped[dict] = mapped_column(JSON, default=dict)  # people, governments, organisations, secretariat


class RosterPart(Model):
    """What a definition mentions, so that a change of seats finds the rosters it touches."""

    __tablename__ = "roster_parts"

    part: Mapped[str] = mapped_column(primary_key=True)  # circle/governments, organisation/3, group/2, person/17
    roster_id: Mapped[int] = mapped_column(ForeignKey("rosters.id"), primary_key=True)


class RosterMember(Model):
    __tablename__ = "roster_members"
    __table_args__ = (Index("ix_roster_members_member_id", "member_id"),)

    roster_id: Mapped[int] = mapped_column(ForeignKey("rosters.id"), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), primary_key=True)
    until: Mapped[datetime] = mapped_column(default=clock.FOREVER)  # the end of the seat it comes from
    stays: Mapped[bool] = mapped_column(default=False)  # the author, or who inherits: in, also after the audience ended


class Audience(Model):
    """Who can see one item and all that belongs to it, and how far they may pass it on."""

    __tablename__ = "audiences"
    __audited__ = True

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=new_id)
    roster_id: Mapped[int] = mapped_column(ForeignKey("rosters.id"), index=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))  # whose item it is
    marking: Mapped[str] = mapped_column(String(12), default="AMBER")
    until: Mapped[datetime] = mapped_column(default=clock.FOREVER)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class Item:
    """What every root item has. `state` is held, published or withdrawn; a held one exists for its author only."""

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=new_id)
    title: Mapped[str] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(2), default="en")
    attribution: Mapped[str] = mapped_column(String(12), default="named")
    state: Mapped[str] = mapped_column(String(12), default="published")
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    published_at: Mapped[datetime] = mapped_column(default=clock.now)
    version: Mapped[int] = mapped_column(default=1)

    @declared_attr
    def audience_id(cls) -> Mapped[int]:
        return mapped_column(ForeignKey("audiences.id"), index=True)

    @declared_attr
    def author_id(cls) -> Mapped[int]:
        return mapped_column(ForeignKey("members.id"), index=True)

    @declared_attr
    def organisation_id(cls) -> Mapped[int]:
        return mapped_column(ForeignKey("organisations.id"), index=True)

    @declared_attr.directive
    def __mapper_args__(cls):
        return {"version_id_col": cls.__table__.c.version}
