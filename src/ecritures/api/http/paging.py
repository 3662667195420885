"""The query parameters of a list that is read page by page."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

PAGE_ITEMS_MAX = 1000

Cursor = Annotated[str | None, Query(description="`nextCursor` de la page précédente.")]
Limit = Annotated[int, Query(ge=1, le=PAGE_ITEMS_MAX, description="Taille de la page.")]
