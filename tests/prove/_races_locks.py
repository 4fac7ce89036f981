"""SQLite's write lock held by another process: a command of ours, a backup, somebody's hand.

Writers wait for a while; then they are told, in time, with what they typed. Readers notice nothing.
"""

import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from datetime import timedelta

from sqlalchemy import update

from tests.prove._races import Claims, Press, at_once, counted, pressed_again, rows, sent
from tests.prove._races_stage import browsers
from tests.prove._report import scaled
from wg_portal.accounts.models import AuthSession
from wg_portal.core import clock
from wg_portal.core.database import PRAGMAS, db
from wg_portal.discussions.models import Post

BUSY = int(PRAGMAS["busy_timeout"]) / 1000  # seconds
SLACK = 3.0  # seconds on top, in which all their pages are made at once
QUICK = 2.0  # seconds a page may take that does not wait for the lock

# The library that the server uses: an older one beside it could harm the database.
HOLDER = """
import sys
from pysqlite3 import dbapi2 as sqlite3
connection = sqlite3.connect(sys.argv[1], timeout=10, isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.read()
connection.execute("ROLLBACK")
"""


@contextmanager
def write_lock(portal):
    """Held by a process of its own from here to the end of the block."""
    command = [sys.executable, "-c", HOLDER, str(portal.folder / "portal.db")]
    holder = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        assert holder.stdout.readline() == "held\n"
        yield
    finally:
        holder.communicate()
        assert holder.returncode == 0


def prove(portal, stage, part):
    claims = Claims(part)
    writers = browsers(portal, "head", scaled(60, 6))
    readers = browsers(portal, "neighbour", 4)
    for_a_moment(portal, stage, claims, writers[: scaled(10, 3)])
    for_long(portal, stage, claims, writers, readers)
    return claims.all_hold


def replies(stage, members, words):
    talk = f"/discussions/{stage.discussion}"
    forms = [member.form(talk, f"{talk}/posts") for member in members]
    return [
        Press(member, address, {**fields, "body": f"{words} {index}."})
        for index, (member, (address, fields)) in enumerate(zip(members, forms, strict=True))
    ]


def stored(portal, words):
    return [row for row in rows(portal, Post) if row.body.startswith(words)]


def for_a_moment(portal, stage, claims, writers, seconds=3):
    presses = replies(stage, writers, "Written while the lock was held for a moment")
    answers = during(portal, seconds, lambda: at_once(presses))
    kept = stored(portal, "Written while the lock was held for a moment")
    claims(
        f"lock held {seconds} s by another process: {len(writers)} writers wait and succeed",
        counted(answers),
        all(answer.status == 303 for answer in answers) and len(kept) == len(writers),
    )


def during(portal, seconds, do):
    """What `do` returns, begun while the lock is held, and perhaps not over before it is let go."""
    found = []
    with write_lock(portal):
        thread = threading.Thread(target=lambda: found.append(do()))
        thread.start()
        time.sleep(seconds)
    thread.join()
    return found[0]


def for_long(portal, stage, claims, writers, readers, seconds=20):
    words = "Typed while nobody could write"
    presses = replies(stage, writers, words)
    long_ago(portal, readers)  # each comes back after a while, and is noted as present again
    looks, over = [], threading.Event()
    looking = [threading.Thread(target=look, args=(reader, stage, looks, over)) for reader in readers]
    with write_lock(portal):
        end = time.monotonic() + seconds
        for thread in looking:
            thread.start()
        answers = at_once(presses)
        time.sleep(max(0, end - time.monotonic()))
        over.set()
        for thread in looking:
            thread.join()
    freed = time.monotonic()
    again = sent(pressed_again(answers[0], presses[0], "body") or presses[0])
    back = time.monotonic() - freed
    kept = sum(pressed_again(answer, press, "body") is not None for answer, press in zip(answers, presses, strict=True))
    claims(
        f"lock held {seconds} s: writers get 503 within {BUSY + SLACK:g} s (they wait for {BUSY:g} s), with what they typed",
        f"{counted(answers)}; kept in {kept}",
        all(answer.status == 503 and answer.seconds <= BUSY + SLACK for answer in answers) and kept == len(answers),
    )
    slow, failed = max(took for _status, took in looks), sum(status != 200 for status, _took in looks)
    claims(
        "meanwhile readers read on, who were away for two minutes before",
        f"{len(looks)} pages, {failed} failed, slowest {slow:.1f} s",
        not failed and slow <= QUICK and len(looks) >= 2 * len(readers),
    )
    there = stored(portal, words)
    claims(
        "let go, the page of the 503 sends at once what it kept; nothing else of what was refused was stored",
        f"{again.status} after {back:.1f} s; {len(there)} stored",
        again.status == 303 and back <= QUICK and len(there) == 1,
    )


def long_ago(portal, members):
    """Their last click was two minutes ago."""
    ago = clock.now() - timedelta(minutes=2)

    def set_back(world):
        mine = update(AuthSession.__table__).where(AuthSession.__table__.c.member_id == world.neighbour.id)
        with db.engine.begin() as connection:
            connection.execute(mine.values(seen_at=ago))

    assert {member.name for member in members} == {"neighbour"}
    portal.stage(set_back)


def look(reader, stage, looks, over):
    pages = ["/", f"/discussions/{stage.discussion}", f"/briefs/{stage.brief}", "/events"]
    while not over.is_set():
        for page in pages:
            began = time.monotonic()
            status = reader.get(page, timeout=60).status_code
            looks.append((status, time.monotonic() - began))
        over.wait(0.2)
