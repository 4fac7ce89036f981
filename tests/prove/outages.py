"""What holds when the database is away, hangs, dies in the middle of a write, or finds its disk full.

The server is never started anew, and nobody's words are lost: the page that says no has them, and sends them again,
once.
"""

import time

from tests.discussions import scenes as discussions
from tests.prove import _outages, _outages_disk
from tests.prove._report import claim, scaled
from tests.prove._services import PostgreSQL, Redis
from tests.running import Portal

PART = "outages"
AT_ONCE = 32
WRITERS = 8
STOPPED, HUNG, BACK = 2, 5, 2  # seconds: to say so, to say so, to work again
STARTS = ("/discussions/new", "/briefs/new", "/laws/new", "/events/new", "/responses/new", "/people", "/account")


def main():
    postgresql, redis = PostgreSQL(), Redis()
    try:
        postgresql.start()
        redis.start()
        good = away(postgresql, redis)
        good &= full("PostgreSQL", 48, lambda disk: beside(postgresql, redis, disk))
    finally:
        redis.remove()
        postgresql.remove()
    return good & full("SQLite", 24, lambda disk: Portal("sqlite", folder=disk.folder))


def beside(postgresql, redis, disk):
    return Portal(
        "postgresql", database=_outages_disk.on_postgresql(postgresql, disk), redis=redis.url.replace("/0", "/1")
    )


def away(postgresql, redis):
    portal = Portal("postgresql", database=postgresql.database("outages"), redis=redis.url)
    try:
        names = portal.crowd(AT_ONCE, "LT", "delegate")
        thread = portal.stage(lambda world: discussions.start(world, world.head, world.choose("everyone")))
        portal.start()
        page = f"/discussions/{thread}"
        members = [portal.member(name) for name in names]
        kept = _outages.forms(portal.member("head"), [page, *STARTS])
        good = stopped(portal, postgresql, members, page, kept)
        good &= hung(portal, postgresql, members, page)
        good &= in_the_middle(portal, postgresql, members[:WRITERS], page, "stopped")
        return good & in_the_middle(portal, postgresql, members[:WRITERS], page, "hung")
    finally:
        portal.remove()


def stopped(portal, postgresql, members, page, kept):
    """Every page and every form, while there is no PostgreSQL at all."""
    before, head, leaver = _outages.pids(portal), portal.member("head"), portal.member("delegate")
    token = leaver.form(page, "/quick-exit")[1]
    postgresql.stop()
    try:
        asked = _outages.ask_all(portal, head, kept)
        health = head.get("/healthz").status_code
        left = leaver.post("/quick-exit", data=token)
        strangers = members[0].http.__class__().get(f"{portal.url}/healthz", timeout=10).status_code
    finally:
        postgresql.start()
    back = _outages.back_after(head, page)
    typed = sum(_outages.is_typed(value) for fields in kept.values() for value in fields.values())
    good = claim(
        PART,
        f"PostgreSQL stopped: every page and form answers 503 within {STOPPED} s, in our look, with all that was typed",
        f"{len(kept)} forms with {typed} texts; {asked}",
        kept and not asked.wrong and asked.longest <= STOPPED,
    )
    handed_back = "portal=;" in left.headers.get("Set-Cookie", "")
    good &= claim(
        PART,
        "PostgreSQL stopped: quick exit leaves all the same, and takes the cookie along",
        f"{left.status_code}, {len(left.text)} characters; the cookie is gone: {handed_back}",
        left.status_code == 200 and len(left.text) < 100 and handed_back,
    )
    good &= claim(
        PART, "PostgreSQL stopped: /healthz says 503", f"{health}, to strangers {strangers}", health == strangers == 503
    )
    return good & works_again(portal, members, page, "stopped", back, before)


def hung(portal, postgresql, members, page):
    """Many at once, twice: with the connections that were there before, and when those have been given up."""
    good, before = True, _outages.pids(portal)
    prepared = [member.form(page, field="body") for member in members]
    for _address, fields in prepared:
        fields["body"] = f"typed{next(_outages.NUMBERS)}words"
    postgresql.hang()
    try:
        for time_ in ("first", "then"):
            asked = _outages.ask_at_once(members, page, prepared, _outages.lacks)
            good &= claim(
                PART,
                f"PostgreSQL hung, {AT_ONCE} at once, {time_}: 503 within {HUNG} s, in our look, with what was typed",
                asked,
                not asked.wrong and asked.longest <= HUNG,
            )
        began = time.monotonic()
        health = members[0].http.__class__().get(f"{portal.url}/healthz", timeout=30).status_code
        took = time.monotonic() - began
    finally:
        postgresql.wake()
    back = _outages.back_after(members[0], page)
    good &= claim(
        PART, f"PostgreSQL hung: /healthz says 503 within {HUNG} s", f"{health} after {took:.2f} s", health == 503
    )
    return good & works_again(portal, members, page, "hung", back, before)


def works_again(portal, members, page, what, back, before):
    prepared = [member.form(page, field="body") for member in members]
    for number, (_address, fields) in enumerate(prepared):
        fields["body"] = f"Again {number}."

    def well(answer, fields):
        wanted = 303 if fields else 200
        return None if answer.status_code == wanted else answer.status_code

    asked = _outages.ask_at_once(members, page, prepared, well, posts=8)
    same = _outages.pids(portal) == before
    return claim(
        PART,
        f"PostgreSQL {what} and back: pages within {BACK} s, then {len(members)} at once, in the same processes",
        f"after {back:.2f} s; {asked}; the same processes: {same}",
        back <= BACK and not asked.wrong and same,
    )


def in_the_middle(portal, postgresql, writers, page, how):
    """While members write: nothing that was acknowledged is lost, nothing is half, nothing is there twice."""
    before = _outages.pids(portal)
    rounds = scaled(10, least=2)
    with _outages.Writers(writers, page) as writing:
        for _ in range(rounds):
            time.sleep(1)
            if how == "stopped":
                postgresql.stop()
                time.sleep(0.5)
                postgresql.start()
            else:
                postgresql.hang()
                time.sleep(3)
                postgresql.wake()
        time.sleep(1)
    good = claim(
        PART,
        f"PostgreSQL {how} {rounds} times under writes: each reply is stored, or refused with its text",
        f"{len(writing.acknowledged)} stored, {len(writing.refused)} refused; otherwise {writing.wrong[:3]}; "
        f"the same processes: {_outages.pids(portal) == before}",
        writing.acknowledged and writing.refused and not writing.wrong and _outages.pids(portal) == before,
    )
    return good & _outages_disk.nothing_half(portal, f"PostgreSQL {how} under writes", writing)


def full(where, size, make):
    """make(disk): a portal whose rows are on it."""
    try:
        disk = _outages_disk.Disk(size)
    except RuntimeError as trouble:
        return claim(PART, f"{where}, disk full", trouble, False)
    portal = None
    try:
        portal = make(disk)
        names = portal.crowd(WRITERS, "LT", "delegate")
        thread = portal.stage(lambda world: discussions.start(world, world.head, world.choose("everyone")))
        portal.start()
        return _outages_disk.fill_up(portal, disk, where, f"/discussions/{thread}", names)
    finally:
        if portal:
            portal.remove()
        disk.remove()
