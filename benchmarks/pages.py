"""Every page: queries, and bytes over the wire on a first visit and on later ones. Exits with 1 beyond a limit."""

import re
from dataclasses import dataclass
from pathlib import Path

import brotli
from argon2 import PasswordHasher

from tests import databases
from tests.leaks.canaries import ID
from tests.pages.grown import Grown
from tests.world import PASSWORD, fresh, populate
from wg_portal.accounts.queries import directory, forget_directory
from wg_portal.core.database import db, set_reading

FIRST, LATER, MOST_QUERIES = 60_000, 20_000, 8
ROWS = 100
HEAD = 900  # the headers of a file's answer
DIST = Path(__file__).parents[1] / "static" / "dist"
LIVE = re.compile("<live-(thread|region)")
AT_ONCE = re.compile(r"""(?:from|import)\s*["']\./(part-\w+\.js)["']""")
ON_DEMAND = re.compile(r"""import\(["']\./(part-\w+\.js)["']\)""")
WIRE = {"Accept-Encoding": "br, gzip"}


@dataclass
class Cost:
    """What one page costs. Bytes are compressed, headers included."""

    page: str
    queries: int
    html: int
    later: int
    first: int

    @property
    def is_within(self):
        return self.queries <= MOST_QUERIES and self.later <= LATER and self.first <= FIRST


def weigh(browser, path):
    """(bytes over the wire, the body unpacked)."""
    sizes = []
    for headers in (WIRE, {}):
        answer = browser.get(path, headers=headers, buffered=True)
        assert answer.status_code == 200, path
        sizes.append((sum(len(name) + len(value) + 4 for name, value in answer.headers) + 17, answer.get_data()))
    (head, packed), (_head, plain) = sizes
    return head + len(packed), plain.decode(errors="replace")


class Assets:
    """Bytes of what a first visit fetches beside the page: style sheet, icons, and the scripts that this page imports."""

    def __init__(self, app):
        level = app.config["COMPRESS_BR_LEVEL"]
        self.sizes = {
            path.name: len(brotli.compress(path.read_bytes(), quality=level)) + HEAD for path in DIST.iterdir()
        }
        self.entry = next(name for name in self.sizes if name.startswith("app-") and name.endswith(".js"))
        self.still = sum(size for name, size in self.sizes.items() if name.endswith((".css", ".svg")))

    def beside(self, html):
        """Live parts travel only to pages that have something to follow."""
        follows = LIVE.search(html) is not None
        wanted, scripts = [self.entry], set()
        while wanted:
            name = wanted.pop()
            if name not in scripts:
                scripts.add(name)
                code = (DIST / name).read_text()
                wanted += AT_ONCE.findall(code) + (ON_DEMAND.findall(code) if follows else [])
        return self.still + sum(self.sizes[name] for name in scripts)


def costs(world, rows=ROWS):
    """The cost of every page, with `rows` of everything."""
    grown = Grown(world)
    grown.grow(rows)
    assets, told = Assets(world.app), {}
    for _rule, path in grown.pages():
        browser = grown.whoever_may(path)
        if browser is None:
            continue
        forget_directory()
        directory()
        with world.count_queries() as counter:
            wire, html = weigh(browser, path)
        # Loaded twice for the two sizes; a page begins its transaction, which is no query.
        queries = len([one for one in counter.statements if not one.startswith("BEGIN")]) // 2
        name = ID.sub("…", path)
        cost = Cost(name, queries, len(html.encode()), wire, wire + assets.beside(html))
        told[name] = max(cost, told.get(name, cost), key=lambda one: one.first)
    stranger = world.browser()
    wire, html = weigh(stranger, "/sign-in")
    told["/sign-in"] = Cost("/sign-in", 0, len(html.encode()), wire, wire + assets.beside(html))
    return list(told.values())


def table(told):
    """The costs as Markdown, the dearest first."""
    lines = ["| page | queries | HTML, bytes | later visit, bytes | first visit, bytes |", "|---|---:|---:|---:|---:|"]
    for cost in sorted(told, key=lambda cost: -cost.later):
        mark = "" if cost.is_within else " **beyond**"
        lines.append(f"| `{cost.page}`{mark} | {cost.queries} | {cost.html:,} | {cost.later:,} | {cost.first:,} |")
    lines.append(
        f"\nLimits: {MOST_QUERIES} queries, {LATER:,} and {FIRST:,} bytes over the wire. {ROWS} rows of everything."
    )
    return "\n".join(lines)


def main():
    app = databases.make("sqlite")
    try:
        with app.app_context():
            forget_directory()
            populate(PasswordHasher().hash(PASSWORD))
            set_reading(True)
            told = costs(fresh(app))
            db.session.remove()
    finally:
        databases.remove(app)
    print(table(told))
    return 0 if all(cost.is_within for cost in told) else 1
