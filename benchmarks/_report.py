"""What was measured: kept as JSON in build/, told as one table, drawn as bars.

Each part keeps its own figures, so that one can be measured again by itself.
"""

import json
import os
import platform
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import reduce
from html import escape

from tests.running import ROOT

FOLDER = ROOT / "build"
FILE, DRAWING = FOLDER / "bench.json", FOLDER / "bench.svg"
KINDS = ("sqlite", "postgresql")


@dataclass
class Row:
    """One line of the table. path: where its figure is, under part and kind. most (or least): the goal."""

    label: str
    path: str
    most: float | None = None
    least: float | None = None
    unit: str = ""
    goal: str = ""

    def value(self, results, kind):
        part, _, rest = self.path.partition("/")
        try:
            return reduce(lambda at, name: at[name], rest.split("/"), results[part][kind])
        except KeyError:
            return None

    @property
    def told(self):
        if self.most is None and self.least is None:
            return self.goal or "–"
        return (
            self.goal
            or (f"≤ {self.most:g}" if self.most is not None else f"≥ {self.least:g}") + f" {self.unit}".rstrip()
        )

    def is_met(self, value):
        """True, False, or None where there is no goal or no figure."""
        if value is None or (self.most is None and self.least is None):
            return None
        return value <= self.most if self.most is not None else value >= self.least


NODEBB = {"search": 6.2, "reply": 18.5, "rate": 128}

ROWS = [
    Row("thread page of 20 posts, CPU", "speed/thread/cpu", unit="ms"),
    Row("the bare page of the same posts, CPU", "speed/bare/cpu", unit="ms"),
    Row("thread page to bare page", "speed/thread to bare", most=3, unit="×"),
    Row("the same from 32 connections", "speed/thread to bare at 32", most=3, unit="×"),
    Row("thread page not packed, CPU", "speed/thread unpacked/cpu", unit="ms"),
    Row("thread page, p50", "speed/thread/p50", unit="ms"),
    Row("thread page, queries", "speed/queries", most=8),
    Row(
        "thread page at 32 connections, requests/s",
        "speed/thread at 32/rate",
        least=3 * NODEBB["rate"],
        goal="≥ 3× NodeBB's 128 (two processes)",
    ),
    Row("bare page at 32 connections, requests/s", "speed/bare at 32/rate"),
    Row("thread page at 32 connections, p99", "speed/thread at 32/p99", most=180, unit="ms"),
    Row("bare page at 32 connections, p99", "speed/bare at 32/p99", unit="ms"),
    Row("list of discussions, CPU", "speed/list/cpu", unit="ms"),
    Row("record page (a brief with 20 posts), CPU", "speed/record/cpu", unit="ms"),
    Row("Today, CPU", "speed/today/cpu", unit="ms"),
    Row("10,000 replies: first page, CPU", "speed/first/cpu", unit="ms"),
    Row("10,000 replies: last page, CPU", "speed/last/cpu", unit="ms"),
    Row("last page to first page", "speed/last to first", most=1.1, unit="×"),
    Row("search, word of 5-50 posts, p50", "speed/search rare/p50", most=round(0.6 * NODEBB["search"], 1), unit="ms"),
    Row("search, word of 200-1,000 posts, p50", "speed/search usual/p50", most=3.7, unit="ms"),
    Row("search, word of 5,000-15,000 posts, p50", "speed/search common/p50", most=3.7, unit="ms"),
    Row("search, two words, p50", "speed/search two/p50", most=3.7, unit="ms"),
    Row("reply with index, journal, hint, p50", "speed/reply/p50", most=round(NODEBB["reply"] / 3, 1), unit="ms"),
    Row("reply, CPU", "speed/reply/cpu", unit="ms"),
    Row("sign-in (Argon2), p50", "speed/sign in/p50", unit="ms"),
    Row("POST to the last of 1 open page", "live/1/page", most=20, unit="ms"),
    Row("POST to the last of 100 open pages", "live/100/page", most=100, unit="ms"),
    Row("POST to the last of 500 open pages", "live/500/page", most=600, unit="ms"),
    Row("pages of 500 that were refused at first (503)", "live/500/refused", most=0),
    Row("hint to the last of 100, to the bare emit", "live/100/hint to bare", most=1.5, unit="×"),
    Row("hint to the last of 500, to the bare emit", "live/500/hint to bare", most=1.5, unit="×"),
    Row("bare emit to the last of 500", "live/500/bare", unit="ms"),
    Row("POST to the last hint of 500", "live/500/hint", unit="ms"),
    Row("idle socket", "sockets/ours", unit="KiB"),
    Row("idle socket of bare flask-socketio", "sockets/bare", unit="KiB"),
    Row("idle socket to the bare one", "sockets/ratio", most=1.3, unit="×"),
    Row("start, to the first answer", "start/seconds", most=5, unit="s"),
    Row("memory after load, all web processes", "start/memory", most=250, unit="MiB"),
    Row("the door's alarm, of a thread page's CPU", "alarm/share", unit="%"),
]


