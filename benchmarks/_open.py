"""Open pages of members, in a process of their own (open.mjs): lines that stay open, and what they hear."""

import json
import subprocess
from pathlib import Path

from benchmarks._load import NODE
from benchmarks._people import crowd, tickets
from tests.running import ROOT


class OpenPages:
    """Used as a context. `open(server, …)` once or more; then `say(…)` for every POST."""

    def __enter__(self):
        script = Path(__file__).with_name("open.mjs")
        self.process = subprocess.Popen(
            [NODE, script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT
        )
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
        self.process.stdout.close()
        self.process.stderr.close()

    def ask(self, told):
        self.process.stdin.write(json.dumps(told) + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            raise RuntimeError(f"open pages: {self.process.stderr.read()[-2000:]}")
        return json.loads(answer)

    def open(self, server, pages):
        assert self.ask({"url": server.url, "open": pages})["opened"]
        return self

    def say(self, **told):
        return self.ask(told)


def ours(portal, number):
    """So many members' pages, one each; and the ids of these members."""
    held = tickets(portal, crowd(number))
    pages = [{"auth": {"token": one.token}, "headers": one.headers()} for one in held.values()]
    return pages, [one.member_id for one in held.values()]


def bare(number):
    """As many lines of the bare server, each in a room of its own, as our members are."""
    return [{"auth": {"room": f"member:{id}"}, "headers": {}} for id in range(number)], list(range(number))
