"""How long until a start answers over 100,000 posts, and what the web processes hold after they were asked for all sorts
of pages by 32 at once. What processes share is counted once."""

import statistics

from benchmarks import _report
from benchmarks._load import run
from benchmarks._servers import kinds, place
from benchmarks.speed import asks

STARTS, LOAD, SEARCHES = 3, 96, 32  # requests for each sort of page, and for each sort of search


def measure(kind):
    with place(kind) as there:
        seconds = []
        for _start in range(STARTS):
            portal = there.ours().start()
            seconds.append(portal.started_in)
            fresh = portal.memory()
            portal.stop()
        portal = there.ours().start()
        for ask in asks(portal)[0]:
            if ask.status == 200:
                run(portal, ask, connections=32, amount=SEARCHES if "search" in ask.name else LOAD)
        return {
            "seconds": round(statistics.median(seconds), 2),
            "fresh": round(fresh),
            "memory": round(portal.memory()),
        }


def main():
    return _report.keep("start", {kind: measure(kind) for kind in kinds()})
