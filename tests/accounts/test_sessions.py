"""Signing in and out: one cookie, one row; nobody learns who is a member."""

from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select, update

from tests.world import PASSWORD
from wg_portal.accounts.models import Account, AuthSession, Seat
from wg_portal.accounts.security import Accounts
from wg_portal.core import clock
from wg_portal.core.database import db
from wg_portal.core.journal import Entry
from wg_portal.core.visibility import readable, seen_by


def sign_in(browser, email="head@scenes.example", password=PASSWORD, **fields):
    return browser.submit("/sign-in", action="/sign-in", email=email, password=password, **fields)


def change(model, **values):
    """Behind the stage: change every row of a table."""
    db.session.rollback()
    with db.engine.begin() as connection:
        connection.execute(update(model.__table__).values(**values))


def test_a_stranger_is_asked_to_sign_in_and_comes_back_to_the_page(world):
    browser = world.browser()
    answer = browser.get("/people")
    assert answer.status_code == 302
    assert answer.location == "/sign-in?next=/people"
    answer = browser.submit(answer.location, action="/sign-in", email="head@scenes.example", password=PASSWORD)
    assert answer.status_code == 302
    assert answer.location.endswith("/people")
    assert browser.get("/people").status_code == 200


def test_next_leads_to_no_other_site(world):
    answer = sign_in(world.browser(), next="https://evil.example/")
    assert "evil.example" not in (answer.location or "")


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("head@scenes.example", "not the password of anyone"),
        ("nobody@scenes.example", PASSWORD),
        ("nobody@scenes.example", "not the password of anyone"),
    ],
)
def test_a_wrong_address_and_a_wrong_password_get_the_same_answer(world, email, password):
    answer = sign_in(world.browser(), email, password)
    assert "Address and password do not match." in answer.text
    assert "does not exist" not in answer.text
    assert world.browser().get("/people").status_code == 302


def test_who_has_no_seat_any_more_stays_outside(world):
    browser = world.browser()
    sign_in(browser, "former@scenes.example")
    assert browser.get("/people").status_code == 302


def test_a_disabled_account_is_out_at_once(world):
    browser = world.browser(world.head)
    assert browser.get("/people").status_code == 200
    change(Account, active=False)
    assert browser.get("/people").status_code == 302


def test_a_seat_that_ends_ends_the_session_with_it(world):
    browser = world.browser(world.head)
    assert browser.get("/people").status_code == 200
    change(Seat, until=clock.now())
    assert browser.get("/people").status_code == 302


def test_a_copied_cookie_is_worth_nothing_after_sign_out(world):
    browser, thief = world.browser(), world.browser()
    sign_in(browser)
    with browser.client.session_transaction() as session:
        copied = dict(session)
    with thief.client.session_transaction() as session:
        session.update(copied)
    assert thief.get("/people").status_code == 200
    assert browser.submit("/people", action="/sign-out").status_code == 303
    assert browser.get("/people").status_code == 302
    assert thief.get("/people").status_code == 302


def test_quick_exit_ends_the_session_and_says_nothing(world):
    browser, thief = world.browser(), world.browser()
    sign_in(browser)
    with browser.client.session_transaction() as session:
        copied = dict(session)
    answer = browser.submit("/people", action="/quick-exit")
    assert answer.text == "<!doctype html><title></title>"
    with thief.client.session_transaction() as session:
        session.update(copied)
    assert thief.get("/people").status_code == 302


def test_the_table_of_sessions_opens_nothing(world):
    browser = world.browser()
    sign_in(browser)
    db.session.rollback()
    stored = db.session.scalar(select(AuthSession.handle_hash).order_by(AuthSession.id.desc()))
    thief = world.browser()
    with thief.client.session_transaction() as session:
        session["handle"] = stored
    assert thief.get("/people").status_code == 302


