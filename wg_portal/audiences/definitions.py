"""What an audience says, before it is members: a definition, in one canonical form, and who it means today.

Living sets (circles, organisations, groups) are told by name, so that who joins reads the past and who leaves loses
all. Exclusion beats every inclusion, named people of that organisation included; the author is always in.
"""

import hashlib
import json
from dataclasses import dataclass, field

from sqlalchemy import select

from wg_portal.accounts.models import Organisation, Seat
from wg_portal.audiences.models import Group
from wg_portal.core import clock
from wg_portal.core.database import db

CIRCLES = ("everyone", "governments", "civil_society", "secretariat")
CIRCLE_OF_KIND = {"government": "governments", "civil_society": "civil_society", "secretariat": "secretariat"}
LISTS = ("circles", "organisations", "groups", "people", "without")


def definition(circles=(), organisations=(), groups=(), people=(), without=(), author=0):
    """The canonical form: sorted lists of names and ids, so that equal audiences share a roster."""
    given = {
        "circles": circles,
        "organisations": organisations,
        "groups": groups,
        "people": people,
        "without": without,
    }
    return {name: sorted(set(values)) for name, values in given.items()} | {"author": author}


def digest(of):
    return hashlib.sha256(json.dumps(of, sort_keys=True).encode()).hexdigest()


def parts(of):
    """What the definition mentions, directly or through its groups, as roster_parts name it."""
    named = {f"circle/{circle}" for circle in of["circles"]}
    named |= {f"organisation/{id}" for id in (*of["organisations"], *of["without"])}
    named |= {f"person/{id}" for id in (*of["people"], *([of["author"]] if of["author"] else []))}
    named |= {f"group/{id}" for id in of["groups"]}
    return named


@dataclass(frozen=True)
class Sitting:
    """A live seat, as definitions see it."""

    member_id: int
    organisation_id: int
    kind: str
    position: str
    until: object


def sittings():
    """Every live seat of the group; some hundreds at most."""
    now = clock.now()
    rows = (
        select(Seat.member_id, Seat.organisation_id, Organisation.kind, Seat.position, Seat.until)
        .join(Organisation, Organisation.id == Seat.organisation_id)
        .where(Seat.until > now, Organisation.until > now)
        .order_by(Seat.id)
    )
    return [Sitting(*row) for row in db.session.execute(rows)]


@dataclass
class Meaning:
    """Who a definition means today: member id -> end of the seat; and the figures shown before posting.

    stays: the author, or who inherits from them: in, also after the audience has ended.
    """

    members: dict = field(default_factory=dict)
    stays: set = field(default_factory=set)
    figures: dict = field(default_factory=dict)


def meaning(of, seats=None, groups=None):
    """Work out a definition. seats, groups: given when many are worked out at once."""
    seats = sittings() if seats is None else seats
    if groups is None:
        groups = group_definitions() if of["groups"] else {}
    without = set(of["without"])
    means = Meaning()
    for seat in seats:
        if is_meant(of, seat, groups) and seat.organisation_id not in without:
            means.members[seat.member_id] = seat.until
    for seat in heirs(of["author"], seats):
        means.stays.add(seat.member_id)
        means.members[seat.member_id] = max(seat.until, means.members.get(seat.member_id, seat.until))
    means.figures = figures(means.members, seats)
    return means


def is_meant(of, seat, groups):
    return (
        "everyone" in of["circles"]
        or CIRCLE_OF_KIND[seat.kind] in of["circles"]
        or seat.organisation_id in of["organisations"]
        or seat.member_id in of["people"]
        or any(is_meant(groups[id], seat, {}) for id in of["groups"] if id in groups)
    )


def heirs(author, seats):
    """The author, or once their seat has ended, the heads of the organisation they wrote for."""
    if not author:
        return []
    own = [seat for seat in seats if seat.member_id == author]
    if own:
        return own
    last = db.session.scalar(
        select(Seat.organisation_id).where(Seat.member_id == author).order_by(Seat.until.desc()).limit(1)
    )
    return [seat for seat in seats if seat.organisation_id == last and seat.position == "head"]


def figures(members, seats):
    """People, and organisations by kind; and which organisations, to tell an audience that is one's own."""
    bodies = {seat.organisation_id: seat.kind for seat in seats if seat.member_id in members}
    kinds = list(bodies.values())
    return {
        "people": len(members),
        "governments": kinds.count("government"),
        "organisations": kinds.count("civil_society"),
        "secretariat": kinds.count("secretariat"),
        "bodies": sorted(bodies),
    }


def group_definitions():
    return {group.id: group.definition for group in db.session.scalars(select(Group))}
