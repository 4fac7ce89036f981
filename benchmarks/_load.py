"""Asking a server many times, and what it took. The generator is autocannon, in a process of its own."""

import json
import statistics
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from tests.running import COMMAND, ROOT

NODE = COMMAND.with_name("node")
PACKED = {"Accept-Encoding": "br, gzip"}  # as every browser asks


@dataclass
class Ask:
    """What is asked, again and again: autocannon's requests, and the status each must have."""

    name: str
    requests: list
    status: int = 200
    headers: dict = field(default_factory=lambda: dict(PACKED))


@dataclass
class Took:
    """One run. Times are in milliseconds a request. wrong: percent of answers that were none, such as a 503."""

    p50: float
    p99: float
    cpu: float
    rate: float
    bytes: int
    wrong: float


def pages(paths):
    return [{"method": "GET", "path": path} for path in paths]


def script(name, told, timeout=600):
    """Run a script of this folder with `told` on its standard input; what it answers."""
    done = subprocess.run(
        [NODE, Path(__file__).parent / name],
        input=json.dumps(told),
        capture_output=True,
        text=True,
        timeout=timeout,
        cwd=ROOT,
    )
    if done.returncode:
        raise RuntimeError(f"{name}: {done.stderr[-2000:]}")
    return json.loads(done.stdout)


def run(server, ask, connections=1, **how):
    """how: amount= requests, or duration= seconds. Raises where most answers are not what they must be."""
    before = server.cpu()
    told = script(
        "load.mjs",
        {
            "url": server.url,
            "connections": connections,
            "requests": ask.requests,
            "headers": ask.headers,
            **how,
        },
    )
    spent = server.cpu() - before
    wrong = {status: number for status, number in told["statuses"].items() if int(status) != ask.status}
    failed = told["errors"] + sum(wrong.values())
    if 2 * failed > told["count"] or not told["count"]:
        raise RuntimeError(
            f"{ask.name}: answers {told['statuses']}, {told['errors']} errors; {ask.status} was expected"
        )
    count = told["count"]
    return Took(
        told["p50"],
        told["p99"],
        1000 * spent / count,
        count / told["seconds"],
        told["bytes"] // count,
        100 * failed / count,
    )


def medians(runs):
    """One Took of several: the median of each figure; and how far the CPU's spread, in percent of it."""
    told = Took(*(statistics.median(getattr(one, name) for one in runs) for name in Took.__dataclass_fields__))
    costs = [one.cpu for one in runs]
    return told, 100 * (max(costs) - min(costs)) / told.cpu if told.cpu else 0
