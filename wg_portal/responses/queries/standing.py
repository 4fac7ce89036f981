"""Who has said what to a response, as far as the viewer may know: the table, the tally, the endorsements."""

import unicodedata
from dataclasses import dataclass, field

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select

from wg_portal.accounts.queries import directory
from wg_portal.core.database import db
from wg_portal.core.visibility import readable, seen_by
from wg_portal.responses import policy
from wg_portal.responses.models import JOINING, SignOn


@dataclass
class Line:
    """One organisation's line in a table of answers."""

    organisation: object
    standing: str
    when: object = None
    role: str = ""
    note: str = ""
    mine: bool = False


@dataclass
class Standing:
    """Who has said what, as far as the viewer may know. `lines` and `endorsed` are alphabetical in their language."""

    own: object = None
    lines: list = field(default_factory=list)
    endorsed: list = field(default_factory=list)
    tally: dict = field(default_factory=dict)  # answer -> number, of what the viewer may read
    is_shown: bool = True

    @property
    def words(self):
        """'4 join, 1 joins ad referendum, 1 aligns itself'."""
        told = []
        if joined := self.tally.get("joins"):
            told.append(ngettext("%(num)s joins", "%(num)s join", joined))
        if pending := self.tally.get("ad_referendum"):
            told.append(ngettext("%(num)s joins ad referendum", "%(num)s join ad referendum", pending))
        if aligned := self.tally.get("aligns"):
            told.append(ngettext("%(num)s aligns itself", "%(num)s align themselves", aligned))
        return _(", ").join(told) or _("Nobody has signed yet")


def answers(viewer, response):
    """Every answer to a response that the viewer may read, one query, with columns of SignOn."""
    rows = readable(SignOn)
    statement = select(
        rows.public_id,
        rows.organisation_id,
        rows.answer,
        rows.given_at,
        rows.version,
        rows.confirm_by,
    ).where(rows.response_id == response.id)
    return db.session.execute(statement, seen_by(viewer)).all()


def standing(viewer, response, audience):
    """The Standing of a response. One query; delegations without a readable answer are told as 'none'."""
    bodies, given = directory(), {row.organisation_id: row for row in answers(viewer, response)}
    told = Standing(own=given.get(viewer.organisation.id), is_shown=policy.sees_running_list(viewer, response))
    released = response.status == "released"
    everything = policy.sees_every_answer(viewer, response)
    inside = {id for id in audience.bodies if id in bodies and bodies[id].kind == "government"}
    for id in inside | {
        id for id, row in given.items() if row.answer != "endorses" and bodies[id].kind == "government"
    }:
        row = given.get(id)
        mine = id == viewer.organisation.id
        said = answer_shown(row, everything or mine)
        if said in JOINING:
            told.tally[said] = told.tally.get(said, 0) + 1
        if released and said not in ("joins", "aligns") and not everything and not mine:
            continue
        told.lines.append(
            Line(
                bodies[id],
                said,
                row.given_at if said != "none" else None,
                role(response, bodies[id]),
                mine=mine,
            )
        )
        if released and said in ("joins", "aligns") and row.given_at > response.released_at:
            told.lines[-1].note = _("joined later")
        elif said == "ad_referendum":
            told.lines[-1].note = _("to be confirmed")
    endorsing = [row for row in given.values() if row.answer == "endorses"]
    told.endorsed = [
        Line(
            bodies[row.organisation_id],
            "endorses",
            row.given_at,
            mine=row.organisation_id == viewer.organisation.id,
        )
        for row in endorsing
    ]
    told.lines.sort(key=alphabetical)
    told.endorsed.sort(key=alphabetical)
    return told


def answer_shown(row, everything):
    """The answer as it is told: what has dropped, and what only some may know, is 'none'."""
    if row is None:
        return "none"
    if policy.counts_as_signed(row.answer, row.confirm_by):
        return row.answer
    return row.answer if everything and row.answer != "ad_referendum" else "none"


def role(response, body):
    if body.is_chair:
        return _("chair")
    if body.id == response.lead_id:
        return _("lead")
    return _("pen-holder") if body.id == response.pen_holder_id else ""


def alphabetical(line):
    """The order of names in the page's language: accents count after letters, Chinese by its names as they are."""
    name = unicodedata.normalize("NFD", line.organisation.name)
    return "".join(sign for sign in name if not unicodedata.combining(sign)).casefold(), name
