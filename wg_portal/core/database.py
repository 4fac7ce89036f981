"""The database handle, on SQLite and PostgreSQL. Nothing here knows what the tables mean.

SQLite writes begin IMMEDIATE: a deferred transaction that turns into a write fails under load. Reads begin plain.
"""

import time
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

import psycopg
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import DateTime, MetaData, event
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import DeclarativeBase, registry
from sqlalchemy.types import TypeDecorator

from wg_portal.core.turns import Turns

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}

# SQLite before this can corrupt a database under concurrent checkpoints.
OLDEST_SQLITE = (3, 51, 3)

PRAGMAS = {
    "journal_mode": "WAL",
    "synchronous": "FULL",
    "foreign_keys": "ON",
    "secure_delete": "ON",
    "trusted_schema": "OFF",
    "busy_timeout": "5000",  # milliseconds; a writer says its own, below
    "mmap_size": "0",
}


class Instant(TypeDecorator):
    """An aware UTC datetime. SQLite forgets the zone; naive values are refused rather than guessed at."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value, dialect):
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without its zone")
        value = value.astimezone(UTC)
        return value if dialect.name == "postgresql" else value.replace(tzinfo=None)

    def process_result_value(self, value, dialect):
        return value if value is None else value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Model(DeclarativeBase):
    registry = registry(metadata=MetaData(naming_convention=NAMING), type_annotation_map={datetime: Instant})


db = SQLAlchemy(model_class=Model, session_options={"expire_on_commit": False})

_reading = ContextVar("reading", default=False)


@contextmanager
def _with(variable, value):
    token = variable.set(value)
    try:
        yield
    finally:
        variable.reset(token)


def mode(reading):
    """Transactions begun inside are plain reads, or writes that queue for the lock."""
    return _with(_reading, reading)


WAIT = 5.0  # seconds that a writer waits for the others on SQLite
_wait: ContextVar[float] = ContextVar("wait", default=WAIT)


def hurried(seconds=0.1):
    """For what is not worth a wait: transactions begun inside give up soon (OperationalError)."""
    return _with(_wait, seconds)


def set_reading(reading):
    """Like `mode`, for a whole request: the caller owns the context."""
    _reading.set(reading)


def is_reading():
    return _reading.get()


# A hung database is told within five seconds: by a connection that is asked whether it lives (and a new one, that is
# tried for two more), or by the statement that is under way. Statements also wait for rows that others are changing.
LIVES = 1.0  # seconds
LONGEST_STATEMENT = 4.0  # seconds that PostgreSQL gives a statement
PATIENCE = 4.2  # seconds that we wait for an answer: the server's own end of a long statement comes first
_patience: ContextVar[float | None] = ContextVar("patience", default=PATIENCE)


class Patient(psycopg.Connection):
    """Does not wait for ever: a server that hangs keeps its sockets open and answers nothing, so no error comes."""

    def wait(self, gen, interval=0.1, timeout=None):
        timeout = _patience.get() if timeout is None else timeout
        began = time.monotonic()
        try:
            return super().wait(gen, interval, timeout)
        except psycopg.OperationalError:
            if timeout is not None and time.monotonic() - began >= timeout:
                self.pgconn.finish()  # whatever still comes on it would be taken for the answer to something else
            raise


@contextmanager
def unhurried(connection):
    """For migrations: an index over everything takes as long as it takes."""
    is_timed = connection.dialect.name == "postgresql"
    if is_timed:
        told = connection.exec_driver_sql("SHOW statement_timeout").scalar()
        connection.exec_driver_sql("SET statement_timeout = 0")
        connection.commit()
    try:
        with _with(_patience, None):
            yield
    finally:
        if is_timed and not connection.invalidated:
            connection.exec_driver_sql(f"SET statement_timeout = '{told}'")
            connection.commit()


# Writers that wait hold a connection each: there must be some left for every thread that reads.
SQLITE_POOL = {"pool_size": 40, "max_overflow": 260, "pool_timeout": 2}


def engine_options(url):
    """Options for create_engine. Waits are bounded: a page that cannot be made says so within seconds.

    What people wrote stands in parameters, and errors are logged: they are told without them.
    """
    if url.startswith("sqlite"):
        from pysqlite3 import dbapi2

        if dbapi2.sqlite_version_info < OLDEST_SQLITE:
            raise RuntimeError(f"SQLite {dbapi2.sqlite_version} is too old: 3.51.3 or newer is needed (pysqlite3).")
        return {
            "module": dbapi2,
            "connect_args": {"timeout": 5, "isolation_level": None},
            "hide_parameters": True,
            **SQLITE_POOL,
        }
    return {
        "pool_size": 20,
        "max_overflow": 20,
        "pool_timeout": 2,
        "pool_pre_ping": True,
        "hide_parameters": True,
        "connect_args": {
            "connect_timeout": 2,
            # Compiling a statement to machine code costs 25 ms each time, and ours take one or two.
            "options": f"-c statement_timeout={LONGEST_STATEMENT * 1000:.0f} -c timezone=UTC -c jit=off",
        },
    }


def impatient(ping):
    """A connection that lives says so at once."""

    def asked(connection):
        with _with(_patience, LIVES):
            return ping(connection)

    return asked


def equip(engine):
    """Set what every connection must have."""
    if engine.dialect.name != "sqlite":
        event.listen(engine, "do_connect", lambda _dialect, _record, given, named: Patient.connect(*given, **named))
        engine.dialect.do_ping = impatient(engine.dialect.do_ping)
        return

    @event.listens_for(engine, "connect")
    def prepare(connection, _):
        for name, value in PRAGMAS.items():
            connection.execute(f"PRAGMA {name}={value}")

    turns = Turns()

    @event.listens_for(engine, "begin")
    def begin(connection):
        if _reading.get():
            connection.exec_driver_sql("BEGIN")
            return
        began, wait = time.monotonic(), _wait.get()
        if not turns.take(wait):
            raise OperationalError("BEGIN IMMEDIATE", {}, TimeoutError("others write for long"))
        connection.info["turn"] = True
        left = max(0.0, wait - (time.monotonic() - began))  # for whoever writes from another process
        connection.exec_driver_sql(f"PRAGMA busy_timeout={left * 1000:.0f}")
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    @event.listens_for(engine, "checkin")
    def done(connection, record):
        if record.info.pop("turn", False):
            turns.give()
            if connection is not None:  # None: it broke, and is thrown away
                connection.execute(f"PRAGMA busy_timeout={PRAGMAS['busy_timeout']}")
