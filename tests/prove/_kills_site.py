"""One portal as operators run it, to be killed and started again; and what stands in it before the storm.

Embedded: one process over SQLite. At scale: two workers and `wg-portal jobs` beside them, over PostgreSQL and Redis.
"""

import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections import Counter
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import create_engine, text, update

from tests.discussions import scenes as discussions
from tests.events import scenes as events
from tests.prove._services import PostgreSQL, Redis, until
from tests.responses import scenes as responses
from tests.running import COMMAND, ROOT, Portal
from wg_portal.accounts.models import Account
from wg_portal.core.database import db, engine_options
from wg_portal.core.transactions import transaction

HEADS = ["chair", "head", "rival", "neighbour"]  # they speak for their delegations
DELEGATES = {"CA": "write", "LT": "write", "MN": "write", "SE": "write"}  # nothing they send is held
PATIENT = {"LT": "hold", "SE": "hold"}  # what they send is held for a second
ERROR = re.compile(r"^[\w.]+(?:Error|Exception|Trouble)\b.*", re.MULTILINE)
THREADS, EVENTS, TEXTS = 8, 3, 3
PLACES = 4  # of each event, for more members than that


@dataclass
class Stage:
    """Public ids of what members write to, and who they are: (name, whether it is held, whether they speak)."""

    threads: list
    events: list
    texts: list
    cast: list


class Site:
    def __init__(self, kind):
        self.kind, self.services, self.jobs, self.portal = kind, [], None, None
        try:
            if kind == "sqlite":
                # On the disk, as a portal is: in memory a commit would take no time, and few kills would hit one.
                self.portal = Portal(kind, hold=0, folder=Path(tempfile.mkdtemp(prefix="wg-portal-kills-")))
            else:
                for make in (PostgreSQL, Redis):
                    self.services.append(make())
                    self.services[-1].start()
                self.postgresql, redis = self.services
                self.portal = Portal(
                    kind, hold=0, workers=2, database=self.postgresql.database("kills"), redis=redis.url
                )
        except BaseException:
            self.remove()
            raise

    def start(self):
        """Returns when it answers; whatever it needs must run."""
        if self.kind != "sqlite":
            with open(self.portal.folder / "jobs.log", "ab") as log:
                self.jobs = subprocess.Popen(
                    [COMMAND, "jobs"],
                    env=self.portal.environ(),
                    cwd=ROOT,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )
        self.portal.start()

    def kill(self, database_first=None):
        """SIGKILL for every process of ours at once. database_first: seconds that PostgreSQL is killed before, or None."""
        if database_first is not None:
            children = self.postgresql.pids()
            self.postgresql.stop()
            time.sleep(database_first)
        groups = [self.portal.process.pid]
        self.portal.kill()
        if self.jobs:
            groups.append(self.jobs.pid)
            self.kill_jobs()
        for group in groups:
            until(lambda group=group: not group_lives(group), "the killed processes", 10)
        if database_first is not None:
            until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in children), "PostgreSQL's processes", 10)

    def kill_jobs(self):
        with suppress(ProcessLookupError):
            os.killpg(self.jobs.pid, signal.SIGKILL)
        self.jobs.wait(5)

    @contextmanager
    def at_rest(self):
        """A connection to what the killed processes left, before anything of ours has opened it again.

        SQLite: to a copy, so that the server itself has to recover the file. PostgreSQL: one snapshot, once the
        server has noticed that its clients are gone.
        """
        if self.kind == "sqlite":
            with tempfile.TemporaryDirectory(prefix="wg-portal-kills-copy-") as folder:
                for name in ("portal.db", "portal.db-wal"):
                    if (self.portal.folder / name).exists():
                        shutil.copy(self.portal.folder / name, folder)
                with connected(f"sqlite:///{folder}/portal.db") as connection:
                    yield connection
        else:
            with connected(self.address()) as connection:
                others = text(
                    "SELECT count(*) FROM pg_stat_activity WHERE datname = 'kills' AND pid <> pg_backend_pid()"
                )
                until(lambda: not connection.scalar(others) or connection.rollback(), "PostgreSQL's own clients", 10)
                connection.rollback()
                yield connection

    def alive(self):
        """A connection to the database beside the running server."""
        return connected(self.address())

    def address(self):
        return self.portal.app.config["SQLALCHEMY_DATABASE_URI"]

    def unexpected(self):
        """The last lines of tracebacks in the logs, and how often."""
        logs = [path.read_text(errors="replace") for path in self.portal.folder.glob("*.log")]
        return Counter(line[:120] for log in logs for line in ERROR.findall(log))

    def remove(self):
        if self.jobs and self.jobs.poll() is None:
            self.kill_jobs()
        if self.portal:
            self.portal.remove()
        for service in reversed(self.services):
            with suppress(AttributeError):  # it never started
                service.remove()


def group_lives(group):
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


@contextmanager
def connected(address):
    """A connection of the proof's own: nothing of the portal's guards or listeners is in it."""
    options = {"isolation_level": "REPEATABLE READ"} if address.startswith("postgresql") else {}
    engine = create_engine(address, **engine_options(address), **options)
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def set_up(portal):
    """Called before the first start. Returns the Stage."""
    cast = [(name, False, True) for name in HEADS]
    for prefix, delegates in (("write", DELEGATES), ("hold", PATIENT)):
        for code in delegates:
            [address] = portal.crowd(1, code, prefix=prefix)
            cast.append((address, prefix == "hold", False))

    def make(world):
        with transaction():
            patient = [name for name, held, _speaks in cast if held]
            db.session.execute(update(Account).where(Account.email.in_(patient)).values(hold=1))
        everyone = world.choose("governments", "secretariat")
        return Stage(
            threads=[discussions.start(world, choice=everyone, title=f"Discussion {n}") for n in range(THREADS)],
            events=[events.held(world, capacity=PLACES, online_link="") for _each in range(EVENTS)],
            texts=[responses.opened(world) for _each in range(TEXTS)],
            cast=cast,
        )

    stage = portal.stage(make)
    with portal.app.app_context():
        # An open connection of ours would spare the killed server the recovery of its file.
        db.engine.dispose()
    return stage
