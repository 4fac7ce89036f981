"""Briefs on the web: the list, writing, reading, revising, comparing, withdrawing."""

from datetime import timedelta

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from wg_portal.accounts.queries import bylines
from wg_portal.audiences.actions import ITEM_HOLD
from wg_portal.audiences.queries import described
from wg_portal.briefs import actions, policy, queries
from wg_portal.briefs.forms import BriefForm, ReviseForm
from wg_portal.core import drafts, links
from wg_portal.core.compare import compare, folded
from wg_portal.core.ids import new_id
from wg_portal.core.languages import LANGUAGES, country_name, order_countries
from wg_portal.core.localisation import page_code
from wg_portal.core.policy import Refusal, Stale, require
from wg_portal.core.text import render
from wg_portal.core.web import found, see_other, viewer, wants_fragment
from wg_portal.discussions.queries import conversation

bp = Blueprint("briefs", __name__)


@bp.get("/briefs")
def index():
    me = viewer()
    chosen = {name: request.args.get(name) or None for name in ("kind", "country", "language")}
    page = queries.listed(me, **chosen)
    return render_template(
        "briefs/list.html",
        page=page,
        facets=facets(me, chosen),
        audiences=described(me, [row.audience_id for row in page]),
        bylines=bylines(me, page.rows),
        kind_names=queries.KIND_NAMES,
        icon_of=queries.icon_of,
        drafts=drafts.drafts_of(me, "/briefs/new"),
        narrowed=any(chosen.values()),
    )


def facets(me, chosen):
    """Narrowing by plain links; a facet names only what the viewer would find."""
    language = page_code()
    codes = order_countries(queries.countries_written_about(me), language)
    offered = {
        "kind": (_("Kind"), [(kind, str(name)) for kind, name in queries.KIND_NAMES.items()]),
        "country": (_("Country"), [(code, country_name(code, language)) for code in codes]),
        "language": (_("Language"), list(LANGUAGES.items())),
    }
    groups = []
    for name, (label, choices) in offered.items():
        values = [facet_value(chosen, name, None, _("All"))] if choices else []
        groups.append(
            {"label": label, "values": [*values, *(facet_value(chosen, name, *choice) for choice in choices)]}
        )
    return groups


def facet_value(chosen, name, value, text):
    wanted = {**chosen, name: value}
    address = url_for(".index", **{key: one for key, one in wanted.items() if one})
    return {"text": text, "url": address, "current": chosen[name] == value}


@bp.route("/briefs/new", methods=["GET", "POST"])
def new():
    """Each new brief has an address of its own from the start, so that two of them never share a draft."""
    if request.method == "GET" and not request.args.get("draft"):
        return redirect(url_for(".new", draft=new_id(), **request.args.to_dict()))
    me = viewer()
    place = request.full_path.rstrip("?")
    draft = drafts.draft_at(me, place) if request.method == "GET" else None
    begin = {} if draft or request.method == "POST" else queries.starting_from(me, request.args.get("law"))
    form = (
        BriefForm.from_request(draft=draft and draft.fields, **{"language": me.language, **begin}).offer(me).about(me)
    )
    intent = request.form.get("intent", "")
    if intent == "draft":
        drafts.save_draft(me, place, drafts.typed(request.form), title=form.title.data or "")
        flash(_("Your draft is saved. Only you can see it."), "done")
        return see_other(place)
    if intent.startswith("recuse:"):
        form.leave_out(intent.removeprefix("recuse:"))
    elif intent in ("", "post") and form.submitted():
        try:
            brief = actions.publish(me, form.content(), form.choice(), place, drafts.typed(request.form))
            return see_other(links.url(f"briefs/{brief.public_id}"))
        except Refusal as refusal:
            if refusal.status != 422:
                raise
            form.refuse(refusal)
    return writing(form, place, draft, intent), 422 if form.errors else 200


def writing(form, place, draft, intent):
    audience = form.described()
    return render_template(
        "briefs/new.html",
        form=form,
        place=place,
        draft=draft,
        audience=audience,
        recusable=form.to_recuse(form.countries.data),
        preview=previewed(form) if intent == "preview" else None,
        chosen=intent in ("figures", "recuse") or intent.startswith("recuse:"),
        hold=ITEM_HOLD if viewer().hold is None else viewer().hold,
        attribution=dict((one.value, one.label) for one in form.attribution.choices).get(form.attribution.data),
    )


