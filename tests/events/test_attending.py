"""Who comes to an event: places, the waiting line, and what others may know of it."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from tests.events.scenes import held, journal_lines, plan, seen
from wg_portal.core import clock
from wg_portal.core.database import db, mode, set_reading
from wg_portal.core.visibility import readable, seen_by
from wg_portal.events import actions, queries
from wg_portal.events.models import Rsvp


def test_the_online_link_is_for_those_who_attend_online(world):
    public_id = held(world)
    browser = world.browser(world.head)
    assert "meet.example" not in browser.get(f"/events/{public_id}").text
    actions.answer(world.head, public_id, "yes", "in_person")
    assert "meet.example" not in browser.get(f"/events/{public_id}").text
    actions.answer(world.head, public_id, "yes", "online")
    assert "https://meet.example/room" in browser.get(f"/events/{public_id}").text


def test_who_is_at_risk_is_in_no_others_list_but_has_a_place(world):
    public_id = held(world, capacity=1)
    actions.answer(world.at_risk, public_id, "yes")
    page = world.browser(world.head).get(f"/events/{public_id}").text
    assert "Southern Association" not in page.split('id="who"')[1] and "Full, 1 of 1" in page
    assert "Some who come do not show their names." in page
    assert "Southern Association" in world.browser(world.at_risk).get(f"/events/{public_id}").text.split('id="who"')[1]
    (line,) = journal_lines("rsvp.given")
    assert line.is_private and line.acting_for_id is None


def test_a_refusal_is_for_colleagues_only(world):
    public_id = held(world)
    actions.answer(world.delegate, public_id, "no")
    rows = readable(Rsvp)

    assert len(db.session.scalars(select(rows.id), seen_by(world.head)).all()) == 1
    assert db.session.scalars(select(rows.id), seen_by(world.chair)).all() == []


def test_leaving_promotes_the_first_who_waits_once(world):
    public_id = held(world, capacity=1)
    for member in (world.head, world.neighbour, world.rival):
        actions.answer(member, public_id, "yes", "in_person")
    assert "number 1 on the waiting list" in world.browser(world.neighbour).get(f"/events/{public_id}").text
    assert "number 2 on the waiting list" in world.browser(world.rival).get(f"/events/{public_id}").text
    actions.answer(world.rival, public_id, "yes", "in_person")  # a second press keeps the place in the line
    actions.answer(world.head, public_id, "no")
    assert "You come, in person." in world.browser(world.neighbour).get(f"/events/{public_id}").text
    assert "number 1 on the waiting list" in world.browser(world.rival).get(f"/events/{public_id}").text
    assert len(journal_lines("rsvp.promoted")) == 1
    actions.answer(world.head, public_id, "yes", "in_person")
    assert "number 2 on the waiting list" in world.browser(world.head).get(f"/events/{public_id}").text


def test_more_places_let_those_who_wait_in(world):
    public_id = held(world, capacity=1)
    for member in (world.head, world.neighbour, world.rival):
        actions.answer(member, public_id, "yes", "in_person")
    version = seen(world, world.secretariat, public_id).version
    actions.move(world.secretariat, public_id, plan(capacity=2), version)
    event = seen(world, world.secretariat, public_id)
    assert event.register("in_person")["taken"] == 2 and len(event.register("in_person")["line"]) == 1


def test_an_answer_does_not_make_the_open_form_stale(world):
    public_id = held(world)
    version = seen(world, world.secretariat, public_id).version
    actions.answer(world.head, public_id, "yes")
    assert actions.move(world.secretariat, public_id, plan(title="Moved"), version).title == "Moved"


def test_sixty_racing_for_ten_places_get_ten_and_the_rest_wait_in_order(world):
    from wg_portal.accounts import actions as accounts
    from wg_portal.accounts.queries import viewer_of

    racers = [accounts.seat(world.bodies["SE"].id, "delegate", f"racer{n}@scenes.example", "x").id for n in range(60)]
    public_id = held(world, capacity=10)
    viewers = [viewer_of(id) for id in racers]
    db.session.rollback()
    troubles, gate = [], threading.Barrier(12)

    def race(mine):
        with world.app.app_context():
            set_reading(False)
            gate.wait()
            for viewer in mine:
                for _try in range(40):
                    try:
                        actions.answer(viewer, public_id, "yes", "in_person")
                        break
                    except OperationalError as trouble:  # a busy database is asked again, as a member would
                        db.session.rollback()
                        last = trouble
                else:
                    troubles.append(last)
            db.session.remove()

    threads = [threading.Thread(target=race, args=(viewers[n::12],)) for n in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert troubles == []
    with mode(reading=True):
        event = seen(world, world.secretariat, public_id)
        who = queries.attendance(viewers[0], event)
    assert len(who.coming) == 10 and len(who.waiting) == 50
    assert sorted(row.waits for row in who.waiting) == list(range(1, 51))
    assert event.register("in_person")["line"] == list(range(1, 51))


@pytest.mark.parametrize("number", [1, 25])
def test_pages_ask_at_most_eight_questions_however_much_there_is(world, number):
    for n in range(number):
        public_id = held(world, title=f"Event {n}")
    for member in (world.head, world.neighbour, world.rival, world.chair)[: 1 if number == 1 else 4]:
        actions.answer(member, public_id, "yes")
    browser = world.browser(world.delegate)
    for address in (
        "/events",
        "/events?view=month",
        "/events?view=past",
        f"/events/{public_id}",
        f"/events/{public_id}/edit",
    ):
        browser.get(address)
        with world.count_queries() as counter:
            browser.get(address)
        statements = [text for text in counter.statements if not text.startswith(("BEGIN", "PRAGMA"))]
        assert len(statements) <= 8, (address, statements)


def test_the_live_pieces_follow_and_a_plain_browser_is_led_to_the_page(world):
    public_id = held(world)
    browser = world.browser(world.head)
    assert browser.get(f"/events/{public_id}/rsvps").status_code == 303
    piece = browser.fragment(f"/events/{public_id}/rsvps")
    assert piece.status_code == 200 and "Will you attend?" in piece.text and "<main" not in piece.text
    actions.answer(world.neighbour, public_id, "yes")
    assert "Sweden" in browser.fragment(f"/events/{public_id}/rsvps?part=who").text
    rsvp = queries.attendance(world.neighbour, seen(world, world.neighbour, public_id)).own
    assert browser.get(f"/rsvps/{rsvp.public_id}").headers["Location"] == f"/events/{public_id}"
    assert browser.get("/rsvps/nothingofthekindatall00").status_code == 404


def test_what_waits_is_what_was_not_answered(world):
    public_id = held(world, answer_by=clock.now() + timedelta(days=3))
    (waiting,) = queries.waiting(world.head)
    assert waiting.url == f"/events/{public_id}" and waiting.due < clock.now() + timedelta(days=4)
    actions.answer(world.head, public_id, "no")
    assert queries.waiting(world.head) == []
