"""From a POST to the last of 1, 100 and 500 open pages that have fetched what was said, through the door, each over a
connection of its own; then hints alone, ours and the bare emit of the same server with as many rooms, in turns.

Who writes has no undo time. All 500 members of the world read the discussion.
"""

import json
import os
import statistics

from benchmarks import _report
from benchmarks._open import OpenPages, bare, ours
from benchmarks._people import tickets
from benchmarks._servers import kinds, place
from wg_portal.accounts.queries import viewer_by_email
from wg_portal.core.database import db
from wg_portal.discussions import actions as discussions

NUMBERS = (1, 100, 500)
ROUNDS = int(os.environ.get("WG_PORTAL_BENCH_ROUNDS") or 3) * 3
WRITER = "m1.ca@scenes.example"
CALM = 1_300  # ms between two rounds: pages ask at most once a second


def measure(kind):
    found = {}
    with place(kind) as there:
        portal, plain = there.ours("roomy").start(), there.bare("sockets").start()
        thread = portal.stage(start)
        for number in NUMBERS:
            with OpenPages() as theirs, OpenPages() as mine:
                pages, ids = ours(portal, number)
                mine.open(portal, pages)
                rooms, numbers = bare(number)
                theirs.open(plain, rooms)
                content = reply(portal, thread)
                rounds = [mine.say(**content) for _round in range(ROUNDS + 1)][1:]
                told = {
                    "page": [one["paged"] for one in rounds],
                    "refused": [one["refused"] for one in rounds],
                    "hint": [mine.say(**{**content, "fetch": None})["hinted"] for _round in range(ROUNDS)],
                }
                told["bare"], told["emit"], told["ratio"] = [], [], []
                for _round in range(2 * ROUNDS):
                    told["bare"].append(theirs.say(**emit("/emit", numbers))["hinted"])
                    told["emit"].append(mine.say(**emit("/bench/hint", ids))["hinted"])
                    told["ratio"].append(told["emit"][-1] / told["bare"][-1])
            middle = {name: round(statistics.median(times), 2) for name, times in told.items()}
            middle["hint to bare"] = middle.pop("ratio")
            middle["worst"] = round(max(told["page"]))
            found[str(number)] = middle
    return found


def start(world):
    """A discussion for everybody, with a few words in it."""
    writer = viewer_by_email(WRITER)
    thread = discussions.start(writer, world.choose("everyone"), "Who can ask in the capital?", "This week.", "en")
    id, seq = thread.public_id, thread.seq
    db.session.rollback()
    return id, seq


def reply(portal, thread):
    """One round: a reply, and what each page asks."""
    [ticket] = tickets(portal, [WRITER]).values()
    id, seq = thread
    body = f"csrf_token={ticket.token}&once=[<id>]&language=en&intent=post&body=We+can+ask+on+Friday.+[<id>]"
    form = {"Origin": portal.url, "Content-Type": "application/x-www-form-urlencoded"}
    return {
        "post": {"path": f"/discussions/{id}/posts", "body": body, "status": 303, "headers": ticket.headers(**form)},
        "about": f"discussions/{id}",
        "fetch": f"/discussions/{id}/changes",
        "cursor": str(seq),
        "every": CALM,
    }


def emit(path, ids):
    """One round: a hint to the rooms of these members, and nothing else."""
    payload = {"verb": "post.published", "subject": "posts/" + "x" * 22, "about": "discussions/" + "y" * 22, "seq": 1}
    body = json.dumps({"payload": payload, "rooms": [f"member:{id}" for id in ids], "ids": ids})
    post = {"path": path, "body": body, "status": 204, "headers": {"Content-Type": "application/json"}}
    return {"post": post, "about": payload["about"], "fetch": None, "cursor": "0", "every": 100}


def main():
    return _report.keep("live", {kind: measure(kind) for kind in kinds()})
