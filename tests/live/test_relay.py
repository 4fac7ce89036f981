"""Between the workers, with a Redis that comes and goes: nobody waits for it, and what was lost is said to be lost."""

import json
import shutil
import time

import pytest
import redis
import socketio
from sqlalchemy.exc import OperationalError

from tests import databases
from tests.discussions.scenes import say, start
from tests.live.test_hints import line
from tests.prove._services import Redis, until
from wg_portal.live import queries
from wg_portal.live.relay import AGAIN_AFTER, Relay
from wg_portal.live.sockets import PULSE_EVERY, lines


@pytest.fixture
def service():
    if not shutil.which("redis-server"):
        databases.missing("Redis", "no redis-server to start")
    service = Redis().start()
    yield service
    service.remove()


def hearing(service):
    """(a relay that listens, the moments at which it noticed that it may have missed something)."""
    gaps = []
    relay = Relay(service.url, PULSE_EVERY, gap=lambda: gaps.append(time.monotonic()))
    socketio.Server(async_mode="threading", client_manager=relay)
    relay.initialize()
    until(lambda: gaps, "the first word")
    return relay, gaps


def test_whoever_could_not_hear_says_so_as_soon_as_it_hears_again(service):
    _relay, gaps = hearing(service)
    service.stop()
    service.start()
    until(lambda: len(gaps) == 2, "hearing again", seconds=2 * AGAIN_AFTER + 3)


def test_whoever_could_not_speak_says_so_and_keeps_nobody_waiting(service):
    relay, _gaps = hearing(service)
    service.hang()
    began = time.monotonic()
    for _hint in range(20):
        relay.pulse()
    assert time.monotonic() - began < 2.5
    service.wake()
    time.sleep(AGAIN_AFTER + 0.1)
    told = redis.from_url(service.url).pubsub(ignore_subscribe_messages=True)
    told.subscribe("wg-portal")
    told.get_message(timeout=1)
    relay.pulse()
    beats = [json.loads(told.get_message(timeout=2)["data"])["data"][0] for _beat in range(2)]
    assert beats == [{"every": PULSE_EVERY}, {"every": PULSE_EVERY, "missed": True}]


def test_when_it_is_not_known_whom_a_hint_is_for_every_page_looks(world, monkeypatch):
    thread = start(world)
    head = line(world, world.head)
    head.get_received()

    def away(*_):
        raise OperationalError("select", {}, Exception("no answer"))

    monkeypatch.setattr(queries, "hearers", away)
    assert say(world, world.chair, thread, "Kept.")
    beats = [message["args"][0] for message in head.get_received() if message["name"] == "pulse"]
    assert {"every": PULSE_EVERY, "missed": True} in beats
    lines().cut(list(lines().open))
