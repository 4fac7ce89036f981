"""Hints: who is told that something happened, and that nobody is told what."""

import re

import pytest

from tests.discussions.scenes import release, say, start, talk
from wg_portal.accounts.models import AuthSession, Seat
from wg_portal.audiences import actions as audiences
from wg_portal.core import clock, drafts, journal
from wg_portal.core.database import db
from wg_portal.core.transactions import transaction
from wg_portal.discussions import actions
from wg_portal.discussions.queries import thread_to_change
from wg_portal.live.sockets import EACH, hang_up, lines

ORIGIN = "http://localhost"


def line(world, member, browser=None, origin=ORIGIN, token=None):
    """An open page of a member: its live line."""
    browser = browser or world.browser(member)
    page = browser.get("/discussions" if member else "/sign-in").text
    if token is None:
        token = re.search(r'name="csrf_token" value="([^"]+)"', page).group(1)
    headers = {"Origin": origin} if origin else {}
    client = lines().socketio.test_client(
        world.app, flask_test_client=browser.client, headers=headers, auth={"token": token}
    )
    db.session.rollback()
    return client


def hints(client):
    """What a line was told, but for the comings and goings of its own member."""
    told = [message["args"][0] for message in client.get_received() if message["name"] == "hint"]
    return [hint for hint in told if not hint["verb"].startswith("session.")]


@pytest.fixture(autouse=True)
def all_lines_end_with_the_scene(world):
    yield
    lines().cut(list(lines().open))


def test_readers_are_told_that_and_never_what(world):
    thread = start(world, choice=world.choose("governments", without=["MN"]))
    lines_of = {name: line(world, getattr(world, name)) for name in ("head", "neighbour", "rival", "representative")}
    post = say(world, world.chair, thread, "Words that no line carries.")
    told = {"verb": "post.published", "subject": f"posts/{post}", "about": f"discussions/{thread}", "seq": 2}
    assert hints(lines_of["head"]) == hints(lines_of["neighbour"]) == [told]
    assert hints(lines_of["rival"]) == hints(lines_of["representative"]) == []


def test_what_is_held_is_told_to_its_author_only(world):
    thread = start(world)
    head, chair = line(world, world.head), line(world, world.chair)
    actions.reply(world.chair, thread, "Not yet.", "en")
    assert [hint["verb"] for hint in hints(chair)] == ["post.held"]
    assert hints(head) == []
    release(world)
    assert [hint["verb"] for hint in hints(head)] == ["post.published"]


def test_who_loses_sight_is_told_to_look_again(world):
    thread = start(world)
    rival, head = line(world, world.rival), line(world, world.head)
    with transaction():
        row = thread_to_change(world.head, thread)
        audiences.change_audience(world.head, row, world.choose("governments", without=["MN"]), 1)
    assert [hint["verb"] for hint in hints(rival)] == ["audience.narrowed"]
    assert world.browser(world.rival).fragment(f"/discussions/{thread}/changes?after=0").status_code == 404
    say(world, world.chair, thread, "Without Mongolia.")
    assert hints(rival) == [] and len(hints(head)) == 2


def test_nothing_is_told_of_what_failed(world):
    thread = start(world)
    head = line(world, world.head)
    with pytest.raises(RuntimeError), transaction():
        actions.reply(world.chair, thread, "Lost.", "en")
        raise RuntimeError("the disk is full")
    assert hints(head) == [] and len(talk(world, world.chair, thread).posts) == 1


def test_a_dead_line_does_not_undo_a_reply(world, monkeypatch):
    thread = start(world)

    def away(*_):
        raise ConnectionError("nobody listens")

    monkeypatch.setattr(type(lines()), "emit", away)
    assert say(world, world.chair, thread, "Kept.")
    assert "Kept." in world.browser(world.head).get(f"/discussions/{thread}").text


@pytest.mark.parametrize("origin", [None, "null", "https://evil.example", "http://localhost.evil.example"])
def test_a_line_is_opened_from_our_own_pages_only(world, origin):
    assert not line(world, world.head, origin=origin).is_connected()
    assert line(world, world.head).is_connected()


