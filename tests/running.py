"""A real server: `wg-portal run` in a process of its own, over a database with the cast in it, and members who ask it.

Browser scenes, proofs and benchmarks start it here.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

import requests
from argon2 import PasswordHasher
from flask_migrate import stamp
from sqlalchemy import create_engine, text, update

from tests import databases
from tests.forms import Forms
from tests.world import PASSWORD, fresh, populate
from wg_portal import create_app
from wg_portal.accounts import actions as accounts
from wg_portal.accounts.models import Account
from wg_portal.accounts.queries import forget_directory
from wg_portal.core.database import db, set_reading
from wg_portal.core.transactions import transaction

ROOT = Path(__file__).parents[1]
COMMAND = Path(sys.executable).with_name("wg-portal")
KEY = "running-scenes-need-a-key-that-is-long-enough-0123456789"
NUMBER = int("".join(filter(str.isdigit, databases.WORKER)) or 0)


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def redis_address():
    """A Redis database of this worker's own, emptied."""
    import redis

    url = urlsplit(databases.REDIS)
    address = url._replace(path=f"/{8 + NUMBER % 8}").geturl()
    try:
        redis.from_url(address, socket_connect_timeout=2).flushdb()
    except redis.RedisError as trouble:
        databases.missing("Redis", type(trouble).__name__)
    return address


def own_database():
    """A PostgreSQL database of this worker's own, empty: the server takes an address, and no schema."""
    url = urlsplit(databases.POSTGRES)
    name = f"portal_browser_{databases.WORKER}"
    try:
        engine = create_engine(
            databases.POSTGRES.replace("postgresql://", "postgresql+psycopg://", 1), isolation_level="AUTOCOMMIT"
        )
        with engine.connect() as connection:
            connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
            connection.execute(text(f"CREATE DATABASE {name}"))
        engine.dispose()
    except Exception as trouble:
        databases.missing("PostgreSQL", type(trouble).__name__)
    return url._replace(path=f"/{name}").geturl()


def environ(folder, url, database=None, redis=None):
    """The environment of `wg-portal`: its settings, and of ours only what a program needs to run."""
    kept = ("PATH", "HOME", "LANG", "PGHOST", "PGUSER", "PGPASSWORD")
    told = {name: os.environ[name] for name in kept if name in os.environ}
    told |= {"WG_PORTAL_DATA_DIR": str(folder), "WG_PORTAL_BASE_URL": url}
    told |= {"WG_PORTAL_SECRET_KEY": KEY, "WG_PORTAL_SMTP_URL": "none"}
    return told | ({"WG_PORTAL_DATABASE_URL": database, "WG_PORTAL_REDIS_URL": redis} if database else {})


class Portal:
    """The running server. `stage(do)` runs `do(world)` in its database, from here, while it runs.

    kind: "sqlite" (one process) or "postgresql" (with Redis, and `workers` processes).
    hold: seconds that what members send is held. folder, database, redis: where, instead of places of its own.
    """

    def __init__(self, kind, password_hash=None, *, hold=1, workers=None, folder=None, database=None, redis=None):
        embedded = kind == "sqlite"
        self.kind, self.process = kind, None
        self.folder = folder or databases.folder_in_memory(f"running-{kind}")
        self.workers = workers or (1 if embedded else 2)
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.database = None if embedded else database or own_database()
        self.redis = redis or (None if embedded else redis_address())
        uri = f"sqlite:///{self.folder / 'portal.db'}"
        if self.database:
            uri = self.database.replace("postgresql://", "postgresql+psycopg://", 1)
        self.app = create_app(databases.settings(uri, self.folder, BASE_URL=self.url, SECRET_KEY=KEY, DEMO=False))
        with self.app.app_context():
            # Migrations have tests of their own (tests/core); here only the server's start goes through them.
            db.create_all()
            stamp()
            forget_directory()
            populate(password_hash or PasswordHasher(memory_cost=1024).hash(PASSWORD))
            with transaction():
                # Long enough to be held, short enough to wait for. The delegate keeps the group's own time.
                db.session.execute(update(Account).where(Account.email != "delegate@scenes.example").values(hold=hold))
            db.session.remove()

    def environ(self):
        """What every command over this portal is told."""
        return environ(self.folder, self.url, self.database, self.redis)

    def start(self):
        command = [COMMAND, "run", "--port", str(self.port), "--workers", str(self.workers)]
        with open(self.folder / "server.log", "ab") as log:
            self.process = subprocess.Popen(
                command, env=self.environ(), cwd=ROOT, stdout=log, stderr=log, start_new_session=True
            )
        try:
            self.wait()
        except RuntimeError:
            self.remove()
            raise
        return self

    def wait(self):
        until = time.monotonic() + 40
        while time.monotonic() < until:
            try:
                with urllib.request.urlopen(f"{self.url}/healthz", timeout=2) as answer:
                    if answer.status == 200:
                        return
            except OSError:
                if self.process.poll() is not None:
                    break
                time.sleep(0.1)
        raise RuntimeError(f"the server did not start:\n{self.said()}")

    def said(self):
        return (self.folder / "server.log").read_text(errors="replace")[-4000:]

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(5)

    def kill(self):
        """No farewell: every process of the server at once, as when the power fails."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(5)

    def member(self, name):
        """A signed-in member who asks over HTTP. name: as in the cast, or an address."""
        return Member(self, name)

    def crowd(self, number, organisation="LT", position="delegate", prefix="crowd"):
        """Addresses of `number` more members, seated in an organisation."""

        def seat(world):
            with transaction():
                for address in addresses:
                    accounts.seat(world.bodies[organisation].id, position, address, "!", timezone="Europe/Vilnius")
                db.session.execute(update(Account).where(Account.email.in_(addresses)).values(hold=0))

        addresses = [f"{prefix}{index}.{organisation.lower()}@scenes.example" for index in range(number)]
        self.stage(seat)
        return addresses

    def stage(self, do):
        with self.app.app_context():
            forget_directory()
            set_reading(True)
            try:
                return do(fresh(self.app))
            finally:
                db.session.rollback()
                db.session.remove()
                forget_directory()

    def remove(self):
        if self.process and self.process.poll() is None:
            self.stop()
        with self.app.app_context():
            db.engine.dispose()
        shutil.rmtree(self.folder, ignore_errors=True)


class Member(Forms):
    """A member's browser without JavaScript, over HTTP: cookies, forms, fragments. Safe in one thread."""

    def __init__(self, portal, name):
        self.portal, self.name = portal, name
        self.http = requests.Session()
        self.http.trust_env = False
        cookie = self.signed_in(name if "@" in name else f"{name}@scenes.example")
        self.http.cookies.set(portal.app.config["SESSION_COOKIE_NAME"], cookie, domain="127.0.0.1", path="/")

    def signed_in(self, address):
        """The cookie of a session opened for them, as signing in makes it."""

        def open_session(_world):
            account = db.session.query(Account).filter_by(email=address).one()
            handle = accounts.open_session(account, "scene")
            return self.portal.app.session_interface.get_signing_serializer(self.portal.app).dumps({"handle": handle})

        return self.portal.stage(open_session)

    def get(self, path, *, headers=None, timeout=30):
        return self.http.get(self.portal.url + path, headers=headers, timeout=timeout, allow_redirects=False)

    def post(self, path, *, data=None, headers=None, timeout=30):
        headers = {"Origin": self.portal.url, **(headers or {})}
        address = self.portal.url + path
        return self.http.post(address, data=data, headers=headers, timeout=timeout, allow_redirects=False)

    def fragment(self, path):
        return self.get(path, headers={"Accept": "text/vnd.portal-fragment"})
