"""What every route shares: who is looking, what was not found, how a no becomes a page that loses nothing."""

from flask import abort, current_app, g, jsonify, redirect, render_template, request
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy import text
from sqlalchemy.exc import DataError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from wg_portal.core import links
from wg_portal.core.database import db, set_reading
from wg_portal.core.drafts import typed
from wg_portal.core.idempotency import AlreadyDone, arm
from wg_portal.core.policy import Refusal
from wg_portal.core.transactions import LostRace
from wg_portal.core.visibility import unguarded

FRAGMENT = "text/vnd.portal-fragment"
# Never put back into a page.
SECRET = {"csrf_token", "once", "password"}


def viewer():
    """The signed-in member of this request. Routes that get here always have one."""
    return g.viewer


def found(row):
    """The row, or 404. Unreadable and missing look the same from outside."""
    return row if row is not None else abort(404)


def wants_fragment():
    """The page's script asks for a piece of the page, not the page."""
    return request.accept_mimetypes.best == FRAGMENT


def see_other(address):
    """After a POST, the browser asks for the page anew."""
    return redirect(address, 303)


def ask_database():
    """For whoever asks whether we work: raises what a page would."""
    db.session.execute(unguarded(text("select 1"), because="is it there?"))


def begin_by_reading():
    """Every request begins by reading, a POST too: on SQLite only one may write at a time, and who signs in, fills in a
    form or is refused must not hold up the others meanwhile. What changes something begins to write by itself
    (core/transactions)."""
    set_reading(True)


def claim_once():
    """A member's POST carries a key. One without it came from no form of ours."""
    if request.method != "POST" or g.get("viewer") is None or request.url_rule is None:
        return
    key = request.headers.get("Idempotency-Key") or request.form.get("once", "")
    if not 8 <= len(key) <= 64:
        raise Refusal(_("This form is incomplete. Load its page again, and send it from there."))
    arm(g.viewer.id, request, key)


EXPLAINED = {
    400: (lambda: _("This request cannot be read"), lambda: _("Go back, load the page again, and send it from there.")),
    401: (lambda: _("Sign in first"), lambda: _("Your session has ended. Sign in, and go on where you were.")),
    403: (lambda: _("This is not yours to do"), lambda: _("Ask your head of delegation or the secretariat.")),
    404: (
        lambda: _("There is nothing here for you"),
        lambda: _("It may never have existed, or not be open to you. Check the address, or search."),
    ),
    405: (lambda: _("This address does not do that"), lambda: _("Go back, and use the buttons of the page.")),
    409: (lambda: _("Somebody else was first"), lambda: _("Both texts are below. Take what you need, and save again.")),
    413: (lambda: _("This is too much at once"), lambda: _("Send less text, or a smaller file.")),
    415: (lambda: _("This kind of file is not taken"), lambda: _("Send plain text or CSV, in UTF-8.")),
    422: (lambda: _("This cannot be done as it stands"), lambda: _("Nothing is lost. Mend it, and send it again.")),
    429: (lambda: _("Too many tries"), lambda: _("Wait a few minutes, then try again.")),
    500: (
        lambda: _("Something broke on our side"),
        lambda: _("Nothing half was stored. Try again; if it stays, tell the secretariat when it happened."),
    ),
    503: (
        lambda: _("The workspace is not available for a moment"),
        lambda: _("What you typed is below. Wait a little, then send it again."),
    ),
}


def error_page(status, message=None, theirs=None):
    """The page for a no: what is wrong, how to mend it, and whatever was typed."""
    title, mend = EXPLAINED.get(status, EXPLAINED[500 if status >= 500 else 400])
    if wants_fragment() or request.is_json:
        return jsonify(status=status, title=title(), message=str(message or mend())), status
    form = sent()
    kept = {}
    if request.method == "POST":
        kept = as_sent(form) if status >= 500 else typed(form)
    kept.pop("place", None)
    page = render_template(
        "error.html",
        status=status,
        title=title(),
        message=str(message) if message else None,
        mend=mend(),
        kept=kept,
        theirs=theirs or {},
        back=form.get("place") if form.get("place", "").startswith("/") else None,
    )
    return page, status


def sent():
    """The fields of the request, or none where they are too many to be read: then that is what is wrong with it."""
    try:
        return request.form
    except RequestEntityTooLarge:
        return MultiDict()


def as_sent(form):
    """Every field as it came, and the same key for it: whether it was done after all is not known when we break.

    Sent again, it is the same request as before, and is not done twice.
    """
    if 8 <= len(form.get("once", "")) <= 64:
        g.once = form["once"]
    return {name: values for name, values in form.lists() if name not in SECRET}


def put_away(response=None):
    """What was read or begun is over, also where the database cannot be told.

    After each answer: what fails only once the request is torn down would take the answer with it.
    """
    try:
        db.session.rollback()
    except SQLAlchemyError as trouble:
        current_app.logger.error("database, at the end: %s", type(trouble).__name__)
        db.session().invalidate()
    return response


def answer_refusal(refusal):
    return error_page(refusal.status, refusal.message, getattr(refusal, "theirs", None))


def answer_already_done(done):
    if not done.same:
        return error_page(409, _("This form was already sent, with another text. What you typed now is below."))
    return see_other(links.url(done.result) if done.result else "/")


def answer_lost_race(race):
    put_away()
    return error_page(409, _("Somebody else changed this at the same moment. Load the page, and try again."))


def answer_csrf(error):
    return error_page(
        400, _("This page was open too long, or came from elsewhere. Load it again, and send it from there.")
    )


def answer_http(error):
    return error_page(error.code or 500)


def answer_database(error):
    """The database is away, locked or full: nothing was stored, so say so and keep the text."""
    put_away()
    if isinstance(error, DataError):  # bytes or numbers that no row can have: asked for, or sent
        return error_page(400 if request.method == "POST" else 404)
    current_app.logger.error("database: %s", type(error).__name__)
    return error_page(503 if isinstance(error, OperationalError | NoConnectionFree) else 500)


def answer_crash(error):
    put_away()
    current_app.logger.exception("unexpected: %s", type(error).__name__)
    return error_page(500)


def register_answers(app):
    app.after_request(put_away)
    app.register_error_handler(Refusal, answer_refusal)
    app.register_error_handler(AlreadyDone, answer_already_done)
    app.register_error_handler(CSRFError, answer_csrf)
    app.register_error_handler(HTTPException, answer_http)
    app.register_error_handler(SQLAlchemyError, answer_database)
    for race in LostRace:
        app.register_error_handler(race, answer_lost_race)
    if not app.config["TESTING"]:
        app.register_error_handler(Exception, answer_crash)
