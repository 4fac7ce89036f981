"""The readers of a proof: a process of Node's in which the page's own script follows conversations (listener.mjs)."""

import json
import os
import queue
import subprocess
import sys
import threading
from collections import defaultdict
from pathlib import Path

from tests.running import ROOT

HERE = Path(__file__).parent
NODE = Path(sys.executable).with_name("node")


class Fleet:
    """`members` (tests.running.Member) with these conversations open, each by a road of their own."""

    def __init__(self, portal, members, threads):
        self.portal, self.number = portal, len(members)
        self.process = subprocess.Popen(
            [NODE, HERE / "listener.mjs"], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.answers, self.asking, self.ports = queue.Queue(), threading.Lock(), []
        threading.Thread(target=self.hear, daemon=True).start()
        pages = [f"/{name}" for name in threads]
        readers = [{"cookie": cookie_of(member), "pages": pages} for member in members]
        self.tell({"url": portal.url, "readers": readers})
        try:
            self.expect("open", wait=120)
        except BaseException:
            self.remove()
            raise
        self.workers = defaultdict(set)  # reader -> pids of the workers that its lines reached

    def tell(self, order):
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()

    def hear(self):
        for line in self.process.stdout:
            answer = json.loads(line)
            if "line" in answer:
                self.ports.append((answer["line"], answer["port"]))
            else:
                self.answers.put(answer)
        self.answers.put({})

    def expect(self, name, wait=60):
        answer = self.answers.get(timeout=wait)
        if name not in answer:
            raise RuntimeError(f"the readers ended: {answer}")
        return answer[name]

    def ask(self, what, name, wait=60, **more):
        with self.asking:
            self.tell({"do": what, **more})
            return self.expect(name, wait)

    def cut(self, reader, kind, seconds):
        """How many connections were cut; 0 when this reader had no line."""
        return self.ask("cut", "cut", reader=reader, kind=kind, seconds=seconds)

    def behind(self, of):
        """of: thread -> number. How many conversations of readers have not come that far."""
        return self.ask("behind", "behind", of=of)

    def report(self):
        file = self.portal.folder / "readers.json"
        self.ask("report", "reported", wait=120, file=str(file))
        told = json.loads(file.read_text())
        file.unlink()
        return told

    def note_workers(self):
        """Which process of the server each line that is open now has reached."""
        children = subprocess.run(["pgrep", "-P", str(self.portal.process.pid)], capture_output=True, text=True)
        pids = [self.portal.process.pid, *map(int, children.stdout.split())]
        there = {port: pid for pid in pids for port in clients_of(pid, self.portal.port)}
        for reader, port in list(self.ports):
            if port in there:
                self.workers[reader].add(there[port])

    def remove(self):
        self.process.stdin.close()  # without orders it ends; what we started may only be what starts Node
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()


def cookie_of(member):
    return "; ".join(f"{cookie.name}={cookie.value}" for cookie in member.http.cookies)


def clients_of(pid, port):
    """Ports of those who are connected to this process at `port`, from the kernel's own tables."""
    sockets = set()
    try:
        for entry in os.scandir(f"/proc/{pid}/fd"):
            target = os.readlink(entry.path)
            if target.startswith("socket:["):
                sockets.add(target[8:-1])
    except OSError:
        return []
    rows = [row.split() for row in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return [int(row[2][-4:], 16) for row in rows if row[9] in sockets and int(row[1][-4:], 16) == port]
