"""Letters about seats, and how any letter leaves: over SMTP, or not at all where no server is set."""

import smtplib
import ssl
from email.headerregistry import Address
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select

from wg_portal.accounts.actions import new_token
from wg_portal.accounts.models import Invitation
from wg_portal.core import clock
from wg_portal.core.database import db
from wg_portal.core.localisation import GETTEXT


class NotSent(Exception):
    """The mail server did not take it: the outbox tries again."""


def send_invitation(errand):
    """Outbox handler. The token is made here, so that no table ever holds one in clear."""
    invitation = db.session.scalar(select(Invitation).where(Invitation.public_id == errand.about.split("/")[1]))
    if invitation is None or invitation.used_at or invitation.revoked_at or invitation.expires_at <= clock.now():
        return
    if current_app.config["SMTP_URL"] is None:
        return
    send(invitation_letter(invitation, new_token(invitation)))


def invitation_letter(invitation, token):
    with force_locale(GETTEXT.get(invitation.language, invitation.language)):
        letter = EmailMessage()
        letter["To"] = Address(addr_spec=invitation.email)
        letter["Subject"] = _("Your invitation")
        letter["Content-Language"] = invitation.language
        letter.set_content(
            _(
                "You are invited to a members-only workspace.\n\n"
                "Set up your access within 72 hours at this address. It works once, and opens nothing by itself:\n\n"
                "%(address)s\n\n"
                "If you did not expect this, do nothing.\n",
                address=join_address(token),
            )
        )
    return letter


def join_address(token):
    return f"{current_app.config['BASE_URL']}/join/{token}"


def send(letter):
    """Hand one letter to the mail server. Raises NotSent or OSError."""
    url = urlsplit(current_app.config["SMTP_URL"])
    for header in ("To", "Subject"):
        if any(sign in str(letter[header]) for sign in "\r\n"):
            raise NotSent("a header with a line break")
    letter["From"] = (
        current_app.config.get("MAIL_FROM") or f"no-reply@{urlsplit(current_app.config['BASE_URL']).hostname}"
    )
    letter["Auto-Submitted"] = "auto-generated"
    tls = ssl.create_default_context()
    if url.scheme == "smtps":
        server = smtplib.SMTP_SSL(url.hostname, url.port or 465, timeout=20, context=tls)
    else:
        server = smtplib.SMTP(url.hostname, url.port or 25, timeout=20)
    with server:
        if url.scheme == "smtp+starttls":
            server.starttls(context=tls)
        if url.username:
            server.login(unquote(url.username), unquote(url.password or ""))
        server.send_message(letter)