def test_a_weaker_hash_becomes_a_stronger_one_beside_others_who_sign_in(world, monkeypatch):
    """The hash is checked while reading, and others write meanwhile: the new one needs a write of its own."""
    weaker = PasswordHasher(memory_cost=1024).hash(PASSWORD)
    change(Account, password=weaker)
    real = Accounts.put

    def put(datastore, account):
        # Somebody else writes between the reading of this sign-in and its own writing.
        with db.engine.begin() as another:
            another.execute(update(Account.__table__).where(Account.email != "head@scenes.example").values(hold=5))
        return real(datastore, account)

    monkeypatch.setattr(Accounts, "put", put)
    assert sign_in(world.browser()).status_code == 302
    stronger = stored_hash()
    assert stronger != weaker
    monkeypatch.undo()
    assert sign_in(world.browser()).status_code == 302
    assert stored_hash() == stronger
    refused = sign_in(world.browser(), password="not the password at all")
    assert refused.status_code == 200
    assert stored_hash() == stronger


def stored_hash():
    db.session.rollback()
    return db.session.scalar(select(Account.password).where(Account.email == "head@scenes.example"))


@pytest.mark.parametrize(
    "past",
    [{"seen_at": timedelta(minutes=31)}, {"created_at": timedelta(hours=12, minutes=1)}],
    ids=["idle for half an hour", "open for twelve hours"],
)
def test_a_session_has_an_end(world, past):
    browser = world.browser(world.head)
    assert browser.get("/people").status_code == 200
    change(AuthSession, **{name: clock.now() - ago for name, ago in past.items()})
    assert browser.get("/people").status_code == 302


def test_signing_in_again_ends_the_session_before(world):
    browser = world.browser()
    sign_in(browser)
    with browser.client.session_transaction() as session:
        copied = dict(session)
    other = world.browser()
    with other.client.session_transaction() as session:
        session.update(copied)
    _address, fields = browser.form("/people", action="/sign-out")
    browser.post("/sign-in", data={**fields, "email": "neighbour@scenes.example", "password": PASSWORD})
    assert "Sweden" in browser.get("/account").text
    assert other.get("/people").status_code == 302


def test_who_is_signed_in_needs_no_sign_in_page(world):
    assert world.browser(world.head).get("/sign-in").location == "/"


def test_a_page_script_of_an_ended_session_gets_401_and_no_page(world):
    answer = world.browser().fragment("/people")
    assert answer.status_code == 401
    assert answer.is_json


def test_a_form_without_its_token_changes_nothing(world):
    answer = world.browser(world.head).post("/account", data={"language": "fr", "timezone": "UTC", "once": "12345678"})
    assert answer.status_code == 400
    db.session.rollback()
    assert db.session.scalar(select(Account.language).where(Account.member_id == world.head.id)) == "en"


def test_signing_in_and_out_stands_in_ones_own_journal_only(world):
    browser = world.browser()
    sign_in(browser)
    browser.submit("/people", action="/sign-out")
    db.session.rollback()
    lines = readable(Entry)
    verbs = select(lines.verb).where(lines.verb.startswith("session."), lines.actor_id == world.head.id)
    assert {"session.opened", "session.ended"} <= set(db.session.scalars(verbs, seen_by(world.head)))
    assert db.session.scalars(verbs, seen_by(world.neighbour)).all() == []
    assert db.session.scalars(verbs, seen_by(world.secretariat)).all() == []


def test_language_and_hold_are_ones_own(world):
    browser = world.browser(world.head)
    answer = browser.submit("/account", field="timezone", language="fr", timezone="Europe/Vilnius", hold="0")
    assert answer.status_code == 303, answer.text
    assert 'lang="fr"' in browser.get("/people").text
    assert browser.submit("/account", field="timezone", hold="31").status_code == 422


def test_a_profile_saved_in_two_windows_keeps_both_texts(world):
    browser = world.browser(world.head)
    address, fields = browser.form("/account", action="/account/profile")
    first = browser.submit(
        "/account", action="/account/profile", name="Rasa", about="Desk officer", shown_to="everyone"
    )
    assert first.status_code == 303, first.text
    answer = browser.post(address, data={**fields, "name": "Rasa K.", "about": "Another text", "shown_to": "everyone"})
    assert answer.status_code == 409
    assert "Another text" in answer.text
    assert "Rasa" in world.browser(world.neighbour).get("/people").text
