"""python -m benchmarks [part …]: what the portal costs, as one Markdown table. Without a name, every part in turn.

The figures are kept in build/bench.json and drawn in bench.svg beside it. WG_PORTAL_BENCH_ROUNDS: how often each
is measured (3); WG_PORTAL_BENCH_KINDS: sqlite, postgresql or both (both).
"""

import importlib
import sys

from benchmarks import _report

PARTS = ("world", "speed", "live", "sockets", "start", "alarm", "pages")


def main(names):
    unknown = [name for name in names if name not in PARTS]
    if unknown:
        print(f"There is no benchmark {', '.join(unknown)}; there are: {', '.join(PARTS)}.", file=sys.stderr)
        return 2
    worst = 0
    for name in names or PARTS:
        print(f"== {name}", flush=True)
        worst = max(worst, importlib.import_module(f"benchmarks.{name}").main())
    if len(names) != 1:
        print(f"\n{_report.table(_report.load())}\n")
    return worst


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
