"""The index follows the cards, and the markings of their audiences."""

from collections import defaultdict

from sqlalchemy import select

from wg_portal.core import links
from wg_portal.core.database import db
from wg_portal.core.links import Card
from wg_portal.core.names import model_named
from wg_portal.core.visibility import unguarded
from wg_portal.search.actions import index_many


def index(pairs):
    """Cards were kept: what they say is what they are found by."""
    index_many(pairs)


def follow_marking(entry, subject, about):
    """A new marking may open or close the texts of all that hangs on the audience, replies included."""
    if not entry.verb.startswith("audience."):
        return
    of = select(Card.kind, Card.public_id).where(Card.audience_id == entry.audience_id)
    names = defaultdict(list)
    for kind, public_id in db.session.execute(unguarded(of, because="the texts of one audience are indexed anew")):
        names[kind].append(public_id)
    for kind, public_ids in names.items():
        model = model_named(kind)
        if model is not None:
            rows = select(model).where(model.public_id.in_(public_ids))
            links.keep_cards(
                db.session.scalars(unguarded(rows, because="the texts of one audience are indexed anew")).all()
            )
