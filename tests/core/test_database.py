"""Connections: what every one of them has, and that none waits for ever."""

import time

import psycopg
import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from tests import databases
from wg_portal.core import database
from wg_portal.core.database import Patient, db


@pytest.fixture
def on_postgresql(postgresql_app):
    with postgresql_app.app_context(), connected() as connection:
        yield connection


@pytest.fixture
def on_sqlite(sqlite_app):
    with sqlite_app.app_context(), connected() as connection:
        yield connection


def connected():
    return db.engine.connect().execution_options(unguarded="a scene asks the database itself")


def test_a_server_that_answers_nothing_is_given_up(on_postgresql, monkeypatch):
    connection = on_postgresql.connection.dbapi_connection
    assert isinstance(connection, Patient)
    on_postgresql.exec_driver_sql("SET statement_timeout = 0")
    monkeypatch.setattr(database, "_patience", type(database._patience)("patience", default=0.3))
    began = time.monotonic()
    with pytest.raises(OperationalError) as trouble:
        on_postgresql.exec_driver_sql("SELECT pg_sleep(20)")
    assert time.monotonic() - began < 5
    assert isinstance(trouble.value.orig, psycopg.OperationalError) and trouble.value.connection_invalidated
    assert connection.closed, "its late answer would be taken for the answer to the next question"


def test_the_server_ends_a_long_statement_and_the_connection_lives(on_postgresql):
    on_postgresql.exec_driver_sql("SET LOCAL statement_timeout = 100")
    with pytest.raises(OperationalError) as trouble:
        on_postgresql.exec_driver_sql("SELECT pg_sleep(5)")
    assert not trouble.value.connection_invalidated
    on_postgresql.rollback()
    assert on_postgresql.exec_driver_sql("SELECT 1").scalar() == 1


@pytest.mark.usefixtures("on_postgresql")
def test_the_server_compiles_nothing_for_a_statement_of_a_millisecond():
    url = databases.POSTGRES.replace("postgresql://", "postgresql+psycopg://", 1)
    engine = create_engine(url, **database.engine_options(url))  # a portal's own, not those of scenes
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SHOW jit").scalar() == "off"
    engine.dispose()


def test_a_migration_takes_as_long_as_it_takes(on_postgresql):
    limit = on_postgresql.exec_driver_sql("SHOW statement_timeout").scalar()
    with database.unhurried(on_postgresql):
        assert on_postgresql.exec_driver_sql("SHOW statement_timeout").scalar() == "0"
        assert database._patience.get() is None
    assert on_postgresql.exec_driver_sql("SHOW statement_timeout").scalar() == limit != "0"
    assert database._patience.get() == database.PATIENCE


def test_an_error_is_told_without_what_was_typed(app):
    """Errors are logged, and parameters hold what people wrote."""
    with app.app_context(), connected() as connection, pytest.raises(SQLAlchemyError) as trouble:
        connection.execute(text("SELECT * FROM nowhere WHERE word = :word"), {"word": "a name at risk"})
    assert "nowhere" in str(trouble.value) and "at risk" not in str(trouble.value)


def test_sqlite_keeps_what_it_was_told_and_forgets_what_was_deleted(on_sqlite):
    asked = {name: str(on_sqlite.exec_driver_sql(f"PRAGMA {name}").scalar()) for name in database.PRAGMAS}
    numbers = {"WAL": "wal", "FULL": "2", "ON": "1", "OFF": "0"}
    assert asked == {name: numbers.get(value, value) for name, value in database.PRAGMAS.items()}
