"""Responses on the web: the list, one text and who signed it, drafting, opening, answering, releasing."""

from flask import Blueprint, flash, render_template, request, url_for
from flask_babel import gettext as _

from wg_portal.accounts.queries import bylines, directory
from wg_portal.audiences import queries as audiences
from wg_portal.audiences.actions import ITEM_HOLD
from wg_portal.core import clock, drafts, links
from wg_portal.core.policy import NotAllowed, Refusal, require
from wg_portal.core.web import found, see_other, viewer, wants_fragment
from wg_portal.discussions.queries import conversation
from wg_portal.procedures.policy import require_voice
from wg_portal.procedures.queries import addresses
from wg_portal.responses import actions, policy, queries
from wg_portal.responses.forms import AnswerForm, EditForm, OpenForm, StartForm, StepForm

bp = Blueprint("responses", __name__)
NEW = "/responses/new"


def page_of(public_id):
    return see_other(url_for("responses.show", public_id=public_id))


@bp.get("/responses")
def index():
    me = viewer()
    status = request.args.get("status", "")
    rows = queries.listed(me, status)
    return render_template(
        "responses/index.html",
        rows=rows,
        status=status,
        statuses=queries.STATUS_NAMES,
        kinds=queries.KIND_NAMES,
        stage_of=queries.stage_of,
        answer_of=queries.answer_of,
        audience_of=audiences.described(me, [row.audience_id for row in rows]),
        bodies=directory(),
        may_start=policy.can_start(me),
    )


@bp.route("/responses/new", methods=["GET", "POST"])
def new():
    me = viewer()
    require(policy.can_start(me), _("Observers cannot start a response. Ask a delegate to do it."))
    draft = drafts.draft_at(me, NEW) if request.method == "GET" else None
    form = StartForm.from_request(draft and draft.fields, language=me.language).offer(me)
    if request.method == "GET" and not draft:
        form.linked.data = "\n".join(f"/laws/{id}" for id in request.args.getlist("law"))
        form.countries.data = request.args.getlist("country")
    intent = request.form.get("intent", "")
    if intent == "draft":
        drafts.save_draft(me, NEW, drafts.typed(request.form), title=form.title.data or "")
        flash(_("Your draft is saved. Only you can see it."), "done")
        return see_other(NEW)
    if intent.startswith("recuse:"):
        form.leave_out(intent.removeprefix("recuse:"))
    elif intent in ("", "post") and form.submitted():
        try:
            response = actions.start(me, form.written(me), form.choice(), place=NEW, fields=drafts.typed(request.form))
            return see_other(links.url(f"responses/{response.public_id}"))
        except Refusal as refusal:
            if refusal.status != 422:
                raise
            form.refuse(refusal)
    page = render_template(
        "responses/edit.html",
        form=form,
        response=None,
        audience=form.described(),
        recusable=form.to_recuse(form.countries.data or []),
        chosen=intent == "figures" or intent.startswith("recuse:"),
        hold=ITEM_HOLD if me.hold is None else me.hold,
    )
    return page, 422 if form.errors else 200


@bp.get("/responses/<public_id>")
def show(public_id):
    me = viewer()
    response, audience = queries.response_and_audience(me, public_id)
    found(response)
    talk = conversation(me, f"responses/{public_id}", request.args)
    return render_template(
        "responses/show.html",
        conversation=talk,
        bylines=bylines(me, talk.posts) if talk else {},
        **page_words(me, response, audience),
        around=links.around(me, f"responses/{public_id}"),
        open_form=OpenForm(formdata=None, version=response.version) if policy.can_step(me, response, "open") else None,
        may_edit=policy.can_edit(me, response),
        may_release=policy.can_step(me, response, "released"),
        may_withdraw=policy.can_step(me, response, "withdrawn"),
        may_close=policy.can_step(me, response, "closed"),
        may_change_audience=response.author_id == me.id,
    )


def page_words(me, response, audience):
    """What the page and its live piece both show."""
    bodies = directory()
    return {
        "response": response,
        "audience": audience,
        "standing": queries.standing(me, response, audience),
        "stage": response.stage,
        "stage_name": queries.STATUS_NAMES[response.stage],
        "kind_name": queries.KIND_NAMES[response.kind],
        "lead": bodies[response.lead_id],
        "pen_holder": bodies[response.pen_holder_id],
        "outside": [body.name for body in queries.outside(audience)],
        "may_sign": policy.can_sign(me, response),
        "may_endorse": policy.can_endorse(me, response),
        "joinable": policy.is_joinable(response),
        "everything": policy.sees_every_answer(me, response),
    }


@bp.get("/responses/<public_id>/answers")
def answers(public_id):
    """The live piece of a response's page: the tally and the table."""
    if not wants_fragment():
        return page_of(public_id)
    me = viewer()
    response, audience = queries.response_and_audience(me, public_id)
    found(response)
    part = "_own.html" if request.args.get("part") == "own" else "_answers.html"
    return render_template(f"responses/{part}", **page_words(me, response, audience))


