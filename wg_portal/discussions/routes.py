"""Discussions on the web: the list, a thread, replying, and what changed since the reader last asked."""

from flask import Blueprint, make_response, render_template, request
from flask_babel import gettext as _

from wg_portal.accounts.queries import bylines
from wg_portal.audiences.queries import described
from wg_portal.core import drafts, links
from wg_portal.core.policy import Refusal, require
from wg_portal.core.web import found, see_other, viewer, wants_fragment
from wg_portal.discussions import actions, policy, queries
from wg_portal.discussions.forms import PostForm, ReplyForm, ThreadForm
from wg_portal.discussions.pieces import PIECES

bp = Blueprint("discussions", __name__)
for piece in PIECES:
    bp.add_app_template_global(piece)


@bp.get("/discussions")
def index():
    me = viewer()
    page = queries.threads(me)
    return render_template(
        "discussions/index.html",
        page=page,
        audiences=described(me, [row.audience_id for row in page]),
        names=bylines(me, page.rows),
        nouns={kind: registered.noun for kind, registered in links.registry.items()},
    )


@bp.route("/discussions/new", methods=["GET", "POST"])
def new():
    """A thread that stands alone."""
    me = viewer()
    place = "/discussions/new"
    draft = drafts.draft_at(me, place) if request.method == "GET" else None
    form = ThreadForm.from_request(draft.fields if draft else None, language=me.language).offer(me)
    if request.method == "GET" and request.args.get("about"):
        form.about.data = request.args["about"]
    about = links.labels(me, [form.about.data]) if form.about.data else {}
    intent = request.form.get("intent")
    if intent == "draft":
        drafts.save_draft(me, place, drafts.typed(request.form), title=form.title.data or "")
        return see_other(place)
    if intent != "figures" and form.submitted():
        try:
            thread = actions.start(
                me,
                form.choice(),
                form.title.data,
                form.body.data,
                form.language.data,
                targets=list(about),
                place=place,
                fields=drafts.typed(request.form),
            )
            return see_other(f"/discussions/{thread.public_id}")
        except Refusal as refusal:
            if refusal.status != 422:
                raise
            form.refuse(refusal)
    status = 422 if form.errors else 200
    return render_template(
        "discussions/new.html",
        form=form,
        audience=form.described(),
        about=about,
        saved_at=draft and draft.saved_at,
    ), status


@bp.get("/discussions/<public_id>")
def show(public_id):
    return page_of(found(queries.conversation_of(viewer(), public_id, request.args)))


def page_of(conversation, form=None):
    me = viewer()
    conversation.form = form
    thread = conversation.thread
    host = links.labels(me, [thread.about]).get(thread.about) if thread.about else None
    status = 422 if form is not None and form.errors else 200
    return render_template(
        "discussions/show.html",
        conversation=conversation,
        thread=thread,
        host=host,
        audience=described(me, [thread.audience_id]).get(thread.audience_id),
        bylines=bylines(me, [thread, *conversation.posts]),
        related=links.around(me, conversation.name) if not thread.about else {},
        held_until=queries.held_until(me, thread) if thread.state == "held" else None,
        may_close=policy.can_close(me, thread),
        may_change_audience=policy.can_close(me, thread) and not thread.about,
    ), status


@bp.post("/discussions/<public_id>/posts")
def reply(public_id):
    """Send or keep a reply. A refused one is shown again on the thread's own page, with every word."""
    me = viewer()
    thread = found(queries.thread(me, public_id))
    place = queries.place_of(thread)
    form = ReplyForm.from_request()
    fields = drafts.typed(request.form)
    fields.pop("place", None)
    if request.form.get("intent") == "draft":
        drafts.save_draft(me, place, fields, title=thread.title)
        return see_other(f"{place}#reply")
    if form.submitted():
        try:
            post = found(
                actions.reply(
                    me,
                    public_id,
                    form.body.data,
                    form.language.data,
                    parent_id=form.parent.data,
                    attribution=form.attribution,
                    place=place,
                    fields=fields,
                )
            )
            return see_other(queries.address_of(me, post, thread))
        except Refusal as refusal:
            if refusal.status != 422:
                raise
            form.refuse(refusal)
            form.parent.data = ""
    asked = {"from": queries.LAST, "reply": form.parent.data}
    return page_of(found(queries.conversation_of(me, public_id, asked)), form)


