"""Lines of a flat FEC that are no movement, and words that stand for nothing.

They are reported once or line by line, and none of them is read as an entry.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from ecritures.core.nothing_words import NOTHING_WORDS
from ecritures.core.total_rows import CARRIED, TOTAL, RowsOfTotals
from ecritures.formats.fec.header import CASH_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Callable

    from ecritures.core.anomalies import Anomalies
    from ecritures.formats.fec.header import FecHeader

WORDED = (  # not the labels: there, any word may be meant
    *("entry_number", "entry_date", "account_number", "third_party_number", "third_party_label"),
    *("piece_ref", "piece_date", "debit_cents", "credit_cents", "amount", "direction"),
    *("lettering", "lettering_date", "validation_date", "currency_amount", "currency"),
    *(key for _, key in CASH_COLUMNS),
)
_SILENT = (  # where a word would enter the ledger; a date, account or amount is reported anyway
    *("entry_number", "third_party_number", "third_party_label", "piece_ref", "lettering"),
    "currency",
)
_CODES = (
    *("journal_code", "entry_number", "account_number", "third_party_number", "piece_ref"),
    *("lettering", "currency"),
)
_SIDES = ("debit_cents", "credit_cents", "amount")
_AMOUNTS = (*_SIDES, "currency_amount")
_QUOTED = r'^\s*".*"\s*$'
_SAMPLE_ROWS = 500


def quoted_columns(text: pl.DataFrame, header: FecHeader) -> list[str]:
    """Return the names of the columns of codes whose first values are all between quotes.

    A program that quotes its texts quotes all of a column.
    """
    first = text.head(_SAMPLE_ROWS)
    if first.is_empty():
        return []
    row = first.row(0, named=True)  # nearly always enough to tell
    perhaps = [
        name for name in _CODES if name in header.places and (not row[name] or '"' in row[name])
    ]
    if not _any_of(first, perhaps, lambda values: values.str.contains('"', literal=True)):
        return []
    return [
        header.names[name]
        for name in perhaps
        if (values := first[name].filter(first[name] != "")).len()
        and values.str.contains(_QUOTED).all()
    ]


def _any_of(text: pl.DataFrame, columns: list[str], test: Callable[[pl.Series], pl.Series]) -> bool:
    """Test the values of several columns at once, which costs as little as one column."""
    return bool(columns) and bool(test(pl.concat([text[name] for name in columns])).any())


def _are_nothing(values: pl.Series) -> pl.Series:
    return values.is_in(NOTHING_WORDS)


def totals_in(text: pl.DataFrame) -> pl.DataFrame:
    """Return the lines of totals: without date and account, they say so or have amounts alone.

    Args:
        text: `line`, and the fields by their canonical names.

    Returns:
        `line`, and `value`: the text that is reported; `label`, `debit` and `credit`, for
        `RowsOfTotals`.
    """
    sides = pl.col([c for c in _SIDES if c in text.columns])
    cells = pl.exclude("line", *_AMOUNTS)
    says_total = pl.any_horizontal(cells.str.contains(TOTAL) | cells.str.contains(CARRIED))
    is_mute = pl.all_horizontal(cells == "") & pl.all_horizontal(sides.str.contains("[1-9]"))
    undated = (pl.col("entry_date") == "") & (pl.col("account_number") == "")
    is_total = (undated & (says_total | is_mute)) | pl.col("account_number").str.contains(TOTAL)
    words = pl.concat_str(cells.replace("", None), separator=" ", ignore_nulls=True)
    amounts = pl.concat_str(sides, separator=" / ")
    shown = pl.when(is_mute).then(amounts).otherwise(words)
    debit, credit = (
        pl.col(side) if side in text.columns else pl.lit("")
        for side in ("debit_cents", "credit_cents")
    )
    return text.filter(is_total).select(
        "line", shown.alias("value"), label=words, debit=debit, credit=credit
    )


class OddRows:
    """Takes out of each block what is no movement.

    Args:
        anomalies: Where it is recorded.

    Attributes:
        totals: The rows of totals taken out.
    """

    def __init__(self, anomalies: Anomalies) -> None:
        self._anomalies = anomalies
        self.totals = RowsOfTotals()
        self._words: dict[str, str] = {}  # column, as the file calls it → the word
        self._first_line = 0

    def without(self, text: pl.DataFrame, header: FecHeader) -> pl.DataFrame:
        """Return a block of fields without repeated headers, totals and words for nothing."""
        if text.is_empty():
            return text
        text = self._without_words(text, header)
        text = self._without_headers(text, header)
        return self._without_totals(text)

    def finish(self) -> None:
        """Record, once, the words that stand for nothing and the columns that have them."""
        if self._words:
            words = ", ".join(dict.fromkeys(self._words.values()))
            columns = ", ".join(self._words)
            self._anomalies.add("FEC-STR-22", line=self._first_line, value=words, expected=columns)

    def _without_headers(self, text: pl.DataFrame, header: FecHeader) -> pl.DataFrame:
        days = text["entry_date"]
        if str(days.max()) < "A":  # as a rule, dates are digits
            return text
        names = {column: name for column, name in header.names.items() if column in text.columns}
        places = (pl.col(column).str.strip_chars() == name for column, name in names.items())
        judged = text.select(
            named=pl.all_horizontal(
                pl.col("entry_date", "account_number").str.strip_chars().is_in(list(names.values()))
            ),
            same=pl.all_horizontal(places),
        )
        repeated, same = judged["named"], judged["same"]
        self._anomalies.extend("FEC-STR-23", text.filter(repeated & same).select("line"))
        self._anomalies.extend("FEC-STR-26", text.filter(repeated & ~same).select("line"))
        return text.filter(~repeated) if repeated.any() else text

    def _without_totals(self, text: pl.DataFrame) -> pl.DataFrame:
        # As a rule, each line has a date, and accounts are digits.
        if not (text["entry_date"] == "").any() and str(text["account_number"].max()) < "A":
            self.totals.look(text.clear(), text["line"])
            return text
        totals = totals_in(text)
        self._anomalies.extend("FEC-STR-24", totals.select("line", "value"))
        kept = text.filter(~pl.col("line").is_in(totals["line"].implode()))
        self.totals.look(totals.drop("value"), kept["line"])
        return kept

    def _without_words(self, text: pl.DataFrame, header: FecHeader) -> pl.DataFrame:
        columns = [name for name in WORDED if name in header.places]
        sample = text if self._words else text.head(_SAMPLE_ROWS)
        silent = [name for name in columns if name in _SILENT]
        if not (
            _any_of(sample, columns, _are_nothing)
            or any(_are_nothing(text[name]).any() for name in silent)
        ):
            return text
        is_word = pl.col(columns).is_in(NOTHING_WORDS)
        for name in columns:
            found = text.filter(pl.col(name).is_in(NOTHING_WORDS))
            if found.height:
                self._words.setdefault(header.names[name], str(found[name][0]))
                line = int(found["line"][0])
                self._first_line = min(self._first_line or line, line)
        empty = pl.when(is_word).then(pl.lit("")).otherwise(pl.col(columns)).name.keep()
        return text.with_columns(empty)
