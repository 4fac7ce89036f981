"""What members do about seats and themselves. Each is one transaction and one journal line."""

import logging
import secrets
from datetime import timedelta

from flask_babel import gettext as _
from flask_security import hash_password
from sqlalchemy import func, select, update
from sqlalchemy.exc import OperationalError

from wg_portal.accounts import policy
from wg_portal.accounts.models import (
    KINDS,
    POSITIONS,
    Account,
    AuthSession,
    Invitation,
    Member,
    Organisation,
    Profile,
    Seat,
    Setting,
)
from wg_portal.accounts.queries import directory, forget_directory, handle_hash, setting
from wg_portal.core import clock, journal, outbox
from wg_portal.core.database import db, hurried
from wg_portal.core.policy import Refusal, Stale, require
from wg_portal.core.transactions import transaction, transactional

log = logging.getLogger(__name__)

INVITED_FOR = timedelta(hours=72)
SEEN_EVERY = timedelta(minutes=1)
NEW_VISIT_AFTER = timedelta(minutes=30)
GOVERNMENT_SEATS = 15


@transactional
def found_organisation(kind, code, name, names=None, is_chair=False):
    """A new organisation of the group. Refuses a government beyond the group's number of seats."""
    assert kind in KINDS
    if kind == "government":
        seats = int(setting("government_seats", GOVERNMENT_SEATS))
        taken = db.session.scalar(
            select(func.count(Organisation.id)).where(Organisation.kind == kind, Organisation.until > clock.now())
        )
        if taken >= seats:
            raise Refusal(_("All %(number)d government seats are taken.", number=seats))
    organisation = Organisation(kind=kind, code=code, name=name, names=names or {}, is_chair=is_chair)
    db.session.add(organisation)
    journal.record(None, "organisation.founded", organisation)
    forget_directory()
    return organisation


@transactional
def change_setting(actor, name, value):
    """A setting of the whole group, such as government_seats."""
    require(actor is None or actor.organisation.kind == "secretariat")
    row = db.session.get(Setting, name) or Setting(name=name)
    row.value = str(value)
    db.session.add(row)
    journal.record(actor, "setting.changed", row, private=True, value=row.value)


@transactional
def seat(
    organisation_id,
    position,
    email,
    password_hash,
    *,
    language="en",
    timezone="UTC",
    name="",
    shown_to="everyone",
):
    """A new member in a seat, with an account and a profile. Used by invitations and by the demonstration."""
    assert position in POSITIONS
    member = Member()
    db.session.add(member)
    db.session.flush()
    account = Account(
        member_id=member.id,
        email=email.lower(),
        password=password_hash,
        fs_uniquifier=secrets.token_hex(32),
        language=language,
        timezone=timezone,
    )
    profile = Profile(member_id=member.id, organisation_id=organisation_id, name=name, shown_to=shown_to)
    place = Seat(member_id=member.id, organisation_id=organisation_id, position=position)
    db.session.add_all([account, profile, place])
    journal.record(
        member,
        "seat.taken",
        place,
        about=member,
        private=True,
        acting_for=db.session.get(Organisation, organisation_id),
    )
    return member


@transactional
def invite(actor, email, organisation_id, position, language="en"):
    """Invite an address to a seat. The letter is written, and its token made, when it is sent."""
    require(policy.can_invite(actor, organisation_id), _("You can invite into your own delegation only."))
    invitation = new_invitation(actor, email, directory()[organisation_id], position, language)
    outbox.promise("invitation letter", f"invitations/{invitation.public_id}")
    return invitation


@transactional
def invite_by_command(email, body, position):
    """Invite from the machine itself; nothing is mailed. body: an organisation."""
    return new_invitation(None, email, body, position, "en")


def new_invitation(actor, email, body, position, language):
    invitation = Invitation(
        email=email.lower(),
        organisation_id=body.id,
        position=position,
        language=language,
        invited_by_id=actor.id if actor else None,
        expires_at=clock.now() + INVITED_FOR,
    )
    db.session.add(invitation)
    journal.record(actor, "invitation.made", invitation, private=True, acting_for=body)
    return invitation


