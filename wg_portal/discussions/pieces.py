"""What the templates of a conversation ask for, on any page that shows one.

A post is rendered once for all who may see it alike: it is kept by everything that is shown of it, so that a reader
whose page would differ in one word has a piece of their own. What may be shown was decided at the door, before.
"""

from functools import lru_cache
from typing import NamedTuple

from flask import current_app
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup

from wg_portal.core import clock, times
from wg_portal.core.localisation import page_code, zone
from wg_portal.core.names import split_name
from wg_portal.discussions.forms import reply_form_of

KEPT = 4096  # rendered posts in a process, some kilobytes each


class Post(NamedTuple):
    """A post as templates/parts/thread.html shows it."""

    public_id: str
    url: str
    byline: str
    organisation: object
    mine: bool
    written_at: object
    lang: str
    html: Markup
    edited_at: object = None
    history_url: str | None = None
    reply_url: str | None = None
    edit_url: str | None = None
    withdraw_url: str | None = None
    withdrawn: str | None = None
    held_until: object = None
    undo_url: str | None = None


def article(shown, byline):
    """One post, rendered."""
    post = post_of(shown, byline)
    if post.held_until:  # its form has keys of its own
        return render(post)
    language, place, now = page_code(), zone(), clock.now()
    at = post.written_at
    said = (times.ago(at, now, language, place), times.when(at, language, place, now)) if at else ()
    return kept(post, language, place, said)


@lru_cache(maxsize=KEPT)
def kept(post, _language, _zone, _said):
    """What goes into a rendered post besides itself is told to keep the pieces apart."""
    return render(post)


def render(post):
    return current_app.jinja_env.get_template("parts/thread.html").module.post(post)


def post_of(shown, byline):
    public_id = shown.public_id
    post = Post(
        public_id,
        f"/posts/{public_id}",
        str(byline) if byline else "",
        byline.organisation if byline else None,
        bool(byline) and byline.mine,
        shown.published_at,
        shown.language,
        Markup(shown.body_html),
    )
    if shown.state == "withdrawn":
        return post._replace(html=Markup(), withdrawn=_("This post was withdrawn."))
    if shown.state == "held":
        return post._replace(held_until=shown.held_until, undo_url=f"/held/posts/{public_id}/undo")
    return post._replace(
        edited_at=shown.edited_at,
        history_url=f"/posts/{public_id}/history" if shown.edited_at else None,
        reply_url=f"/posts/{public_id}/reply" if shown.may_reply else None,
        edit_url=f"/posts/{public_id}/edit" if shown.may_edit else None,
        withdraw_url=f"/posts/{public_id}/withdraw" if shown.may_withdraw else None,
    )


def deeper(conversation_name, shown):
    """Where replies go on that stand too deep for this page: {url, text}, or None."""
    if not shown.goes_on or shown.state == "held" or shown.state == "withdrawn":
        return None
    return {
        "url": f"/discussions/{split_name(conversation_name)[1]}?under={shown.path}",
        "text": ngettext("Continue with %(num)s reply", "Continue with %(num)s replies", shown.row.replies),
    }


def new_words():
    """What the pill of a live thread says for one, two, … ten new replies; the last stands for more as well."""
    counted = [ngettext("%(num)s new reply", "%(num)s new replies", number) for number in range(1, 10)]
    return [*counted, _("10 or more new replies")]


PIECES = (article, deeper, new_words, reply_form_of)
