"""Slow and half-open clients: hundreds of them cost the others nothing, and are hung up on in time.

In one worker over SQLite, and in two over PostgreSQL with Redis. Members ask for pages at a steady rate before and
during each assault; nothing stands in front of the server.
"""

import random
import time

import socketio

from tests.discussions import scenes as discussions
from tests.prove import _slow
from tests.prove._report import SEED, claim, scaled
from tests.prove._services import PostgreSQL, Redis
from tests.running import Portal

PART = "slow"
READERS = 8
RATE = 10  # pages a second, of all readers together
SECONDS = 15  # of measuring, before, during and after each assault
WITHIN = 30  # seconds in which the server hangs up
COMING = 5  # seconds over which the slow ones arrive
LINES = 10


def main():
    good = bombard(Portal("sqlite"), "one worker")
    postgresql, redis = PostgreSQL(), Redis()
    try:
        postgresql.start()
        redis.start()
        portal = Portal("postgresql", database=postgresql.database("slow"), redis=redis.url, workers=2)
        good &= bombard(portal, "two workers")
    finally:
        redis.remove()
        postgresql.remove()
    return good


def bombard(portal, where):
    try:
        names = portal.crowd(READERS + 1, "LT", "delegate", prefix="reader")
        thread = portal.stage(lambda world: discussions.start(world, world.head, world.choose("everyone")))
        portal.start()
        members = [portal.member(name) for name in names]
        pages = [f"/discussions/{thread}", "/", "/discussions"]
        lines = [Line(portal, member, pages[0]) for member in members[:READERS] + members[: LINES - READERS]]
        _slow.waits(members[:READERS], pages, RATE, 3)  # everything has been asked for once
        good, usual = True, _slow.waits(members[:READERS], pages, RATE, SECONDS)
        for what, clients in assaults(portal, members[READERS]):
            held, usual = stand(portal, where, what, clients, members[:READERS], pages, usual)
            good &= held
        good &= still_live(where, lines, members[READERS], pages[0])
        for line in lines:
            line.io.disconnect()
        return good
    finally:
        portal.remove()


def assaults(portal, insider):
    """(what it is, its clients), one after the other."""
    many, url = scaled(500), portal.url
    name = portal.app.config["SESSION_COOKIE_NAME"]
    cookie = f"{name}={insider.http.cookies.get(name)}"
    yield "slow bodies and heads", [make(url) for make in (_slow.slow_body, _slow.slow_head) for _ in range(many)]
    strangers = [_slow.upgrade(url, f"{name}=forged" if number % 2 else None) for number in range(many)]
    yield "strangers' upgrades and polls", strangers + [_slow.poll(url) for _ in range(many)]
    # A member's own browser is not above it: lines that never say whose they are, connections that never ask.
    insiders = [_slow.upgrade(url, cookie) for _ in range(scaled(100))]
    yield "a member's silent lines, and silence", insiders + [_slow.silent(url) for _ in range(many)]
    longest = f"/static/dist/{portal.app.config['ASSETS']['app.css']}"
    yield "readers who take nothing", [_slow.deaf(url, longest) for _ in range(scaled(250))]


def stand(portal, where, what, clients, members, pages, before):
    """One assault: whether the others hardly notice and all of it ends in time; and what they wait after it.

    The usual is the longer of what they wait before and after: other work on this machine comes and goes.
    """
    assault = _slow.Slow(portal.url, clients, random.Random(SEED), COMING)
    assault.start()
    try:
        during = _slow.waits(members, pages, RATE, SECONDS)
        assault.wait()
    finally:
        assault.end()
    after = _slow.waits(members, pages, RATE, SECONDS)
    failed, now = during.count(None), _slow.p95(during)
    usual = max(_slow.p95(before), _slow.p95(after))
    title = f"{where}: {len(clients)} {what}"
    good = claim(
        PART,
        f"{title}: the others' p95 at most twice the usual, every page answered",
        f"{now:.0f} ms, usually {usual:.0f} ms; {failed} of {len(during)} pages failed",
        now <= 2 * usual and not failed,
    )
    listening = [client for client in clients if not client.deaf]
    if listening:
        held = [client for client in listening if client.lasted is None]
        longest = max((client.lasted for client in listening if client.lasted is not None), default=0)
        good &= claim(
            PART,
            f"{title}: hung up on within {WITHIN} s",
            f"{len(listening) - len(held)} of {len(listening)}, the last after {longest:.1f} s",
            not held and longest <= WITHIN,
        )
    return good, after


class Line:
    """A signed-in member's open page: how often its line broke, and what it heard."""

    def __init__(self, portal, member, page):
        self.broke, self.heard = 0, []
        self.io = socketio.Client(reconnection=False)
        self.io.on("hint", self.heard.append)
        self.io.on("disconnect", self.lost)
        _, fields = member.form(page)
        cookie = "; ".join(f"{cookie.name}={cookie.value}" for cookie in member.http.cookies)
        self.io.connect(
            portal.url,
            headers={"Cookie": cookie},  # and the origin of our own pages, as a client does by itself
            auth={"token": fields["csrf_token"]},
            transports=["websocket"],
        )

    def lost(self, *_reason):
        self.broke += 1


def still_live(where, lines, member, page):
    """The lines that were open all the while stand, and hear of the next reply."""
    for line in lines:
        line.heard.clear()
    sent = time.monotonic()
    answer = member.submit(page, field="body", body="Who is still there?")
    while time.monotonic() - sent < 5 and not all(line.heard for line in lines):
        time.sleep(0.02)
    broke, heard = sum(line.broke for line in lines), sum(bool(line.heard) for line in lines)
    return claim(
        PART,
        f"{where}: members' lines stood through all of it, and hear of the next reply within 5 s",
        f"{broke} broke, {heard} of {len(lines)} heard (the reply: {answer.status_code})",
        not broke and heard == len(lines) and answer.status_code in (302, 303),
    )
