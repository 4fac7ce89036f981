"""A PostgreSQL cluster of the benchmarks' own, in a folder that stays: nobody else's work is counted as ours."""

import os
import shutil
import signal
from pathlib import Path

import psycopg
from psycopg.types.json import Json
from sqlalchemy import JSON, create_engine, select

from tests.prove._services import PostgreSQL
from tests.running import free_port
from wg_portal.core.database import Model

BECAUSE = "the world for measuring is copied below the door"


class Cluster(PostgreSQL):
    """With the settings of a fresh installation. Used as a context: started, and stopped in order."""

    def __init__(self, folder):
        self.folder, self.port = Path(folder), free_port()
        self.url = f"postgresql://portal@127.0.0.1:{self.port}/postgres"
        self.tools = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))[-1]
        self.user = {"user": "postgres", "group": "postgres", "extra_groups": []} if os.getuid() == 0 else {}
        if not self.folder.exists():
            self.folder.mkdir(mode=0o700)
            if self.user:
                shutil.chown(self.folder, "postgres", "postgres")
            self.run("initdb", "-D", self.folder, "-U", "portal", "--auth=trust", "-E", "UTF8", "--no-instructions")

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        """In order, so that the next start has nothing to recover."""
        self.process.send_signal(signal.SIGINT)
        self.process.wait(60)

    def copy(self, of, name):
        """The address of a fresh copy of a database."""
        server = ["-h", "127.0.0.1", "-p", str(self.port), "-U", "portal"]
        self.run("dropdb", *server, "--if-exists", "--force", name)
        self.run("createdb", *server, "-T", of, name)
        return f"postgresql://portal@127.0.0.1:{self.port}/{name}"


def copy_rows(source, address):
    """All rows of the SQLite engine `source` into an empty PostgreSQL database, counters and statistics included."""
    target = create_engine(address.replace("postgresql://", "postgresql+psycopg://", 1))
    Model.metadata.create_all(target)
    target.dispose()
    with psycopg.connect(address, autocommit=True) as connection, connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # the rows fit together already
        with source.connect() as there:
            there = there.execution_options(unguarded=BECAUSE, stream_results=True)
            version = there.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one()
            for table in Model.metadata.sorted_tables:
                copy_table(there, cursor, table)
        cursor.execute("CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY)")
        cursor.execute("INSERT INTO alembic_version VALUES (%s)", [version])
        cursor.execute("VACUUM ANALYZE")


def copy_table(there, cursor, table):
    columns = ", ".join(f'"{column.name}"' for column in table.columns)
    wrapped = [Json if isinstance(column.type, JSON) else None for column in table.columns]
    with cursor.copy(f'COPY "{table.name}" ({columns}) FROM STDIN') as copy:
        for row in there.execute(select(table)):
            copy.write_row([wrap(value) if wrap else value for wrap, value in zip(wrapped, row, strict=True)])
    if "id" in table.c and table.c.id.autoincrement is not False:
        sequence = f"pg_get_serial_sequence('{table.name}', 'id')"
        cursor.execute(
            f"SELECT setval({sequence}, greatest((SELECT max(id) FROM {table.name}), 1)) WHERE {sequence} IS NOT NULL"
        )
