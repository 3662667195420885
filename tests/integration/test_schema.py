"""The migrations make the tables that the code knows."""

from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from ecritures.database.tables import metadata


def of(dialect):
    """Leave out what the other database has: some indexes."""

    def is_there(thing, _name, kind, *_):
        of_postgresql = kind == "index" and thing._ddl_if is not None
        return not (dialect == "sqlite" and of_postgresql)

    return is_there


def test_the_migrations_make_the_tables_of_the_code(database):
    with database.read() as connection:
        options = {"include_object": of(connection.dialect.name)}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, metadata) == []
