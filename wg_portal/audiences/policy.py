"""Who may read what hangs on an audience, and who may change one.

`is_in` is the sentence that every reading rule of the house ends in: two probes by primary key, and the clock.
"""

from flask_babel import gettext as _
from sqlalchemy import and_, exists, literal, or_, select

from wg_portal.accounts.models import Seat
from wg_portal.audiences.markings import MARKINGS
from wg_portal.audiences.models import Audience, RosterMember
from wg_portal.core.journal import Entry
from wg_portal.core.links import Card
from wg_portal.core.policy import Refusal
from wg_portal.core.visibility import NOW, guards


def is_in(member, audience_id):
    """The member is in the roster of this audience, and neither their seat nor the audience has ended.

    An audience ends for everyone but the author.
    """
    audience, roster = Audience.__table__.c, RosterMember.__table__.c
    return exists().where(
        audience.id == audience_id,
        or_(audience.until > NOW, roster.stays == True),  # noqa: E712 (SQL)
        roster.roster_id == audience.roster_id,
        roster.member_id == member.id,
        roster.until > NOW,
    )


def is_among(member, audience_id):
    """`is_in` for where many rows are read at once: the member's audiences are gathered first, and each row is looked
    up among them."""
    audience, roster = Audience.__table__.c, RosterMember.__table__.c
    gathered = (
        select(audience.id)
        .join_from(RosterMember.__table__, Audience.__table__, roster.roster_id == audience.roster_id)
        .where(
            or_(audience.until > NOW, roster.stays == True),  # noqa: E712 (SQL)
            roster.member_id == member.id,
            roster.until > NOW,
        )
    )
    # A sum, which has no index: a row is found by what the page asks for, and then looked up; never found through all
    # that the member may read.
    return (literal(0) + audience_id).in_(gathered)


def is_seated(member, organisation_id):
    """The member has a live seat in this organisation."""
    seat = Seat.__table__.c
    return exists().where(
        seat.member_id == member.id,
        seat.organisation_id == organisation_id,
        seat.since <= NOW,
        seat.until > NOW,
    )


def can_read_item(member, item):
    """An item is open to its audience once it is released; a held one exists for its author only."""
    return and_(
        is_in(member, item.audience_id),
        or_(item.state != "held", item.author_id == member.id),
    )


@guards(Audience)
def can_read_audience(member, audience):
    """Only those inside an audience may know who is in it, and who was left out."""
    return is_in(member, audience.id)


@guards(Card)
def can_read_card(member, card):
    """A card says no more than the item it stands for, to no more people."""
    return is_among(member, card.audience_id)


@guards(Entry)
def can_read_entry(member, entry):
    """A journal line is open to the audience of what it tells; a private one to its actor and who they acted for.

    Colleagues who are not in the audience (TLP:RED, say) do not learn from a private line that the item exists.
    """
    inside = is_in(member, entry.audience_id)
    colleague = is_seated(member, entry.acting_for_id)
    return or_(
        entry.actor_id == member.id,
        and_(entry.is_private == False, inside),  # noqa: E712 (SQL)
        and_(colleague, or_(entry.audience_id == None, inside)),  # noqa: E711 (SQL)
    )


def can_change_audience(member, item, audience):
    """Its author may, and whoever speaks for the organisation that owns it."""
    return item.author_id == member.id or (audience.owner_id == member.organisation.id and member.speaks)


def check_marking(definition, marking, own_organisation_id, organisation_of):
    """Refuse an audience that the marking does not allow.

    organisation_of: member id -> organisation id, for the named people. Raises Refusal.
    """
    if marking not in MARKINGS:
        raise Refusal(_("Choose one of the five markings."), field="marking")
    may_be = MARKINGS[marking].may_be
    sets = definition["circles"] or definition["organisations"] or definition["groups"]
    if may_be == "people" and (sets or not definition["people"]):
        raise Refusal(
            _("TLP:RED is for named people only: choose the people, and no circle, group or organisation."),
            field="people",
        )
    if may_be == "own":
        outside = [id for id in definition["organisations"] if id != own_organisation_id]
        strangers = [id for id in definition["people"] if organisation_of.get(id) != own_organisation_id]
        if definition["circles"] or definition["groups"] or outside or strangers:
            raise Refusal(
                _("TLP:AMBER+STRICT stays inside one organisation: choose your delegation, or people of it."),
                field="marking",
            )
