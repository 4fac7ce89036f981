"""Drafting, opening, signing, endorsing and releasing. Status and deadline are decided under the response's row lock.

Answers are journalled for the delegation alone: a line in the audience's journal would tell everyone what the door
tells only some. Pages follow by the readers of the answer, before and after.
"""

import re

from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from wg_portal.accounts.queries import directory
from wg_portal.audiences import actions as audiences
from wg_portal.core import clock, journal, links
from wg_portal.core.database import db
from wg_portal.core.names import name_of
from wg_portal.core.policy import NotAllowed, Refusal, Stale, require
from wg_portal.core.text import render
from wg_portal.core.transactions import transactional
from wg_portal.discussions import actions as discussions
from wg_portal.procedures.actions import answer_on
from wg_portal.procedures.policy import require_voice
from wg_portal.responses import policy, queries
from wg_portal.responses.models import JOINING, Response, SignOn, new_symbol

SYMBOLS_TRIED = 20
ONE_PARAGRAPH = re.compile(r"<p(?: [^>]*)?>((?:(?!<p[ >]).)*)</p>", re.DOTALL)


@transactional
def start(actor, text, choice, *, place="/responses/new", fields=None):
    """A new response, in drafting. text: models.Text; choice: audiences.forms.Choice. Held first, as every new item."""
    require(policy.can_start(actor), _("Observers cannot start a response. Ask a delegate to do it."))
    audience = audiences.new_audience(actor, choice)
    response = Response(
        audience_id=audience.id,
        author_id=actor.id,
        organisation_id=actor.organisation.id,
        attribution=choice.attribution,
    )
    fill_in(response, text)
    add_with_symbol(response)
    link(response, text)
    hold = audiences.ITEM_HOLD
    audiences.send_out(actor, response, "response.started", hold=hold, place=place, fields=fields or {})
    return response


def fill_in(response, text):
    for name, value in vars(text).items():
        if name != "linked":
            setattr(response, name, value)
    response.paragraphs_html = [paragraph_html(words) for words in text.paragraphs]


def paragraph_html(markdown):
    """One numbered paragraph; the operative verb, typed in asterisks at its beginning, is set as such."""
    html = str(render(markdown)).strip()
    alone = ONE_PARAGRAPH.fullmatch(html)
    html = alone[1] if alone else html
    return html.replace("<em>", '<em class="op">', 1) if html.startswith("<em>") else html


def add_with_symbol(response):
    """Give it a symbol that nobody has; the database says whether one is free."""
    for _try in range(SYMBOLS_TRIED):
        response.symbol = new_symbol()
        try:
            with db.session.begin_nested():
                db.session.add(response)
                db.session.flush()
            return
        except IntegrityError:
            continue
    raise Refusal(_("No symbol was found for this text. Try again."))


def link(response, text):
    links.set_links(name_of(response), [*text.linked, *(f"countries/{code}" for code in text.countries)])


@transactional
def edit(actor, public_id, text, version):
    """Change the draft, given on `version` of it. None where the actor finds no response; Stale with both texts."""
    response = queries.locked(actor, public_id)
    if response is None:
        return None
    if response.status != "drafting":
        raise Refusal(_("The text is frozen: it was opened for signature."))
    require(
        policy.can_edit(actor, response),
        _("The pen-holder and the lead change the text. Comment in the discussion."),
    )
    if response.version != version:
        theirs = {_("Title"): response.title, _("Text"): response.text}
        raise Stale(_("Somebody else changed the text while you were writing."), theirs)
    fill_in(response, text)
    link(response, text)
    journal.record(actor, "response.edited", response)
    return response


def step(actor, public_id, version, to, message):
    """The response, locked, on its way to status `to`; or None. Raises where the step is not allowed."""
    response = queries.locked(actor, public_id)
    if response is None:
        return None
    if not policy.runs(actor, response):
        raise NotAllowed(message)
    if response.version != version:
        raise Stale(_("Somebody else changed this response meanwhile. Look at it again first."))
    if not policy.can_step(actor, response, to):
        raise Refusal(_("This step is not possible any more. Load the page to see where the response stands."))
    response.status = to
    return response


@transactional
def open_for_signature(actor, public_id, version, sign_by, minimum=None, list_for="delegations"):
    """Freeze the text, hash it, and ask delegations to sign until the instant `sign_by`."""
    response = step(
        actor,
        public_id,
        version,
        "open",
        _("The chair, the lead's head or the secretariat opens a text for signature."),
    )
    if response is None:
        return None
    if response.kind != "joint_statement":
        raise Refusal(_("Only joint statements are signed."))
    if not response.paragraphs:
        raise Refusal(_("There is no text yet."))
    if sign_by <= clock.now():
        raise Refusal(_("Choose a deadline that has not passed."), field="sign_on")
    response.sign_by, response.minimum, response.list_for = sign_by, minimum, list_for
    response.opened_at, response.fingerprint = clock.now(), response.hash_of_text()
    details = {"fingerprint": response.fingerprint, "sign_by": sign_by.isoformat()}
    journal.record(actor, "response.opened", response, **details)
    return response


