"""What a member who only reads finds over HTTP when the storm is over."""

import random
import re
from collections import Counter, defaultdict

from tests.prove._report import SEED
from wg_portal.core.names import split_name

POST = re.compile(r'([\w-]+)".*?\b(k\d+x\d+) (k\d+x\d+)', re.DOTALL)
SEARCHED = 60


def read_everything(reader, ledger, stage):
    """Counts of what is `missing`, there `twice`, `wrong` or by `nobody`; and how much was read.

    Every reply in the pages of changes of its thread, every brief on its page, some of them by search.
    """
    found, seen = Counter(), Counter()
    replies, briefs = {}, {}
    for write in ledger.storm.writes:
        if write.key in ledger.claims and write.kind in ("reply", "brief"):
            public_id = split_name(ledger.claims[write.key])[1]
            (replies if write.kind == "reply" else briefs)[public_id] = write
    there = defaultdict(list)
    for thread in stage.threads:
        for public_id, reply, now in changes(reader, thread):
            there[public_id].append((thread, reply, now))
    for public_id, write in replies.items():
        edits = [edit for edit in write.edits if edit.key in ledger.claims]
        due = (write.about, write.token, (edits or [write])[-1].token)
        shown = there.pop(public_id, [])
        found["missing"] += not shown
        found["twice"] += len(shown) > 1
        found["wrong"] += bool(shown) and shown[0] != due
        seen["replies"] += 1
    found["nobody's"] += len(there)
    for public_id, write in briefs.items():
        page = reader.get(f"/briefs/{public_id}")
        found["missing"] += page.status_code != 200 or f"{write.token} " not in page.text
        seen["briefs"] += 1
    everything = sorted({**replies, **briefs}.items())
    for public_id, write in random.Random(SEED).sample(everything, min(SEARCHED, len(everything))):
        page = reader.get(f"/search?q={write.token}").text
        hits = set(re.findall(r'href="/(?:posts|briefs)/([\w-]+)"', page))
        found["missing"] += public_id not in hits
        found["nobody's"] += len(hits - {public_id})
        seen["searched"] += 1
    return +found, seen


def changes(reader, thread):
    """(public id, its first word, its second) of every post of ours, as a page that has nothing yet asks for them."""
    after, more = "0", "1"
    while more:
        answer = reader.fragment(f"/discussions/{thread}/changes?after={after}")
        shown = [POST.match(part) for part in answer.text.split('<li id="post-')[1:]]
        yield from (match.groups() for match in shown if match)
        after, more = answer.headers["X-Cursor"], answer.headers.get("X-More")
