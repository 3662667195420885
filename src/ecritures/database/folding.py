"""`fold` in SQL: texts without accents or capitals, as `core.folding` writes them."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from ecritures.core.folding import FROM, LIGATURES, TO


class folded(FunctionElement[str]):  # noqa: N801 - used as a function
    """A text, folded."""

    type = sa.String()
    inherit_cache = True
    name = "folded"


@compiles(folded, "sqlite")
def _on_sqlite(element: folded, compiler: Any, **options: Any) -> str:  # noqa: ANN401 - SQLAlchemy's
    return f"fold({compiler.process(element.clauses, **options)})"  # of the connection


@compiles(folded, "postgresql")
def _on_postgresql(element: folded, compiler: Any, **options: Any) -> str:  # noqa: ANN401 - SQLAlchemy's
    text = f"translate({compiler.process(element.clauses, **options)}, '{FROM}', '{TO}')"
    for letter, letters in LIGATURES.items():
        text = f"replace({text}, '{letter}', '{letters}')"
    return text
