"""How fast pages are: ours and the bare one in turns, one request at a time, then from 32 connections.

CPU is that of the server's processes and of the database's, from /proc, divided by the requests. Every figure is the
median of ROUNDS runs; ratios are within a round, so that what else the machine does falls on both.
"""

import os
import random
from urllib.parse import quote_plus

from sqlalchemy import func, select

from benchmarks import _report
from benchmarks._load import Ask, medians, pages, run
from benchmarks._people import guest, tickets
from benchmarks._servers import kinds, place
from benchmarks.world import SHORT
from tests.world import PASSWORD, Browser
from wg_portal.core.database import db
from wg_portal.core.visibility import readable, seen_by, unguarded
from wg_portal.discussions.models import Thread
from wg_portal.search.models import Posting

ROUNDS = int(os.environ.get("WG_PORTAL_BENCH_ROUNDS") or 3)
READER = "m5.lt@scenes.example"
ALONE = 1.5  # seconds of CPU for a run from one connection
SLOW = 150  # ms of CPU: of these, fewer are asked
CROWD, CROWD_SECONDS = 32, 6
BANDS = {"rare": (5, 50), "usual": (200, 1_000), "common": (5_000, 15_000)}  # posts that have the word


def threads_of(world, reader):
    """Public ids of what the reader may read: short threads, the long one, briefs with a short thread."""
    threads = readable(Thread)
    found = select(threads.public_id, threads.about, threads.count).order_by(threads.id)
    rows = db.session.execute(found, seen_by(reader)).all()
    short = [row for row in rows if row.count in (SHORT, SHORT + 1)]
    return (
        [row.public_id for row in short if not row.about][:50],
        max(rows, key=lambda row: row.count).public_id,
        [row.about for row in short if row.about][:50],
    )


def words_of():
    """band -> words that so many posts have."""
    chance, found = random.Random(3), {}
    for band, (least, most) in BANDS.items():
        number = func.count()
        counted = select(Posting.term).group_by(Posting.term).having(number.between(least, most)).order_by(Posting.term)
        terms = db.session.scalars(unguarded(counted, because="words to search for are chosen by how usual they are"))
        found[band] = chance.sample([term for term in terms if term.isalpha() and len(term) > 3], 12)
    return found


def asks(portal):
    """Everything that is asked of ours. Returns ([Ask], the short threads' ids, queries of a thread page)."""
    [ticket] = tickets(portal, [READER]).values()
    ids, words, queries = portal.stage(lambda world: look(portal, world))
    short, long, briefs = ids
    told = {"Cookie": ticket.cookie, "Accept-Encoding": "br, gzip"}
    post = {**told, "Origin": portal.url, "Content-Type": "application/x-www-form-urlencoded"}
    stranger = guest(portal.app)
    reply = f"csrf_token={ticket.token}&once=bench-[<id>]&language=en&intent=post&body="
    reply += "Two+points+matter+most%3A+suspension+without+a+court%2C+and+the+limit+on+foreign+funding.+[<id>]"
    enter = f"csrf_token={stranger.token}&email={READER}&password={PASSWORD.replace(' ', '+')}"
    two = [f"{a} {b}" for a, b in zip(words["usual"], words["common"], strict=True)]
    queried = {**words, "two": two}
    return (
        [
            Ask("thread", pages(f"/discussions/{id}" for id in short), headers=told),
            Ask("thread unpacked", pages(f"/discussions/{id}" for id in short), headers={"Cookie": ticket.cookie}),
            Ask("list", pages(["/discussions"]), headers=told),
            Ask("first", pages([f"/discussions/{long}"]), headers=told),
            Ask("last", pages([f"/discussions/{long}?from=last"]), headers=told),
            Ask("record", pages(f"/{about}" for about in briefs), headers=told),
            Ask("today", pages(["/"]), headers=told),
            *(
                Ask(f"search {band}", pages("/search?q=" + quote_plus(text) for text in texts), headers=told)
                for band, texts in queried.items()
            ),
            Ask("reply", [{"method": "POST", "path": f"/discussions/{short[0]}/posts", "body": reply}], 303, post),
            Ask(
                "sign in",
                [{"method": "POST", "path": "/sign-in", "body": enter}],
                302,
                {**post, "Cookie": stranger.cookie},
            ),
        ],
        short,
        queries,
    )


def look(portal, world):
    from wg_portal.accounts.queries import viewer_by_email

    reader = viewer_by_email(READER)
    ids, words = threads_of(world, reader), words_of()
    db.session.rollback()
    browser = Browser(portal.app, reader)
    assert browser.get(f"/discussions/{ids[0][0]}").status_code == 200
    with world.count_queries() as counter:
        browser.get(f"/discussions/{ids[0][0]}")
    queries = [sql for sql in counter.statements if not sql.startswith("BEGIN")]
    return ids, words, len(queries)


def measure(kind):
    """name -> figures, of one database."""
    with place(kind) as there:
        ours, bare = there.ours().start(), there.bare().start()
        told, short, queries = asks(ours)
        same = Ask("bare", pages(f"/threads/{id}" for id in short), headers={})
        runs = {ask.name: [] for ask in [*told, same]}
        amount = {ask.name: enough(ours, ask) for ask in told} | {"bare": enough(bare, same)}
        for _round in range(ROUNDS):
            for ask in told:
                if ask.name == "thread":
                    runs["bare"].append(run(bare, same, amount=amount["bare"]))
                runs[ask.name].append(run(ours, ask, amount=amount[ask.name]))
        crowds = {"thread": [], "bare": []}
        for _round in range(ROUNDS):
            crowds["bare"].append(run(bare, same, CROWD, duration=CROWD_SECONDS))
            crowds["thread"].append(run(ours, told[0], CROWD, duration=CROWD_SECONDS))
        found = {name: figures(*medians(rows)) for name, rows in runs.items()}
        found |= {f"{name} at {CROWD}": figures(*medians(rows)) for name, rows in crowds.items()}
        found["queries"] = queries
        found["last to first"] = ratio(runs["last"], runs["first"])
        found["thread to bare"] = ratio(runs["thread"], runs["bare"])
        found["thread to bare at 32"] = ratio(crowds["thread"], crowds["bare"])
        found["memory"] = round(ours.memory())
        return found


def enough(server, ask):
    """Requests for a run: as many as its CPU allows. Before that, every statement is compiled and every page open."""
    first = run(server, ask, amount=4).cpu
    if first < SLOW:
        run(server, ask, connections=4, amount=24)
        first = run(server, ask, amount=12).cpu
    return round(min(max(ALONE * 1000 / max(first, 1), 8), 400))


def ratio(ours, theirs):
    """The median of the ratios of CPU, round by round."""
    return round(sorted(a.cpu / b.cpu for a, b in zip(ours, theirs, strict=True))[len(ours) // 2], 2)


def figures(took, spread):
    return {name: round(value, 2) for name, value in vars(took).items()} | {"spread": round(spread)}


def main():
    return _report.keep("speed", {kind: measure(kind) for kind in kinds()})
