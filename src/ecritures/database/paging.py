"""Pages of a sorted table, by the key of the last row shown (keyset paging).

Unlike an offset, a key costs the same on every page, and rows that are inserted meanwhile neither
repeat nor hide others.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import sqlalchemy as sa

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy.sql.elements import SQLCoreOperations

Item = TypeVar("Item")
Key = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """Some rows of a sorted table.

    Attributes:
        items: The rows.
        next_key: The key after which the next page starts; None on the last page.
    """

    items: list[Item]
    next_key: Key | None = None


def page_query(
    query: sa.Select[Any],
    columns: Sequence[SQLCoreOperations[Any]],
    after: Key | None,
    limit: int,
    *,
    descending: bool = False,
) -> sa.Select[Any]:
    """Sort a query and select one page of it, plus one row that tells whether more follow.

    Args:
        query: The whole table.
        columns: The sort key, which must be unique.
        after: The key of the last row of the previous page; None for the first page.
        limit: How many rows a page has.
        descending: Whether the largest key comes first.
    """
    if after is not None:
        query = query.where(is_beyond(columns, after, descending=descending))
    order = [column.desc() if descending else column.asc() for column in columns]
    return query.order_by(*order).limit(limit + 1)


def make_page(rows: Sequence[Item], limit: int, key: Callable[[Item], Key]) -> Page[Item]:
    """Return the page made of the rows of a `page_query`."""
    items = list(rows[:limit])
    return Page(items, key(items[-1]) if len(rows) > limit else None)


def is_beyond(
    columns: Sequence[SQLCoreOperations[Any]], after: Key, *, descending: bool = False
) -> sa.ColumnElement[bool]:
    """Compare with a key, column by column: whether a row comes after it."""
    column, value = columns[0], after[0]
    beyond: sa.ColumnElement[bool] = column < value if descending else column > value
    if len(columns) == 1:
        return beyond
    rest = is_beyond(columns[1:], after[1:], descending=descending)
    return sa.or_(beyond, sa.and_(column == value, rest))
