"""The migrations make the tables that the code knows."""

from __future__ import annotations

import re

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from ecritures.database.tables import metadata


def is_no_partition(_thing, name, kind, *_):
    return not (kind == "table" and re.fullmatch(r"\w+_\d\d", name))


def test_the_migrations_make_the_tables_of_the_code(database):
    with database.read() as connection:
        options = {"include_object": is_no_partition}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, metadata) == []
