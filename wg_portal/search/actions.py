"""Keeping the index: what a card says now is what it is found by, from the transaction that wrote it on."""

from sqlalchemy import delete, insert, select

from wg_portal.audiences.markings import MARKINGS
from wg_portal.audiences.models import Audience
from wg_portal.core.database import db
from wg_portal.core.visibility import unguarded
from wg_portal.search import policy  # noqa: F401 (its rules must be known before anything is read)
from wg_portal.search.analyzer import LONGEST, index_terms, normal
from wg_portal.search.models import Document, Posting

TITLE = 4  # a word in the title counts as four in the text
AT_ONCE = 5_000

# BM25 in its usual setting. The average length is fixed, or every new text would change the weights of all others.
K1, B, USUAL_LENGTH = 1.2, 0.75, 250


def index_many(pairs):
    """Index cards by their texts, in the present transaction. pairs: [(Card, CardText)], the cards flushed."""
    by_title_only = title_only({card.audience_id for card, _ in pairs})
    known = documents([card.id for card, _ in pairs])
    changed = []
    for card, text in pairs:
        words = "" if card.audience_id in by_title_only else text.text[:LONGEST]
        says = (card.audience_id, card.title, words, card.language)
        if known.get(card.id) != says:
            changed.append((card.id, *says))
    write(changed, already=known)


def title_only(audience_ids):
    """Audiences whose marking lets an item be found by its title only."""
    rows = select(Audience.id, Audience.marking).where(Audience.id.in_(audience_ids))
    found = db.session.execute(unguarded(rows, because="the marking says how much of a text is indexed"))
    return {row.id for row in found if MARKINGS[row.marking].search == "title"}


def documents(card_ids):
    """card id -> what the index says of it."""
    rows = select(Document.card_id, Document.audience_id, Document.title, Document.text, Document.language)
    found = db.session.execute(
        unguarded(rows.where(Document.card_id.in_(card_ids)), because="a text that did not change is not indexed again")
    )
    return {row.card_id: tuple(row[1:]) for row in found}


def write(changed, already):
    """changed: [(card id, audience id, title, text, language)]."""
    gone = [row[0] for row in changed if row[0] in already]
    for model in (Posting, Document) if gone else ():
        db.session.execute(delete(model.__table__).where(model.card_id.in_(gone)))
    texts, postings = [], []
    for card_id, audience_id, title, text, language in changed:
        told = {"card_id": card_id, "audience_id": audience_id}
        folded = normal(title) + normal(text)
        texts.append({**told, "title": title, "text": text, "language": language, "folded": folded})
        for term, weight in weights(title, text, language).items():
            postings.append({**told, "term": term, "weight": weight})
    for model, rows in ((Document, texts), (Posting, postings)):
        for start in range(0, len(rows), AT_ONCE):
            db.session.execute(insert(model.__table__), rows[start : start + AT_ONCE])


def weights(title, text, language):
    """term -> thousandths: how much a text is about it, with less and less for each repetition."""
    counts = index_terms(text, language)
    for term, count in index_terms(title, language).items():
        counts[term] += TITLE * count
    dampened = K1 * (1 - B + B * counts.total() / USUAL_LENGTH)
    return {term: round(1000 * count * (K1 + 1) / (count + dampened)) for term, count in counts.items()}
