"""The journal: one line for everything that happens, kept for ever.

It is the audit trail, and the only thing the rest of the house listens to. Lines hold names and ids, never what
people wrote. Who may read a line is told in audiences/policy.py.
"""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from wg_portal.core import clock
from wg_portal.core.database import Model, db
from wg_portal.core.ids import new_id
from wg_portal.core.names import name_of


class Entry(Model):
    """One line. A private one is for its actor, and for those of the organisation acted for who are in the audience."""

    __tablename__ = "journal"
    __table_args__ = (
        Index("ix_journal_about_id", "about", "id"),
        Index("ix_journal_audience_id_id", "audience_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=new_id)
    at: Mapped[datetime] = mapped_column(default=clock.now, index=True)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"), index=True)
    acting_for_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    verb: Mapped[str]
    subject: Mapped[str] = mapped_column(index=True)  # what it happened to, e.g. posts/hZ3…
    about: Mapped[str]  # what people follow to hear of it, e.g. threads/kQ0…
    audience_id: Mapped[int | None] = mapped_column(ForeignKey("audiences.id"))  # None: of nobody's item
    is_private: Mapped[bool] = mapped_column(default=False)
    details: Mapped[dict] = mapped_column(JSON, default=dict)


# Filled in by create_app(), so that the whole wiring can be read in one place.
listeners_inside: list = []  # run in the transaction: may write rows, may veto
listeners_after: list = []  # run after the commit: may talk to the outside world


def record(actor, verb, subject, about=None, *, acting_for=None, private=False, lost=(), **details):
    """Write down that `actor` did `verb` to `subject`, and let the house react.

    Its readers are the audience of the subject, else of what it is about; without either, the line is private.

    actor: whoever has an id, or None for the system. acting_for: an organisation, or None for oneself.
    private: not for the whole audience of the subject, only for the actor and the organisation acted for.
    lost: ids of members who could read the subject before and must be told to look again.
    """
    about = about or subject
    db.session.flush()  # the subject needs its id
    audience_id = getattr(subject, "audience_id", None) or getattr(about, "audience_id", None)
    entry = Entry(
        actor_id=actor.id if actor else None,
        acting_for_id=acting_for.id if acting_for else None,
        verb=verb,
        subject=name_of(subject),
        about=name_of(about),
        audience_id=audience_id,
        is_private=private or audience_id is None,
        details=details,
    )
    db.session.add(entry)
    db.session.flush()
    # Before the listeners: what they record in turn comes after, and is not what the member's request made.
    db.session.info.setdefault("recorded", []).append((entry, subject, about, frozenset(lost)))
    for listener in listeners_inside:
        listener(entry, subject, about)
    return entry
