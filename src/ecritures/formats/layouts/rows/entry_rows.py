"""Leaves out the rows that are no lines of entry: totals, a header repeated, mere texts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import polars as pl

from ecritures.core.lines import ROW
from ecritures.formats.layouts.expressions import columns_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ecritures.core.anomalies import Anomalies
    from ecritures.formats.layouts.document import ImportModel
    from ecritures.formats.layouts.fields import FieldSpec

TOTAL = r"(?i)^\W*(?:grand\s+)?(?:sous|ss|s)?[\s/.-]*tota(?:l|ux)\b"
"""How the text of a total begins."""
_DIGIT = "[0-9]"
_ACCOUNT = r"^\s*[0-9]{2}"
_NOTHING = r"^[0\s.,€-]*$"
_CELL = re.compile(rf" \([A-Z]+{ROW}\)$")


class EntryRows:
    """Keeps the rows that may be lines of entry.

    A row without date nor account cannot be posted. When it is a total, repeats the header, or
    has no amount, it is left out, and told; any other is kept, and its date refused.

    Args:
        model: What the rows are made of.
        anomalies: Where the rows left out are told, once.
    """

    def __init__(self, model: ImportModel, anomalies: Anomalies) -> None:
        fields = model.fields
        self._anomalies = anomalies
        self._date = _columns(fields.entry_date)
        self._account = _columns(fields.account_number)
        self._amounts = _columns(fields.debit, fields.credit, fields.amount)
        self._gate = self._account if fields.entry_date.carry else self._date
        self._is_asked = model.input.kind in ("delimited", "sheet") and bool(self._date)

    def keep(self, rows: pl.DataFrame, names: Mapping[str, str]) -> pl.DataFrame:
        """Return the rows that may be lines of entry.

        Args:
            rows: `line`, and the columns of the file that the model names.
            names: Column → its name in the file.
        """
        if not self._is_asked or not self._may_hold_others(rows):
            return rows
        cells = [c for c in rows.columns if c != "line" and rows[c].dtype == pl.String]
        undated = ~_any_of(self._date, _DIGIT) & ~_any_of(self._account, _ACCOUNT)
        judged = rows.select(
            "line",
            undated=undated,
            is_total=_any_of(cells, TOTAL),
            only_amounts=_all_blank([c for c in cells if c not in self._amounts], r"^\s*$"),
            no_amount=_all_blank(self._amounts, _NOTHING) & _all_blank(self._account, r"^\s*$"),
            is_header=_is_header(cells, self._date, names),
            value=pl.concat_str(
                (pl.col(c).str.strip_chars().replace("", None) for c in cells),
                separator=" ; ",
                ignore_nulls=True,
            ),
        )
        found = judged.filter("undated")
        is_total = pl.col("is_total") | (pl.col("only_amounts") & ~pl.col("no_amount"))
        totals = found.filter(is_total)
        others = found.filter(~is_total & (pl.col("is_header") | pl.col("no_amount")))
        self._anomalies.tell_once("MOD-LIG-06", totals)
        self._anomalies.tell_once("MOD-LIG-07", others)
        left = pl.concat([totals["line"], others["line"]])
        return rows.filter(~pl.col("line").is_in(left.implode())) if left.len() else rows

    def _may_hold_others(self, rows: pl.DataFrame) -> bool:
        """Tell quickly whether any row has no digit where each line of entry has one."""
        every = pl.repeat(value=True, n=rows.height, eager=True)
        for column in self._gate:
            words = rows[column].unique()
            odd = words.filter(~words.str.contains(_DIGIT))
            if odd.is_empty():
                return False
            every &= rows[column].is_in(odd.implode())
        return bool(every.any())


def _columns(*specs: FieldSpec | None) -> list[str]:
    found = [columns_of(spec.from_) for spec in specs if spec]
    return sorted(set().union(*found))


def _any_of(columns: list[str], pattern: str) -> pl.Expr:
    return pl.any_horizontal(pl.lit(value=False), *(pl.col(c).str.contains(pattern) for c in columns))


def _all_blank(columns: list[str], pattern: str) -> pl.Expr:
    return pl.all_horizontal(pl.lit(value=True), *(pl.col(c).str.contains(pattern) for c in columns))


def _is_header(cells: list[str], date: list[str], names: Mapping[str, str]) -> pl.Expr:
    """Tell the rows whose cells are the names of their columns."""
    same = []
    for column in cells:
        text = pl.col(column).str.strip_chars().str.to_lowercase()
        name = _CELL.sub("", names.get(column, column)).strip().lower()
        allowed = [name] if column in date else [name, ""]
        same.append(text.is_in(allowed))
    return pl.all_horizontal(same)
