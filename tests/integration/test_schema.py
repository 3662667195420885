"""The migrations make the tables that the code knows."""

from __future__ import annotations

import re

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from ecritures.database.tables import metadata


def is_no_partition(_thing, name, kind, *_):
    return not (kind == "table" and re.fullmatch(r"\w+_\d\d", name))


def of(dialect):
    """Leave out what the other database has: indexes of page ranges."""

    def is_there(thing, name, kind, *rest):
        of_postgresql = kind == "index" and thing.dialect_options["postgresql"].get("using")
        return is_no_partition(thing, name, kind, *rest) and not (
            dialect == "sqlite" and of_postgresql
        )

    return is_there


def test_the_migrations_make_the_tables_of_the_code(database):
    with database.read() as connection:
        options = {"include_object": of(connection.dialect.name)}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, metadata) == []