@transactional
def answer(actor, public_id, said, version, confirm_by=None):
    """What the actor's delegation says: joins, ad_referendum, aligns, awaiting, cannot or withdrawn.

    version: of the answer that the page showed (0: none). confirm_by: an instant, for ad_referendum.
    Returns the SignOn, or None where the actor finds no response.
    """
    response = queries.locked(actor, public_id)
    if response is None:
        return None
    if actor.organisation.kind != "government":
        raise NotAllowed(_("Governments sign. Civil society organisations endorse, in a list of their own."))
    require_voice(actor.speaks, actor)
    if said not in (*JOINING, "awaiting", "cannot", "withdrawn"):
        raise Refusal(_("Choose one of the answers."), field="answer")
    refuse_out_of_time(response, said)
    confirm_by = confirmation(response, said, confirm_by)
    return given(actor, response, said, version, confirm_by)


@transactional
def endorse(actor, public_id, said, version):
    """A civil society organisation endorses (endorses) or takes that back (withdrawn)."""
    response = queries.locked(actor, public_id)
    if response is None:
        return None
    if actor.organisation.kind != "civil_society":
        raise NotAllowed(_("Civil society organisations endorse. Governments sign."))
    require_voice(actor.speaks, actor)
    if said not in ("endorses", "withdrawn"):
        raise Refusal(_("Choose one of the answers."), field="answer")
    refuse_out_of_time(response, said)
    return given(actor, response, said, version, clock.FOREVER)


def refuse_out_of_time(response, said):
    """Until the deadline everything; after release only joining."""
    if response.status == "released":
        if said not in ("joins", "aligns", "endorses"):
            raise Refusal(_("The text was released: a signature can be added, but not taken back."))
    elif not response.is_signable:
        raise Refusal(_("Signatures are not taken now. The deadline has passed, or the text is not open."))


def confirmation(response, said, confirm_by):
    """Until when an ad referendum is to be confirmed: the given instant, or the deadline for signatures."""
    if said != "ad_referendum":
        return clock.FOREVER
    if confirm_by is not None and confirm_by <= clock.now():
        raise Refusal(_("Choose a day of confirmation that has not passed."), field="confirm_on")
    return confirm_by or response.sign_by


def given(actor, response, said, version, confirm_by):
    signon = queries.own_answer(actor, response)
    standing = signon.answer if signon is not None else None
    if standing is None and said == "withdrawn":
        raise Refusal(_("There is nothing to withdraw."))
    if response.status == "released" and standing in ("joins", "aligns", "endorses"):
        raise Refusal(_("%(organisation)s has signed this text already.", organisation=actor.organisation.name))
    lost = audiences.reader_ids(signon) if signon is not None else set()
    theirs = {_("The answer that stands"): queries.answer_name(standing)} if standing else {}
    answer_on(signon, version, actor, theirs)
    if signon is None:
        signon = SignOn(
            response_id=response.id,
            organisation_id=actor.organisation.id,
            given_by_id=actor.id,
            audience_id=response.audience_id,
        )
        db.session.add(signon)
    signon.answer, signon.confirm_by = said, confirm_by
    journal.record(
        actor,
        "signon.given",
        signon,
        about=response,
        acting_for=actor.organisation,
        private=True,
        lost=lost,
        answer=said,
        response_version=response.version,
        fingerprint=response.fingerprint,
    )
    return signon


@transactional
def release(actor, public_id, version):
    """The text goes out with its signatories, in the alphabetical order of each language. Unconfirmed ones are not on it."""
    message = _("The chair, the lead's head or the secretariat releases a text.")
    response = step(actor, public_id, version, "released", message)
    if response is None:
        return None
    signed = [row for row in queries.answers(actor, response) if row.answer in ("joins", "aligns")]
    joined = [row for row in signed if row.answer == "joins"]
    if not joined:
        raise Refusal(_("Nobody has joined this text yet."))
    if response.minimum and len(joined) < response.minimum:
        raise Refusal(
            _(
                "%(minimum)d delegations must join before it is released; %(number)d have.",
                minimum=response.minimum,
                number=len(joined),
            )
        )
    response.released_at = clock.now()
    bodies = directory()
    names = sorted(bodies[row.organisation_id].code for row in signed)
    journal.record(actor, "response.released", response, signatories=names, fingerprint=response.fingerprint)
    return response


@transactional
def close(actor, public_id, version, to="closed"):
    """End it without release: closed (it was open) or withdrawn."""
    message = _("The chair, the lead's head or the secretariat ends a response.")
    response = step(actor, public_id, version, to, message)
    if response is not None:
        journal.record(actor, f"response.{to}", response)
    return response


def gone_out(actor, response):
    """Its conversation opens with it."""
    discussions.open_thread(actor, response)


audiences.on_release[Response] = gone_out
