"""Process items together, without letting one bad item spoil the others."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from ecritures.database.failures import is_bad_data

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Item = TypeVar("Item")
Result = TypeVar("Result")


def process_batch(
    process: Callable[[Sequence[Item]], Sequence[Result | Exception]], items: Sequence[Item]
) -> Sequence[Result | Exception]:
    """Return the result of each item, or the exception it failed with.

    When the database rejects the data of a batch, its items are processed one by one, so that only
    the bad one fails. Any other exception is that of every item.
    """
    try:
        return process(items)
    except Exception as error:  # noqa: BLE001 - returned to whoever submitted the item
        if len(items) > 1 and is_bad_data(error):
            return [result for item in items for result in process_batch(process, [item])]
        return [error] * len(items)
