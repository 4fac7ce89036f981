"""A double-clicked, retried or replayed POST happens once, however it comes again."""

import threading
from datetime import timedelta

import time_machine
from sqlalchemy import func, select

from wg_portal.accounts.models import Invitation
from wg_portal.core import clock, idempotency
from wg_portal.core.database import db
from wg_portal.core.drafts import Draft
from wg_portal.core.idempotency import Claim, new_key
from wg_portal.core.transactions import transaction
from wg_portal.core.visibility import unguarded

PAGE = "/invitations"


def count(model=Invitation):
    db.session.rollback()
    return db.session.scalar(unguarded(select(func.count(model.id)), because="a scene looks behind the door"))


def filled(browser, **fields):
    """The fields of the invitation form, as the page gives them, filled in."""
    address, kept = browser.form(PAGE, field="email")
    own = {"organisation": browser.member.organisation.public_id, "position": "delegate"}
    return address, {**kept, "email": "new@scenes.example", **own, **fields}


def test_a_replayed_post_makes_one_thing_however_often_it_comes(world):
    browser = world.browser(world.head)
    address, fields = filled(browser)
    first = browser.post(address, data=fields)
    assert first.status_code in (200, 303)
    for _ in range(20):
        assert browser.post(address, data=fields).status_code == 303
    assert count() == 1


def test_a_fresh_page_is_a_fresh_act(world):
    browser = world.browser(world.head)
    for number in (1, 2):
        address, fields = filled(browser, email=f"new{number}@scenes.example")
        browser.post(address, data=fields)
    assert count() == 2


def test_the_same_key_with_another_text_is_refused_and_the_text_is_shown(world):
    browser = world.browser(world.head)
    address, fields = filled(browser)
    browser.post(address, data=fields)
    answer = browser.post(address, data={**fields, "email": "another@scenes.example"})
    assert answer.status_code == 409 and "another@scenes.example" in answer.text
    assert count() == 1


def test_a_replay_leads_to_what_was_made_and_not_to_the_conversation_that_opened_with_it(world):
    browser = world.browser(world.head)
    words = {"title": "Once", "body": "Said once.", "preset": "own", "intent": "post"}  # own: it goes out at once
    address, kept = browser.form("/briefs/new?draft=once", field="title")
    first, again = (browser.post(address, data={**kept, **words}) for _each in range(2))
    assert first.status_code == again.status_code == 303
    assert first.location.startswith("/briefs/") and again.location == first.location


def test_a_new_token_or_another_order_of_fields_is_the_same_body(world):
    browser = world.browser(world.head)
    address, fields = filled(browser)
    browser.post(address, data=fields)
    _, again = filled(browser)
    turned = dict(reversed({**fields, "csrf_token": again["csrf_token"]}.items()))
    assert browser.post(address, data=turned).status_code == 303
    assert count() == 1


def test_a_post_without_a_key_came_from_no_form_of_ours(world):
    browser = world.browser(world.head)
    address, fields = filled(browser)
    for once in (None, "", "short", "x" * 65):
        sent = {name: value for name, value in {**fields, "once": once}.items() if value is not None}
        answer = browser.post(address, data=sent)
        assert answer.status_code == 422 and "new@scenes.example" in answer.text
    assert count() == 0


def test_a_machine_may_send_the_key_as_a_header(world):
    browser = world.browser(world.head)
    address, fields = filled(browser)
    del fields["once"]
    key = new_key()
    for _ in range(3):
        assert browser.post(address, data=fields, headers={"Idempotency-Key": key}).status_code in (200, 303)
    assert count() == 1


def test_the_same_key_of_another_member_is_another_act(world):
    key = new_key()
    for member in (world.head, world.neighbour):
        browser = world.browser(member)
        address, fields = filled(browser, once=key, email=f"{member.organisation.code}@scenes.example")
        assert browser.post(address, data=fields).status_code in (200, 303)
    assert count() == 2


def test_a_key_is_of_one_address_only(world):
    browser = world.browser(world.head)
    address, fields = filled(browser)
    browser.post(address, data=fields)
    answer = browser.submit("/account", field="timezone", once=fields["once"], timezone="UTC")
    assert answer.status_code == 303
    assert count(Claim) == 2


def test_what_was_refused_may_be_mended_and_sent_with_the_same_key(world):
    browser = world.browser(world.head)
    address, fields = filled(browser, email="no address")
    assert browser.post(address, data=fields).status_code == 422
    mended = browser.post(address, data={**fields, "email": "new@scenes.example"})
    assert mended.status_code in (200, 303)
    assert count() == 1


def test_a_key_is_kept_for_a_day_and_no_longer(world):
    browser = world.browser(world.head)
    address, fields = filled(browser)
    browser.post(address, data=fields)
    for hours, left in ((23, 1), (25, 0)):
        with time_machine.travel(clock.now() + timedelta(hours=hours)), transaction():
            idempotency.forget_old()
        assert count(Claim) == left


def test_a_claim_keeps_no_text(world):
    browser = world.browser(world.head)
    address, fields = filled(browser)
    browser.post(address, data=fields)
    claim = db.session.scalars(select(Claim)).one()
    told = [str(getattr(claim, column.name)) for column in Claim.__table__.columns]
    assert not any("new@scenes" in text for text in told)
    assert len(claim.body_hash) == 64 and claim.result.startswith("invitations/")


def test_two_at_once_make_one_thing_and_both_are_answered(world):
    browser = world.browser(world.head)
    address, fields = filled(browser)
    db.session.rollback()
    answers = at_once(world, [(address, fields)] * 4)
    assert all(status in (200, 303) for status in answers), answers
    assert count() == 1


def test_two_at_once_with_different_keys_are_two(world):
    browsers = world.browser(world.head)
    sent = []
    for number in (1, 2):
        address, fields = filled(browsers, email=f"new{number}@scenes.example")
        sent.append((address, fields))
    assert sent[0][1]["once"] != sent[1][1]["once"]
    assert all(status in (200, 303) for status in at_once(world, sent))
    assert count() == 2


def at_once(world, sent):
    """Send every (address, fields) as the head of Lithuania, from a browser each that shares the session."""
    browser, barrier, answers = world.browser(world.head), threading.Barrier(len(sent)), []
    with browser.client.session_transaction() as session:
        kept = dict(session)
    db.session.rollback()

    def send(address, fields):
        client = world.app.test_client()
        with client.session_transaction() as session:
            session.update(kept)
        # No context of the scene's own: each request has one, as in production.
        page = client.get(PAGE).text
        token = page.split('name="csrf_token" value="', 1)[1].split('"', 1)[0]
        barrier.wait(20)
        answers.append(client.post(address, data={**fields, "csrf_token": token}).status_code)

    workers = [threading.Thread(target=send, args=each) for each in sent]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert len(answers) == len(sent)
    return answers


def test_a_draft_saved_twice_is_one_draft(world):
    from wg_portal.core.drafts import save_draft

    for text in ("first", "second"):
        save_draft(world.head, "/invitations", {"email": [text]})
    assert count(Draft) == 1
