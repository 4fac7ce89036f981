"""Responses and the answers organisations give to them. The text is frozen and hashed when it is opened for signature."""

import hashlib
import re
import secrets
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from wg_portal.audiences.models import Item
from wg_portal.core import clock
from wg_portal.core.database import Model
from wg_portal.procedures.models import Voice

BETWEEN_PARAGRAPHS = re.compile(r"\n[ \t]*\n+")
OWN_NUMBER = re.compile(r"^\s*\d{1,3}[.)]\s+")

KINDS = ("joint_statement", "demarche", "letter", "submission", "assistance", "campaign", "other")

STEPS = {
    "drafting": ("open", "withdrawn"),
    "open": ("released", "closed", "withdrawn"),
    "released": (),
    "closed": (),
    "withdrawn": (),
}
"""status -> where it may go from there."""

JOINING = ("joins", "ad_referendum", "aligns")
ANSWERS = (*JOINING, "awaiting", "cannot", "withdrawn", "endorses")
LISTS = ("delegations", "chair")

SYMBOL_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


def new_symbol():
    """'WG/K7Q': to be cited, and telling nothing of how many there are."""
    return "WG/" + "".join(secrets.choice(SYMBOL_LETTERS) for _place in range(3))


class Response(Item, Model):
    __tablename__ = "responses"
    __audited__ = True
    __table_args__ = (
        CheckConstraint(f"kind IN {KINDS}", name="kind"),
        CheckConstraint(f"status IN {tuple(STEPS)}", name="status"),
        Index("ix_responses_published_at_id", "published_at", "id"),
    )

    kind: Mapped[str] = mapped_column(String(20), default="joint_statement")
    symbol: Mapped[str] = mapped_column(String(12), unique=True, default=new_symbol)
    status: Mapped[str] = mapped_column(String(12), default="drafting")
    lead_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    pen_holder_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    paragraphs: Mapped[list] = mapped_column(JSON, default=list)  # Markdown, one string a numbered paragraph
    paragraphs_html: Mapped[list] = mapped_column(JSON, default=list)
    fingerprint: Mapped[str] = mapped_column(String(64), default="")  # SHA-256 of the frozen text
    sign_by: Mapped[datetime | None]
    minimum: Mapped[int | None]  # how many must join before it is released
    list_for: Mapped[str] = mapped_column(String(12), default="delegations")  # who follows the running list
    countries: Mapped[list] = mapped_column(JSON, default=list)
    opened_at: Mapped[datetime | None]
    released_at: Mapped[datetime | None]

    @property
    def text(self):
        return "\n\n".join(self.paragraphs)

    def hash_of_text(self):
        """The fingerprint of title and text as they stand."""
        return hashlib.sha256(f"{self.title}\n\n{self.text}".encode()).hexdigest()

    @property
    def is_signable(self):
        """Open, and the deadline has not passed: by the clock, not by a job."""
        return self.status == "open" and self.state == "published" and self.sign_by > clock.now()

    @property
    def stage(self):
        """The status as readers see it: an open text whose deadline has passed waits for its release."""
        return "awaiting_release" if self.status == "open" and self.sign_by <= clock.now() else self.status


class SignOn(Voice, Model):
    """What one organisation says to a response. Civil society organisations endorse, in a list of their own.

    Who reads an answer is told in policy: a refusal looks like silence, for ever.
    """

    __tablename__ = "signons"
    __audited__ = True
    __table_args__ = (
        UniqueConstraint("response_id", "organisation_id"),
        CheckConstraint(f"answer IN {ANSWERS}", name="answer"),
    )

    response_id: Mapped[int] = mapped_column(ForeignKey("responses.id", ondelete="CASCADE"))
    answer: Mapped[str] = mapped_column(String(16))
    confirm_by: Mapped[datetime] = mapped_column(default=clock.FOREVER)  # ad referendum: confirmed by then, or it drops


@dataclass
class Text:
    """What a response says, checked. `linked` holds names of pages the actor may see."""

    title: str
    kind: str
    language: str
    lead_id: int
    pen_holder_id: int
    paragraphs: list
    countries: list = field(default_factory=list)
    linked: list = field(default_factory=list)


def paragraphs(text):
    """Paragraphs stand between blank lines; a number typed before one is dropped, since the page counts."""
    parts = [OWN_NUMBER.sub("", part).strip() for part in BETWEEN_PARAGRAPHS.split(text or "")]
    return [part for part in parts if part]
