"""Undo while held, the page that changes who can see an item, and the figures asked for while choosing."""

from flask import Blueprint, abort, render_template, request
from flask_babel import gettext as _

from wg_portal.audiences import actions, policy, queries
from wg_portal.audiences.forms import AudienceForm
from wg_portal.core import links
from wg_portal.core.policy import Refusal, require
from wg_portal.core.web import found, see_other, viewer

bp = Blueprint("audiences", __name__)


def named(kind, public_id):
    """A root item or a child of one that the viewer may read, or 404."""
    row = queries.named(viewer(), kind, public_id)
    return found(row)


@bp.post("/held/<kind>/<public_id>/undo")
def undo(kind, public_id):
    """The text goes back into its editor."""
    row = named(kind, public_id)
    return see_other(actions.undo(viewer(), row))


@bp.route("/audience/<kind>/<public_id>", methods=["GET", "POST"])
def change(kind, public_id):
    """Who can see an item: narrowing is immediate, widening asks."""
    me = viewer()
    item, audience = queries.item_named(me, kind, public_id)
    found(item)
    require(policy.can_change_audience(me, item, audience))
    form = AudienceForm.from_request().offer(me)
    if request.method == "GET":
        form.fill(audience)
        form.attribution.data = item.attribution
    figures = None
    if request.form.get("intent") == "figures":
        figures = form.described(item.author_id)
    elif form.submitted():
        try:
            version = form.audience_version.data or 0
            actions.change_audience(me, item, form.choice(), version, confirmed=form.confirm.data)
            return see_other(links.url(f"{kind}/{public_id}"))
        except Refusal as refusal:
            if refusal.status != 422:
                raise
            form.refuse(refusal)
    status = 422 if form.errors else 200
    return render_template(
        "audiences/change.html", item=item, kind=kind, form=form, audience=audience, figures=figures
    ), status


@bp.post("/audience/figures")
def figures():
    """Asked by the chooser's script: the sentence and the button's words for what is picked now."""
    form = AudienceForm.from_request().offer(viewer())
    described = form.described()
    if described is None:
        abort(422)
    return {
        "sentence": described.sentence,
        "visible": _("Visible to %(audience)s", audience=described.sentence),
        "button": _("Post to %(people)s", people=described.counts),
        "people": described.people,
        "warning": warning(described),
    }


def warning(described):
    """What an author should stop at before posting."""
    if described.organisations and described.governments:
        return _("This reaches civil society organisations as well as governments.")
    return ""
