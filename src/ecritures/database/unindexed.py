"""A column that no index of SQLite is looked up by: it has no statistics of the rows of a value."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement


class unindexed(FunctionElement[int]):  # noqa: N801 - used as a function
    """A number, where so many rows have the values wanted that a scan finds them sooner."""

    type = sa.Integer()
    inherit_cache = True
    name = "unindexed"


@compiles(unindexed)
def _as_it_is(element: unindexed, compiler: Any, **options: Any) -> str:  # noqa: ANN401 - SQLAlchemy's
    return str(compiler.process(element.clauses, **options))


@compiles(unindexed, "sqlite")
def _on_sqlite(element: unindexed, compiler: Any, **options: Any) -> str:  # noqa: ANN401 - SQLAlchemy's
    return f"+{compiler.process(element.clauses, **options)}"
