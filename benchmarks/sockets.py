"""Memory of an idle open page: ours and that of a bare flask-socketio on the same server, in turns, each fresh."""

import statistics
import time

from benchmarks import _report
from benchmarks._load import Ask, pages, run
from benchmarks._open import OpenPages, bare, ours
from benchmarks._servers import kinds, place

NUMBER, ROUNDS, SETTLED = 500, 2, 5


def weigh(server, wanted):
    """KiB a socket."""
    run(server, Ask("warm", pages(["/healthz"]), headers={}), connections=8, amount=200)
    with OpenPages() as there:
        there.open(server, wanted[:10])
        time.sleep(1)
        before = server.memory()
        there.open(server, wanted[10:])
        time.sleep(SETTLED)
        return 1024 * (server.memory() - before) / (NUMBER - 10)


def measure(kind):
    found = {"ours": [], "bare": []}
    with place(kind) as there:
        for _round in range(ROUNDS):
            plain = there.bare("sockets").start()
            found["bare"].append(weigh(plain, bare(NUMBER)[0]))
            plain.stop()
            portal = there.ours("roomy").start()
            found["ours"].append(weigh(portal, ours(portal, NUMBER)[0]))
            portal.stop()
    told = {name: round(statistics.median(values), 1) for name, values in found.items()}
    return told | {"ratio": round(told["ours"] / told["bare"], 2)}


def main():
    return _report.keep("sockets", {kind: measure(kind) for kind in kinds()})
