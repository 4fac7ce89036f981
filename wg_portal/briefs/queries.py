"""What a member sees of briefs: the list with its facets, one brief, its revisions, and how others show it."""

from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from sqlalchemy import exists, literal, select

from wg_portal.audiences.queries import item
from wg_portal.briefs.models import KINDS, Brief, BriefRevision
from wg_portal.core import links
from wg_portal.core.database import db
from wg_portal.core.ids import is_an_id
from wg_portal.core.languages import countries
from wg_portal.core.links import CardText, Link
from wg_portal.core.names import split_name
from wg_portal.core.pages import page
from wg_portal.core.text import plain
from wg_portal.core.visibility import readable, seen_by

KIND_NAMES = {
    "brief": _l("Brief"),
    "alert": _l("Alert"),
    "legal_analysis": _l("Legal analysis"),
    "lessons": _l("Lessons learned"),
    "standing": _l("Standing document"),
}
KIND_ICONS = {"alert": "alert", "legal_analysis": "law", "standing": "file"}


def icon_of(kind):
    return KIND_ICONS.get(kind, "brief")


def listed(viewer, kind=None, country=None, language=None):
    """A page of briefs, newest first. Filters that mean nothing are ignored."""
    briefs = readable(Brief)
    statement = select(
        briefs.id,
        briefs.public_id,
        briefs.title,
        briefs.kind,
        briefs.language,
        briefs.countries,
        briefs.state,
        briefs.asked_by,
        briefs.published_at,
        briefs.audience_id,
        briefs.author_id,
        briefs.organisation_id,
        briefs.attribution,
    ).where(briefs.state != "withdrawn")
    if kind in KINDS:
        statement = statement.where(briefs.kind == kind)
    if language:
        statement = statement.where(briefs.language == language)
    if country:
        here = (Link.kind == "briefs") & (Link.public_id == briefs.public_id) & (Link.target == f"countries/{country}")
        statement = statement.where(exists().where(here))
    listing = f"briefs:{kind or ''}:{country or ''}:{language or ''}"
    return page(viewer, statement, [briefs.published_at, briefs.id], listing=listing)


def countries_written_about(viewer):
    """Codes of countries that the viewer finds briefs on: facets must not name one that is hidden."""
    briefs = readable(Brief)
    targets = (
        select(Link.target)
        .join(briefs, briefs.public_id == Link.public_id)
        .where(Link.kind == "briefs", Link.target.startswith("countries/"), briefs.state == "published")
        .distinct()
    )
    return [target.split("/")[1] for target in db.session.scalars(targets, seen_by(viewer))]


def brief(viewer, public_id):
    """(Brief, Described), or (None, None)."""
    return item(viewer, Brief, public_id)


def revisions(viewer, brief, number=None):
    """Columns of the published versions (the last 200, or the one of this number), newest first, without their texts."""
    rows = readable(BriefRevision)
    statement = select(
        rows.public_id,
        rows.number,
        rows.reason,
        rows.made_at,
        rows.author_id,
        rows.organisation_id,
        # A brief that became more protective takes its past with it.
        literal(brief.attribution).label("attribution"),
    )
    statement = statement.where(rows.brief_id == brief.id).order_by(rows.number.desc()).limit(200)
    if number is not None:
        statement = statement.where(rows.number == number)
    return db.session.execute(statement, seen_by(viewer)).all()


def revision_pair(viewer, brief, number):
    """A version and the one before it (None for the first): (revision, before), or (None, None)."""
    rows = readable(BriefRevision)
    statement = select(rows).where(rows.brief_id == brief.id, rows.number.in_([number, number - 1]))
    found = {row.number: row for row in db.session.scalars(statement, seen_by(viewer))}
    return found.get(number), found.get(number - 1)


def laws_to_link(viewer, codes, limit=200):
    """Laws of these countries that a brief may be linked to, as Related."""
    targets = [f"countries/{code}" for code in codes]
    return links.related(viewer, targets, kinds=["laws"], limit=limit)["laws"] if targets else []


def laws_named(viewer, public_ids):
    """Those of the named laws that the viewer may read, as Related, in the order given."""
    names = [f"laws/{id}" for id in public_ids if is_an_id(id)]
    found = links.labels(viewer, names)
    return [found[name] for name in names if name in found]


def starting_from(viewer, law_id):
    """What a new brief on this law begins with: its id and its countries; nothing when it is not to be read."""
    if not is_an_id(law_id or "") or f"laws/{law_id}" not in links.labels(viewer, [f"laws/{law_id}"]):
        return {}
    targets = [split_name(name) for name in links.targets_of(f"laws/{law_id}")]
    return {"laws": [law_id], "countries": [code for kind, code in targets if kind == "countries"]}


def linked_laws(viewer, brief):
    """Public ids of the laws the brief is linked to and the viewer may read."""
    names = [name for name in links.targets_of(f"briefs/{brief.public_id}") if name.startswith("laws/")]
    return [name.split("/")[1] for name in links.labels(viewer, names)]


def country_choices(language):
    """(code, name) of every country, in the order of the language."""
    return countries(language)


@dataclass
class Source:
    """A source as one line of the form: title | address | when it was archived."""

    title: str
    url: str = ""
    archived: str = ""

    @property
    def line(self):
        parts = [self.title, self.url, self.archived]
        while parts and not parts[-1]:
            parts.pop()
        return " | ".join(parts)


def card(brief):
    """How other pages show a brief, and what search finds it by. A held or withdrawn one is not to be found."""
    if brief.state != "published":
        return None
    return CardText(
        title=brief.title,
        at=brief.published_at,
        audience_id=brief.audience_id,
        note=brief.kind,
        language=brief.language,
        text="\n".join([plain(brief.asked), plain(brief.body)]),
    )


def register_links():
    links.register("briefs", noun=_l("Brief"), card=card, note=lambda kind: str(KIND_NAMES.get(kind, "")), icon="brief")
