"""PostgreSQL and Redis of a proof's own, to be stopped, hung and brought back without harming anybody else's."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import redis

from tests.running import free_port

SECONDS = 30


def until(ready, what, seconds=SECONDS):
    """Wait for something to be so; how long it took, in seconds."""
    began = time.monotonic()
    while not ready():
        if time.monotonic() - began > seconds:
            raise RuntimeError(f"{what}: not after {seconds} s")
        time.sleep(0.02)
    return time.monotonic() - began


class Service:
    """A server of ours: `start`, `stop` (at once, as when it crashes), `hang` and `wake`."""

    process: subprocess.Popen

    def pids(self):
        """The server's own process, then its children."""
        children = subprocess.run(["pgrep", "-P", str(self.process.pid)], capture_output=True, text=True).stdout.split()
        return [self.process.pid, *map(int, children)]

    def signal(self, number):
        for pid in self.pids():
            os.kill(pid, number)

    def hang(self):
        """It keeps its connections and answers nothing."""
        self.signal(signal.SIGSTOP)

    def wake(self):
        self.signal(signal.SIGCONT)

    def stop(self):
        self.signal(signal.SIGKILL)
        self.process.wait(10)


class Redis(Service):
    def __init__(self):
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"

    def start(self):
        command = ["redis-server", "--bind", "127.0.0.1", "--port", str(self.port), "--save", "", "--appendonly", "no"]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until(self.answers, "Redis")
        return self

    def answers(self):
        try:
            return redis.from_url(self.url, socket_connect_timeout=1, socket_timeout=1).ping()
        except redis.RedisError:
            return False

    def remove(self):
        if self.process.poll() is None:
            self.stop()


class PostgreSQL(Service):
    """A cluster in a folder of its own, with the settings of a fresh installation: a commit is on disk."""

    def __init__(self):
        self.port = free_port()
        self.url = f"postgresql://portal@127.0.0.1:{self.port}/postgres"
        self.folder = Path(tempfile.mkdtemp(prefix="wg-portal-postgresql-"))
        self.tools = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))[-1]
        # The server refuses to run as root: as the user its package brings, then.
        self.user = {"user": "postgres", "group": "postgres", "extra_groups": []} if os.getuid() == 0 else {}
        if self.user:
            shutil.chown(self.folder, "postgres", "postgres")
        self.run("initdb", "-D", self.folder, "-U", "portal", "--auth=trust", "-E", "UTF8", "--no-instructions")

    def run(self, tool, *arguments):
        command = [self.tools / tool, *arguments]
        return subprocess.run(command, check=True, capture_output=True, cwd=self.folder, **self.user)

    def start(self):
        address = ["-p", str(self.port), "-c", "listen_addresses=127.0.0.1", "-k", self.folder]
        command = [self.tools / "postgres", "-D", self.folder, *address]
        with open(self.folder.with_suffix(".log"), "ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, cwd=self.folder, **self.user)
        until(self.answers, "PostgreSQL")
        return self

    def answers(self):
        asked = [self.tools / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        return subprocess.run(asked, capture_output=True).returncode == 0

    def stop(self):
        """As in a crash: the next start recovers what was committed."""
        super().stop()
        (self.folder / "postmaster.pid").unlink(missing_ok=True)

    def database(self, name):
        """The address of a fresh database."""
        server = ["-h", "127.0.0.1", "-p", str(self.port), "-U", "portal"]
        self.run("dropdb", *server, "--if-exists", "--force", name)
        self.run("createdb", *server, name)
        return f"postgresql://portal@127.0.0.1:{self.port}/{name}"

    def remove(self):
        if self.process.poll() is None:
            self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.with_suffix(".log").unlink(missing_ok=True)
