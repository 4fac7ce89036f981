"""What a page's script asks beside the conversation: to keep a form as it stands, and to show the keys."""

from flask import Blueprint, render_template, request
from flask_babel import gettext as _

from wg_portal.core import clock, drafts
from wg_portal.core.policy import Refusal
from wg_portal.core.times import clock as hour
from wg_portal.core.web import viewer, wants_fragment

bp = Blueprint("live", __name__)


@bp.post("/drafts")
def save():
    """Keep the fields of a form under its `place`, its page; without fields, forget them. Says when, in words."""
    me = viewer()
    place = request.form.get("place", "")
    if not place.startswith("/") or place.startswith(("//", "/\\")) or len(place) > 300:
        raise Refusal(_("This form is incomplete. Load its page again, and send it from there."))
    fields = drafts.typed(request.form)
    fields.pop("place", None)
    if not fields:
        drafts.drop_draft(me, place)
        return {"saved": "", "text": ""}
    drafts.save_draft(me, place, fields, title=request.form.get("title", ""))
    time = hour(clock.now(), me.language, me.timezone)
    return {"saved": time, "text": _("Saved %(time)s, only you can see it", time=time)}


@bp.get("/keys")
def keys():
    """The keys of the portal: a page, or what `?` lays over another one."""
    return render_template("live/_dialog.html" if wants_fragment() else "live/keys.html")
