"""`python -m tests.prove [part …]`: what takes too long for every run. Without a name, every part in turn.

A part is a module of this package with `main()`, which prints what it found and returns True when all of it holds.
"""

import importlib
import pkgutil
import sys

import tests.prove
from tests.prove import _report


def parts():
    return sorted(
        module.name for module in pkgutil.iter_modules(tests.prove.__path__) if not module.name.startswith("_")
    )


def run(names):
    known = parts()
    unknown = [name for name in names if name not in known]
    if unknown:
        print(f"There is no part called {', '.join(unknown)}. There are: {', '.join(known)}.")
        return 2
    failed = []
    for name in names or known:
        print(f"== {name}", flush=True)
        if not importlib.import_module(f"tests.prove.{name}").main():
            failed.append(name)
    if _report.LINES:
        print(f"\nSeed {_report.SEED} (WG_PORTAL_PROVE_SEED), scale {_report.SCALE:g}.\n\n{_report.table()}\n")
    print(f"Not proved: {', '.join(failed)}." if failed else "All proved.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
