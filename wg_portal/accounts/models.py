"""Organisations and the members who sit in them.

`Member` is identity for the door only. What tells who a person is lives in the guarded `Profile`; how they sign in
lives in `Account`, which only this package reads.
"""

from datetime import datetime

from flask_security import RoleMixin, UserMixin
from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from wg_portal.core import clock
from wg_portal.core.database import Model
from wg_portal.core.ids import new_id

KINDS = ("government", "civil_society", "secretariat")
POSITIONS = ("head", "alternate", "delegate", "observer")


class Organisation(Model):
    __tablename__ = "organisations"
    __audited__ = True
    __table_args__ = (CheckConstraint(f"kind IN {KINDS}", name="kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=new_id)
    kind: Mapped[str]
    code: Mapped[str] = mapped_column(String(8), unique=True)  # a country's two letters, or two of its own
    name: Mapped[str]
    names: Mapped[dict] = mapped_column(JSON, default=dict)  # language -> its own name; a state's comes from its code
    is_chair: Mapped[bool] = mapped_column(default=False)
    since: Mapped[datetime] = mapped_column(default=clock.now)
    until: Mapped[datetime] = mapped_column(default=clock.FOREVER)


class Member(Model):
    __tablename__ = "members"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=new_id)
    last_here_at: Mapped[datetime | None]  # when the visit before this one ended
    here_at: Mapped[datetime | None]  # the present visit


class Seat(Model):
    """A member speaks from a seat. Ended seats stay, so that the past stays true."""

    __tablename__ = "seats"
    __audited__ = True
    __table_args__ = (
        CheckConstraint(f"position IN {POSITIONS}", name="position"),
        Index("ix_seats_organisation_id_until", "organisation_id", "until"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=new_id)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    position: Mapped[str]
    since: Mapped[datetime] = mapped_column(default=clock.now)
    until: Mapped[datetime] = mapped_column(default=clock.FOREVER)


class Profile(Model):
    """What a person chose to tell, and to whom: 'everyone', 'organisation' (their own) or 'nobody'."""

    __tablename__ = "profiles"
    __audited__ = True
    __table_args__ = (CheckConstraint("shown_to IN ('everyone', 'organisation', 'nobody')", name="shown_to"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=new_id)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), unique=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    name: Mapped[str] = mapped_column(default="")
    about: Mapped[str] = mapped_column(default="")
    shown_to: Mapped[str] = mapped_column(default="organisation")
    is_at_risk: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class Role(Model, RoleMixin):
    """Flask-Security asks for roles; ours are seats, so this table stays empty."""

    __tablename__ = "roles"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)


class Account(Model, UserMixin):
    """How a member signs in."""

    __tablename__ = "accounts"

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), unique=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    password: Mapped[str | None]
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    language: Mapped[str] = mapped_column(String(2), default="en")
    timezone: Mapped[str] = mapped_column(default="UTC")
    hold: Mapped[int | None]  # seconds before a text goes out; None is the group's own

    roles = ()  # type: ignore[assignment]


class AuthSession(Model):
    """One signed-in browser. The cookie holds a random handle, this row its hash: a stolen dump opens nothing."""

    __tablename__ = "auth_sessions"

    id: Mapped[int] = mapped_column(primary_key=True)
    handle_hash: Mapped[str] = mapped_column(String(64), unique=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), index=True)
    device: Mapped[str] = mapped_column(String(80), default="")
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    seen_at: Mapped[datetime] = mapped_column(default=clock.now)
    ended_at: Mapped[datetime] = mapped_column(default=clock.FOREVER)


class Invitation(Model):
    """Single use, bound to an address. The token is stored hashed and never is access by itself."""

    __tablename__ = "invitations"
    __audited__ = True

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=new_id)
    token_hash: Mapped[str | None] = mapped_column(String(64), unique=True)  # set when the letter is written
    email: Mapped[str] = mapped_column(String(254))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    position: Mapped[str]
    language: Mapped[str] = mapped_column(String(2), default="en")
    invited_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    made_at: Mapped[datetime] = mapped_column(default=clock.now)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class Setting(Model):
    """The group's own settings, by name, such as government_seats."""

    __tablename__ = "settings"
    __audited__ = True

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]

    @property
    def public_id(self):
        return self.name
