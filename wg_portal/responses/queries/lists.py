"""What a member sees of responses: the list, one text, who signed as far as they may know, and what waits for them."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as _lp
from sqlalchemy import and_, or_, select

from wg_portal.accounts.queries import directory
from wg_portal.audiences.queries import item
from wg_portal.core import clock, links
from wg_portal.core.database import db
from wg_portal.core.links import CardText
from wg_portal.core.pages import page
from wg_portal.core.text import plain
from wg_portal.core.visibility import readable, seen_by
from wg_portal.procedures.policy import speaks_for_government
from wg_portal.procedures.queries import Waiting
from wg_portal.responses.models import Response, SignOn

KIND_NAMES = {
    "joint_statement": _l("Joint statement"),
    "demarche": _l("Démarche"),
    "letter": _l("Letter"),
    "submission": _l("UN or UPR submission"),
    "assistance": _l("Technical assistance"),
    "campaign": _l("Awareness campaign"),
    "other": _l("Other response"),
}

STATUS_NAMES = {
    "drafting": _l("In drafting"),
    "open": _lp("response", "Open for signature"),
    "awaiting_release": _l("Closed for signature, to be released"),
    "released": _l("Released"),
    "closed": _l("Closed without release"),
    "withdrawn": _lp("response", "Withdrawn"),
}

ANSWER_NAMES = {
    "joins": _l("Joins"),
    "ad_referendum": _l("Joins ad referendum"),
    "aligns": _l("Aligns itself"),
    "awaiting": _l("Awaiting instructions"),
    "cannot": _l("Cannot join"),
    "withdrawn": _lp("answer", "Withdrawn"),
    "endorses": _l("Endorses"),
}


def answer_name(code):
    return str(ANSWER_NAMES[code])


def listed(viewer, status=""):
    """A Page of responses, newest first, each with what the viewer's own organisation has said."""
    rows, own = readable(Response), readable(SignOn)
    mine = and_(own.response_id == rows.id, own.organisation_id == viewer.organisation.id)
    statement = (
        select(
            rows.id,
            rows.public_id,
            rows.title,
            rows.language,
            rows.kind,
            rows.symbol,
            rows.status,
            rows.lead_id,
            rows.sign_by,
            rows.countries,
            rows.published_at,
            rows.audience_id,
            own.answer,
            own.confirm_by,
        )
        .outerjoin(own, mine)
        .where(rows.state == "published")
    )
    if status in STATUS_NAMES:
        statement = statement.where(rows.status == status)
    return page(viewer, statement, [rows.published_at, rows.id], listing=f"responses:{status}")


def stage_of(row):
    """The stage of a listed row; Response.stage says it for a whole one."""
    return "awaiting_release" if row.status == "open" and row.sign_by <= clock.now() else row.status


def answer_of(row):
    """What the viewer's own organisation has said, in words, for a listed row; '' for nothing."""
    if row.answer is None or (row.answer == "ad_referendum" and row.confirm_by <= clock.now()):
        return ""
    return answer_name(row.answer)


def locked(actor, public_id):
    """The response, locked and as it is now, or None. Deadline and status are decided under this lock."""
    rows = readable(Response)
    statement = select(rows).where(rows.public_id == public_id).with_for_update()
    return db.session.scalar(statement.execution_options(populate_existing=True), seen_by(actor))


def own_answer(actor, response):
    """The SignOn of the actor's organisation, or None."""
    rows = readable(SignOn)
    statement = select(rows).where(rows.response_id == response.id, rows.organisation_id == actor.organisation.id)
    return db.session.scalar(statement.execution_options(populate_existing=True), seen_by(actor))


def response_of_sign_on(viewer, public_id):
    """The public id of the response that an answer the viewer may read belongs to, or None."""
    rows, signons = readable(Response), readable(SignOn)
    statement = select(rows.public_id).join(signons, signons.response_id == rows.id)
    return db.session.scalar(statement.where(signons.public_id == public_id), seen_by(viewer))


def waiting(viewer):
    """Texts open for signature that the viewer's delegation has not settled, as Waiting, by deadline. One query.

    Its own answer may be missing, awaiting instructions, or ad referendum and to be confirmed.
    """
    body = viewer.organisation
    if body.kind != "government":
        return []
    rows, own = readable(Response), readable(SignOn)
    now = clock.now()
    mine = and_(own.response_id == rows.id, own.organisation_id == body.id)
    statement = (
        select(
            rows.public_id,
            rows.title,
            rows.language,
            rows.symbol,
            rows.sign_by,
            rows.audience_id,
            own.answer,
            own.confirm_by,
        )
        .outerjoin(own, mine)
        .where(
            rows.state == "published",
            rows.status == "open",
            rows.sign_by > now,
            or_(own.id.is_(None), own.answer.in_(("awaiting", "ad_referendum"))),
        )
        .order_by(rows.sign_by, rows.id)
    )
    told = [as_waiting(viewer, row) for row in db.session.execute(statement.limit(50), seen_by(viewer))]
    return sorted(told, key=lambda entry: entry.due)


def as_waiting(viewer, row):
    body = viewer.organisation
    to_confirm = row.answer == "ad_referendum" and row.confirm_by > clock.now()
    if not speaks_for_government(viewer):
        action = _("Read the text")
        whose = _("Your head of delegation or alternate")
    else:
        action = (
            _("Confirm for %(organisation)s", organisation=body.name)
            if to_confirm
            else _("Sign for %(organisation)s", organisation=body.name)
        )
        whose = _("You, as head of delegation") if viewer.position == "head" else _("You, as alternate")
    return Waiting(
        name=f"responses/{row.public_id}",
        url=f"/responses/{row.public_id}",
        title=row.title,
        language=row.language,
        what=_("Sign-on ad referendum, %(symbol)s", symbol=row.symbol)
        if to_confirm
        else _("Sign-on, %(symbol)s", symbol=row.symbol),
        due=min(row.sign_by, row.confirm_by) if to_confirm else row.sign_by,
        audience_id=row.audience_id,
        action=action,
        whose=whose,
    )


def outside(audience):
    """Governments of the group that are not in the audience: the text then speaks in the participants' names only."""
    inside = set(audience.bodies)
    return [body for body in directory().values() if body.kind == "government" and body.id not in inside]


def card(response):
    """What other pages show of a response, and what search finds it by; nothing while it is held."""
    if response.state != "published":
        return None
    return CardText(
        title=response.title,
        at=response.published_at,
        audience_id=response.audience_id,
        note=response.status,
        language=response.language,
        text=f"{response.symbol}\n{plain(response.text)}",
    )


def register_links():
    """Called by the wiring: how responses are shown on other pages."""
    links.register("responses", noun=_l("Response"), card=card, note=STATUS_NAMES.__getitem__, icon="response")


def response_and_audience(viewer, public_id):
    """The response and who can see it, in one query: (row, Described), or (None, None)."""
    return item(viewer, Response, public_id)
