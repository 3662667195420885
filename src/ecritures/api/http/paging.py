"""The query parameters of a list that is read page by page."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

PAGE_ITEMS_MAX = 1000

Cursor = Annotated[
    str | None,
    Query(
        description="`nextCursor` de la page précédente.",
        json_schema_extra={"pattern": "^[A-Za-z0-9_-]*$"},
    ),
]
Limit = Annotated[int, Query(ge=1, le=PAGE_ITEMS_MAX, description="Taille de la page.")]
