"""Laws over HTTP: the list, a record, recording and correcting one, a step of its history."""

from flask import Blueprint, render_template, request

from wg_portal.accounts.queries import bylines
from wg_portal.audiences.policy import can_change_audience
from wg_portal.audiences.queries import described
from wg_portal.core import drafts, links
from wg_portal.core.names import name_of
from wg_portal.core.policy import Refusal, require
from wg_portal.core.web import found, see_other, viewer, wants_fragment
from wg_portal.laws import actions, policy, queries
from wg_portal.laws.forms import LawForm, NewLawForm, StageForm
from wg_portal.laws.vocabulary import BARRIERS, CONFIDENCES, EFFECTS, ENDED, PRINCIPLES, STAGES

bp = Blueprint("laws", __name__)

NEW = "/laws/new"


@bp.context_processor
def words():
    """The vocabulary, for templates of this feature."""
    return {
        "stages": STAGES,
        "barriers": BARRIERS,
        "principles": PRINCIPLES,
        "effects": EFFECTS,
        "confidences": CONFIDENCES,
        "ended": ENDED,
    }


@bp.get("/laws")
def index():
    me, to = viewer(), queries.Narrowed.read(request.args)
    page = queries.listed(me, to)
    return render_template(
        "laws/index.html",
        page=page,
        to=to,
        facets=queries.facets(me, to),
        audiences=described(me, [row.audience_id for row in page]),
        can_import=policy.can_import(me),
    )


@bp.get("/laws/<public_id>")
def show(public_id):
    law, audience = queries.law(viewer(), public_id)
    found(law)
    return record(law, audience, StageForm(formdata=None))


def record(law, audience, stage_form, status=200):
    me = viewer()
    page = render_template(
        "laws/show.html",
        law=law,
        audience=audience,
        history=queries.history(me, law.id),
        around=links.around(me, name_of(law)),
        author=bylines(me, [law])[law.public_id],
        stage_form=stage_form,
        can_change=policy.can_change_law(me, law) and law.state == "published",
        can_change_audience=can_change_audience(me, law, audience),
        own=law.author_id == me.id,
    )
    return page, status


@bp.get("/laws/<public_id>/stages")
def stages(public_id):
    """The history alone, for open pages; in a browser, the record."""
    law, _audience = queries.law(viewer(), public_id)
    found(law)
    if not wants_fragment():
        return see_other(f"/laws/{public_id}#history")
    return render_template("laws/history.html", law=law, history=queries.history(viewer(), law.id))


@bp.post("/laws/<public_id>/stages")
def add_stage(public_id):
    me, form = viewer(), StageForm()
    law, audience = queries.law(me, public_id)
    found(law)
    if form.submitted():
        try:
            found(actions.add_stage(me, public_id, form.step()))
            return see_other(f"/laws/{public_id}#history")
        except Refusal as refusal:
            if refusal.status != 422:
                raise
            form.refuse(refusal)
    return record(law, audience, form, 422)


@bp.route(NEW, methods=["GET", "POST"])
def new():
    me = viewer()
    draft = drafts.draft_at(me, NEW) if request.method == "GET" else None
    form = NewLawForm.from_request(draft=draft.fields if draft else None).offer(me).offer_countries()
    if request.method == "GET" and not draft and queries.is_country(request.args.get("country", "")):
        form.jurisdiction.data = request.args["country"]
    intent, ask = request.form.get("intent", ""), []
    if intent.startswith("recuse:"):
        form.leave_out(intent.removeprefix("recuse:"))
    looking = intent == "figures" or intent.startswith("recuse:")
    figures = form.described() if request.method == "POST" or draft else None
    if intent == "draft":
        drafts.save_draft(me, NEW, drafts.typed(request.form), title=form.title.data or "")
        return see_other(NEW)
    if not looking and form.submitted():
        try:
            choice = form.choice()
            ask = to_ask(form, figures)
            if not ask:
                fields = drafts.typed(request.form)
                law = actions.record_law(me, choice, form.values(), form.step(), place=NEW, fields=fields)
                return see_other(links.url(name_of(law)))
        except Refusal as refusal:
            if refusal.status != 422:
                raise
            form.refuse(refusal)
    elif request.method == "POST":
        ask = to_ask(form, figures)
    page = render_template("laws/new.html", form=form, audience=figures, ask=ask, draft=draft)
    return page, 422 if form.errors or (ask and not looking) else 200


def to_ask(form, figures):
    """Governments to offer leaving out before this goes out: asked once, then the answer stands."""
    if figures is None or form.recusal.data == form.jurisdiction.data:
        return []
    return [body for body in form.to_recuse([form.jurisdiction.data]) if body.id in figures.bodies]


@bp.route("/laws/<public_id>/edit", methods=["GET", "POST"])
def edit(public_id):
    me = viewer()
    law, audience = queries.law(me, public_id)
    found(law)
    require(policy.can_change_law(me, law), actions.not_yours())
    form = LawForm.from_request().offer_countries()
    if request.method == "GET":
        form.fill(law)
    elif form.submitted():
        try:
            found(actions.change_law(me, public_id, form.version.data, form.values()))
            return see_other(f"/laws/{public_id}")
        except Refusal as refusal:
            if refusal.status != 422:
                raise
            form.refuse(refusal)
    return render_template("laws/edit.html", form=form, law=law, audience=audience), 422 if form.errors else 200
