"""How the dates and the amounts of a table are written."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from ecritures.formats.layouts.guess.cells import (
    DATES,
    DIRECTIONS,
    GROUPED,
    SAGE_DIRECTIONS,
    TIME,
    are_padded,
    has_decimals,
    share,
)
from ecritures.formats.layouts.guess.grid import POSSIBLE, SURE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ecritures.formats.layouts.guess.grid import Table

SEEN_SHARE_MIN = 0.1
_EITHER = "JJ/MM/AAAA", "MM/JJ/AAAA"


def date_formats(cells: list[str]) -> tuple[list[str], float]:
    """Return the formats of days, the usual one first, and how sure it is.

    That is the share of the days so written; less, where all may as well have the month first.
    """
    days = [TIME.sub("", cell) for cell in cells if cell]
    shares = {
        form: share(days, lambda day, pattern=pattern: bool(pattern.fullmatch(day)))  # type: ignore[misc]
        for form, pattern in DATES.items()
    }
    ranked = sorted(DATES, key=lambda form: -shares[form])
    seen = [form for form in ranked if shares[form] > SEEN_SHARE_MIN] or ranked[:1]
    if {*_EITHER} <= {*seen}:  # both at once would leave each day in doubt
        seen.remove(max(_EITHER, key=ranked.index))
    return seen, POSSIBLE if _may_be_months(days) else shares[ranked[0]]


def _may_be_months(days: list[str]) -> bool:
    """Return whether every day may as well have its month first, and one is then another day."""
    either = [DATES[form] for form in _EITHER]
    return all(one.fullmatch(day) for one in either for day in days) and any(
        day[:2] != day[3:5] for day in days
    )


def doubts_of_notation(
    table: Table, columns: dict[str, int], amounts: dict[str, Any]
) -> Iterator[tuple[str, str]]:
    """Say how dates and amounts could as well be read, in French and in English."""
    days = [TIME.sub("", cell) for cell in table.column(columns["entryDate"]) if cell]
    if _may_be_months(days):
        fr = f"Les dates, comme {days[0]}, se lisent aussi bien le mois d'abord : le jour d'abord"
        en = f"The dates, such as {days[0]}, can be read as well with the month first: the day"
        yield f"{fr} est proposé (dates.formats).", f"{en} first is proposed (dates.formats)."
    if "0" in amounts.get("directions", {}).get("debit", ()):
        yield (
            "Le sens est écrit 0 ou 1 : 0 est proposé pour le débit, comme chez Sage (directions).",
            "The direction is 0 or 1: 0 is proposed for the debit, as in Sage (directions).",
        )
    places = [columns[name] for name in ("debit", "credit", "amount") if name in columns]
    cells = [cell for at in places for cell in table.column(at) if cell]
    if "unit" in amounts:
        fr = "Les montants sont complétés par des zéros, sans virgule : ils sont lus en centimes ;"
        en = "Amounts are filled up with zeros and have no decimals: they are read as cents;"
        yield f"{fr} s'ils sont en euros, écrire unit: euros.", f"{en} for euros, unit: euros."
    elif table.source["kind"] != "sheet" and cells and not any(map(has_decimals, cells)):
        fr = "Aucun montant n'a de décimales : ils sont lus en euros ; s'ils sont en centimes,"
        en = "No amount has decimals: they are read as euros; if they are in cents,"
        yield f"{fr} écrire unit: cents (amounts).", f"{en} write unit: cents (amounts)."


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
    if are_padded(cells):
        how["unit"] = "cents"
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
    known_words = SAGE_DIRECTIONS if words == {"0", "1"} else DIRECTIONS
    return {
        "directions": {
            side: sorted({known[0]} | {word for word in words if word.upper() in known})
            for side, known in known_words.items()
        }
    }