@bp.get("/discussions/<public_id>/changes")
def changes(public_id):
    """What was said or changed after `?after=`, in that order; the header says where the next question begins."""
    me = viewer()
    thread = found(queries.thread(me, public_id))
    after = request.args.get("after", 0, type=int)
    under = queries.path_like(request.args.get("under", ""))
    posts, cursor, more = queries.changes(me, thread, after, under) if thread.seq > after else ([], after, False)
    if not posts:
        answer = make_response("", 204)
        cursor = max(after, thread.seq)
    else:
        answer = make_response(
            render_template(
                "discussions/_changes.html",
                name=f"discussions/{public_id}",
                posts=posts,
                parents=queries.parents_of(me, posts),
                bylines=bylines(me, posts),
            )
        )
    answer.headers["X-Cursor"] = str(cursor)
    if more:
        answer.headers["X-More"] = "1"
    return answer


@bp.post("/discussions/<public_id>/close")
def close(public_id):
    """Close, or open again when `closed` is empty."""
    found(actions.close(viewer(), public_id, closed=bool(request.form.get("closed"))))
    return see_other(f"/discussions/{public_id}")


@bp.get("/posts/<public_id>")
def post(public_id):
    me = viewer()
    row, thread = queries.post(me, public_id)
    found(row)
    if not wants_fragment():
        return see_other(queries.address_of(me, row, thread))
    shown = [queries.as_shown(me, row, may_reply=policy.can_reply(me, thread))]
    return render_template(
        "discussions/_changes.html",
        name=f"discussions/{thread.public_id}",
        posts=shown,
        parents=queries.parents_of(me, shown),
        bylines=bylines(me, shown),
    )


@bp.get("/posts/<public_id>/reply")
def answer(public_id):
    """The page of the conversation that shows the post, its form set to answer it."""
    me = viewer()
    row, thread = queries.post(me, public_id)
    address = queries.address_of(me, found(row), thread).partition("#")[0]
    return see_other(f"{address}{'&' if '?' in address else '?'}reply={public_id}#reply")


@bp.get("/posts/<public_id>/history")
def history(public_id):
    """What a post said before it was changed."""
    me = viewer()
    row, thread = queries.post(me, public_id)
    found(row)
    return render_template(
        "discussions/history.html",
        post=row,
        thread=thread,
        revisions=queries.revisions_of(me, row),
        byline=bylines(me, [row])[row.public_id],
        audience=described(me, [row.audience_id]).get(row.audience_id),
    )


@bp.route("/posts/<public_id>/edit", methods=["GET", "POST"])
def edit(public_id):
    me = viewer()
    row, thread = queries.post(me, public_id)
    found(row)
    require(policy.can_edit(me, row), _("Only its author can change a post, and only while it stands."))
    place = f"/posts/{public_id}/edit"
    draft = drafts.draft_at(me, place) if request.method == "GET" else None
    form = PostForm.from_request(
        draft.fields if draft else None, body=row.body, language=row.language, version=row.version
    )
    if form.submitted():
        post = found(actions.edit(me, public_id, form.version.data, form.body.data, form.language.data, place=place))
        return see_other(queries.address_of(me, post, thread))
    status = 422 if form.errors else 200
    audience = described(me, [row.audience_id]).get(row.audience_id)
    return render_template(
        "discussions/edit.html", form=form, post=row, thread=thread, audience=audience, place=place
    ), status


@bp.route("/posts/<public_id>/withdraw", methods=["GET", "POST"])
def withdraw(public_id):
    """Asks first: what was withdrawn cannot be put back."""
    me = viewer()
    row, thread = queries.post(me, public_id)
    found(row)
    require(policy.can_withdraw(me, row), _("Its author can withdraw a post, and the secretariat."))
    if request.method == "POST":
        found(actions.withdraw(me, public_id))
        return see_other(queries.address_of(me, row, thread))
    audience = described(me, [row.audience_id]).get(row.audience_id)
    return render_template("discussions/withdraw.html", post=row, thread=thread, audience=audience)
