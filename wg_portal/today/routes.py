"""The front page: one list of what waits, then what changed, then what comes. Nothing here is remembered."""

from flask import Blueprint, render_template
from flask_babel import gettext as _

from wg_portal.audiences.queries import described
from wg_portal.core.drafts import drafts_of
from wg_portal.core.web import viewer
from wg_portal.events.queries import upcoming
from wg_portal.today import queries

bp = Blueprint("today", __name__)


@bp.get("/")
def today():
    me = viewer()
    waits = queries.waiting(me)
    coming = upcoming(me, 4)
    drafts = drafts_of(me)
    return render_template(
        "today/today.html",
        waits=waits,
        coming=coming,
        changes=queries.changes(me),
        since=queries.since(me),
        days=queries.fortnight(me, waits, coming),
        audiences=described(me, [wait.audience_id for wait in waits]),
        coming_dates=list(queries.event_leaves(me, coming)),
        drafts=drafts,
        draft_links=[
            {"url": draft.place, "text": draft.title or _("Without a title"), "note": None} for draft in drafts
        ],
    )
