"""Leaves out the rows that are no lines of entry: totals, a header repeated, mere texts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from ecritures.core.lines import ROW
from ecritures.core.total_rows import CARRIED, TOTAL, RowsOfTotals
from ecritures.formats.layouts.expressions import columns_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ecritures.core.anomalies import Anomalies
    from ecritures.formats.layouts.document import ImportModel
    from ecritures.formats.layouts.fields import FieldSpec

TOTAL_OF = (
    rf"{TOTAL}\s+(?:d[ue]s?\s+|de\s+l[ae']\s*)?(?:comptes?|journa(?:l|ux)|classes?|pages?|mois"
    r"|p[ée]riodes?|mouvements?|g[ée]n[ée]ra(?:l|ux))\b"
)
"""How that of a total of an account, a journal or a period begins."""
NAMES_MIN = 2
_DIGIT = "[0-9]"
_WORD = r"\pL{3}"
"""What no date has: a text that begins a row and has one is a remark, such as "Printed on …"."""
_ACCOUNT = r"^\s*[0-9]{2}"
_NOTHING = "^[^1-9]*$"


class EntryRows:
    """Keeps the rows that may be lines of entry.

    A row without the digits of a date and of an account cannot be posted, nor can a row that has
    nothing but words where the date is. When it is a total, or has no amount (a header, a remark),
    it is left out and reported; any other is kept, and its date is refused.

    Args:
        model: What the rows are made of.
        anomalies: Where the rows left out are reported, once.

    Attributes:
        totals: The rows of totals left out, where they can be compared with the lines.
    """

    def __init__(self, model: ImportModel, anomalies: Anomalies) -> None:
        fields = model.fields
        self._anomalies = anomalies
        self.totals = RowsOfTotals()
        self._sides = _sides_of(model)
        self._date = columns_of_fields(fields.entry_date)
        self._account = columns_of_fields(fields.account_number)
        self._amounts = columns_of_fields(fields.debit, fields.credit, fields.amount)
        self._gate = self._account if fields.entry_date.carry else self._date
        self._carries = bool(fields.entry_date.carry)
        self._is_asked = model.input.kind in ("delimited", "sheet") and bool(self._date)

    def keep(self, rows: pl.DataFrame, names: Mapping[str, str]) -> pl.DataFrame:
        """Return the rows that may be lines of entry.

        Args:
            rows: `line`, and the columns of the file that the model names.
            names: Column → its name in the file.
        """
        if not self._is_asked:
            return rows
        cells = [c for c in rows.columns if c != "line" and c[0] != "\0"]  # not our own
        if not self._may_hold_others(rows) and not self._may_hold_totals(rows, cells):
            self.totals.look(rows.clear(), rows["line"])
            return rows
        besides = [c for c in cells if c not in self._date]
        is_remark = _any_of(self._date, _WORD) & _all_are(besides, r"^\s*$")
        undated = ~_any_of(self._date, _DIGIT) & ~_any_of(self._account, _ACCOUNT) | is_remark
        if self._carries:  # a total of an account has its number, but no date of its own
            undated |= ~_any_of(self._date, _DIGIT) & _any_of(cells, TOTAL_OF)
        judged = rows.select(
            "line",
            undated=undated,
            is_total=_any_of(cells, TOTAL) | _any_of(cells, CARRIED),
            only_amounts=_all_are([c for c in cells if c not in self._amounts], r"^\s*$"),
            no_amount=_all_are(self._amounts, _NOTHING),
            label=_joined(c for c in cells if c not in self._amounts),
            debit=pl.col(self._sides[0]) if self._sides else pl.lit(""),
            credit=pl.col(self._sides[1]) if self._sides else pl.lit(""),
            is_moved=_is_header_moved({c: _named(names.get(c, c)) for c in cells}),
            value=_joined(cells),
        )
        found = judged.filter("undated")
        self._anomalies.extend("MOD-LIG-12", found.filter("is_moved").select("line"))
        is_total = pl.col("is_total") | (pl.col("only_amounts") & ~pl.col("no_amount"))
        totals = found.filter(is_total)
        others = found.filter(~is_total & pl.col("no_amount"))
        self._anomalies.report_once("MOD-LIG-06", totals)
        self._anomalies.report_once("MOD-LIG-07", others)
        left = pl.concat([totals["line"], others["line"]])
        kept = rows.filter(~pl.col("line").is_in(left.implode())) if left.len() else rows
        self.totals.look(totals.select("line", "label", "debit", "credit"), kept["line"])
        return kept

    def _may_hold_totals(self, rows: pl.DataFrame, cells: list[str]) -> bool:
        """Return whether any row is a subtotal, in a model that carries dates forward."""
        return self._carries and bool(rows.select(_any_of(cells, TOTAL_OF).any()).item())

    def _may_hold_others(self, rows: pl.DataFrame) -> bool:
        """Tell quickly whether any row has a word or no digit where lines of entry have digits."""
        every = pl.repeat(value=True, n=rows.height, eager=True)
        for column in self._gate:
            if column not in rows.columns:
                return False
            words = rows[column].unique()
            odd = words.filter(~words.str.contains(_DIGIT) | words.str.contains(_WORD))
            if odd.is_empty():
                return False
            every &= rows[column].is_in(odd.implode())
        return bool(every.any())


def _sides_of(model: ImportModel) -> tuple[str, str] | None:
    """Return the columns whose sums are the debit and the credit of the lines, if there are two."""
    debit, credit = (columns_of_fields(one) for one in (model.fields.debit, model.fields.credit))
    is_plain = not model.lines and len(model.input.records) == 1 and len(debit) == len(credit) == 1
    return (debit[0], credit[0]) if is_plain and debit != credit else None


def columns_of_fields(*specs: FieldSpec | None) -> list[str]:
    """Return the columns that some fields are made of."""
    found = [columns_of(spec.from_) for spec in specs if spec]
    return sorted(set().union(*found))


def _named(name: str) -> str:
    """Return the name of a column in its header, without the letter of a sheet's column."""
    return (name.rpartition(" (")[0] if ROW in name else name).strip()


def _is_header_moved(names: Mapping[str, str]) -> pl.Expr:
    """Return whether a row has names of columns in the places of others: two at least."""
    known = [name for name in names.values() if name]
    cells = {column: pl.col(column).str.strip_chars() for column in names}
    are_names = [cell.is_in(known) for cell in cells.values()]
    are_moved = (named & (cells[c] != names[c]) for c, named in zip(cells, are_names, strict=True))
    is_header = pl.sum_horizontal(pl.lit(0), *are_names) >= NAMES_MIN
    return is_header & pl.any_horizontal(pl.lit(value=False), *are_moved)


def _joined(cells: Iterable[str]) -> pl.Expr:
    """Write what is in some cells of a row."""
    filled = [pl.col(c).str.strip_chars().replace("", None) for c in cells]
    return pl.concat_str(filled, separator=" ; ", ignore_nulls=True) if filled else pl.lit("")


def _any_of(columns: list[str], pattern: str) -> pl.Expr:
    return pl.any_horizontal(
        pl.lit(value=False), *(pl.col(c).str.contains(pattern) for c in columns)
    )


def _all_are(columns: list[str], pattern: str) -> pl.Expr:
    return pl.all_horizontal(
        pl.lit(value=True), *(pl.col(c).str.contains(pattern) for c in columns)
    )
