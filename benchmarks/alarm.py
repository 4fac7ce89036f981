"""What the door's alarm costs: a thread page with it and without, in turns, in two processes over one database."""

import os

from benchmarks import _report
from benchmarks._load import run
from benchmarks._servers import kinds, place
from benchmarks.speed import asks, enough

ROUNDS = 2 * int(os.environ.get("WG_PORTAL_BENCH_ROUNDS") or 3) + 1


def measure(kind):
    with place(kind) as there:
        heard, deaf = there.ours().start(), there.ours("deaf").start()
        costs = {heard: [], deaf: []}
        thread = {server: asks(server)[0][0] for server in costs}
        amount = {server: 2 * enough(server, ask) for server, ask in thread.items()}
        for turn in range(ROUNDS):
            for server in (heard, deaf) if turn % 2 else (deaf, heard):
                costs[server].append(run(server, thread[server], amount=amount[server]).cpu)
        [with_it, without] = [sorted(costs[server])[ROUNDS // 2] for server in (heard, deaf)]
        return {
            "with": round(with_it, 3),
            "without": round(without, 3),
            "share": round(100 * (with_it / without - 1), 1),
        }


def main():
    return _report.keep("alarm", {kind: measure(kind) for kind in kinds()})
