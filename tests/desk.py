"""A desk that puts texts under audiences, as every feature does: a row, its card, its postings, in one transaction."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select

from wg_portal.audiences.actions import new_audience
from wg_portal.core import journal, links
from wg_portal.core.database import db
from wg_portal.core.links import Card, CardText
from wg_portal.core.transactions import transaction
from wg_portal.core.visibility import unguarded

WRITTEN = datetime(2026, 3, 12, 9, tzinfo=UTC)


@dataclass
class Text:
    """A row of a feature, as the index sees it."""

    public_id: str
    card: CardText | None
    __tablename__: str = "texts"


class Desk:
    def __init__(self, world):
        self.world, self.written, self.audiences = world, 0, {}

    def audience(self, actor, **choice):
        key = (actor.id, json.dumps(choice, sort_keys=True, default=str))
        if key not in self.audiences:
            circles = choice.pop("circles", ())
            audience = new_audience(actor, self.world.choose(*circles, **choice))
            journal.record(actor, "scene.set", audience, private=True)
            self.audiences[key] = audience.id
        return self.audiences[key]

    def write(
        self,
        title,
        text="",
        language="en",
        *,
        kind="texts",
        about=(),
        at=WRITTEN,
        note="",
        by=None,
        actor=None,
        host="",
        **choice,
    ):
        """Publish a text; to everyone, unless a choice says otherwise. Returns it."""
        self.written += 1
        if not choice:
            choice = {"circles": ("everyone",)}
        with transaction():
            audience_id = self.audience(actor or self.world.delegate, **choice)
            body = self.world.bodies[by].id if by else None
            told = CardText(title, at, audience_id, note, language, host, text, body)
            row = Text(f"{kind}-{self.written:04}-0123456789", told, kind)
            links.set_links(f"{kind}/{row.public_id}", about)
            links.keep_card(None, row, row)
        return row

    def change(self, row, **values):
        with transaction():
            for name, value in values.items():
                setattr(row.card, name, value)
            links.keep_card(None, row, row)

    def take_away(self, row):
        row.card = None
        with transaction():
            links.keep_card(None, row, row)

    def card(self, row):
        """The card of a text, found without anybody looking."""
        find = select(Card).where(Card.public_id == row.public_id)
        return db.session.scalar(unguarded(find, because="a scene looks behind the door"))
