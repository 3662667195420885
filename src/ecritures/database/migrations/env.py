"""What Alembic runs: the migrations, in the transaction that `migrate` has opened."""

from __future__ import annotations

from alembic import context

from ecritures.database.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
context.run_migrations()
