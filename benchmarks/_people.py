"""Members of the world, signed in: what a browser of theirs would send."""

from dataclasses import dataclass

from flask import session
from flask_wtf.csrf import generate_csrf
from sqlalchemy import select

from wg_portal.accounts import actions as accounts
from wg_portal.accounts.models import Account
from wg_portal.core.database import db
from wg_portal.core.transactions import transaction


@dataclass
class Ticket:
    """cookie: the header of a signed-in browser. token: what its forms and its live line carry."""

    member_id: int
    cookie: str
    token: str

    def headers(self, **more):
        return {"Cookie": self.cookie, **more}


def tickets(portal, addresses):
    """address -> Ticket, each with a session opened in the world."""

    def open_all(_world):
        found = {}
        with transaction():
            for account in db.session.scalars(select(Account).where(Account.email.in_(addresses))).all():
                found[account.email] = (account.member_id, accounts.open_session(account, "bench"))
        return found

    found = portal.stage(open_all)
    # Outside of the stage: in one context all of them would be given one token.
    return {address: ticket(portal.app, *found[address]) for address in addresses}


def ticket(app, member_id, handle):
    with app.test_request_context():
        token = generate_csrf()
        held = {"handle": handle, "csrf_token": session["csrf_token"]}
    signed = app.session_interface.get_signing_serializer(app).dumps(held)
    return Ticket(member_id, f"{app.config['SESSION_COOKIE_NAME']}={signed}", token)


def guest(app):
    """The Ticket of a browser that has opened the page for signing in."""
    with app.test_request_context():
        token = generate_csrf()
        signed = app.session_interface.get_signing_serializer(app).dumps({"csrf_token": session["csrf_token"]})
    return Ticket(0, f"{app.config['SESSION_COOKIE_NAME']}={signed}", token)


def crowd(number):
    """Addresses of so many members of the world, of all organisations in turn."""
    from benchmarks.world import MEMBERS

    named = [(index, code) for index in range(max(MEMBERS.values())) for code in MEMBERS if index < MEMBERS[code]]
    return [f"m{index}.{code.lower()}@scenes.example" for index, code in named[:number]]
