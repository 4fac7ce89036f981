"""What a member sees of audiences: one sentence about who can see an item, and what may be chosen."""

from dataclasses import dataclass, field

from flask_babel import format_decimal, ngettext
from flask_babel import gettext as _
from sqlalchemy import select

from wg_portal.accounts.models import Seat
from wg_portal.accounts.queries import directory, organisations
from wg_portal.audiences.definitions import meaning
from wg_portal.audiences.models import Audience, Group, Item, Roster
from wg_portal.core import clock
from wg_portal.core.database import db
from wg_portal.core.names import model_named
from wg_portal.core.visibility import RULES, readable, seen_by


@dataclass
class Described:
    """Who can see an item, as every page, row and button says it."""

    people: int
    governments: int
    organisations: int
    secretariat: int
    marking: str = "AMBER"
    left_out: list = field(default_factory=list)  # names, in the page's language
    until: object = clock.FOREVER
    version: int = 1
    owner_id: int = 0
    definition: dict = field(default_factory=dict)
    bodies: list = field(default_factory=list)  # ids of the organisations inside

    @property
    def counts(self):
        """'61 people'."""
        return ngettext("%(number)s person", "%(number)s people", self.people, number=format_decimal(self.people))

    @property
    def where(self):
        """'15 governments and 4 organisations; Mongolia left out'."""
        words = self.inside()
        if self.left_out:
            return _("%(inside)s; %(names)s left out", inside=words, names=_(", ").join(self.left_out))
        return words

    def inside(self):
        g = ngettext("%(num)s government", "%(num)s governments", self.governments) if self.governments else ""
        o = ngettext("%(num)s organisation", "%(num)s organisations", self.organisations) if self.organisations else ""
        words = _("%(governments)s and %(organisations)s", governments=g, organisations=o) if g and o else g or o
        if not self.secretariat:
            return words
        return _("%(others)s, and the secretariat", others=words) if words else _("the secretariat")

    @property
    def sentence(self):
        """'61 people in 15 governments and 4 organisations'."""
        return _("%(people)s in %(places)s", people=self.counts, places=self.where)

    @property
    def has_ended(self):
        return self.until <= clock.now()

    @property
    def has_end(self):
        return self.until < clock.FOREVER


def described(viewer, audience_ids):
    """audience id -> Described, for those the viewer is in. One query for a whole page."""
    ids = {id for id in audience_ids if id}
    if not ids:
        return {}
    audiences = readable(Audience)
    rows = db.session.execute(
        select(
            audiences.id,
            audiences.marking,
            audiences.until,
            audiences.version,
            audiences.owner_id,
            Roster.figures,
            Roster.definition,
        )
        .join(Roster, Roster.id == audiences.roster_id)
        .where(audiences.id.in_(ids)),
        seen_by(viewer),
    )
    return {row.id: describe(row.figures, row.definition, row) for row in rows}


def item(viewer, model, public_id):
    """A root item and its audience in one query: (row, Described), or (None, None) when missing or hidden."""
    rows, audiences = readable(model), readable(Audience)
    found = db.session.execute(
        select(rows, audiences, Roster.figures, Roster.definition)
        .join(audiences, audiences.id == rows.audience_id)
        .join(Roster, Roster.id == audiences.roster_id)
        .where(rows.public_id == public_id),
        seen_by(viewer),
    ).first()
    return (found[0], describe(found[2], found[3], found[1])) if found else (None, None)


def named(viewer, kind, public_id):
    """Any guarded row by its name, through the door, or None."""
    model = model_named(kind)
    if model not in RULES:
        return None
    rows = readable(model)
    return db.session.scalar(select(rows).where(rows.public_id == public_id), seen_by(viewer))


def item_named(viewer, kind, public_id):
    """A root item of any feature and its audience, or (None, None)."""
    model = model_named(kind)
    return item(viewer, model, public_id) if model and issubclass(model, Item) and model in RULES else (None, None)


def describe(figures, definition, audience=None):
    bodies = directory()
    told = {name: figures[name] for name in ("people", "governments", "organisations", "secretariat", "bodies")}
    left_out = sorted(bodies[id].name for id in definition["without"] if id in bodies)
    if audience is None:
        return Described(**told, left_out=left_out, definition=definition)
    return Described(
        **told,
        left_out=left_out,
        definition=definition,
        marking=audience.marking,
        until=audience.until,
        version=audience.version,
        owner_id=audience.owner_id,
    )


def figures_before_posting(viewer, definition, marking):
    """Who a choice would reach, told before anything is stored."""
    means = meaning(definition)
    told = describe(means.figures, definition)
    told.marking = marking
    return told


def audience_row(viewer, audience_id):
    """The audience to change, locked, or None."""
    audiences = readable(Audience)
    return db.session.scalar(select(audiences).where(audiences.id == audience_id).with_for_update(), seen_by(viewer))


def groups(viewer):
    """Standing groups that the viewer may choose."""
    return db.session.scalars(select(Group).order_by(Group.name)).all()


def concerned(viewer, countries):
    """Member governments that an item about these countries (codes) is about: leaving them out is offered."""
    return [body for body in organisations(viewer, "government") if body.code in countries]


def organisation_of_members(member_ids):
    """member id -> organisation id, of live seats."""
    now = clock.now()
    seats = select(Seat.member_id, Seat.organisation_id).where(
        Seat.member_id.in_(member_ids), Seat.since <= now, Seat.until > now
    )
    return dict(db.session.execute(seats).all()) if member_ids else {}
