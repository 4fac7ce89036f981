"""What a member sees of laws: lists with their facets, one record with its history. Viewer first.

What other features show of a law, and what search finds it by, is said in `card_of`.
"""

from collections import Counter
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from sqlalchemy import String, case, cast, func, select

from wg_portal.audiences.queries import item
from wg_portal.core import links, pages
from wg_portal.core.database import db
from wg_portal.core.text import excerpt
from wg_portal.core.visibility import readable, seen_by
from wg_portal.laws.models import Import, Law, LawStage, Norm
from wg_portal.laws.vocabulary import BARRIERS, PRINCIPLES, STAGES, country_codes, stage_label


@dataclass(frozen=True)
class Narrowed:
    """What a list of laws is narrowed to; '' where it is not. Unknown words narrow to nothing by being dropped."""

    country: str = ""
    stage: str = ""
    barrier: str = ""
    principle: str = ""

    @classmethod
    def read(cls, arguments):
        """From the arguments of an address."""
        country = arguments.get("country", "").upper()
        stage, barrier = arguments.get("stage", ""), arguments.get("barrier", "")
        principle = arguments.get("principle", "")
        return cls(
            country if country in country_codes() else "",
            stage if stage in STAGES else "",
            barrier if barrier in BARRIERS else "",
            principle if principle in PRINCIPLES else "",
        )

    def asked(self):
        """The arguments of the address that says the same."""
        return {name: value for name, value in vars(self).items() if value}

    def with_(self, name, value):
        return {argument: kept for argument, kept in (vars(self) | {name: value}).items() if kept}


def names_code(column, code):
    """The JSON list in `column` names `code`. Codes are letters and underscores, quoted in the stored text."""
    return cast(column, String).contains(f'"{code}"', autoescape=True)


def narrow(statement, laws, to):
    statement = statement.where(laws.state == "published")
    if to.country:
        statement = statement.where(laws.jurisdiction == to.country)
    if to.stage:
        statement = statement.where(laws.stage == to.stage)
    if to.barrier:
        statement = statement.where(names_code(laws.barriers, to.barrier))
    if to.principle:
        statement = statement.where(names_code(laws.principles, to.principle))
    return statement


def columns(laws):
    """What a row of a list shows."""
    return (
        laws.id,
        laws.public_id,
        laws.title,
        laws.language,
        laws.jurisdiction,
        laws.subdivision,
        laws.identifier,
        laws.year,
        laws.effect,
        laws.stage,
        laws.stage_on,
        laws.stage_key,
        laws.barriers,
        laws.principles,
        laws.next_step,
        laws.next_on,
        laws.audience_id,
    )


def listed(viewer, to=Narrowed()):
    """A page of laws, the latest stage first."""
    laws = readable(Law)
    listing = "laws:" + ":".join(vars(to).values())
    statement = narrow(select(*columns(laws)), laws, to)
    return pages.page(viewer, statement, [laws.stage_key, laws.id], listing=listing)


@dataclass
class Facets:
    """code -> number of laws the viewer may see, within what the list is narrowed to."""

    countries: Counter
    stages: Counter
    barriers: Counter
    principles: Counter
    total: int = 0


def facets(viewer, to=Narrowed()):
    """One query: groups by country and stage, with a sum for each barrier and principle."""
    laws = readable(Law)
    marks = [("barriers", laws.barriers, code) for code in BARRIERS]
    marks += [("principles", laws.principles, code) for code in PRINCIPLES]
    sums = [func.sum(case((names_code(column, code), 1), else_=0)) for _facet, column, code in marks]
    statement = select(laws.jurisdiction, laws.stage, func.count(laws.id), *sums)
    statement = narrow(statement, laws, to).group_by(laws.jurisdiction, laws.stage)
    found = Facets(Counter(), Counter(), Counter(), Counter())
    for country, stage, number, *counts in db.session.execute(statement, seen_by(viewer)):
        found.countries[country] += number
        found.stages[stage] += number
        found.total += number
        for (facet, _column, code), count in zip(marks, counts, strict=True):
            getattr(found, facet)[code] += count
    return found


