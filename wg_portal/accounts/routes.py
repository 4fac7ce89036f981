"""Seats and settings on the web: joining, people, invitations, one's own account."""

from flask import Blueprint, current_app, g, make_response, render_template, request, url_for
from flask_babel import gettext as _

from wg_portal.accounts import actions, forms, policy, queries
from wg_portal.accounts.letters import join_address
from wg_portal.accounts.security import finish_session, is_a_path
from wg_portal.core.languages import LANGUAGES
from wg_portal.core.localisation import COOKIE
from wg_portal.core.policy import Refusal, require
from wg_portal.core.web import ask_database, found, see_other, viewer

bp = Blueprint("accounts", __name__)


@bp.get("/healthz")
def healthz():
    ask_database()
    return "ok"


@bp.post("/quick-exit")
def quick_exit():
    """Out at once, to a page that says nothing; the session is ended on the way."""
    finish_session()
    # Browsers refuse a redirect to about:blank; an empty page of ours with everything cleared is as neutral.
    answer = make_response("<!doctype html><title></title>")
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer


@bp.post("/sign-out")
def sign_out():
    finish_session()
    answer = see_other(url_for("security.login"))
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer


@bp.post("/language")
def choose_language():
    """Remembered for strangers in a cookie, for members with their account."""
    code = request.form.get("language", "")
    if code not in LANGUAGES:
        raise Refusal(_("Choose one of the six languages."))
    if g.viewer:
        actions.change_language(g.viewer, code)
    place = request.form.get("next") or request.form.get("place") or "/"
    answer = see_other(place if is_a_path(place) else "/")
    secure = current_app.config["SESSION_COOKIE_SECURE"]
    answer.set_cookie(COOKIE, code, max_age=31536000, httponly=True, samesite="Lax", secure=secure)
    return answer


@bp.route("/join/<token>", methods=["GET", "POST"])
def join(token):
    """An invitation starts set-up, and nothing else. Who is signed in is asked to sign out first."""
    invitation = found(queries.invitation_of_token(token))
    form = forms.JoinForm.from_request(language=invitation.language)
    if form.submitted():
        try:
            actions.accept(invitation, form.password.data, form.language.data, form.timezone.data, form.name.data or "")
            return see_other(url_for("security.login"))
        except Refusal as refusal:
            form.refuse(refusal)
    organisation = queries.directory()[invitation.organisation_id]
    status = 422 if request.method == "POST" else 200
    return render_template("accounts/join.html", form=form, organisation=organisation, invitation=invitation), status


@bp.get("/people")
def people():
    me = viewer()
    rows = {}
    for row in queries.people(me):
        rows.setdefault(row.organisation_id, []).append(row)
    bodies = queries.organisations(me)
    return render_template(
        "accounts/people.html",
        bodies=bodies,
        people=rows,
        role_of=queries.role_of,
        may_invite=policy.can_invite(me),
    )


@bp.route("/invitations", methods=["GET", "POST"])
def invitations():
    me = viewer()
    require(policy.can_invite(me), _("Your head of delegation and the secretariat invite members."))
    form = forms.InviteForm.from_request().offer(me)
    address = None
    if form.submitted():
        try:
            organisation_id = form.ids[form.organisation.data]
            made = actions.invite(me, form.email.data, organisation_id, form.position.data, form.language.data)
            if current_app.config["SMTP_URL"]:
                return see_other(url_for(".invitations"))
            # Nothing is mailed here: the address is shown once, to be handed over by a safe way.
            address = join_address(actions.new_token(made))
        except Refusal as refusal:
            form.refuse(refusal)
    waiting = queries.open_invitations(me)
    status = 422 if form.errors else 200
    return render_template(
        "accounts/invitations.html", form=form, waiting=waiting, bodies=queries.directory(), address=address
    ), status


@bp.post("/invitations/<public_id>/revoke")
def revoke(public_id):
    me = viewer()
    row = next((row for row in queries.open_invitations(me) if row.public_id == public_id), None)
    actions.revoke_invitation(me, found(row))
    return see_other(url_for(".invitations"))


@bp.route("/account", methods=["GET", "POST"])
def account():
    """Language, time zone, and how long what one posts is held."""
    me = viewer()
    form = forms.PreferencesForm.from_request(language=me.language, timezone=me.timezone, hold=me.hold)
    if form.submitted():
        actions.change_preferences(me, form.language.data, form.timezone.data, form.hold.data)
        return see_other(url_for(".account"))
    profile = queries.profile_of(me, me.public_id)
    about = forms.ProfileForm(formdata=None, obj=profile)
    status = 422 if form.errors else 200
    return render_template("accounts/account.html", form=form, about=about), status


@bp.post("/account/profile")
def profile():
    me = viewer()
    row = found(queries.profile_of(me, me.public_id))
    form = forms.ProfileForm.from_request()
    if not form.submitted():
        preferences = forms.PreferencesForm(formdata=None, language=me.language, timezone=me.timezone, hold=me.hold)
        return render_template("accounts/account.html", form=preferences, about=form), 422
    actions.change_profile(me, row, form.version.data, form.name.data or "", form.about.data or "", form.shown_to.data)
    return see_other(url_for(".account"))