def previewed(form):
    return {"asked": render(form.asked.data or ""), "body": render(form.body.data or "")}


@bp.get("/briefs/<public_id>")
def brief(public_id):
    me = viewer()
    row, audience = queries.brief(me, public_id)
    found(row)
    if row.state == "withdrawn":
        return stub(me, row, audience)
    name = f"briefs/{public_id}"
    revisions = queries.revisions(me, row)
    fragment = wants_fragment()
    talk = None if fragment else conversation(me, name, request.args)
    hold = ITEM_HOLD if me.hold is None else me.hold
    template = "briefs/_text.html" if fragment else "briefs/brief.html"
    return render_template(
        template,
        brief=row,
        audience=audience,
        kind_names=queries.KIND_NAMES,
        sign=queries.icon_of(row.kind),
        conversation=talk,
        bylines=bylines(me, [row, *revisions, *(talk.posts if talk else ())]),
        revisions=revisions,
        around={} if fragment else links.around(me, name),
        held_until=row.created_at + timedelta(seconds=hold) if row.state == "held" else None,
        may_revise=row.state == "published" and policy.can_revise(me, row),
        may_withdraw=policy.can_withdraw(me, row),
    )


def stub(me, row, audience):
    """That there was a brief, and what was said about it."""
    talk = conversation(me, f"briefs/{row.public_id}", request.args)
    names = bylines(me, talk.posts) if talk else {}
    return render_template("briefs/withdrawn.html", brief=row, audience=audience, conversation=talk, bylines=names)


@bp.route("/briefs/<public_id>/edit", methods=["GET", "POST"])
def edit(public_id):
    me = viewer()
    row, audience = queries.brief(me, public_id)
    require(
        policy.can_revise(me, found(row)),
        _("Its author, or who speaks for their organisation, may revise it."),
    )
    place = request.full_path.rstrip("?")
    draft = drafts.draft_at(me, place) if request.method == "GET" else None
    form = ReviseForm.from_request(draft=draft and draft.fields)
    if request.method == "GET" and not draft:
        form.fill(me, row, queries.linked_laws(me, row))
    form.about(me)
    theirs, status = None, 200
    intent = request.form.get("intent", "")
    if intent == "draft":
        drafts.save_draft(me, place, drafts.typed(request.form), title=form.title.data or "")
        flash(_("Your draft is saved. Only you can see it."), "done")
        return see_other(place)
    if intent in ("", "post") and form.submitted():
        try:
            actions.revise(me, public_id, form.version.data, form.content(), form.reason.data, place=place)
            return see_other(links.url(f"briefs/{public_id}"))
        except Stale as stale:
            # Saving again is on their version: its writer has seen both texts.
            theirs, status = stale.theirs, 409
            form.version.data, form.version.raw_data = theirs["version"], [str(theirs["version"])]
        except Refusal as refusal:
            if refusal.status != 422:
                raise
            form.refuse(refusal)
    return render_template(
        "briefs/edit.html",
        brief=row,
        audience=audience,
        form=form,
        place=place,
        draft=draft,
        theirs=theirs,
        preview=previewed(form) if intent == "preview" else None,
    ), 422 if form.errors else status


@bp.get("/briefs/<public_id>/revisions/<int:number>")
def revision(public_id, number):
    me = viewer()
    row, audience = queries.brief(me, public_id)
    after, before = queries.revision_pair(me, found(row), number) if number < 10**9 else (None, None)
    found(after)
    [listed] = queries.revisions(me, row, number) or abort(404)
    return render_template(
        "briefs/revision.html",
        brief=row,
        audience=audience,
        revision=after,
        byline=bylines(me, [listed])[listed.public_id],
        kind_names=queries.KIND_NAMES,
        sign=queries.icon_of(row.kind),
        changes={
            name: folded(compare(getattr(before, name) if before else "", getattr(after, name)))
            for name in ("title", "asked", "body")
        },
        first=before is None,
    )


@bp.post("/briefs/<public_id>/withdraw")
def withdraw(public_id):
    me = viewer()
    row, _audience = queries.brief(me, public_id)
    actions.withdraw(me, found(row).public_id)
    return see_other(links.url(f"briefs/{public_id}"))