@pytest.mark.parametrize("origin", [None, "https://evil.example"])
def test_strangers_are_turned_away_before_a_line_is_opened(world, origin):
    headers = {"Origin": origin} if origin else {}
    assert world.browser().get("/socket.io/?EIO=4&transport=websocket", headers=headers).status_code == 403


def test_a_line_needs_a_session_and_its_token(world):
    assert not line(world, None).is_connected()
    assert not line(world, world.head, token="").is_connected()
    assert not line(world, world.head, token="forged").is_connected()
    stolen = re.search(r'name="csrf_token" value="([^"]+)"', world.browser(world.rival).get("/discussions").text).group(
        1
    )
    assert not line(world, world.head, token=stolen).is_connected()


def test_a_client_names_no_room(world):
    thread = start(world, choice=world.choose("governments", without=["MN"]))
    rival = line(world, world.rival)
    for event in ("join", "watch", "subscribe", "message", "hint"):
        rival.emit(event, {"room": f"member:{world.head.id}", "thread": thread})
    say(world, world.chair, thread, "x")
    assert hints(rival) == []


def test_a_member_holds_only_so_many_lines(world):
    opened = [line(world, world.head) for _number in range(EACH)]
    assert all(client.is_connected() for client in opened)
    assert not line(world, world.head).is_connected()
    assert line(world, world.chair).is_connected()
    opened[0].disconnect()
    assert line(world, world.head).is_connected()


def test_signing_out_cuts_that_line_at_once_and_no_other(world):
    browser = world.browser(world.head)
    gone, stays = line(world, world.head, browser), line(world, world.head)
    browser.submit("/discussions", "/sign-out")
    assert not gone.is_connected() and stays.is_connected()


def test_a_seat_that_ends_cuts_the_line(world):
    thread = start(world)
    head = line(world, world.head)
    with transaction():
        seat = db.session.query(Seat).filter_by(member_id=world.head.id).one()
        seat.until = clock.now()
        journal.record(None, "seat.ended", seat, private=True)
    assert not head.is_connected()
    assert say(world, world.chair, thread, "After.")


def test_a_session_that_ended_elsewhere_is_found_by_the_watch(world):
    head, chair = line(world, world.head), line(world, world.chair)
    db.session.query(AuthSession).filter_by(member_id=world.head.id).update({"ended_at": clock.now()})
    db.session.commit()
    assert head.is_connected()
    lines().check()
    assert not head.is_connected() and chair.is_connected()


def test_hanging_up_on_a_member(world):
    first, second, other = line(world, world.head), line(world, world.head), line(world, world.chair)
    hang_up(member_id=world.head.id)
    assert not first.is_connected() and not second.is_connected() and other.is_connected()


def test_what_is_typed_is_kept_and_dropped_when_nothing_is_left(world):
    browser = world.browser(world.head)
    _address, keys = browser.form("/discussions/new", "/discussions/new")
    kept = {"csrf_token": keys["csrf_token"], "place": "/discussions/new"}
    once = iter(f"a-fresh-key-{number}" for number in range(9))
    answer = browser.post("/drafts", data={**kept, "title": "Half"}, headers={"Idempotency-Key": next(once)})
    assert answer.status_code == 200 and answer.json["saved"] in answer.json["text"] != ""
    assert drafts.draft_at(world.head, "/discussions/new").fields == {"title": ["Half"]}
    assert "Half" in browser.get("/discussions/new").text
    assert "Half" not in world.browser(world.chair).get("/discussions/new").text
    browser.post("/drafts", data=kept, headers={"Idempotency-Key": next(once)})
    assert drafts.draft_at(world.head, "/discussions/new") is None
    for place in ("https://evil.example", "//evil.example", ""):
        refused = browser.post(
            "/drafts", data={**kept, "place": place, "title": "x"}, headers={"Idempotency-Key": next(once)}
        )
        assert refused.status_code == 422


def test_the_keys_are_a_page_and_a_dialog(world):
    browser = world.browser(world.head)
    assert "<h1>" in browser.get("/keys").text
    assert browser.fragment("/keys").text.lstrip().startswith("<dialog")
