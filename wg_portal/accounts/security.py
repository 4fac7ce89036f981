"""Sign-in by Flask-Security, with our own sessions.

The cookie holds one random handle; `auth_sessions` holds its hash. Every request asks that row, so that a sign-out,
an ended seat or a disabled account is felt at once, in every worker. Flask-Security's own user is used only while
signing in.
"""

from urllib.parse import urlsplit

from flask import current_app, g, redirect, render_template, request, session, url_for
from flask_babel import lazy_gettext as _l
from flask_security import Security, SQLAlchemyUserDatastore, user_authenticated
from flask_security.forms import LoginForm
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import inspect
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import RequestEntityTooLarge

from wg_portal.accounts import actions
from wg_portal.accounts.models import Account, Role
from wg_portal.accounts.queries import viewer_of, viewer_of_session
from wg_portal.core import drafts
from wg_portal.core.database import db
from wg_portal.core.web import error_page, wants_fragment

# What answers without a member. Everything else, known or unknown, asks to sign in.
OPEN = {
    "static",
    "accounts.healthz",
    "security.login",
    "accounts.join",
    "accounts.choose_language",
    "accounts.quick_exit",
    "accounts.sign_out",
}

LEAVING = {"accounts.quick_exit", "accounts.sign_out"}

SETTINGS = {
    "SECURITY_LOGIN_URL": "/sign-in",
    "SECURITY_LOGOUT_METHODS": None,  # ours ends the row, and needs nothing of theirs (accounts/routes.py)
    "SECURITY_POST_LOGIN_VIEW": "/",
    "SECURITY_LOGIN_USER_TEMPLATE": "security/sign_in.html",
    "SECURITY_REGISTERABLE": False,
    "SECURITY_RECOVERABLE": False,
    "SECURITY_CHANGEABLE": False,
    "SECURITY_JOIN_USER_ROLES": False,  # there are none
    "SECURITY_TRACKABLE": False,  # it would store addresses
    "SECURITY_PASSWORD_HASH": "argon2",
    "SECURITY_PASSWORD_SCHEMES": ["argon2"],
    "SECURITY_PASSWORD_SINGLE_HASH": ["argon2"],
    "SECURITY_PASSWORD_LENGTH_MIN": 15,
    # Without it the answers tell who is a member.
    "SECURITY_RETURN_GENERIC_RESPONSES": True,
    "SECURITY_SEND_REGISTER_EMAIL": False,
    "SECURITY_EMAIL_VALIDATOR_ARGS": {"check_deliverability": False, "test_environment": True},
    "SECURITY_FLASH_MESSAGES": False,
    "SECURITY_USE_REGISTER_V2": True,
    "SECURITY_DEFAULT_REMEMBER_ME": False,
    "SECURITY_CSRF_IGNORE_UNAUTH_ENDPOINTS": False,
    "SECURITY_REDIRECT_BEHAVIOR": None,
    "SECURITY_MSG_GENERIC_AUTHN_FAILED": (
        _l("Address and password do not match. Check both, then try again."),
        "error",
    ),
}


def init(app):
    app.config.update(SETTINGS)
    app.config["SECURITY_PASSWORD_SALT"] = app.config["SECRET_KEY"]
    security = Security(app, Accounts(db, Account, Role), register_blueprint=True)
    security.login_context_processor(sign_in_words)
    user_authenticated.connect(begin_session, app, weak=False)


class Accounts(SQLAlchemyUserDatastore):
    def put(self, account):
        """Flask-Security's "keep this": after a password was right and its hash is weaker than hashes are now. The
        request is still reading, and others sign in beside it, so the stronger one gets a transaction of its own."""
        if inspect(account).attrs.password.history.has_changes():
            stronger = account.password
            db.session.expire(account, ["password"])
            actions.strengthen(account, stronger)
        return account


def who_is_looking():
    """Before every request. A stranger's words are kept in the page that asks them to sign in."""
    g.viewer = None
    if request.endpoint == "static":
        return None
    handle = session.get("handle")
    try:
        g.viewer, seen_at = viewer_of_session(handle)
    except SQLAlchemyError:
        if request.endpoint not in LEAVING:
            raise
        # Out is out, also when there is no database to ask: the cookie goes, and its row ends by itself.
        db.session.rollback()
        session.pop("handle", None)
    if g.viewer:
        if not (request.method == "GET" and wants_fragment()):  # an open page that asks for news is nobody's doing
            actions.note_presence(g.viewer, seen_at)
        return redirect("/") if request.endpoint == "security.login" and request.method == "GET" else None
    if request.endpoint in OPEN:
        return None
    if request.method in ("GET", "HEAD") and not wants_fragment():
        where = request.full_path.rstrip("?")
        return redirect(url_for("security.login", **({"next": where} if where != "/" else {})))
    return ask_to_sign_in()


def ask_to_sign_in():
    """A POST, or a page's script, whose session has ended: 401, with the words in the form that signs in."""
    if wants_fragment() or request.is_json:
        return error_page(401)
    try:
        fields = drafts.typed(request.form) if same_origin() else {}
    except RequestEntityTooLarge:
        return error_page(413)
    place = request.form.get("place", "")
    kept = keeper().dumps({"place": place, "fields": fields}) if fields and is_a_path(place) else ""
    form = LoginForm(formdata=None)
    page = render_template("security/sign_in.html", login_user_form=form, kept=kept, next=place if kept else "")
    return page, 401


def same_origin():
    """Words are kept for whoever typed them into a page of ours, never for another site's form."""
    source = request.headers.get("Origin") or request.headers.get("Referer", "")
    return urlsplit(source).netloc == request.host


def is_a_path(place):
    return place.startswith("/") and not place.startswith(("//", "/\\"))


def keeper():
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="words typed before signing in")


def begin_session(app, user, **_details):
    """Signed in: open our session, and give back what was typed before."""
    finish_session()  # whoever sat here before is out
    session["handle"] = actions.open_session(user, request.user_agent.string or "")
    try:
        kept = keeper().loads(request.form.get("kept", "")) if request.form.get("kept") else None
    except BadSignature:
        kept = None
    member = viewer_of(user.member_id)
    if kept and member:
        title = (kept["fields"].get("title") or [""])[0]
        drafts.save_draft(member, kept["place"], kept["fields"], title=title)


def finish_session():
    """The session's row ends, so that a copy of the cookie is worth nothing."""
    handle = session.get("handle")
    if handle:
        actions.end_session(handle)
    session.clear()


def sign_in_words():
    """For the sign-in page: what was kept, across a wrong password too."""
    return {"kept": request.form.get("kept", ""), "next": request.values.get("next", "")}
