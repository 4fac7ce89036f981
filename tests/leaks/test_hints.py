"""Hints: what happens in one audience is heard by its readers alone, and says names, never words."""

import json

import pytest

from tests.leaks.personas import MEMBERS
from tests.leaks.scenes import SCENES
from tests.leaks.stage import Stage
from tests.world import fresh
from wg_portal.accounts import actions as accounts
from wg_portal.accounts.models import Account
from wg_portal.core.database import db, set_reading
from wg_portal.live import sockets


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def listening(request):
    """The same stage, built while every member's page is open: (stage, persona -> frames)."""
    app = request.getfixturevalue(f"{request.param}_app")
    with app.app_context():
        app.snapshot.restore()
        set_reading(True)
        world = fresh(app)
        clients = {name: open_line(app, getattr(world, name)) for name in MEMBERS}
        stage = Stage(world).build()
        heard = {
            name: [frame for frame in client.get_received() if frame["name"] != "pulse"]
            for name, client in clients.items()
        }
        yield stage, heard
        for client in clients.values():
            client.disconnect()
        db.session.rollback()
        db.session.remove()


def open_line(app, member):
    """A socket of this member's page, as the script of a page opens it."""
    browser = app.test_client()
    with app.test_request_context():
        account = db.session.query(Account).filter_by(member_id=member.id).one()
        handle = accounts.open_session(account, "scene")
        db.session.rollback()
    with browser.session_transaction() as session:
        session["handle"] = handle
        session["csrf_token"] = "a" * 40
    with app.test_request_context():
        from flask import session as own
        from flask_wtf.csrf import generate_csrf

        own["csrf_token"] = "a" * 40
        token = generate_csrf()
    origin = {"Origin": app.config["BASE_URL"]}
    client = sockets.lines().socketio.test_client(app, flask_test_client=browser, auth={"token": token}, headers=origin)
    assert client.is_connected()
    return client


def test_hints_reach_readers_and_say_names_only(listening, summary):
    stage, heard = listening
    # What was narrowed was theirs to hear of before, and the hint that ends it tells them to forget.
    narrowed = [scene.name for scene in SCENES if scene.then]
    frames, leaks = 0, []
    for persona, received in heard.items():
        for frame in received:
            frames += 1
            told = json.dumps(frame["args"])
            assert set(frame["args"][0]) == {"verb", "subject", "about", "seq"}
            words = stage.canaries.met(told) & set(stage.canaries.words())
            assert not words, (persona, told)
            leaks += [
                f"{told}: {leak}"
                for leak in stage.canaries.leaks(persona, told)
                if not any(f"for {name}" in leak for name in narrowed if name != "held")
            ]
    assert leaks == []
    assert all(heard[name] for name in MEMBERS), "somebody heard nothing at all"
    summary(
        f"{stage.world.app.config['KIND']}: {frames} hints heard by {len(MEMBERS)} open pages, 0 to whoever may not read it"
    )
