"""How authors are shown: the only place where an author becomes a text."""

from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import func, select

from wg_portal.accounts.models import Profile, Seat
from wg_portal.accounts.queries.directory import Body, directory, role_of
from wg_portal.core.database import db
from wg_portal.core.visibility import readable, seen_by


@dataclass(frozen=True)
class Byline:
    """How an author is shown: a text and their organisation's seal."""

    text: str
    organisation: Body
    mine: bool = False  # the viewer's own organisation

    def __str__(self):
        return self.text


def bylines(viewer, rows):
    """row.public_id -> Byline, for rows with author_id, organisation_id and attribution. One query.

    The only place where an author becomes a text: attribution and what people chose to show are applied here.
    """
    authors = {row.author_id for row in rows if row.attribution == "named"}
    people = {}
    if authors:
        profiles = readable(Profile)
        found = (
            # One seat in an organisation at a time: of several, any tells the role well enough, and max() tells one.
            select(
                Seat.member_id,
                Seat.organisation_id,
                func.max(Seat.position).label("position"),
                func.max(profiles.name).label("name"),
            )
            .outerjoin(profiles, profiles.member_id == Seat.member_id)
            .where(Seat.member_id.in_(authors))
            .group_by(Seat.member_id, Seat.organisation_id)
        )
        people = {(row.member_id, row.organisation_id): row for row in db.session.execute(found, seen_by(viewer))}
    bodies = directory()
    return {
        row.public_id: byline(
            viewer, row, people.get((row.author_id, row.organisation_id)), bodies[row.organisation_id]
        )
        for row in rows
    }


def byline(viewer, row, person, body):
    mine = body.id == viewer.organisation.id
    if person is None or row.attribution != "named":
        return Byline(_("A representative of %(organisation)s", organisation=body.name), body, mine)
    if person.name:
        text = _("%(person)s, %(organisation)s", person=person.name, organisation=body.name)
        return Byline(text, body, mine)
    return Byline(role_of(person.position, body), body, mine)
