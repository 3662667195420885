"""Reads a file by a model: rows, then the texts of fields, then canonical lines."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import polars as pl

from ecritures.core.anomalies import Anomalies
from ecritures.core.frames import constant
from ecritures.core.lines import DATES, LINE_SCHEMA, TEXTS, Block
from ecritures.core.prefetch import prefetch
from ecritures.formats.extra import as_members, as_objects
from ecritures.formats.layouts.expressions import columns_of
from ecritures.formats.layouts.field_texts import FieldMaker, normalise_accounts
from ecritures.formats.layouts.habits import ModelFindings
from ecritures.formats.layouts.own_encoding import EncodingDoubt, choose_encoding
from ecritures.formats.layouts.parse import amounts_of, dates_of, scaled_of
from ecritures.formats.layouts.row_lines import OnceEach, RowLines
from ecritures.formats.layouts.rows.entry_rows import EntryRows
from ecritures.formats.layouts.rows.reader import RowReader
from ecritures.formats.layouts.rows.records import HEADING, MORE
from ecritures.formats.layouts.sheet import read_sheet
from ecritures.formats.layouts.third_parties import AloneThirdParties
from ecritures.formats.layouts.units import UnitDoubt
from ecritures.formats.layouts.workbook import check_workbook
from ecritures.formats.layouts.xml_rows import XmlSource
from ecritures.formats.text.reader import TextReader

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ecritures.core.total_rows import StatedTotal
    from ecritures.formats.layouts.document import ImportModel
    from ecritures.formats.layouts.fields import Fields
    from ecritures.formats.layouts.row_lines import Findings
    from ecritures.formats.text.encoding import Encoding
    from ecritures.formats.text.reader import TextBlock

EXTRA = "extra."
_BOTH = ("debit_cents", "credit_cents")
AMOUNTS_OF = {"debit": _BOTH[:1], "credit": _BOTH[1:], "amount": _BOTH}
"""Field → the columns of the line that its texts are read into."""
REQUIRED = {"entry_date", "account_number", "debit", "credit", "amount", "direction", "sign"}


class ModelReader:
    """Reads a file by a model into blocks of canonical lines.

    Args:
        path: The file.
        model: How to read it.
        encoding: What its bytes mean, where the model leaves it open.
        anomalies: Where what cannot be read is recorded.
        block_bytes: How much is read at once.
        line_bytes_max: Longest line accepted.
    """

    format = "model"
    regime = None
    closing_date = None

    def __init__(  # noqa: PLR0913 - what reading takes
        self,
        path: Path,
        model: ImportModel,
        encoding: Encoding,
        anomalies: Anomalies,
        *,
        block_bytes: int,
        line_bytes_max: int,
    ) -> None:
        self._path, self._model, self._anomalies = path, model, anomalies
        encoded = choose_encoding(path, model.input, encoding)
        self._text_reader = partial(
            TextReader,
            path,
            encoded,
            block_bytes=block_bytes,
            line_bytes_max=line_bytes_max,
            by_position=model.input.kind == "fixed",
        )
        self._text = self._text_reader(anomalies=anomalies)
        self._xml: XmlSource | None = None
        if model.input.kind == "xml":
            self._xml = XmlSource(
                path,
                model.input,
                encoding,
                anomalies,
                block_bytes=block_bytes,
                line_bytes_max=line_bytes_max,
            )
        self._findings = ModelFindings(anomalies)
        self._rows = RowReader(model, self._findings)
        self._entry_rows = EntryRows(model, anomalies)
        self._lines = _maker_of(model, self._rows, self._findings)
        self.layout = f"{model.name} ({model.input.kind})"

    @property
    def encoding(self) -> str:
        """What the bytes mean."""
        if self._xml:
            return self._xml.encoding
        return "" if self._model.input.kind == "sheet" else self._text.encoding.name

    @property
    def separator(self) -> str:
        """The delimiter; "" where there is none."""
        return self._rows.delimiter

    @property
    def stated_total(self) -> StatedTotal | None:
        """The grand total stated in the file, known once it has been read; None without one."""
        return self._entry_rows.totals.general

    @property
    def bytes_read(self) -> int:
        """How much of the file was read so far."""
        return self._xml.bytes_read if self._xml else self._text.bytes_read

    def blocks(self) -> Iterator[Block]:
        """Yield the lines; none when the columns are not there, which is an anomaly."""
        return prefetch(self._judged())

    def _judged(self) -> Iterator[Block]:
        unit = UnitDoubt(self._model, self._anomalies)
        try:
            for block in self._blocks():
                unit.look(block)
                yield block
            unit.finish()
        finally:
            self._findings.finish()

    def _blocks(self) -> Iterator[Block]:
        roles = {record.role for record in self._model.input.records}
        describes = bool(roles & {"account", "journal"})
        if describes and self._model.input.kind not in ("xml", "sheet"):
            self._describe_beforehand()
        rows = self._entries()
        # What XML describes of its accounts is known for the lines after it only.
        for entries in rows if describes else prefetch(rows):
            block = self._lines.make(entries)
            self._findings.end_block()
            if block.lines.height:
                yield block

    def _describe_beforehand(self) -> None:
        """Read the accounts that the file describes: they may come after their movements."""
        discarded = Anomalies(0)
        scan = RowReader(self._model, discarded, only_describes=True)
        for block in self._text_reader(anomalies=discarded).blocks(header_apart=False):
            if scan.take(_numbered(block), block.data) is None:
                return
        scan.finish()
        self._rows.know(scan)

    def _entries(self) -> Iterator[pl.DataFrame]:
        """Yield the rows that may be lines of entry."""
        for lines, data in self._source_lines():
            rows = self._rows.take_cut(lines) if data is None else self._rows.take(lines, data)
            if rows is None:
                return
            yield from self._kept(rows)
        rows = self._rows.finish()
        if rows is not None:
            yield from self._kept(rows)

    def _kept(self, rows: pl.DataFrame) -> Iterator[pl.DataFrame]:
        rows = self._entry_rows.keep(rows, self._rows.names)
        self._findings.right("row", rows.height)
        if rows.height:
            yield rows

    def _source_lines(self) -> Iterator[tuple[pl.DataFrame, bytes | None]]:
        """Yield lines and their bytes, b"" where there are none; None if they are cut already."""
        if self._xml:
            for rows in self._xml.rows():
                yield rows, b""
            return
        if self._model.input.kind == "sheet":
            if check_workbook(self._path, self._anomalies):
                for rows in prefetch(read_sheet(self._path, self._model, self._anomalies)):
                    yield rows, b""
            return
        doubt = EncodingDoubt(self._model.input, self._text.encoding, self._anomalies)
        for block in self._text.blocks(self._rows.cut, header_apart=False):
            doubt.look(block)
            if block.fields is None:
                yield _numbered(block), block.data
            else:
                last = block.first_line + block.fields.height
                numbers = pl.int_range(block.first_line, last, dtype=pl.UInt32, eager=True)
                yield block.fields.insert_column(0, numbers.alias("line")), None


class LineMaker:
    """Converts rows to canonical lines.

    Args:
        model: How to do it.
        fields: What the lines are made of.
        rows: The source of the rows, with the names of their columns and the accounts described.
        anomalies: Where what cannot be read is recorded.
    """

    def __init__(
        self, model: ImportModel, fields: Fields, rows: RowReader, anomalies: Findings
    ) -> None:
        self._model = model
        self._rows = rows
        self._anomalies = anomalies
        self._specs = fields.given() | {
            f"{EXTRA}{name}": spec for name, spec in model.fields.extra.items()
        }
        self._alone = AloneThirdParties(model.accounts, anomalies)
        self._maker: FieldMaker | None = None
        self._names: dict[str, str] = {}

    def make(self, rows: pl.DataFrame) -> Block:
        """Make the canonical lines of some rows."""
        if self._maker is None:  # the header is read by now, so the columns have their names
            self._leave_out_absent()
            self._names = {name: self._shown(name) for name in self._specs}
            self._maker = FieldMaker(self._specs, self._names, self._anomalies)
        text = self._maker.make(rows)
        absent = constant("", text.height, pl.String)
        columns: dict[str, pl.Series] = {"line": text["line"]}
        columns |= {name: text.get_column(name, default=absent) for name in TEXTS}
        general, auxiliary = normalise_accounts(columns["account_number"], self._model.accounts)
        if self._rows.collectives and "third_party_number" not in text:
            auxiliary = self._auxiliary(general, auxiliary)
            general = general.replace(self._rows.collectives)
        columns["account_number"] = general
        if "third_party_number" not in text:
            columns["third_party_number"] = auxiliary
        if self._rows.account_labels:
            self._label(columns, text["account_number"])
        if self._rows.journal_labels:
            columns["journal_label"] = _first_filled(
                columns["journal_label"], columns["journal_code"], self._rows.journal_labels
            )
        if HEADING in rows.columns:
            columns["entry_number"] = rows[HEADING]
        self._alone.look(
            *(text["line"], general, columns["third_party_number"]), self._names["account_number"]
        )
        columns |= dates_of(text, self._specs, self._model, self._names, self._anomalies)
        columns |= amounts_of(text, self._specs, self._model, self._names, self._anomalies)
        self._count_right(text, columns)
        columns |= scaled_of(text, self._specs, self._model)
        columns["extra"] = self._extra(text, rows)
        lines = pl.DataFrame({name: columns[name] for name in LINE_SCHEMA}, schema=LINE_SCHEMA)
        canonical = {"debit": "debit_cents", "credit": "credit_cents"}
        names = {canonical.get(name, name): shown for name, shown in self._names.items()}
        return Block(lines, text.rename(canonical, strict=False), names, "model")

    def _count_right(self, text: pl.DataFrame, columns: dict[str, pl.Series]) -> None:
        """Count the dates and amounts that were read."""
        for name in DATES:
            if name in self._specs:
                self._anomalies.right("date", columns[name].count(), self._names[name])
        for name, sides in AMOUNTS_OF.items():
            if name in self._specs:
                right = pl.any_horizontal(columns[side].is_not_null() for side in sides)
                read = text.select(pl.col(name).str.contains("[1-9]") & right).to_series()
                self._anomalies.right("amount", int(read.sum()), self._names[name])

    def _leave_out_absent(self) -> None:
        """Leave out the fields made of one column that this file does not have."""
        described = {c for record in self._model.input.records for c in record.columns}
        absent = described - self._rows.names.keys()
        self._specs = {
            name: spec
            for name, spec in self._specs.items()
            if not _is_one_of(spec.from_, absent) or spec.default or name in REQUIRED
        }

    def _auxiliary(self, numbers: pl.Series, auxiliary: pl.Series) -> pl.Series:
        """Return the accounts that the file itself describes as auxiliary."""
        theirs = numbers.is_in(list(self._rows.collectives)) & (auxiliary == "")
        return auxiliary.clone().scatter(theirs.arg_true(), numbers.filter(theirs))

    def _label(self, columns: dict[str, pl.Series], numbers: pl.Series) -> None:
        """Give the labels of the accounts that the file itself describes."""
        known = numbers.replace_strict(
            self._rows.account_labels, default="", return_dtype=pl.String
        )
        for number, label in (
            ("third_party_number", "third_party_label"),
            ("account_number", "account_label"),
        ):
            theirs = columns[number] == numbers
            wanted = theirs & (columns[label] == "") & (known != "")
            columns[label] = columns[label].clone().scatter(wanted.arg_true(), known.filter(wanted))

    def _shown(self, field: str) -> str:
        columns = sorted(columns_of(self._specs[field].from_))
        shown = [self._rows.names.get(column, column) for column in columns]
        return " / ".join(shown) or field

    def _extra(self, text: pl.DataFrame, rows: pl.DataFrame) -> pl.Series:
        """What the canonical line does not have, as a JSON object."""
        kept = [name for name in self._specs if name.startswith(EXTRA)]
        parts = [
            as_members(text[name], name.removeprefix(EXTRA))
            for name in kept
            if (text[name] != "").any()
        ]
        if MORE in rows.columns:
            parts.append(rows[MORE])
        return as_objects(parts, text.height)


def _numbered(block: TextBlock) -> pl.DataFrame:
    """Return the lines of a block with their numbers."""
    last = block.first_line + block.lines.len()
    numbers = pl.int_range(block.first_line, last, dtype=pl.UInt32, eager=True)
    return pl.DataFrame({"line": numbers, "value": block.lines})


def _maker_of(
    model: ImportModel, rows: RowReader, anomalies: ModelFindings
) -> LineMaker | RowLines:
    """Return what makes the lines: one of each row, or several."""
    if not model.lines:
        return LineMaker(model, model.fields, rows, anomalies)
    found = OnceEach(anomalies)
    fields_of_lines = model.fields_of_lines.values()
    makers = [LineMaker(model, fields, rows, found) for fields in fields_of_lines]
    return RowLines(model, makers, found)


def _first_filled(labels: pl.Series, codes: pl.Series, known: dict[str, str]) -> pl.Series:
    """Return the labels; where there is none, the known one of the code."""
    found = codes.replace_strict(known, default="", return_dtype=pl.String)
    return found.zip_with(labels == "", labels)


def _is_one_of(value: object, columns: set[str]) -> bool:
    """Return whether a value is one of some columns, and no expression."""
    return isinstance(value, str) and value in columns
