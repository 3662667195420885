"""Writes whole lines as a flat FEC (article A47 A-1, VI to XII), a block of lines at a time."""

from __future__ import annotations

import io
import json
from collections import Counter
from typing import TYPE_CHECKING, Final

import polars as pl

from ecritures.core.frames import cents_text_of
from ecritures.core.lines import DATES
from ecritures.core.regime import Regime
from ecritures.exports.choices import Charset, Layout, Numbering
from ecritures.exports.findings import InFile
from ecritures.exports.plain_texts import CONTROLS, with_known_characters, without_separators
from ecritures.formats.extra import member_texts
from ecritures.formats.fec.header import CASH_COLUMNS, expected_columns
from ecritures.formats.fec.write import scaled_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ecritures.exports.findings import Findings
    from ecritures.exports.snapshot import Snapshot
    from ecritures.exports.wanted import Wanted

ORIGINAL_NUMBER = "NumOrigine"
LINE_END = "\r\n"
_REGIMES: Final[Mapping[Layout, Regime]] = {
    Layout.BIC: Regime.BIC,
    Layout.SIGNED: Regime.BIC,
    Layout.BA_CASH: Regime.BA_CASH,
    Layout.BNC_CASH: Regime.BNC_CASH,
}
_REQUIRED = (
    *("journal_code", "journal_label", "entry_number", "account_label", "piece_ref"),
    *("piece_date", "label", "validation_date", "settlement_date", "settlement_mode"),
)
_CASH_NAMES = {key: name for name, key in CASH_COLUMNS}


class FecWriter:
    """Makes the bytes of a FEC.

    Args:
        wanted: Its layout, encoding, separator and numbering.
        extra_names: The columns that it has behind those of the law.
        findings: Where what could not be written as it is, is reported.

    Attributes:
        columns: The names of its columns.
        left_columns: The columns beyond the law that it has no place for, and how many lines say
            something in each.
    """

    def __init__(self, wanted: Wanted, extra_names: Iterable[str], findings: Findings) -> None:
        self._wanted, self._findings = wanted, findings
        signed = wanted.layout is Layout.SIGNED
        self._legal = expected_columns(_REGIMES[wanted.layout], signed=signed)
        own = {name for name, _ in self._legal}
        if wanted.numbering is Numbering.CONTINUOUS:
            own.add(ORIGINAL_NUMBER)
        self._extra = {name: _column_name(name) for name in extra_names if name not in own}
        self._separator = wanted.separator.character
        charset = Charset(wanted.encoding or Charset.UTF_8)
        self._encoding = {Charset.UTF_8: "utf-8", Charset.LATIN_9: "iso8859-15"}.get(
            charset, "ascii"
        )
        self._next_line = 2
        self.left_columns: Counter[str] = Counter()
        self.columns = [name for name, _ in self._legal] + list(self._extra.values())
        if wanted.numbering is Numbering.CONTINUOUS:
            self.columns.append(ORIGINAL_NUMBER)

    def header(self) -> bytes:
        """Return the first line."""
        names = self._separator.join(self.columns) + LINE_END
        return names.encode(self._encoding, errors="replace")

    def lines(self, rows: pl.DataFrame) -> bytes:
        """Return the lines of some whole lines."""
        if self._wanted.layout is Layout.SIGNED:
            rows = one_side(rows, self._next_line, self._findings)
        fields = self._fields(rows)
        place = InFile(rows, self._next_line)
        self._report(place, fields)
        data = self._bytes(fields)
        if not self._is_plain(data, fields):
            fields = without_separators(fields, self._separator, place, self._findings)
            data = self._bytes(fields)
        if self._encoding != "utf-8":
            data = self._encoded(data, fields, place)
        self._next_line += rows.height
        return data

    def _encoded(self, data: bytes, fields: pl.DataFrame, place: InFile) -> bytes:
        text = data.decode()
        try:
            return text.encode(self._encoding)
        except UnicodeEncodeError:
            known = with_known_characters(fields, self._encoding, place, self._findings)
            return self._bytes(known).decode().encode(self._encoding)

    def _bytes(self, fields: pl.DataFrame) -> bytes:
        target = io.BytesIO()
        fields.write_csv(
            target,
            include_header=False,
            line_terminator=LINE_END,
            separator=self._separator,
            quote_style="never",
        )
        return target.getvalue()

    def _is_plain(self, data: bytes, fields: pl.DataFrame) -> bool:
        """Return whether no text holds a separator or a control character: seldom one does."""
        between = fields.height * (fields.width - 1)
        controls = len(LINE_END) * fields.height
        if self._separator == "\t":
            controls += between
        elif data.count(self._separator.encode()) != between:
            return False
        return len(data) - len(data.translate(None, CONTROLS)) == controls

    def _fields(self, rows: pl.DataFrame) -> pl.DataFrame:
        fields = {name: self._field(key, rows) for name, key in self._legal}
        for key, name in self._extra.items():
            fields[name] = member_texts(rows["extra"], key)
        if self._wanted.numbering is Numbering.CONTINUOUS:
            fields["EcritureNum"] = rows["rank"] + 1
            fields[ORIGINAL_NUMBER] = rows["entry_number"]
        return pl.DataFrame({name: fields[name] for name in self.columns})

    def _field(self, key: str, rows: pl.DataFrame) -> pl.Series:  # noqa: PLR0911 - one a kind
        if key in DATES:
            return _eight_digits(rows[key])
        if key in {"debit_cents", "credit_cents"}:
            return _amounts(rows[key])
        if key == "amount":
            return _amounts(rows["debit_cents"] + rows["credit_cents"])
        if key == "direction":
            side = pl.when(pl.col("credit_cents") != 0).then(pl.lit("C")).otherwise(pl.lit("D"))
            return rows.select(side).to_series()
        if key == "currency_amount":
            if rows[key].null_count() == rows.height:
                return rows[key].cast(pl.String)
            return rows.select(scaled_text()).to_series()
        if key in _CASH_NAMES:
            return member_texts(rows["extra"], _CASH_NAMES[key])
        return rows[key]

    def _report(self, place: InFile, fields: pl.DataFrame) -> None:
        """Return what the law asks for and is not there, what was added, what has no column."""
        rows = place.rows
        for name, key in self._legal:
            if key in _REQUIRED:
                column = fields[name]
                empty = column == "" if column.dtype == pl.String else column.is_null()
                if column.null_count():
                    empty = empty.fill_null(value=True)
                if empty.any():
                    self._findings.add("required-empty", name, place, empty)
        if rows["made"].any():
            self._findings.add("line-added", "", place, rows["made"], rows["label"])
        self._count_left(rows["extra"])
        named = (rows["siret"] != "").sum()
        self._findings.count("establishment-left", "", int(named))
        self._findings.count("splits-left", "", int((rows["splits"] != "").sum()))

    def _count_left(self, extra: pl.Series) -> None:
        if extra.null_count() == extra.len():
            return
        known = {name for name, _ in self._legal} | self._extra.keys()
        for text, count in extra.drop_nulls().value_counts().iter_rows():
            left = json.loads(text).keys() - known
            self.left_columns.update(dict.fromkeys(left, count))


