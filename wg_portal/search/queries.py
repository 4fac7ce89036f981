"""One question over everything the viewer may see: ranked hits with excerpts, and how many there are of each sort.

Whatever orders or counts is worked out from readable rows alone, the rarity of words included: a hidden text changes
no place, no count and no facet.
"""

import math
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from markupsafe import Markup
from sqlalchemy import and_, case, exists, false, func, literal, or_, select, union_all

from wg_portal.accounts.queries import directory
from wg_portal.audiences.queries import described
from wg_portal.core import links
from wg_portal.core.database import db
from wg_portal.core.links import Card, Link
from wg_portal.core.visibility import readable, seen_by
from wg_portal.search import policy  # noqa: F401 (its rules must be known before anything is read)
from wg_portal.search.analyzer import snippet
from wg_portal.search.models import Document, Posting
from wg_portal.search.query import Query, parse_query

PAGE = 20
MOST = 100  # hits shown; who wants more refines the words
COUNTRIES = 12  # values of the country facet
EXCERPT = 200
COUNTRY = "countries/"
SUPPOSED = 100_000  # texts: rarity needs a size, and counting what one may read would cost more than it tells


@dataclass
class Hit:
    """A found row, as the page shows it. `excerpt` is safe HTML with <mark>, or empty."""

    name: str
    url: str
    title: str
    kind: str
    noun: str
    note: str
    language: str
    at: datetime
    audience: object
    excerpt: Markup


@dataclass
class Found:
    """One page of hits. kinds: [(kind, noun, count)], countries: [(code, count)]; total counts them all."""

    query: Query
    hits: list = field(default_factory=list)
    total: int = 0
    kinds: list = field(default_factory=list)
    countries: list = field(default_factory=list)
    page: int = 1
    has_more: bool = False

    @property
    def is_cut(self):
        """There are more hits than are shown."""
        return self.total > MOST


