"""The amounts of a block, looked at once for all the families that judge them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from ecritures.core.directions import DIRECTIONS, ODD_DIRECTIONS
from ecritures.core.frames import or_zero

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ecritures.core.lines import Block

_PLAIN = {"flat": r"^[+-]?[0-9]+(,[0-9]+)?[+-]?$", "xml": r"^[+-]?[0-9]+(\.[0-9]+)?$"}
_READABLE = {
    "flat": r"^[+-]? ?[0-9]{0,12}(,[0-9]{0,2})?[+-]?$",
    "xml": r"^[+-]?[0-9]{0,12}(\.[0-9]{0,2})?$",
}


@dataclass(frozen=True, slots=True)
class Spelling:
    """How the amounts of a column are written.

    Attributes:
        column: The canonical column.
        name: The column, as the file calls it.
        unread: `line` and `value` (stripped) of the texts that are not an exact amount.
        odd: `line` and `value` of those that are, but are not written as the law wants.
    """

    column: str
    name: str
    unread: pl.DataFrame
    odd: pl.DataFrame


def spellings(block: Block) -> Iterator[Spelling]:
    """Look at how the amounts of a block are written; columns without a fault are left out."""
    for column, typed in _columns(block):
        if column in block.plain:
            continue
        text = block.text[column].str.strip_chars()
        unread = _unread(block, column, typed)
        plain = block.text[column].str.contains(_PLAIN[block.notation])
        odd = ~unread & ~plain & (text != "")
        if unread.any() or odd.any():
            yield Spelling(
                column,
                block.names.get(column, column),
                pl.DataFrame({"line": block.text["line"], "value": text}).filter(unread),
                block.text.filter(odd).select("line", value=column),
            )


def _columns(block: Block) -> list[tuple[str, tuple[str, ...]]]:
    """Return each column of amounts, with the canonical columns that are read from it."""
    if block.notation == "model":  # its reader says itself what it cannot read
        return []
    if "amount" in block.text.columns:
        return [("amount", ("debit_cents", "credit_cents"))]
    return [("debit_cents", ("debit_cents",)), ("credit_cents", ("credit_cents",))]


def _unread(block: Block, column: str, typed: tuple[str, ...]) -> pl.Series:
    """Return which texts are not an exact amount; an unknown direction hides the amount's value."""
    unread = block.lines[typed[0]].is_null()
    if column == "amount" and unread.any():
        known = block.text["direction"].str.strip_chars().is_in(DIRECTIONS | ODD_DIRECTIONS.keys())
        readable = block.text[column].str.strip_chars().str.contains(_READABLE[block.notation])
        return unread & (known | ~readable)
    return unread


@dataclass(frozen=True, slots=True)
class Sides:
    """Which sides of its lines a block fills.

    Attributes:
        both: `line` and `value` of the lines with a debit and a credit; None where there are none.
        neither: The lines with neither: `line`, `value` (the texts of both sides) and
            `all_zero` (whether their amounts are all read, and zero); None where there are none.
    """

    both: pl.DataFrame | None
    neither: pl.DataFrame | None

    @staticmethod
    def name_in(block: Block) -> str | None:
        """Return what the file calls the column to blame for lines with neither side."""
        return block.names.get("amount") or block.names.get("debit_cents")


def sides_of(block: Block) -> Sides:
    """Find the lines of a block that fill both sides or none."""
    lines = block.lines
    debit, credit = or_zero(lines["debit_cents"]), or_zero(lines["credit_cents"])
    found_both = found_neither = None
    both = (debit != 0) & (credit != 0)
    if both.any():
        value = pl.concat_str("debit_cents", pl.lit(" / "), "credit_cents")
        found_both = block.text.filter(both).select("line", value=value)
    neither = (debit == 0) & (credit == 0)
    if neither.any():
        given = [c for c in ("debit_cents", "credit_cents", "amount") if c in block.text.columns]
        all_zero = pl.all_horizontal(
            pl.col("debit_cents", "credit_cents").is_not_null(),
            pl.col("currency_amount").fill_null(0) == 0,
        )
        found_neither = block.text.filter(neither).select(
            "line",
            value=pl.concat_str(given).str.strip_chars(),
            all_zero=lines.filter(neither).select(all_zero).to_series(),
        )
    return Sides(found_both, found_neither)