def one_side(rows: pl.DataFrame, first_line: int, findings: Findings) -> pl.DataFrame:
    """Make two lines of one that has both a debit and a credit.

    Args:
        rows: Whole lines.
        first_line: The line of the file that the first of them is.
        findings: Where those lines are reported.
    """
    both = (rows["debit_cents"] != 0) & (rows["credit_cents"] != 0)
    if not both.any():
        return rows
    findings.add("two-sides", "", InFile(rows, first_line), both)
    numbered = rows.with_row_index("row")
    no_credit = pl.when(both).then(0).otherwise("credit_cents").alias("credit_cents")
    second = numbered.filter(both).with_columns(pl.lit(0, pl.Int64).alias("debit_cents"))
    parts = pl.concat([numbered.with_columns(no_credit), second])
    return parts.sort("row", maintain_order=True).drop("row")


def extra_names(snapshot: Snapshot) -> list[str]:
    """Return the names of all columns beyond the law that the lines of an export have."""
    found: dict[str, None] = {}
    for texts in snapshot.extra_texts():
        for text in texts:
            found.update(dict.fromkeys(json.loads(text)))
    return list(found)


def _column_name(name: str) -> str:
    """Return the name of a column beyond the law, as a header may have it."""
    return " ".join(name.replace("|", " ").split()) or "?"


def _eight_digits(days: pl.Series) -> pl.Series:
    """Write days as AAAAMMJJ: numbers are quicker to make than texts."""
    if days.null_count() == days.len():
        return days.cast(pl.Int32)
    number = pl.col("day").dt
    whole = number.year() * 10_000 + number.month().cast(pl.Int32) * 100 + number.day()
    return days.alias("day").to_frame().select(whole).to_series()


def _amounts(cents: pl.Series) -> pl.Series:
    return cents.alias("cents").to_frame().select(cents_text_of(pl.col("cents"))).to_series()
