"""House rules broken on purpose, one at a time, in a copy of the tree: the named tests must notice each.

A rule whose breach nobody notices is not a rule. Each break names the test file, and often the scene, that must catch
it, so that it stays quick. `WG_PORTAL_MUTATE=words` runs those whose name has one of the words, parted by commas.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.prove import _changing, _house, _reading

ROOT = Path(__file__).parents[2]
COPIED = [
    "wg_portal",
    "templates",
    "static",
    "tests",
    "migrations",
    "requirements",
    "config.py",
    "pyproject.toml",
    ".gitignore",
]
LONGEST = 720  # seconds of one break's tests
BREAKS = [*_reading.BREAKS, *_changing.BREAKS, *_house.BREAKS]


def main():
    wanted = os.environ.get("WG_PORTAL_MUTATE", "")
    breaks = [one for one in BREAKS if any(words in one.name for words in wanted.split(","))]
    with tempfile.TemporaryDirectory(prefix="wg-portal-mutations-") as folder:
        tree = copy(Path(folder))
        if not settled(tree, {(one.test, one.only) for one in breaks}):
            return False
        missed = [one for one in breaks if not caught(tree, one)]
    print(f"{len(breaks) - len(missed)} of {len(breaks)} caught.")
    return not missed


def copy(folder):
    """The tree without what is made from it, with a history of its own, so that tests may list its files."""
    for name in COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        elif (ROOT / name).exists():
            shutil.copy2(ROOT / name, folder / name)
    subprocess.run(["git", "init", "-q", "."], cwd=folder, check=True)
    return folder


def settled(tree, asked):
    """Unbroken, the named tests pass: else a break that they 'catch' would tell nothing."""
    files = sorted({test for test, _ in asked})
    answer = run(tree, files, "")
    for line in answer.stdout.splitlines():
        if line.startswith(("FAILED", "ERROR")):
            print(f"Unbroken, this fails: {line}")
    # A scene that fails by itself is left out below, and never counts as one that caught something.
    tree.joinpath(".failing").write_text("\n".join(failures(answer.stdout)))
    if answer.returncode not in (0, 1):
        print(answer.stdout[-2000:], answer.stderr[-2000:])
    return answer.returncode in (0, 1)


def failures(said):
    return [
        line.split(" - ")[0].split(" ", 1)[1] for line in said.splitlines() if line.startswith(("FAILED ", "ERROR "))
    ]


def caught(tree, one):
    """Break, ask, mend."""
    path = tree / one.file
    whole = path.read_text()
    if one.old not in whole:
        print(f"STALE   {one.name}: {one.file} does not say it that way any more", flush=True)
        return False
    known = tree.joinpath(".failing").read_text().splitlines()
    path.write_text(whole.replace(one.old, one.new, 1) if one.old else whole + one.new)
    try:
        answer = run(tree, [one.test], one.only, "-x", *(f"--deselect={failure}" for failure in known))
    finally:
        path.write_text(whole)
    new = failures(answer.stdout)
    found = bool(new) or answer.returncode not in (0, 1, 5)
    by = new[0].split("::")[-1] if new else "the start" if found else one.test
    print(f"{'CAUGHT ' if found else 'MISSED '} {one.name:56} {by[:80]}", flush=True)
    return found


def run(tree, tests, only, *more):
    command = [sys.executable, "-m", "pytest", "-q", "--tb=no", "-p", "no:cacheprovider", "-rfE", *tests]
    command += [*more, *(["-k", only] if only else [])]
    # The copy's own package comes first: the one that is installed points at the working tree.
    environ = {
        **os.environ,
        "PYTHONPATH": str(tree),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTEST_XDIST_WORKER": "mutations",
    }
    return subprocess.run(command, cwd=tree, env=environ, capture_output=True, text=True, timeout=LONGEST)


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
