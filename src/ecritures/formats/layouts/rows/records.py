"""The records of a file: lines of entry, headings, descriptions of accounts, complements.

Values of heading lines go down to the lines after them, accounts and journals that are described
are remembered, and lines that complete a line of entry are added to it.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import polars as pl

from ecritures.core.grouping import Grouping
from ecritures.formats.layouts.expressions import compile_condition
from ecritures.formats.layouts.field_texts import shape
from ecritures.formats.layouts.fields import FieldSpec
from ecritures.formats.layouts.rows.last_record import LastRecord
from ecritures.formats.layouts.rows.unread import LeftOutColumns

if TYPE_CHECKING:
    from ecritures.core.anomalies import Anomalies
    from ecritures.formats.layouts.document import ImportModel
    from ecritures.formats.layouts.expressions import Condition
    from ecritures.formats.layouts.inputs import AccountColumns, LineTest, Record
    from ecritures.formats.layouts.rows.delimited import DelimitedReader
    from ecritures.formats.layouts.rows.input_reader import InputReader

MORE = "\0more"
"""The column of the lines that complete a line of entry, in JSON."""
HEADING = "\0heading"
"""The column of the number of the heading above a line, when headings tell entries apart."""
_ENTRY, _BEGINS = "\0entry", "\0begins"


class Records:
    """Sorts the lines of a file by record, and makes rows of the lines of entry.

    Args:
        model: How to read them.
        reader: Cuts the lines of a record into columns.
        anomalies: Where lines of no record are recorded.

    Attributes:
        account_labels: Account → label, as lines of the file say.
        collectives: Auxiliary account → its general account, likewise.
        journal_labels: Journal → label, likewise.
    """

    def __init__(self, model: ImportModel, reader: InputReader, anomalies: Anomalies) -> None:
        used = set(model.used_columns)
        self._source = model.input
        self._reader = reader
        self._anomalies = anomalies
        self._records = [_only_used(record, used) for record in model.input.records]
        self._left_out = {
            record.name: LeftOutColumns(record, used, anomalies)
            for record in model.input.records
            if record.role in ("entry", "heading")
        }
        self._last_record = LastRecord(model.input.kind, anomalies)
        self._almost_entry = _almost_entry(model.input.records)
        self._number = model.fields.account_number
        self._last: dict[str, str] = {}  # the heading values in force
        self._by_heading = model.grouping is Grouping.HEADING
        self._headings = 0
        self._heading_open = False  # whether the last line was a heading, whose lines may follow
        self.account_labels: dict[str, str] = {}
        self.collectives: dict[str, str] = {}
        self.journal_labels: dict[str, str] = {}

    def take(self, lines: pl.DataFrame) -> pl.DataFrame:
        """Make the rows of some lines."""
        records = self._records
        if len(records) == 1 and records[0].when is None:  # of XML too: it has no other elements
            return self._begun(self._cut(records[0], lines))
        entries, headings, complements = [], [], []
        rest = lines
        for record in records:
            mine, rest = _parted(rest, record_test(record))
            if record.role == "ignore" or mine.is_empty():
                continue
            rows = self._cut(record, mine)
            if record.role == "entry":
                entries.append(rows)
            elif record.role == "heading":
                headings.append(rows)
            elif record.account or record.journal:
                self._remember(record, rows)
            else:
                complements.append((record.name, rows))
        self._report_others(rest)
        rows = self._under_headings(entries, headings)
        return self._completed(rows, complements) if complements else rows

    def _report_others(self, lines: pl.DataFrame) -> None:
        """Record the lines of no kind that the model knows."""
        if lines.is_empty():
            return
        text = lines["value"].str.strip_chars()
        shown = pl.DataFrame({"line": lines["line"], "value": text.str.head(40)})
        if self._source.other_lines == "error":
            self._anomalies.extend("MOD-LIG-01", shown)
            return
        misspelt = text.str.contains(self._almost_entry)
        if self._source.kind != "blocks":  # where the tag of a block stands alone
            misspelt &= text.str.contains("[0-9]{3}")
        self._anomalies.extend("MOD-LIG-01", shown.filter(misspelt))
        others = shown.filter(~misspelt & (shown["value"] != ""))
        self._anomalies.report_once("MOD-LIG-13", others)

    def describe(self, lines: pl.DataFrame) -> pl.DataFrame:
        """Remember the accounts and journals that some lines describe; make no rows."""
        rest = lines
        for record in self._records:
            mine, rest = _parted(rest, record_test(record))
            if mine.height and (record.account or record.journal):
                self._remember(record, self._cut(record, mine))
        return pl.DataFrame(schema={"line": pl.UInt32})

    def finish(self) -> None:
        """Report what is known at the end of the file."""
        self._last_record.finish()

    def know(self, others: Records) -> None:
        """Remember what others have read of the same file."""
        self.account_labels |= others.account_labels
        self.collectives |= others.collectives
        self.journal_labels |= others.journal_labels

    def _remember(self, record: Record, rows: pl.DataFrame) -> None:
        if record.account:
            self._describe(record.account, rows)
        elif record.journal:
            named = rows.select(record.journal.code, record.journal.label)
            self.journal_labels |= dict(named.select(pl.all().str.strip_chars()).iter_rows())

    def take_cut(self, fields: pl.DataFrame, reader: DelimitedReader) -> pl.DataFrame:
        """Make the rows of lines that are cut already, where there is one kind of them.

        Args:
            fields: `line`, and the fields, named from `0`.
            reader: What cut them.
        """
        record = self._records[0]
        rows = self._looked_at(record, reader.named(self._with_left_out(record), fields))
        return self._begun(rows)

    def _cut(self, record: Record, lines: pl.DataFrame) -> pl.DataFrame:
        """Cut the lines of a record, and keep those that it keeps."""
        rows = self._reader.cut(self._with_left_out(record), lines)
        whole = lines if rows.height == lines.height else lines.join(rows, on="line", how="semi")
        self._last_record.look(record.name, whole)
        return self._looked_at(record, rows)

    def _with_left_out(self, record: Record) -> Record:
        """Return a record with the columns that are still to be reported as left out."""
        left_out = self._left_out.get(record.name)
        if left_out is None or not left_out.waiting.keys() - record.columns.keys():
            return record
        return record.model_copy(update={"columns": record.columns | left_out.waiting})

    def _looked_at(self, record: Record, rows: pl.DataFrame) -> pl.DataFrame:
        """Keep rows that were cut with the columns left out, and report these."""
        kept = self._kept(record.keep, rows) if record.keep else rows
        if record.begins and self._by_heading:
            kept = kept.with_columns(compile_condition(record.begins).alias(_BEGINS))
        left_out = self._left_out.get(record.name)
        if left_out is None or not left_out.waiting:
            return kept
        looked_at = left_out.waiting.keys() - record.columns.keys()
        left_out.look(kept, self._reader.names)
        return kept.drop(looked_at)

    def _kept(self, keep: Condition, rows: pl.DataFrame) -> pl.DataFrame:
        """Keep the rows that a kind of line keeps, and report the others, but for blank ones."""
        keeps = rows.select(compile_condition(keep).fill_null(value=False)).to_series()
        if keeps.all():
            return rows
        texts = pl.concat_list(pl.exclude("line").str.strip_chars())
        shown = texts.list.eval(pl.element().filter(pl.element() != "")).list.join(" ")
        others = rows.filter(~keeps).select("line", value=shown)
        self._anomalies.report_once("MOD-LIG-15", others.filter(pl.col("value") != ""))
        return rows.filter(keeps)

    def _describe(self, account: AccountColumns, rows: pl.DataFrame) -> None:
        numbers = [name for name in (account.number, account.general) if name]
        stripped = rows.select(
            pl.col(account.label).str.strip_chars(), *(self._as_account(name) for name in numbers)
        )
        self.account_labels |= dict(stripped.select(account.number, account.label).iter_rows())
        if account.general:
            filled = stripped.filter(pl.col(account.general) != "")
            self.collectives |= dict(filled.select(account.number, account.general).iter_rows())

    def _as_account(self, column: str) -> pl.Expr:
        """The account numbers of a description, written as those of the lines of entry are."""
        number = self._number or FieldSpec.model_validate({"from": column})
        return shape(number.model_copy(update={"from_": column})).alias(column)

    def _under_headings(
        self, entries: list[pl.DataFrame], headings: list[pl.DataFrame]
    ) -> pl.DataFrame:
        """Put lines of entry in order, each with the values of the headings above it."""
        columns = [
            column for record in self._source.records if record.role == "heading"
            for column in record.columns
        ]  # fmt: skip
        every = [c for record in self._records if record.role == "entry" for c in record.columns]
        kinds = sum(record.role == "entry" for record in self._records)
        if entries and kinds == 1 and not columns and not self._by_heading:
            return entries[0]  # the common case, quickly
        parts = [part.with_columns(pl.lit(value=True).alias(_ENTRY)) for part in entries]
        parts = [part for part in (*parts, *headings) if part.height]
        if not parts:
            schema = {"line": pl.UInt32} | dict.fromkeys([*every, *columns], pl.String)
            return pl.DataFrame(schema=schema)
        rows = pl.concat(parts, how="diagonal").sort("line")
        rows = rows.with_columns(
            pl.lit(None, dtype=pl.String).alias(c)
            for c in [*columns, *every] if c not in rows.columns
        )  # fmt: skip
        rows = rows.with_columns(
            pl.col(c).forward_fill().fill_null(self._last.get(c, "")) for c in columns
        )
        self._last = {column: rows[column][-1] for column in columns}
        if self._by_heading:
            rows = self._numbered(rows)
        if _ENTRY not in rows.columns:
            return rows.clear()
        return rows.filter(pl.col(_ENTRY)).drop(_ENTRY).with_columns(pl.col(every).fill_null(""))

    def _begun(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Number the entries of rows that are all lines of entry, where some begin one."""
        if not self._by_heading or rows.is_empty():
            return rows.drop(_BEGINS, strict=False)
        return self._numbered(rows.with_columns(pl.lit(value=True).alias(_ENTRY))).drop(_ENTRY)

    def _numbered(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Give each line the number of the heading above it, counting those that have lines."""
        nothing = pl.repeat(None, rows.height, dtype=pl.Boolean, eager=True)
        is_entry = rows.get_column(_ENTRY, default=nothing).is_not_null()
        begins = is_entry & ~is_entry.shift(1, fill_value=not self._heading_open)
        if _BEGINS in rows.columns:
            begins = is_entry & rows[_BEGINS].fill_null(value=False)
            rows = rows.drop(_BEGINS)
        number = begins.cast(pl.UInt32).cum_sum() + self._headings
        self._headings, self._heading_open = int(number[-1]), not is_entry[-1]
        self._anomalies.extend("MOD-LIG-10", rows.select("line").filter((number == 0) & is_entry))
        return rows.with_columns(number.cast(pl.String).alias(HEADING))

    def _completed(
        self, rows: pl.DataFrame, complements: list[tuple[str, pl.DataFrame]]
    ) -> pl.DataFrame:
        """Add the lines that complete a line of entry to it, as JSON."""
        lines = rows["line"]
        texts = []
        for name, found in complements:
            at = lines.search_sorted(found["line"], side="right").cast(pl.Int64) - 1
            orphans = found.filter(at < 0).select("line", value=pl.lit(name))
            self._anomalies.extend("MOD-LIG-03", orphans)
            values = found.drop("line").select(pl.all().str.strip_chars())
            objects = values.select(pl.struct(pl.all()).struct.json_encode()).to_series()
            texts.append(
                pl.DataFrame({"at": at, "json": objects})
                .with_columns(kind=pl.lit(json.dumps(name)))
                .filter(at >= 0)
            )
        more = (
            pl.concat(texts)
            .group_by("at", "kind", maintain_order=True)
            .agg(pl.col("json").str.join(","))
            .select("at", text=pl.format("{}:[{}]", "kind", "json"))
            .group_by("at", maintain_order=True)
            .agg(pl.col("text").str.join(","))
        )
        index = pl.int_range(pl.len(), dtype=pl.Int64).alias("at")
        return (
            rows.with_columns(index)
            .join(more.rename({"text": MORE}), on="at", how="left", maintain_order="left")
            .drop("at")
        )


def _almost_entry(records: list[Record]) -> str:
    """Return a pattern of lines that would be of entry, but for a blank before or small letters."""
    tests = [one.when for one in records if one.role in ("entry", "heading") and one.when]
    marks = [re.escape(test.starts_with) for test in tests if test.starts_with]
    marks += [re.escape(test.equals) + "$" for test in tests if test.equals and not test.start]
    return f"^(?i:{'|'.join(marks)})" if marks else "^$"


def _only_used(record: Record, used: set[str]) -> Record:
    """Return a kind of line of entries without the columns that nothing is made of."""
    if record.role != "entry" or not record.columns:
        return record
    needed = [place.end for place in record.columns.values() if not place.optional]
    columns = {name: place for name, place in record.columns.items() if name in used}
    width = record.width or max(1, *needed, 1)
    return record.model_copy(update={"columns": columns, "width": width})


def record_test(record: Record) -> pl.Expr:
    """Compile the test that tells the lines of a record: by their text, or the path in XML."""
    if record.path:
        return pl.col("value") == record.path
    return _line_test(record.when)


def _line_test(test: LineTest | None) -> pl.Expr:
    if test is None:
        return pl.lit(value=True)
    text = pl.col("value")
    if test.start is not None:
        text = text.str.slice(test.start - 1, test.length)
    return test.on(text)


def _parted(lines: pl.DataFrame, test: pl.Expr) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Part the lines that pass a test from the others."""
    passed = lines.select("line", passed=test)["passed"]
    if passed.all():  # as a rule
        return lines, lines.clear()
    return lines.filter(passed), lines.filter(~passed)