@transactional
def new_token(invitation):
    """The one token of an invitation, made anew: an earlier one stops working. Only its hash is kept."""
    token = secrets.token_urlsafe(24)
    invitation.token_hash = handle_hash(token)
    journal.record(None, "invitation.written", invitation, private=True)
    return token


@transactional
def revoke_invitation(actor, invitation):
    require(policy.can_invite(actor, invitation.organisation_id))
    invitation.revoked_at = clock.now()
    journal.record(
        actor,
        "invitation.revoked",
        invitation,
        private=True,
        acting_for=directory()[invitation.organisation_id],
    )


@transactional
def accept(invitation, password, language, timezone, name=""):
    """Set up access from an invitation. The address may have a seat already: then the answer is the same refusal as
    for a used link, so that nobody learns who is a member."""
    taken = db.session.scalar(select(Account.id).where(Account.email == invitation.email))
    live = db.session.scalar(
        select(Invitation).where(Invitation.id == invitation.id, Invitation.used_at.is_(None)).with_for_update()
    )
    if taken or live is None:
        raise Refusal(_("This invitation cannot be used any more. Ask whoever invited you for a new one."))
    invitation.used_at = clock.now()
    return seat(
        invitation.organisation_id,
        invitation.position,
        invitation.email,
        hash_password(password),
        language=language,
        timezone=timezone,
        name=name,
        shown_to="organisation",
    )


@transactional
def change_preferences(actor, language, timezone, hold):
    db.session.execute(
        update(Account).where(Account.member_id == actor.id).values(language=language, timezone=timezone, hold=hold)
    )


@transactional
def change_language(actor, language):
    db.session.execute(update(Account).where(Account.member_id == actor.id).values(language=language))


@transactional
def change_profile(actor, profile, version, name, about, shown_to):
    """What the member tells of themselves, and to whom."""
    require(profile.member_id == actor.id)
    if profile.version != version:
        raise Stale(_("You changed your profile elsewhere meanwhile."), {"name": profile.name, "about": profile.about})
    profile.name, profile.about, profile.shown_to = name, about, shown_to
    journal.record(actor, "profile.changed", profile, private=True)


@transactional
def strengthen(account, stronger):
    """A new hash of the same password; unless the password was changed meanwhile."""
    known = Account.password == account.password
    db.session.execute(update(Account).where(Account.id == account.id, known).values(password=stronger))


@transactional
def open_session(account, device):
    """A new signed-in browser. Returns its handle, which only the cookie holds."""
    handle = secrets.token_urlsafe(32)
    member = db.session.get(Member, account.member_id)
    now = clock.now()
    if member.here_at is None or now - member.here_at > NEW_VISIT_AFTER:
        member.last_here_at = member.here_at
    member.here_at = now
    db.session.add(AuthSession(handle_hash=handle_hash(handle), member_id=account.member_id, device=device[:80]))
    journal.record(member, "session.opened", member, private=True)
    return handle


@transactional
def end_session(handle):
    """Sign-out: the cookie that was copied before is worth nothing after."""
    row = db.session.scalar(select(AuthSession).where(AuthSession.handle_hash == handle_hash(handle)))
    if row is None or row.ended_at <= clock.now():
        return None
    row.ended_at = clock.now()
    member = db.session.get(Member, row.member_id)
    journal.record(member, "session.ended", member, private=True)
    return row.id


def note_presence(viewer, seen_at):
    """The session is in use: at most once a minute, in a short transaction of its own."""
    now = clock.now()
    if now - seen_at < SEEN_EVERY:
        return
    try:
        with hurried(), transaction():
            db.session.execute(update(AuthSession).where(AuthSession.id == viewer.session_id).values(seen_at=now))
            values = {"here_at": now}
            if viewer.here_at and now - viewer.here_at > NEW_VISIT_AFTER:
                values["last_here_at"] = viewer.here_at
            db.session.execute(update(Member).where(Member.id == viewer.id).values(values))
    except OperationalError as trouble:
        if trouble.connection_invalidated:
            raise
        # On a full disk, or behind another's lock, pages can still be read: nobody is turned away for a note.
        log.error("presence could not be noted: %s", type(trouble).__name__)