@bp.post("/responses/<public_id>/answers")
def answer(public_id):
    """Asks before it signs: the first press shows what will be said for whom, the second says it."""
    me = viewer()
    response, audience = queries.response_and_audience(me, public_id)
    found(response)
    if me.organisation.kind != "government":
        raise NotAllowed(_("Governments sign. Civil society organisations endorse, in a list of their own."))
    require_voice(me.speaks, me)
    form = AnswerForm.from_request()
    if not form.submitted():
        raise Refusal(_("Choose one of the answers."))
    said = form.answer.data
    if not form.confirm.data:
        return confirming(me, response, audience, form)
    found(actions.answer(me, public_id, said, form.version.data, form.confirm_by(me)))
    flash(_("Recorded for %(organisation)s.", organisation=me.organisation.name), "done")
    return page_of(public_id)


def confirming(me, response, audience, form):
    said = form.answer.data
    if said not in queries.ANSWER_NAMES:
        raise Refusal(_("Choose one of the answers."))
    return render_template(
        "responses/confirm.html",
        form=form,
        response=response,
        audience=audience,
        said=said,
        said_name=queries.answer_name(said),
        by=form.confirm_by(me) or response.sign_by,
    )


@bp.post("/responses/<public_id>/endorsements")
def endorse(public_id):
    me = viewer()
    form = AnswerForm.from_request()
    if not form.submitted():
        raise Refusal(_("Choose one of the answers."))
    found(actions.endorse(me, public_id, form.answer.data, form.version.data))
    flash(_("Recorded for %(organisation)s.", organisation=me.organisation.name), "done")
    return page_of(public_id)


@bp.get("/signons/<public_id>")
def sign_on(public_id):
    """An answer is shown on its response's page."""
    return page_of(found(queries.response_of_sign_on(viewer(), public_id)))


@bp.route("/responses/<public_id>/edit", methods=["GET", "POST"])
def edit(public_id):
    me = viewer()
    response, audience = queries.response_and_audience(me, public_id)
    found(response)
    if response.status != "drafting":
        raise Refusal(_("The text is frozen: it was opened for signature."))
    require(
        policy.can_edit(me, response),
        _("The pen-holder and the lead change the text. Comment in the discussion."),
    )
    form = EditForm.from_request().offer_bodies(me)
    if request.method == "GET":
        form.show(response, addresses({"linked": linked(me, public_id)}))
    elif form.submitted():
        try:
            found(actions.edit(me, public_id, form.written(me), form.version.data or 0))
            flash(_("Saved."), "done")
            return page_of(public_id)
        except Refusal as refusal:
            if refusal.status != 422:
                raise
            form.refuse(refusal)
    page = render_template("responses/edit.html", form=form, response=response, audience=audience, recusable=[])
    return page, 422 if form.errors else 200


def linked(me, public_id):
    """What a response was linked to, as far as the viewer sees it; countries have a field of their own."""
    targets = [name for name in links.targets_of(f"responses/{public_id}") if not name.startswith("countries/")]
    return list(links.labels(me, targets).values())


@bp.post("/responses/<public_id>/open")
def open_for_signature(public_id):
    me = viewer()
    response, audience = queries.response_and_audience(me, public_id)
    found(response)
    form = OpenForm.from_request()
    if form.submitted():
        try:
            version, deadline = form.version.data, form.deadline(me)
            found(actions.open_for_signature(me, public_id, version, deadline, form.minimum.data, form.list_for.data))
            flash(_("Open for signature. The text is frozen."), "done")
            return page_of(public_id)
        except Refusal as refusal:
            if refusal.status != 422:
                raise
            form.refuse(refusal)
    require(
        policy.runs(me, response),
        _("The chair, the lead's head or the secretariat opens a text for signature."),
    )
    return render_template("responses/open.html", form=form, response=response, audience=audience), 422


@bp.post("/responses/<public_id>/release")
def release(public_id):
    """Asks first: what is released is not taken back."""
    return stepping(public_id, "released")


@bp.post("/responses/<public_id>/close")
def close(public_id):
    """Asks first, and ends the response: closed without release, or withdrawn."""
    return stepping(public_id, "withdrawn" if request.form.get("to") == "withdrawn" else "closed")


def stepping(public_id, to):
    me = viewer()
    response, audience = queries.response_and_audience(me, public_id)
    found(response)
    require(policy.runs(me, response), _("The chair, the lead's head or the secretariat decides this."))
    form = StepForm.from_request()
    if not form.submitted():
        raise Refusal(_("This form is incomplete. Load its page again, and send it from there."))
    if not form.confirm.data:
        standing = queries.standing(me, response, audience)
        return render_template(
            "responses/step.html",
            response=response,
            audience=audience,
            to=to,
            standing=standing,
            now=clock.now(),
        )
    if to == "released":
        found(actions.release(me, public_id, form.version.data))
        flash(_("Released."), "done")
    else:
        found(actions.close(me, public_id, form.version.data, to))
        flash(_("It is ended. The page stays."), "done")
    return page_of(public_id)
