"""The two databases that every scene runs on: a SQLite file, and a schema of its own in PostgreSQL.

Each worker makes its database once, by migrating, seeds the cast once, and goes back to that state before each scene.
"""

import os
import shutil
import tempfile
from pathlib import Path

import pytest
from sqlalchemy import create_engine, insert, select, text

from wg_portal import create_app
from wg_portal.core.database import Model, db

POSTGRES = os.environ.get("WG_PORTAL_TEST_DATABASE_URL", "postgresql://127.0.0.1:5432/test")
REDIS = os.environ.get("WG_PORTAL_TEST_REDIS_URL", "redis://127.0.0.1:6379/0")
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "gw0")
REQUIRED = os.environ.get("WG_PORTAL_REQUIRE_ALL") == "1"


def missing(what, why):
    """Skip where a service is missing on a developer's machine; fail where everything is required."""
    message = f"{what} is missing ({why}): these scenes did not run"
    pytest.fail(message) if REQUIRED else pytest.skip(message)


def settings(uri, folder, **more):
    return {
        "TESTING": True,
        "TIMERS": False,
        "DEMO": True,
        "DATA_DIR": Path(folder),
        "BASE_URL": "http://localhost",
        "SMTP_URL": None,
        "SECRET_KEY": "scenes-need-a-key-that-is-long-enough-0123456789",
        "SQLALCHEMY_DATABASE_URI": uri,
        **more,
    }


def folder_in_memory(name):
    """SQLite flushes to disk at every commit; scenes need not wait for a disk."""
    base = Path("/dev/shm") if os.access("/dev/shm", os.W_OK) else Path(tempfile.gettempdir())
    return Path(tempfile.mkdtemp(prefix=f"wg-portal-{name}-{WORKER}-", dir=base))


def postgres_schema():
    """A fresh schema, and the options that make every connection use it. None when there is no server."""
    schema = f"portal_{WORKER}_{os.getpid()}"
    uri = POSTGRES.replace("postgresql://", "postgresql+psycopg://", 1)
    try:
        engine = create_engine(uri, connect_args={"connect_timeout": 3})
        with engine.begin() as connection:
            connection.execute(text(f"DROP SCHEMA IF EXISTS {schema} CASCADE"))
            connection.execute(text(f"CREATE SCHEMA {schema}"))
        engine.dispose()
    except Exception as trouble:
        missing("PostgreSQL", type(trouble).__name__)
    options = f"-c search_path={schema} -c statement_timeout=8000 -c timezone=UTC -c jit=off -c synchronous_commit=off"
    return uri, {"connect_args": {"options": options, "connect_timeout": 3}}


def make(kind):
    """An application with an empty database of this kind."""
    folder = folder_in_memory(kind)
    if kind == "sqlite":
        app = create_app(settings(f"sqlite:///{folder / 'portal.db'}", folder))
    else:
        uri, options = postgres_schema()
        app = create_app(settings(uri, folder, SQLALCHEMY_ENGINE_OPTIONS=options))
    app.config["KIND"] = kind
    with app.app_context():
        build()
    return app


def build():
    """The tables, as a migration makes them."""
    from wg_portal.wiring import MIGRATIONS

    if any((MIGRATIONS / "versions").glob("*.py")):
        from flask_migrate import upgrade

        upgrade()
    else:
        db.create_all()


class Snapshot:
    """All rows of a database, to go back to."""

    def __init__(self):
        with db.engine.connect() as connection:
            connection = connection.execution_options(unguarded="a snapshot for scenes")
            self.rows = {
                table: [dict(row._mapping) for row in connection.execute(select(table))]
                for table in Model.metadata.sorted_tables
            }

    def restore(self):
        tables = Model.metadata.sorted_tables
        with db.engine.begin() as connection:
            connection = connection.execution_options(unguarded="a snapshot for scenes")
            postgresql = db.engine.dialect.name == "postgresql"
            if postgresql:
                # Deleting a few rows is many times quicker here than truncating dozens of tables.
                connection.exec_driver_sql("; ".join(f'DELETE FROM "{table.name}"' for table in reversed(tables)))
            else:
                connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
                for table in reversed(tables):
                    connection.execute(table.delete())
            for table in tables:
                if self.rows[table]:
                    connection.execute(insert(table), self.rows[table])
            if postgresql:
                numbered = [table for table in tables if "id" in table.c and table.c.id.autoincrement is not False]
                connection.exec_driver_sql("; ".join(map(self.count_on, numbered)))

    def count_on(self, table):
        last = max((row["id"] for row in self.rows[table] if isinstance(row["id"], int)), default=None)
        sequence = f"pg_get_serial_sequence('{table.name}', 'id')"
        return f"SELECT setval({sequence}, {last or 1}, {'true' if last else 'false'}) WHERE {sequence} IS NOT NULL"


def remove(app):
    with app.app_context():
        if db.engine.dialect.name == "postgresql":
            with db.engine.begin() as connection:
                connection.exec_driver_sql(
                    "DROP SCHEMA IF EXISTS " + connection.exec_driver_sql("SHOW search_path").scalar() + " CASCADE"
                )
        db.engine.dispose()
    shutil.rmtree(app.config["DATA_DIR"], ignore_errors=True)