def countries(viewer):
    """country code -> number of laws that the viewer may see. One query."""
    laws = readable(Law)
    statement = select(laws.jurisdiction, func.count(laws.id)).where(laws.state == "published")
    return {row[0]: row[1] for row in db.session.execute(statement.group_by(laws.jurisdiction), seen_by(viewer))}


def laws_of(viewer, country, limit=200):
    """Rows of a country's laws, the latest stage first."""
    laws = readable(Law)
    statement = narrow(select(*columns(laws)), laws, Narrowed(country=country))
    statement = statement.order_by(laws.stage_key.desc(), laws.id.desc()).limit(limit)
    return db.session.execute(statement, seen_by(viewer)).all()


def steps_of(viewer, country, limit=60):
    """The latest steps of a country's laws: (on, stage, public_id and title of the law, source_name), newest first."""
    laws, stages = readable(Law), readable(LawStage)
    statement = (
        select(
            stages.id,
            stages.on,
            stages.on_key,
            stages.stage,
            stages.added_at,
            stages.source_name,
            laws.public_id,
            laws.title,
            laws.language,
        )
        .join(laws, laws.id == stages.law_id)
        .where(laws.jurisdiction == country, laws.state == "published")
        .order_by(stages.on_key.desc(), stages.id.desc())
    )
    return db.session.execute(statement.limit(limit), seen_by(viewer)).all()


def law(viewer, public_id):
    """(Law, Described) for a record's page, or (None, None) when it is missing or hidden."""
    return item(viewer, Law, public_id)


def law_to_change(viewer, public_id):
    """The law as an entity, locked, or None."""
    laws = readable(Law)
    return db.session.scalar(select(laws).where(laws.public_id == public_id).with_for_update(), seen_by(viewer))


def history(viewer, law_id):
    """Steps of one law, the earliest first."""
    stages = readable(LawStage)
    statement = select(
        stages.id,
        stages.public_id,
        stages.stage,
        stages.on,
        stages.on_key,
        stages.source_name,
        stages.source_url,
        stages.note,
        stages.added_at,
    ).where(stages.law_id == law_id)
    return db.session.execute(statement.order_by(stages.on_key, stages.id), seen_by(viewer)).all()


def offered(viewer, limit=500):
    """(public_id, title, jurisdiction) of laws to choose from in a form of another feature, the latest first."""
    laws = readable(Law)
    statement = select(laws.public_id, laws.title, laws.jurisdiction).where(laws.state == "published")
    statement = statement.order_by(laws.stage_key.desc(), laws.id.desc()).limit(limit)
    return db.session.execute(statement, seen_by(viewer)).all()


def countries_of(viewer, public_ids):
    """public_id -> country code, of the laws among these that the viewer may see."""
    laws = readable(Law)
    statement = select(laws.public_id, laws.jurisdiction).where(laws.public_id.in_(list(public_ids)))
    return {row[0]: row[1] for row in db.session.execute(statement, seen_by(viewer))}


def is_country(code):
    """There is a country with this two-letter code, whether or not anything is known of it."""
    return code in country_codes()


def norms(principle=""):
    """All norms in the order of their file, or those that a principle rests on. The same for every member."""
    statement = select(Norm).order_by(Norm.position, Norm.id)
    if principle:
        statement = statement.where(names_code(Norm.principles, principle))
    return db.session.scalars(statement).all()


def norm(code):
    return db.session.scalar(select(Norm).where(Norm.code == code))


def import_report(viewer, public_id):
    imports = readable(Import)
    return db.session.scalar(select(imports).where(imports.public_id == public_id), seen_by(viewer))


def card_of(law):
    """How pages of other features show a law, and the words that search finds it by. None while it is held."""
    if law.state != "published":
        return None
    words = (law.title, law.title_original, law.identifier, str(law.year or ""), excerpt(law.summary, 5_000))
    return links.CardText(
        title=law.title,
        at=law.published_at,
        audience_id=law.audience_id,
        note=law.stage,
        organisation_id=law.organisation_id,
        language=law.language,
        text="\n".join(word for word in words if word),
    )


def register_links():
    """Called when the feature is wired in."""
    links.register("laws", noun=_l("Law"), card=card_of, note=stage_label, icon="law")