def load():
    return json.loads(FILE.read_text()) if FILE.exists() else {}


def keep(part, figures):
    """Note the figures of one part, {kind: {…}}, and tell the whole table. Returns 0: what misses its goal is said."""
    FOLDER.mkdir(exist_ok=True)
    results = load()
    results.setdefault(part, {}).update(figures)
    results["when"] = datetime.now(UTC).isoformat(timespec="seconds")
    results["machine"] = f"{os.cpu_count()} cores, Python {platform.python_version()}"
    FILE.write_text(json.dumps(results, indent=1))
    draw(results)
    print(table(results, f"{part}/"), flush=True)
    return 0


def table(results, only=""):
    """The lines of a part, or all, as Markdown."""
    lines = ["| | SQLite | PostgreSQL | goal | met |", "|---|---:|---:|---:|---|"]
    for row in ROWS:
        values = [row.value(results, kind) for kind in KINDS]
        if not row.path.startswith(only) or values == [None, None]:
            continue
        met = [{True: "yes", False: "**no**", None: "–"}[row.is_met(value)] for value in values]
        told = " | ".join("–" if value is None else f"{value:,.4g} {row.unit}".rstrip() for value in values)
        lines.append(f"| {row.label} | {told} | {row.told} | {' / '.join(dict.fromkeys(met))} |")
    return "\n".join(lines)


HIGH, WIDE, LEFT = 15, 260, 330


def draw(results):
    """Bars: how much of each goal is used up, for both databases. The line is the goal; what reaches beyond it misses it."""
    rows = [row for row in ROWS if row.most or row.least]  # a goal of none has no share
    parts, y = [], 46
    for row in rows:
        values = [row.value(results, kind) for kind in KINDS]
        if values == [None, None]:
            continue
        parts.append(f'<text x="{LEFT - 8}" y="{y + HIGH}" text-anchor="end">{escape(row.label)}</text>')
        for kind, value in zip(KINDS, values, strict=True):
            if value is not None:
                used = value / row.most if row.most else row.least / max(value, 0.001)
                kept = "" if used <= 1 else " beyond"
                width = min(used, 2.5) * WIDE / 2
                parts.append(f'<rect class="{kind}{kept}" x="{LEFT}" y="{y}" width="{width:.1f}" height="{HIGH - 3}"/>')
                parts.append(f'<text x="{LEFT + width + 5:.1f}" y="{y + 10}">{value:,.4g} {row.unit}</text>')
            y += HIGH
        y += 9
    goal = LEFT + WIDE / 2
    DRAWING.write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{LEFT + 470}" height="{y + 8}" font-family="sans-serif" font-size="11">'
        "<style>text{fill:#222}.sqlite{fill:#3b6ea5}.postgresql{fill:#8fb3d9}.beyond{stroke:#b3261e;stroke-width:2}</style>"
        f'<rect width="100%" height="100%" fill="#fff"/><text x="12" y="18" font-size="14">How much of each goal is used</text>'
        f'<rect class="sqlite" x="12" y="27" width="11" height="11"/><text x="28" y="37">SQLite</text>'
        f'<rect class="postgresql" x="82" y="27" width="11" height="11"/><text x="98" y="37">PostgreSQL</text>'
        + "".join(parts)
        + f'<path d="M{goal} 26V{y}" stroke="#222" stroke-dasharray="3 3"/><text x="{goal + 4}" y="36">goal</text></svg>\n'
    )
