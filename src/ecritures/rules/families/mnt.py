"""Amounts: unreadable, badly written, or on the wrong side (A47 A-1 X, XII 2°)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from ecritures.core.amounts import cents_text
from ecritures.core.habits import Habits, Tally
from ecritures.core.spreadsheets import SCIENTIFIC
from ecritures.core.thousands import ThousandsDoubt
from ecritures.core.whole_amounts import WholeAmounts
from ecritures.rules.families.xml import check_xml_spelling

if TYPE_CHECKING:
    from ecritures.core.anomalies import Anomalies
    from ecritures.core.lines import Block
    from ecritures.core.totals import Totals
    from ecritures.rules.amounts import Sides, Spelling

_KINDS = {  # the first that fits says why a text is not an amount
    "flat": (
        ("FEC-MNT-08", r"^[+-]?[0-9]{13,}(,[0-9]{0,2})?[+-]?$"),
        ("FEC-MNT-04", r"^[+-]?[0-9]*,[0-9]{3,}[+-]?$"),
        ("FEC-MNT-01", r"^[+-]?[0-9]+\.([0-9]{1,2}|[0-9]{2}0{2,})[+-]?$"),
        ("FEC-MNT-04", r"^[+-]?[0-9]*\.[0-9]{4,}[+-]?$"),  # three may be thousands
        ("FEC-MNT-02", r"^[+-]?[0-9]{1,3}([\s\u00a0\u202f'’.,][0-9]{3})+([.,][0-9]{1,2})?[+-]?$"),
        ("FEC-MNT-13", SCIENTIFIC),
        ("FEC-MNT-03", r""),
    ),
    "xml": (
        ("FEC-MNT-08", r"^[+-]?[0-9]{13,}(\.[0-9]{0,2})?$"),
        ("FEC-MNT-04", r"^[+-]?[0-9]*\.[0-9]{3,}$"),
    ),
}
_PLAIN = {
    "flat": "^[+-]?[0-9,]*[1-9][0-9,]*[+-]?$",
    "xml": r"^[+-]?[0-9]*[1-9][0-9]*(\.[0-9]{1,2})?$|^[+-]?[0-9]*\.0?[1-9][0-9]?$",
}
_WELL = {"FEC-MNT-01": ",[0-9]{1,2}[+-]?$", "FEC-MNT-02": "^[+-]?[0-9]{4}"}
"""Code → the texts that are written as they must, so that a fault is no habit; else `_PLAIN`."""
WHOLE_AMOUNTS_MIN = 20
"""In how many amounts of a file, at least, decimals are missed: fewer may well have none."""
SUM_CENTS_MAX = 2**63 - 1  # of a file: the largest integer of a database
_SIDES = ("debit_cents", "credit_cents", "amount")
_ZERO = r"^[-+0,.]+$"
_FORM = {"flat": "1234,56", "xml": "1234.56"}
_LARGEST = {"flat": "≤ 999999999999,99", "xml": "≤ 999999999999.99"}


class SpellingChecks:
    """Says why texts are not amounts, or badly written: the first reason that fits.

    What a program writes so in a whole column is reported once.

    Args:
        anomalies: Where it is recorded.
    """

    def __init__(self, anomalies: Anomalies) -> None:
        self._habits = Habits(anomalies)

    def check(self, block: Block, spelling: Spelling) -> None:
        """Look at a column of a block."""
        rest = spelling.unread
        expected = {
            "FEC-MNT-08": pl.lit(_LARGEST[block.notation]),
            "FEC-MNT-01": pl.col("value").str.replace(".", ",", literal=True),
            "FEC-MNT-02": _without_separators(pl.col("value")),
        }
        for code, pattern in _KINDS[block.notation]:
            fits = pl.col("value").str.contains(pattern)
            wanted = expected.get(code, pl.lit(_FORM[block.notation]))
            found = rest.filter(fits).with_columns(expected=wanted)
            self._habits.add(code, found, spelling.column, spelling.name)
            rest = rest.filter(~fits)
        if block.notation == "flat":
            odd = spelling.odd.with_columns(expected=pl.lit(_FORM["flat"]))
            self._habits.add("FEC-MNT-11", odd, spelling.column, spelling.name)
        else:
            check_xml_spelling(spelling, rest, self._habits)

    def end_block(self, block: Block) -> None:
        """Tell the habits what is written well in the block."""

        def others(code: str, column: str) -> int:
            text = block.text[column]
            text = text if code == "FEC-MNT-11" else text.str.strip_chars()
            well = _WELL.get(code, _PLAIN[block.notation])
            return int(text.str.contains(well).sum())

        self._habits.end_block(others)

    def finish(self) -> None:
        """Record what is so in a whole column."""
        self._habits.finish()


def _without_separators(text: pl.Expr) -> pl.Expr:
    """Write an amount as the law wants it: only its decimals after a mark, which is a comma."""
    marked = text.str.replace(r"[.,]([0-9]{1,2}[+-]?)$", ";$1")
    return marked.str.replace_all(r"[^0-9;+-]", "").str.replace(";", ",", literal=True)


class AmountChecks:
    """Looks whether any line of a file has an amount, and whether its decimals are known.

    Args:
        anomalies: Where it is recorded that none has, or that they are not.
        is_fec: Whether the file is a FEC, whose amounts are in euros (A47 A-1 X).
    """

    def __init__(self, anomalies: Anomalies, *, is_fec: bool) -> None:
        self._anomalies = anomalies
        self._any = False
        self._thousands = ThousandsDoubt(anomalies, "FEC-MNT-14", by_mark=False)
        self._whole = WholeAmounts(anomalies, "FEC-MNT-15", least=WHOLE_AMOUNTS_MIN, asks=is_fec)

    def check(self, block: Block) -> None:
        """Look at a block; a text that is no amount is reported elsewhere, and is not nothing."""
        if not self._any:
            self._any = any(
                block.lines[name].ne_missing(0).any() for name in ("debit_cents", "credit_cents")
            ) or bool((block.lines["currency_amount"] != 0).any())
        if (self._thousands.is_open or self._whole.is_open) and block.notation == "flat":
            self._look_for_decimals(block)

    def _look_for_decimals(self, block: Block) -> None:
        for name in _SIDES:
            if name not in block.text.columns:
                continue
            text, column = block.text[name], block.names.get(name, name)
            self._whole.look(block.text["line"], text, column)
            if name not in block.plain:
                self._thousands.look(block.text["line"], text, column)
            elif (text != "").any():
                self._thousands.settle()

    def finish(self, totals: Totals) -> None:
        """Record that no line has an amount, or that their sum is more than can be posted."""
        self._thousands.finish()
        self._whole.finish()
        if not self._any:
            self._anomalies.add("FEC-MNT-12")
        for column, total in (("Debit", totals.debit_cents), ("Credit", totals.credit_cents)):
            if abs(total) > SUM_CENTS_MAX:
                self._anomalies.add(
                    "FEC-MNT-08",
                    column=column,
                    value=cents_text(total),
                    expected=f"≤ {cents_text(SUM_CENTS_MAX)}",
                )


def check_negative(block: Block, habits: Habits) -> None:
    """Record the negative amounts."""
    for side in ("debit_cents", "credit_cents"):
        column = "amount" if "amount" in block.text.columns else side
        negative = block.lines[side] < 0
        if negative.any():
            found = block.text.filter(negative).select("line", value=column)
            habits.add("FEC-MNT-07", found, column, block.names.get(column))


def empty_sides_tally(anomalies: Anomalies) -> Tally:
    """Return what counts the sides left empty."""
    return Tally(anomalies, "FEC-MNT-10")


def check_empty_side(block: Block, empty_sides: Tally) -> None:
    """Count the sides left empty where zero is wanted."""
    if block.notation != "flat" or "amount" in block.text.columns:
        return  # an element that is not there leaves nothing empty
    debit, credit = block.text["debit_cents"], block.text["credit_cents"]
    for column, side, other in (("debit_cents", debit, credit), ("credit_cents", credit, debit)):
        alone = (side == "") & (other != "")
        if alone.any():
            empty_sides.add(block.lines["line"].filter(alone), block.names.get(column))


def check_sides(block: Block, sides: Sides, habits: Habits) -> None:
    """Record the lines with a debit and a credit, and those whose amounts are all zero."""
    if sides.both is not None:
        name = block.names.get("credit_cents")
        habits.add("FEC-MNT-05", sides.both, "credit_cents", name)
    if sides.neither is not None:
        zero = sides.neither.filter("all_zero").filter(pl.col("value").str.contains(_ZERO))
        habits.add("FEC-MNT-06", zero.select("line"), "", sides.name_in(block))