def search(viewer, text, page=1):
    """What the viewer may read that answers `text`, best first. page: from 1; those past the end are empty."""
    query = parse_query(text, viewer.language)
    if not query:
        return Found(query)
    found = Found(query, page=min(max(page, 1), MOST // PAGE + 1))
    best = rank_and_count(viewer, matches(viewer, query), found)
    if best:
        start = (found.page - 1) * PAGE
        found.hits = hits(viewer, query, best[start : start + PAGE])
        found.has_more = len(best) > start + PAGE
    return found


def matches(viewer, query):
    """A statement: what each card that answers is ranked and counted by, and its score."""
    cards = readable(Card)
    columns = (cards.id, cards.kind, cards.public_id, cards.at)
    statement = select(*columns, literal(0).label("score"))
    if query.wanted:
        scores = scored(query, rarity(viewer, query))
        statement = select(*columns, scores.c.score).join(scores, scores.c.card_id == cards.id)
    if query.phrases or query.without_phrases:
        documents = readable(Document)
        statement = statement.join(documents, documents.card_id == cards.id)
        for phrase in query.phrases:
            statement = statement.where(documents.folded.contains(phrase.text, autoescape=True))
        for phrase in query.without_phrases:
            statement = statement.where(~documents.folded.contains(phrase.text, autoescape=True))
    if query.without:
        others = readable(Posting, 2)
        terms = [term for alternatives in query.without for term in alternatives]
        statement = statement.where(cards.id.not_in(select(others.card_id).where(others.term.in_(terms))))
    # Not the bare column: SQLite would walk all cards there are in the order of an index that begins with it.
    kind = cards.kind.op("||")("")
    return statement.where(kind.in_(list(links.registry)), *narrowing(viewer, cards, query.filters))


def rarity(viewer, query):
    """term -> thousandths: the fewer readable texts have a term, the more it tells."""
    postings = readable(Posting)
    terms = {term for alternatives in query.wanted for term in alternatives}
    counted = select(postings.term, func.count()).where(postings.term.in_(sorted(terms))).group_by(postings.term)
    counts = dict(db.session.execute(counted, seen_by(viewer)).all())
    return {term: how_rare(counts.get(term, 0)) for term in terms}


def how_rare(count):
    return round(1000 * math.log(1 + (max(SUPPOSED, count) - count + 0.5) / (count + 0.5))) + 1


def scored(query, rarities):
    """Card ids that have every word, scored by the best form of each."""
    postings = readable(Posting)
    every = sorted({term for alternatives in query.wanted for term in alternatives})
    bests = [
        func.max(case({term: rarities[term] for term in forms}, value=postings.term, else_=0) * postings.weight)
        for forms in query.wanted
    ]
    return (
        select(postings.card_id, sum(bests[1:], bests[0]).label("score"))
        .where(postings.term.in_(every))
        .group_by(postings.card_id)
        .having(and_(*(best > 0 for best in bests)))
        .subquery()
    )


def narrowing(viewer, cards, filters):
    """The filters as conditions on cards. Several values of one filter widen it; several filters narrow."""
    conditions = []
    if "in" in filters:
        conditions.append(cards.kind.in_([kind for value in filters["in"] for kind in (value, f"{value}s")]))
    if "stage" in filters:
        conditions.append(and_(cards.kind == "laws", cards.note.in_(filters["stage"])))
    if "country" in filters:
        targets = [f"{COUNTRY}{code}" for code in filters["country"]]
        about = (Link.kind == cards.kind, Link.public_id == cards.public_id, Link.target.in_(targets))
        conditions.append(exists().where(*about))
    if "by" in filters:
        conditions.append(or_(false(), *(cards.organisation_id.in_(bodies_called(value)) for value in filters["by"])))
    if "from" in filters:
        conditions.append(cards.at >= midnight(viewer, max(filters["from"])))
    if "to" in filters:
        conditions.append(cards.at < midnight(viewer, min(filters["to"]), days=1))
    return conditions


def bodies_called(name):
    """Ids of organisations of this code or name, in whatever language the name is known."""
    name = name.casefold()
    return [
        body.id
        for body in directory().values()
        if name in {text.casefold() for text in (body.code, body.name, body.own_name, *body.names.values())}
    ]


def midnight(viewer, iso, days=0):
    """The instant a day begins where the viewer is."""
    day = date.fromisoformat(iso)
    if not date.min + timedelta(days=2) < day < date.max - timedelta(days=2):
        return datetime(day.year, 1, 1, tzinfo=UTC)
    return datetime.combine(day + timedelta(days=days), time(), ZoneInfo(viewer.timezone)).astimezone(UTC)


def rank_and_count(viewer, statement, found):
    """Ids of the best cards, best first; and how many there are of each kind and country, into `found`. One query: what
    answers is gathered once."""
    matching = statement.cte("matching").prefix_with("MATERIALIZED")
    order = (matching.c.score.desc(), matching.c.at.desc(), matching.c.id.desc())
    best = select(matching.c.id, func.row_number().over(order_by=order).label("place")).order_by(*order).limit(MOST)
    best = best.subquery()
    about = and_(Link.kind == matching.c.kind, Link.public_id == matching.c.public_id)
    code = func.substr(Link.target, len(COUNTRY) + 1)  # nor all links, in the order of theirs
    told = union_all(
        select(literal("hit").label("facet"), literal("").label("value"), best.c.id.label("number"), best.c.place),
        select(literal("in"), matching.c.kind, func.count(), literal(0)).group_by(matching.c.kind),
        select(literal("country"), code, func.count(), literal(0))
        .select_from(matching)
        .join(Link, about)
        .where(func.substr(Link.target, 1, len(COUNTRY)) == COUNTRY)
        .group_by(code),
    )
    places = []
    for facet, value, number, place in db.session.execute(told, seen_by(viewer)):
        if facet == "hit":
            places.append((place, number))
        elif facet == "in":
            found.kinds.append((value, str(links.registry[value].noun), number))
        else:
            found.countries.append((value, number))
    found.total = sum(number for _, _, number in found.kinds)
    found.kinds.sort(key=lambda kind: (-kind[2], kind[0]))
    found.countries.sort(key=lambda country: (-country[1], country[0]))
    del found.countries[COUNTRIES:]
    return [id for _place, id in sorted(places)]


def hits(viewer, query, ids):
    """Cards in this order, each with an excerpt of its text and its audience. Two queries."""
    cards, documents = readable(Card), readable(Document)
    wanted = (
        select(*links.columns(cards), documents.text)
        .outerjoin(documents, documents.card_id == cards.id)
        .where(cards.id.in_(ids))
    )
    rows = {row.id: row for row in db.session.execute(wanted, seen_by(viewer))}
    there = [rows[id] for id in ids if id in rows]  # one may have been withdrawn a moment ago
    audiences = described(viewer, [row.audience_id for row in there])
    return [hit(query, links.shown(row), row.text or "", audiences[row.audience_id]) for row in there]


def hit(query, card, text, audience):
    excerpt = snippet(text, card.language, query.wanted, EXCERPT) if text else Markup("")
    return Hit(
        card.name,
        card.url,
        card.title,
        card.kind,
        card.noun,
        card.note,
        card.language,
        card.at,
        audience,
        excerpt,
    )
