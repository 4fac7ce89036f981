"""How Alembic finds our tables: those of the running application, on whichever database it uses."""

from alembic import context
from flask import current_app

from wg_portal.core.database import Instant, Model, unhurried

database = current_app.extensions["migrate"].db


def render_item(kind, item, autogenerate):
    """Migrations name our own column type, so that both databases keep times alike."""
    if kind == "type" and isinstance(item, Instant):
        autogenerate.imports.add("from wg_portal.core.database import Instant")
        return "Instant()"
    return False


def migrate():
    with database.engine.connect() as connection:
        connection = connection.execution_options(unguarded="a migration moves rows, not words")
        context.configure(
            connection=connection,
            target_metadata=Model.metadata,
            render_as_batch=True,
            compare_type=True,
            render_item=render_item,
            transaction_per_migration=True,
        )
        with unhurried(connection), context.begin_transaction():
            context.run_migrations()


migrate()
