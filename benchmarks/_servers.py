"""Servers to be measured, each over its own copy of the world, and what they and their database cost.

`Ours` is `wg-portal run`; `Bare` is benchmarks/bare.py on the same server. A PostgreSQL of the benchmarks' own serves
both, and a Redis.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import ExitStack, contextmanager
from pathlib import Path

from benchmarks import world
from benchmarks._cluster import Cluster
from tests import databases
from tests.prove._services import Redis
from tests.running import COMMAND, KEY, ROOT, Portal, environ, free_port
from wg_portal import create_app
from wg_portal.core.database import db

KINDS = ("sqlite", "postgresql")
TICK = os.sysconf("SC_CLK_TCK")
STARTING = 60  # seconds


def kinds():
    """The databases to measure with: both, or those that WG_PORTAL_BENCH_KINDS names."""
    return [kind for kind in KINDS if kind in os.environ.get("WG_PORTAL_BENCH_KINDS", " ".join(KINDS))]


@contextmanager
def place(kind):
    """A Place over a fresh copy of the world; all of it is gone afterwards."""
    with ExitStack() as after:
        folder = Path(tempfile.mkdtemp(prefix="wg-portal-bench-run-"))
        after.callback(shutil.rmtree, folder, ignore_errors=True)
        there = Place(kind, folder)
        if kind == "sqlite":
            shutil.copyfile(world.ready() / "portal.db", folder / "portal.db")
        else:
            there.cluster = after.enter_context(Cluster(world.ready() / "postgresql"))
            there.database = there.cluster.copy("world", "run")
            after.callback(
                there.cluster.run,
                "dropdb",
                "-h",
                "127.0.0.1",
                "-p",
                str(there.cluster.port),
                "-U",
                "portal",
                "--force",
                "run",
            )
            there.redis = Redis().start()
            after.callback(there.redis.remove)
        after.callback(lambda: [server.stop() for server in there.servers])
        yield there


class Place:
    """One copy of the world: a folder, a database, and the servers over it."""

    def __init__(self, kind, folder):
        self.kind, self.folder = kind, folder
        self.database = self.cluster = self.redis = None
        self.workers = 1 if kind == "sqlite" else 2
        self.servers = []

    def environment(self, url):
        return environ(self.folder, url, self.database, self.redis.url if self.redis else None)

    def ours(self, variant=None):
        return self.keep(Ours(self, variant))

    def bare(self, what="pages"):
        return self.keep(Bare(self, what))

    def keep(self, server):
        self.servers.append(server)
        return server

    def beside(self):
        """Processes that work for whichever server is asked: the database's, and Redis."""
        return [service.process.pid for service in (self.cluster, self.redis) if service]


class Running:
    """A server process with its children."""

    process = None

    def cpu(self):
        """Seconds of CPU so far: of the server's processes, and of the services beside it."""
        return sum(seconds(pid) for pid in family([self.process.pid, *self.place.beside()]))

    def memory(self):
        """MiB of all its processes, what they share counted once."""
        return sum(share(pid) for pid in family([self.process.pid])) / 1024

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(15)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait(5)


class Ours(Running, Portal):
    """The portal. variant: None for the command itself, else a name of benchmarks/_variants.py."""

    def __init__(self, place, variant):
        self.place, self.kind, self.folder = place, place.kind, place.folder
        self.workers, self.database = place.workers, place.database
        self.redis = place.redis.url if place.redis else None
        self.variant, self.port = variant, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        uri = f"sqlite:///{self.folder / 'portal.db'}"
        if self.database:
            uri = self.database.replace("postgresql://", "postgresql+psycopg://", 1)
        self.app = create_app(databases.settings(uri, self.folder, BASE_URL=self.url, SECRET_KEY=KEY, DEMO=False))

    def start(self):
        """Returns itself, answering. `started_in` is how many seconds that took."""
        command = (
            [COMMAND, "run"] if self.variant is None else [sys.executable, "-m", "benchmarks._variants", self.variant]
        )
        command += ["--port", str(self.port), "--workers", str(self.workers)]
        self.started_in = launch(self, command, f"{self.url}/healthz")
        return self

    def said(self):
        return (self.folder / "server.log").read_text(errors="replace")[-4000:]

    def stop(self):
        Running.stop(self)
        with self.app.app_context():
            db.engine.dispose()


class Bare(Running):
    """What Flask, SQLAlchemy and Jinja cost by themselves. what: 'pages' or 'sockets'."""

    def __init__(self, place, what):
        self.place, self.folder, self.what = place, place.folder, what
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"

    def start(self):
        command = [sys.executable, "-m", "benchmarks.bare", self.what, "--port", str(self.port)]
        self.started_in = launch(self, [*command, "--workers", str(self.place.workers)], f"{self.url}/healthz")
        return self


def launch(server, command, address):
    began = time.monotonic()
    with open(server.folder / "server.log", "ab") as log:
        server.process = subprocess.Popen(
            command, env=server.place.environment(server.url), cwd=ROOT, stdout=log, stderr=log, start_new_session=True
        )
    while time.monotonic() - began < STARTING:
        try:
            with urllib.request.urlopen(address, timeout=2) as answer:
                if answer.status == 200:
                    return time.monotonic() - began
        except OSError:
            if server.process.poll() is not None:
                break
            time.sleep(0.02)
    raise RuntimeError(
        "the server did not start:\n" + (server.folder / "server.log").read_text(errors="replace")[-4000:]
    )


def family(pids):
    """These processes and all that come from them."""
    children = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            told = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it ended while we looked
        children.setdefault(int(told[1]), []).append(int(stat.parent.name))
    found, wanted = [], list(pids)
    while wanted:
        pid = wanted.pop()
        found.append(pid)
        wanted += children.get(pid, [])
    return found


def seconds(pid):
    """CPU of a process and of its children that have ended, user and system."""
    try:
        told = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(map(int, told[11:15])) / TICK


def share(pid):
    """KiB of memory, each shared page counted as its share."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
