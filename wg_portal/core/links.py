"""How features that do not know each other meet on a page.

Each readable thing has a card, kept by listening to the journal: its title, kind and standing, under its own audience.
Rows are linked by name (`briefs/x` is about `laws/y`). Pages, lists, Today and search ask for cards, in one query and
through the door: what the viewer may not read is in no answer, no count, no label.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from wg_portal.core import clock
from wg_portal.core.database import Model, db
from wg_portal.core.names import split_name
from wg_portal.core.visibility import readable, seen_by, unguarded


class Link(Model):
    """`kind/public_id` is about `target`, a name such as laws/x or countries/EG. Read only by joining cards."""

    __tablename__ = "links"
    __table_args__ = (
        UniqueConstraint("kind", "public_id", "target"),
        Index("ix_links_target_kind", "target", "kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    public_id: Mapped[str]
    target: Mapped[str]
    target_id: Mapped[str]  # the public id in `target`, so that linked rows are found by key in both directions


class Card(Model):
    """What other pages show of a row. Guarded by the audience of the row it stands for."""

    __tablename__ = "cards"
    __table_args__ = (
        UniqueConstraint("public_id", "kind"),  # found by id alone too, in whatever order a page asks
        Index("ix_cards_kind_at_id", "kind", "at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    public_id: Mapped[str]
    host: Mapped[str]  # the name of the page that shows it: its own, or its thread's
    title: Mapped[str]
    note: Mapped[str] = mapped_column(default="")  # a code, told in words by the feature, e.g. in_force
    language: Mapped[str] = mapped_column(String(2), default="en")
    at: Mapped[datetime] = mapped_column(default=clock.now)
    audience_id: Mapped[int] = mapped_column(ForeignKey("audiences.id"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))  # None: nobody may know


@dataclass
class CardText:
    """What a feature says of a row: what its card shows, and the text that search finds it by.

    organisation_id: who wrote it, where its readers may know. Leave it out of what is shown without an author.
    """

    title: str
    at: datetime
    audience_id: int
    note: str = ""
    language: str = "en"
    host: str = ""
    text: str = ""
    organisation_id: int | None = None


@dataclass
class Registered:
    noun: object  # lazy translation: "Brief"
    card: Callable  # (row) -> CardText, or None when the row is not to be found now
    note: Callable  # (code) -> translated words
    icon: str


@dataclass
class Related:
    """A row of another feature, as a page shows it: ready words, already allowed to this viewer."""

    name: str
    url: str
    title: str
    kind: str
    noun: str
    note: str
    language: str
    at: datetime
    audience_id: int
    icon: str
    host: str  # the name of the page that shows it: a thread's is its item's


registry: dict = {}
AT_ONCE = 500  # rows of one statement


def register(kind, *, noun, card, note=str, icon="resp"):
    """Called when a feature is wired in: how rows of table `kind` are shown elsewhere, and found."""
    registry[kind] = Registered(noun, card, note, icon)


def url(name):
    """The address of a named row. Every kind answers at /<kind>/<public id>."""
    return f"/{name}"


# Functions of [(Card, CardText)], run when cards were kept, in the same transaction. Filled in by create_app().
kept: list = []


def brought(subject):
    """The rows that a journal line is about: its subject, or, for a batch such as an import, all that it brought."""
    return getattr(subject, "brought", None) or [subject]


def keep_card(entry, subject, about):
    """Listener, inside the transaction: the cards of the subject, or of a whole batch, say what is true now."""
    rows = [row for row in brought(subject) if getattr(row, "__tablename__", None) in registry]
    for at in range(0, len(rows), AT_ONCE):
        keep_cards(rows[at : at + AT_ONCE])


def keep_cards(rows):
    """The cards of rows of one table say what is true now. Two statements, however many rows; then whoever follows."""
    if not rows or rows[0].__tablename__ not in registry:
        return
    kind = rows[0].__tablename__
    find = select(Card).where(Card.kind == kind, Card.public_id.in_([row.public_id for row in rows]))
    found = db.session.scalars(unguarded(find, because="keeping the cards of rows that were just written"))
    cards = {card.public_id: card for card in found}
    pairs = []
    for row in rows:
        card, text = cards.get(row.public_id), registry[kind].card(row)
        if text is None:
            if card is not None:
                db.session.delete(card)
            continue
        if card is None:
            card = Card(kind=kind, public_id=row.public_id)
            db.session.add(card)
        card.host, card.title, card.note = text.host or f"{kind}/{row.public_id}", text.title[:200], text.note
        card.language, card.at, card.audience_id = text.language, text.at, text.audience_id
        card.organisation_id = text.organisation_id
        pairs.append((card, text))
    db.session.flush()
    for follow in kept:
        follow(pairs)


def shown(card):
    """A selected row of card columns as Related, in the words of the present language."""
    registered = registry[card.kind]
    return Related(
        name=f"{card.kind}/{card.public_id}",
        url=url(f"{card.kind}/{card.public_id}"),
        title=card.title,
        kind=card.kind,
        noun=str(registered.noun),
        note=str(registered.note(card.note)) if card.note else "",
        language=card.language,
        at=card.at,
        audience_id=card.audience_id,
        icon=registered.icon,
        host=card.host,
    )


def columns(cards):
    return (
        cards.id,
        cards.kind,
        cards.public_id,
        cards.host,
        cards.title,
        cards.note,
        cards.language,
        cards.at,
        cards.audience_id,
    )


def labels(viewer, names):
    """name -> Related, for those of the named rows that the viewer may read. One query."""
    split = [split_name(name) for name in set(names)]
    ids = [public_id for kind, public_id in split if kind in registry]
    if not ids:
        return {}
    cards = readable(Card)
    rows = db.session.execute(select(*columns(cards)).where(cards.public_id.in_(ids)), seen_by(viewer))
    return {f"{row.kind}/{row.public_id}": shown(row) for row in rows if row.kind in registry}


def related(viewer, targets, kinds=None, limit=60):
    """kind -> list of Related linked to any of the named targets, newest first. One query."""
    cards = readable(Card)
    statement = (
        select(*columns(cards))
        .join(Link, (Link.kind == cards.kind) & (Link.public_id == cards.public_id))
        .where(Link.target.in_(targets), cards.kind.in_(kinds or list(registry)))
        .distinct()
        .order_by(cards.at.desc(), cards.id.desc())
    )
    found = defaultdict(list)
    for row in db.session.execute(statement.limit(limit), seen_by(viewer)):
        found[row.kind].append(shown(row))
    return found


def around(viewer, name, limit=60):
    """kind -> list of Related linked to this row or linked from it, newest first. One query for a record's page."""
    kind, public_id = split_name(name)
    cards = readable(Card)
    # Ids are unique across kinds, so names are found first: the cost does not grow with the number of cards.
    pointing = select(Link.public_id).where(Link.target == name)
    pointed = select(Link.target_id).where(Link.kind == kind, Link.public_id == public_id)
    statement = select(*columns(cards)).where(cards.public_id.in_(pointing.union_all(pointed)))
    statement = statement.order_by(cards.at.desc(), cards.id.desc())
    found = defaultdict(list)
    for row in db.session.execute(statement.limit(limit), seen_by(viewer)):
        if row.kind in registry:
            found[row.kind].append(shown(row))
    return found


def targets_of(name):
    """Names that a row is about. Label them before showing them: labels() hides what may not be seen."""
    kind, public_id = split_name(name)
    found = select(Link.target).where(Link.kind == kind, Link.public_id == public_id)
    return db.session.scalars(found.order_by(Link.id)).all()


def targets_of_many(kind, public_ids):
    """public_id -> list of target names, one query."""
    found = defaultdict(list)
    rows = select(Link.public_id, Link.target).where(Link.kind == kind, Link.public_id.in_(public_ids))
    for public_id, target in db.session.execute(rows.order_by(Link.id)):
        found[public_id].append(target)
    return found


def set_links(name, targets):
    """Say what a row is about, in the present transaction, in the stead of what was said before."""
    kind, public_id = split_name(name)
    db.session.execute(delete(Link).where(Link.kind == kind, Link.public_id == public_id))
    for target in dict.fromkeys(targets):
        db.session.add(Link(kind=kind, public_id=public_id, target=target, target_id=split_name(target)[1]))
    db.session.flush()
