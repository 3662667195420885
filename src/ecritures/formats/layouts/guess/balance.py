"""What the amounts of a table say of its columns: sides that exclude each other, sums of zero."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ecritures.formats.layouts.guess.cells import DIRECTIONS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ecritures.formats.layouts.guess.grid import Table

OPPOSED_MIN = 0.95
_NUMBER = re.compile(r"[^0-9]")


def cents(cell: str) -> int:
    """Read an amount roughly, whatever its marks; 0 for what is none."""
    whole, _, decimals = (
        cell.rpartition(cell_mark) if (cell_mark := _mark(cell)) else (cell, "", "")
    )
    digits = _NUMBER.sub("", whole) + _NUMBER.sub("", decimals).ljust(2, "0")[:2]
    value = int(digits or 0)
    return -value if cell.strip().startswith(("-", "(", "\u2212")) or cell.endswith("-") else value


def _mark(cell: str) -> str:
    found = re.search(r"([.,])[0-9]{1,2}[^0-9]*$", cell)
    return found[1] if found else ""


def opposed(one: list[str], other: list[str]) -> bool:
    """Return whether each line has an amount on one of two sides."""
    pairs = [(bool(cents(a)), bool(cents(b))) for a, b in zip(one, other, strict=True)]
    given = [pair for pair in pairs if any(pair)]
    alone = sum(a != b for a, b in given)
    both_sides = any(a for a, _ in given) and any(b for _, b in given)
    return both_sides and alone >= OPPOSED_MIN * len(given)


def negative_side(table: Table, columns: Mapping[str, int]) -> str | None:
    """Return the side whose amounts are all negative while none of the other is; None: neither.

    Such columns are one signed amount in two places: a bank writes a payment of 10 as -10 among its
    debits, a program the credits of an entry as negative amounts.
    """
    if not {"debit", "credit"} <= columns.keys():
        return None
    found = {
        name: [value for cell in table.column(columns[name]) if (value := cents(cell))]
        for name in ("debit", "credit")
    }
    for name, other in (("debit", "credit"), ("credit", "debit")):
        if found[name] and max(found[name]) < 0 and min(found[other], default=0) >= 0:
            return name
    return None


def signed(table: Table, columns: Mapping[str, int]) -> list[int]:
    """Return debit less credit of each line, in cents; nothing when there is no amount.

    Where one side is written as negative amounts, the sum of the two columns.
    """
    if {"debit", "credit"} <= columns.keys():
        debit, credit = (table.column(columns[name]) for name in ("debit", "credit"))
        sign = -1 if negative_side(table, columns) is None else 1
        return [cents(a) + sign * cents(b) for a, b in zip(debit, credit, strict=True)]
    if "amount" not in columns:
        return []
    amounts = [cents(cell) for cell in table.column(columns["amount"])]
    if "direction" not in columns:
        return amounts
    words = table.column(columns["direction"])
    return [
        -amount if word.upper() in DIRECTIONS["credit"] else amount
        for amount, word in zip(amounts, words, strict=True)
    ]


def balanced_by(table: Table, key: list[str], columns: Mapping[str, int]) -> bool:
    """Return whether the lines of each value of a column add up to nothing.

    The last value is left out: only the beginning of the file is looked at.
    """
    amounts = signed(table, columns)
    values = list(dict.fromkeys(key))
    if not amounts or len(values) < 2 or "" in values:  # noqa: PLR2004 - one group says nothing
        return False
    sums = dict.fromkeys(values, 0)
    counts = dict.fromkeys(values, 0)
    for value, amount in zip(key, amounts, strict=True):
        sums[value] += amount
        counts[value] += 1
    complete = values[:-1]
    return all(sums[value] == 0 and counts[value] > 1 for value in complete)
