"""How the dates and the amounts of a table are written."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from ecritures.formats.layouts.guess.cells import (
    DATES,
    DIRECTIONS,
    GROUPED,
    TIME,
    has_decimals,
    share,
)
from ecritures.formats.layouts.guess.grid import POSSIBLE, SURE

if TYPE_CHECKING:
    from ecritures.formats.layouts.guess.grid import Table

SEEN_SHARE_MIN = 0.1


def date_formats(cells: list[str]) -> tuple[list[str], float]:
    """Return the formats of days, the usual one first, and the share of its days."""
    days = [TIME.sub("", cell) for cell in cells if cell]
    shares = {
        form: share(days, lambda day, pattern=pattern: bool(pattern.fullmatch(day)))  # type: ignore[misc]
        for form, pattern in DATES.items()
    }
    ranked = sorted(DATES, key=lambda form: -shares[form])
    seen = [form for form in ranked if shares[form] > SEEN_SHARE_MIN] or ranked[:1]
    return seen, shares[ranked[0]]


def has_time(cells: list[str]) -> bool:
    """Return whether days have a time with them."""
    return any(TIME.search(cell) for cell in cells)


def amounts(table: Table, columns: dict[str, int]) -> tuple[dict[str, Any], float]:
    """Return how amounts are written, and how sure the decimal mark is."""
    places = [columns[name] for name in ("debit", "credit", "amount") if name in columns]
    cells = [cell for at in places for cell in table.column(at) if cell]
    marks = Counter(_decimal_mark(cell) for cell in cells if has_decimals(cell))
    thousands = Counter(
        found["mark"] for cell in cells if (found := GROUPED.search(cell)) is not None
    )
    decimal = "any" if len(marks) > 1 else next(iter(marks), ",")
    how: dict[str, Any] = {"decimal": decimal}
    if not marks:  # `1.234` may have three decimals: reading the file says so
        del thousands["."], thousands[","]
    for written, _ in thousands.most_common():
        mark = {"\u2019": "'"}.get(written, written if written in ".,'" else " ")
        if mark not in (".," if decimal == "any" else decimal):
            how["thousands"] = mark
            break
    if "direction" in columns:
        words = {cell for cell in table.column(columns["direction"]) if cell}
        how |= _directions(words)
    return how, SURE if len(marks) == 1 else POSSIBLE


def _decimal_mark(cell: str) -> str:
    return "," if cell.rfind(",") > cell.rfind(".") else "."


def _directions(words: set[str]) -> dict[str, Any]:
    if {word.upper() for word in words} <= {"D", "C"}:
        return {}
    return {
        "directions": {
            side: sorted({known[0]} | {word for word in words if word.upper() in known})
            for side, known in DIRECTIONS.items()
        }
    }
