"""Who reads a response and the answers to it, and who drafts, runs and signs.

The running list is for government delegations, or for the chair only, until release; then everyone in the audience
sees who signed. "Cannot join", "awaiting instructions" and no answer look alike to all but the chair, the lead and the
secretariat, for ever.
"""

from sqlalchemy import and_, exists, or_

from wg_portal.accounts.models import Organisation, Seat
from wg_portal.audiences.policy import can_read_item, is_in, is_seated
from wg_portal.core import clock
from wg_portal.core.visibility import NOW, guards
from wg_portal.procedures.policy import (
    is_of_kind,
    runs_procedures,
    speaks_for_civil_society,
    speaks_for_government,
)
from wg_portal.responses.models import STEPS, Response, SignOn


@guards(Response)
def can_read_response(member, response):
    return can_read_item(member, response)


@guards(SignOn)
def can_read_sign_on(member, signon):
    """One sentence for lists, counts, tallies and hints alike: whoever may not read an answer cannot count it either."""
    response = Response.__table__.c
    of_it = response.id == signon.response_id
    signed = or_(signon.answer == "joins", signon.answer == "aligns")
    # An ad referendum that nobody confirmed in time drops by the clock, and is on no list of signatories.
    provisional = and_(signon.answer == "ad_referendum", signon.confirm_by > NOW)
    running = exists().where(of_it, response.status != "released", response.list_for == "delegations")
    released = exists().where(of_it, response.status == "released")
    return and_(
        is_in(member, signon.audience_id),
        or_(
            is_seated(member, signon.organisation_id),
            runs_procedures(member),
            leads(member, signon.response_id),
            signon.answer == "endorses",
            and_(signed, released),
            and_(or_(signed, provisional), running, is_of_kind(member, "government")),
        ),
    )


def leads(member, response_id):
    """SQL: the member sits in the government that leads the response. Civil society may lead; it sees no refusals."""
    response, body, seat = Response.__table__.c, Organisation.__table__.c, Seat.__table__.c
    # One flat exists: a second one inside would not reach the member outside, and would hold for anybody's seat.
    return exists().where(
        response.id == response_id,
        body.id == response.lead_id,
        body.kind == "government",
        seat.organisation_id == body.id,
        seat.member_id == member.id,
        seat.since <= NOW,
        seat.until > NOW,
    )


def can_start(viewer):
    """Everyone drafts within their audience; observers read."""
    return viewer.position != "observer"


def runs(viewer, response):
    """The chair, the lead, and the secretariat open, close and release. Where it is a delegation, its head does."""
    body = viewer.organisation
    if body.kind == "secretariat":
        return True
    return viewer.speaks and (body.is_chair or body.id == response.lead_id)


def sees_every_answer(viewer, response):
    """The same set as the door's: chair, secretariat, and the government that leads."""
    body = viewer.organisation
    if body.kind == "secretariat":
        return True
    return body.kind == "government" and (body.is_chair or body.id == response.lead_id)


def sees_running_list(viewer, response):
    """May the viewer know who has signed so far?"""
    if response.status == "released" or sees_every_answer(viewer, response):
        return True
    return viewer.organisation.kind == "government" and response.list_for == "delegations"


def can_edit(viewer, response):
    """While drafting: its author, the pen-holder's delegation, and the lead's."""
    if response.status != "drafting":
        return False
    return response.author_id == viewer.id or viewer.organisation.id in (
        response.pen_holder_id,
        response.lead_id,
    )


def can_step(viewer, response, to):
    return to in STEPS[response.status] and response.state == "published" and runs(viewer, response)


def is_joinable(response):
    """Answers are taken while it is open and the deadline has not passed; signatures also after release."""
    return response.is_signable or response.status == "released"


def can_sign(viewer, response):
    """Only whoever speaks for a government."""
    return speaks_for_government(viewer) and is_joinable(response)


def can_endorse(viewer, response):
    """Only whoever speaks for a civil society organisation."""
    return speaks_for_civil_society(viewer) and is_joinable(response)


def counts_as_signed(answer, confirm_by):
    """Does this answer make its organisation a signatory, or a provisional one, at this moment?"""
    return answer in ("joins", "aligns") or (answer == "ad_referendum" and confirm_by > clock.now())
