"""What search knows: the terms of each card, and its text for excerpts. Both under the audience of the card.

Two small tables instead of an engine of either database: hits and their order are the same on both. Weights are whole
thousandths, so that sums are too: floating point would order equal hits differently here and there.
"""

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from wg_portal.core.database import Model

# PostgreSQL compares by the bytes; its other collations differ between machines, and are slower.
TERM = String(48).with_variant(String(48, collation="C"), "postgresql")


class Posting(Model):
    """A term stands in a card's title or text. `weight` is BM25's for this text, without the rarity of the term."""

    __tablename__ = "postings"
    __table_args__ = {"sqlite_with_rowid": False}

    term: Mapped[str] = mapped_column(TERM, primary_key=True)
    card_id: Mapped[int] = mapped_column(ForeignKey("cards.id", ondelete="CASCADE"), primary_key=True, index=True)
    weight: Mapped[int]
    audience_id: Mapped[int] = mapped_column(ForeignKey("audiences.id"))


class Document(Model):
    """The words of a card: its text as written, for excerpts, and folded with its title, for quoted phrases.

    A marking may keep the text out of the index; then it is not here either.
    """

    __tablename__ = "documents"

    card_id: Mapped[int] = mapped_column(ForeignKey("cards.id", ondelete="CASCADE"), primary_key=True)
    audience_id: Mapped[int] = mapped_column(ForeignKey("audiences.id"), index=True)
    title: Mapped[str]
    text: Mapped[str]
    language: Mapped[str] = mapped_column(String(2))
    folded: Mapped[str]
