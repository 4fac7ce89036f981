"""Events: who schedules, in whose time, who comes, and what a calendar file may say."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.events.scenes import form_of_event, held, journal_lines, plan, seen, while_held
from wg_portal.audiences.models import Audience
from wg_portal.core import clock
from wg_portal.core.database import db
from wg_portal.core.policy import NotAllowed, Refusal, Stale
from wg_portal.events import actions, queries


def test_the_secretariat_schedules_a_seminar_and_a_delegate_accepts(world):
    desk = world.browser(world.secretariat)
    sent = desk.submit("/events/new", "/events/new", **form_of_event(preset="governments_and_civil_society"))
    assert sent.status_code == 303, sent.text
    address = sent.headers["Location"]
    delegate = world.browser(world.delegate)
    assert delegate.get(address).status_code == 404  # held: its author only
    assert "Held" in desk.get(address).text
    while_held(world)
    page = delegate.get(address)
    assert page.status_code == 200 and "Workshop on registration" in page.text and "Opening" in page.text
    assert "Workshop on registration" in delegate.get("/events").text
    answered = delegate.submit(address, f"{address}/rsvps", answer="yes", mode="in_person")
    assert answered.status_code == 303
    assert "You come, in person." in delegate.get(address).text
    seen_there = world.browser(world.neighbour).get(address).text
    assert "Delegate of Lithuania" in seen_there, seen_there.split('id="who"')[1][:900]


def test_an_observer_cannot_schedule_and_a_delegate_can(world):
    with pytest.raises(NotAllowed):
        actions.schedule(world.outsider, plan(), world.choose("governments"))
    db.session.rollback()
    assert actions.schedule(world.delegate, plan(), world.choose("governments")).kind == "seminar"


def test_a_delegation_left_out_finds_nothing_anywhere(world):
    public_id = held(world, circles=("governments",), marking="AMBER", without=["MN"], title="About Mongolia's bill")
    inside, left_out = world.browser(world.head), world.browser(world.rival)
    month = clock.now() + timedelta(days=30)
    addresses = [
        f"/events/{public_id}",
        f"/events/{public_id}.ics",
        f"/events/{public_id}/edit",
        f"/events/{public_id}/rsvps",
    ]
    for address in addresses[:2]:
        assert inside.get(address).status_code == 200
    for address in addresses[:3]:
        answer = left_out.get(address)
        assert answer.status_code == 404
    assert left_out.fragment(addresses[3]).status_code == 404
    for listing in ("/events", f"/events?view=month&month={month:%Y-%m}", "/events?view=past"):
        assert "About Mongolia" not in left_out.get(listing).text
    assert queries.waiting(world.rival) == [] and queries.upcoming(world.rival, 5) == []
    assert actions.answer(world.rival, public_id, "yes") is None
    db.session.rollback()
    assert len(queries.waiting(world.head)) == 1 and len(queries.upcoming(world.head, 5)) == 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (
            {"starts_on": "2030-03-31", "starts_time": "03:30", "ends_time": "05:00"},
            "03:30 does not exist on this day",
        ),
        ({"ends_time": "08:00"}, "It ends before it begins"),
        ({"starts_on": "2030-02-31"}, "Not a valid date"),
        ({"starts_time": "25:99"}, "Not a valid time"),
        ({"agenda": "Opening"}, "Line 1 of the agenda"),
        ({"agenda": "09:30 Opening\n29:00 Late"}, "Line 2 of the agenda"),
        ({"online_link": "meet.example"}, "beginning with https://"),
        ({"title": ""}, "Write something here"),
        ({"title": "x" * 201}, "Keep this to 200"),
        ({"zone": "Mars/Base"}, "Not a valid choice"),
        ({"capacity": "0"}, "Write a number of places from 1"),
        ({"linked": "/laws/nothingofthekindatall00"}, "There is no page for you at"),
        ({"starts_on": "9999-12-31", "starts_time": "23:00", "zone": "America/New_York"}, ""),
    ],
)
def test_what_cannot_be_scheduled_is_said_and_nothing_typed_is_lost(world, changes, words):
    desk = world.browser(world.secretariat)
    answer = desk.submit("/events/new", "/events/new", **form_of_event(**changes))
    assert answer.status_code == 422
    assert (words in answer.text and "Case: a register" in answer.text) or "agenda" in changes
    assert db.session.execute(Audience.__table__.select().execution_options(unguarded="a scene")).all() == []


def test_undo_gives_the_form_back(world):
    desk = world.browser(world.secretariat)
    address = desk.submit("/events/new", "/events/new", **form_of_event()).headers["Location"]
    undone = desk.submit(address, f"/held{address}/undo")
    assert undone.status_code == 303 and undone.headers["Location"] == "/events/new"
    assert "Workshop on registration" in desk.get("/events/new").text
    assert desk.get(address).status_code == 404


def test_a_move_across_a_clock_change_tells_old_and_new_time_and_keeps_the_hours(world):
    start = datetime(2030, 3, 28, 7, 30, tzinfo=UTC)
    public_id = held(
        world,
        starts_at=start,
        ends_at=start + timedelta(hours=3),
        agenda=[{"time": "09:30", "title": "Opening", "speaker": ""}],
    )
    desk = world.browser(world.secretariat)
    address = f"/events/{public_id}"
    assert (
        desk.submit(f"{address}/edit", f"{address}/edit", starts_on="2030-04-02", ends_on="2030-04-02").status_code
        == 303
    )
    event = seen(world, world.head, public_id)
    assert event.starts_at == datetime(2030, 4, 2, 6, 30, tzinfo=UTC)  # 09:30 again, in summer time
    assert event.agenda_instants()[0][0] == event.starts_at and event.sequence == 1
    (line,) = journal_lines("event.moved")
    assert line.details["starts_before"] == "2030-03-28T07:30:00+00:00"
    assert line.details["starts_after"] == "2030-04-02T06:30:00+00:00"
    assert b"SEQUENCE:1" in world.browser(world.head).get(f"{address}.ics").data


def test_a_stale_change_shows_both_texts_and_changes_nothing(world):
    public_id = held(world)
    desk = world.browser(world.secretariat)
    address, fields = desk.form(f"/events/{public_id}/edit", f"/events/{public_id}/edit")
    assert desk.post(address, data=fields | {"title": "Moved first", "once": "first-of-two"}).status_code == 303
    answer = desk.post(address, data=fields | {"title": "Came second", "once": "second-of-two"})
    assert answer.status_code == 409 and "Moved first" in answer.text and "Came second" in answer.text
    assert seen(world, world.head, public_id).title == "Moved first"


def test_only_whoever_called_it_moves_or_cancels(world):
    public_id = held(world, actor=world.head, circles=("governments",))
    event = seen(world, world.head, public_id)
    with pytest.raises(NotAllowed):
        actions.move(world.neighbour, public_id, plan(), event.version)
    db.session.rollback()
    with pytest.raises(NotAllowed):
        actions.cancel(world.secretariat if False else world.neighbour, public_id, event.version)
    db.session.rollback()
    with pytest.raises(Stale):
        actions.cancel(world.head, public_id, event.version - 1)
    db.session.rollback()
    actions.cancel(world.head, public_id, event.version)
    page = world.browser(world.neighbour).get(f"/events/{public_id}")
    assert "It will not be held" in page.text and "Attend in person" not in page.text
    with pytest.raises(Refusal):
        actions.answer(world.neighbour, public_id, "yes")
    db.session.rollback()
    assert b"STATUS:CANCELLED" in world.browser(world.neighbour).get(f"/events/{public_id}.ics").data


def test_cancelling_asks_first(world):
    public_id = held(world)
    desk = world.browser(world.secretariat)
    asked = desk.submit(f"/events/{public_id}", f"/events/{public_id}/cancel")
    assert asked.status_code == 200 and "Keep it" in asked.text
    assert not seen(world, world.head, public_id).is_cancelled


@pytest.mark.parametrize(
    ("marking", "title", "status"),
    [
        ("CLEAR", True, 200),
        ("GREEN", True, 200),
        ("AMBER", False, 200),
        ("AMBER+STRICT", False, 200),
        ("RED", False, 404),
    ],
)
def test_a_calendar_file_says_what_the_marking_allows(world, marking, title, status):
    if marking == "RED":
        choice = world.choose(people=[world.head, world.secretariat], marking=marking)
    elif marking == "AMBER+STRICT":
        choice = world.choose(organisations=["SEC"], marking=marking)
    else:
        choice = world.choose("everyone", marking=marking)
    event = actions.schedule(world.secretariat, plan(), choice)
    db.session.commit()
    while_held(world)
    answer = world.browser(world.secretariat).get(f"/events/{event.public_id}.ics")
    assert answer.status_code == status
    if status == 200:
        assert ("Advising parliaments" in answer.text) is title
        assert ("town hall" in answer.text) is title
        assert ("Working Group event" in answer.text) is not title
        assert answer.mimetype == "text/calendar" and "BEGIN:VTIMEZONE" in answer.text


def test_the_reader_sees_their_own_zone_the_events_and_utc(world):
    public_id = held(world, zone="America/Toronto", agenda=[{"time": "05:00", "title": "Opening", "speaker": ""}])
    page = world.browser(world.head).get(f"/events/{public_id}").text
    assert "Your time, Vilnius" in page and "Toronto, where it is held" in page and "<dt>UTC</dt>" in page
    assert "Toronto" in page.split('class="agenda"')[1]
