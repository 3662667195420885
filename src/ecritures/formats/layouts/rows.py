"""Lines of text into rows: one row a line of entry, with the columns the model names.

Kinds of lines are told apart here. Values of heading lines go down to the lines after them,
accounts that are described are remembered, and lines that complete a line of entry are put on it.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import polars as pl

from ecritures.core.lines import ROW
from ecritures.formats.layouts.columns import (
    by_header,
    down,
    filled_row,
    fold_blocks,
    line_test,
    only_used,
)
from ecritures.formats.layouts.expressions import compile_condition
from ecritures.formats.layouts.inputs import COLUMNS_MAX
from ecritures.formats.layouts.sheet import letters
from ecritures.formats.layouts.split import Delimited, Source, cut_fixed, guess_delimiter

if TYPE_CHECKING:
    from ecritures.core.anomalies import Anomalies
    from ecritures.formats.layouts.document import ImportModel
    from ecritures.formats.layouts.inputs import AccountColumns, Record

MORE = "\0more"
"""The column of the lines that complete a line of entry, in JSON."""


class Rows:
    """Turns the lines of one file into rows.

    Args:
        model: How to read them.
        anomalies: Where lines that cannot be read are recorded.

    Attributes:
        names: Column → what people call it in this file.
        account_labels: Account → label, as lines of the file tell.
        collectives: Auxiliary account → its general account, likewise.
        delimiter: The delimiter; "" where there is none.
    """

    def __init__(self, model: ImportModel, anomalies: Anomalies) -> None:
        self._model = model
        self._source = model.input
        self._anomalies = anomalies
        used = set(model.used_columns)
        self._records = [only_used(record, used) for record in model.input.records]
        self._positions: dict[str, dict[str, int]] = {}
        self._least: dict[str, int] = {}
        self._cutter: Delimited | None = None
        self._most: int | None = None
        self._last: dict[str, str] = {}  # the heading values in force
        self._completes = any(record.role == "complement" for record in self._source.records)
        self._held: pl.DataFrame | None = None
        self._open: pl.DataFrame | None = None  # the lines of a block that may go on
        self._begun = False
        self._readable = True
        self.account_labels: dict[str, str] = {}
        self.collectives: dict[str, str] = {}
        self.delimiter = ""
        self.names = {
            column: place.shown(column)
            for record in self._source.records
            for column, place in record.columns.items()
        }

    def take(self, lines: pl.DataFrame, data: bytes) -> pl.DataFrame | None:
        """Turn the next lines into rows.

        Args:
            lines: `line`, `value`; of a sheet, its columns.
            data: The same, as they stand in the file, each ended by a line feed; b"" of a sheet.

        Returns:
            The rows; None when the file cannot be read.
        """
        first = int(lines["line"][0]) if lines.height else 1
        if not self._begun and lines.height:
            self._begun = True
            lines = self._after_top(lines)
        if not self._readable:
            return None
        if self._cutter:
            self._cutter.source = Source(first, data)
        if self._source.kind == "blocks":
            lines = self._folded(lines)
        elif self._source.kind != "sheet":
            lines = self._meaningful(lines)
        return self._rows(self._hold(lines))

    def finish(self) -> pl.DataFrame | None:
        """Return the rows of the lines that were held back."""
        if not self._readable:
            return None
        parts = [] if self._held is None else [self._held]
        if self._open is not None:
            last, self._open = self._open, None
            parts.append(fold_blocks(last.with_columns(block=pl.lit(1))))
        self._held = None
        return self._rows(pl.concat(parts)) if parts else None

    # ── The top of the file ──────────────────────────────────────────────────────────────────

    def _after_top(self, lines: pl.DataFrame) -> pl.DataFrame:
        """Read the header and find the columns; return the lines after it."""
        lines = lines[self._source.skip_lines :]
        if self._source.kind == "sheet":
            return self._after_sheet_header(lines)
        if self._source.kind == "delimited":
            dialect = self._source.dialect
            header_row = dialect.header_rows[0] if dialect.header and dialect.header_rows else 0
            first = str(lines["value"][max(0, header_row - 1)]) if lines.height else ""
            guessed = guess_delimiter(first)
            self.delimiter = guessed if dialect.delimiter == "auto" else dialect.delimiter
            self._cutter = Delimited(dialect, self.delimiter, self._anomalies)
            header = self._cutter.names(first) if header_row else []
            self._most = len(header) if 0 < len(header) < COLUMNS_MAX else None
            lines = lines[header_row:]
            for record in self._source.records:
                self._place(record, header)
        return lines

    def _after_sheet_header(self, lines: pl.DataFrame) -> pl.DataFrame:
        filled = lines.filter(filled_row())
        row = self._source.dialect.header_rows[0] if self._source.has_header else 0
        header = [text.strip() for text in filled.drop("line").row(row - 1)] if (
            row and filled.height >= row
        ) else []  # fmt: skip
        for record in self._source.records:
            self._place(record, header)
            for column, at in self._positions[record.name].items():
                known = self.names.get(column, column)
                self.names[column] = f"{known} ({letters(at)}{ROW})"
        return filled[row:]

    def _folded(self, lines: pl.DataFrame) -> pl.DataFrame:
        """Make one row of each block: its tag, and the lines under it."""
        if self._open is not None:
            lines = pl.concat([self._open, lines])
        tag = lines["value"].str.starts_with(self._source.blocks_start)
        lines = lines.with_columns(tag.cast(pl.UInt32).cum_sum().alias("block"))
        top = lines.filter((pl.col("block") == 0) & (pl.col("value").str.strip_chars() != ""))
        if self._source.other_lines == "error":
            self._anomalies.extend("MOD-LIG-01", top.select("line", "value"))
        lines = lines.filter(pl.col("block") > 0)
        last = lines["block"].max()
        self._open = lines.filter(pl.col("block") == last).drop("block") if lines.height else None
        return fold_blocks(lines.filter(pl.col("block") < last))

    def _place(self, record: Record, header: list[str]) -> None:
        """Find where the columns of a record stand."""
        columns = record.columns
        if self._model.columns_by_name:
            found, shown = by_header(dict.fromkeys(self._model.used_columns), header)
        else:
            named = {c: place.known_as for c, place in columns.items() if place.known_as}
            found, shown = by_header(named, header)
            found |= {c: place.position for c, place in columns.items() if place.position}
        self.names |= shown
        wanted = columns or dict.fromkeys(self._model.used_columns)
        missing = [
            c for c, place in wanted.items() if c not in found and not (place and place.optional)
        ]
        for column in missing:
            self._readable = False
            self._anomalies.add("MOD-COL-01", line=self._source.skip_lines + 1, value=column,
                                expected=", ".join(header))  # fmt: skip
        self._positions[record.name] = found
        needed = [at for c, at in found.items() if not (c in columns and columns[c].optional)]
        self._least[record.name] = len(header) if header and not columns else max(needed, default=1)

    # ── The lines ────────────────────────────────────────────────────────────────────────────

    def _meaningful(self, lines: pl.DataFrame) -> pl.DataFrame:
        """Leave the blank lines and the comments out."""
        blank = lines["value"].str.strip_chars_start() == ""
        if blank.any():
            lines = lines.filter(~blank)
        comment = self._source.dialect.comment_char
        if comment and self._source.kind == "delimited":
            lines = lines.filter(~pl.col("value").str.starts_with(comment))
        return lines

    def _hold(self, lines: pl.DataFrame) -> pl.DataFrame:
        """Keep the last line of entry back, where the lines to come may complete it."""
        if not self._completes:
            return lines
        if self._held is not None:
            lines = pl.concat([self._held, lines])
        entry = pl.lit(value=False)
        for record in reversed(self._source.records):  # the first kind that fits is the line's
            its = pl.lit(record.role == "entry")
            entry = pl.when(line_test(record.when)).then(its).otherwise(entry)
        at = lines.select(pl.arg_where(entry)).to_series()
        cut = int(at[-1]) if at.len() else lines.height
        self._held = lines[cut:]
        return lines[:cut]

    def _rows(self, lines: pl.DataFrame) -> pl.DataFrame:
        records = self._records
        if len(records) == 1 and records[0].when is None:
            return self._kept(records[0], self._cut(records[0], lines))
        entries, headings, complements = [], [], []
        rest = lines
        for record in records:
            mine, rest = _parted(rest, line_test(record.when))
            if record.role == "ignore" or mine.is_empty():
                continue
            rows = self._kept(record, self._cut(record, mine))
            if record.role == "entry":
                entries.append(rows)
            elif record.role == "heading":
                headings.append(rows)
            elif record.account:
                self._describe(record.account, rows)
            else:
                complements.append((record.name, rows))
        if self._source.other_lines == "error":
            self._anomalies.extend(
                "MOD-LIG-01", rest.select("line", value=pl.col("value").str.head(40))
            )
        rows = self._under_headings(entries, headings)
        return self._completed(rows, complements) if complements else rows

    def _describe(self, account: AccountColumns, rows: pl.DataFrame) -> None:
        stripped = rows.select(pl.exclude("line").str.strip_chars())
        self.account_labels |= dict(stripped.select(account.number, account.label).iter_rows())
        if account.general:
            filled = stripped.filter(pl.col(account.general) != "")
            self.collectives |= dict(filled.select(account.number, account.general).iter_rows())

    def _cut(self, record: Record, lines: pl.DataFrame) -> pl.DataFrame:
        if self._source.kind == "blocks":
            return lines.select(
                "line",
                *(
                    pl.col("cells").list.get((place.position or 1) - 1, null_on_oob=True)
                    .fill_null("").alias(column)
                    for column, place in record.columns.items()
                ),
            )  # fmt: skip
        if self._source.kind == "sheet":
            positions = self._positions[record.name]
            columns = record.columns or positions
            found = (pl.col(str(positions[c])) if c in positions else pl.lit("") for c in columns)
            return lines.select(
                "line", *(one.alias(c) for one, c in zip(found, columns, strict=True))
            )
        if self._source.kind == "jsonLines":
            return self._from_json(record, lines)
        if self._source.kind == "fixed":
            return cut_fixed(lines, record, self._anomalies)
        if self._cutter is None:
            message = "a delimited file has a first line"
            raise AssertionError(message)
        name = record.name
        known = self._positions[name]
        positions = {c: at for c, at in known.items() if c in record.columns or not record.columns}
        rows = self._cutter.cut(lines, positions, self._least[name], self._most)
        absent = set(record.columns) - set(positions)
        return rows.with_columns(pl.lit("").alias(column) for column in sorted(absent))

    def _from_json(self, record: Record, lines: pl.DataFrame) -> pl.DataFrame:
        """Read one JSON object a line; dots in a name go down into objects."""
        paths = {
            column: place.known_as or (column,) for column, place in record.columns.items()
        } or {column: (column,) for column in self._model.used_columns}
        values: dict[str, list[str]] = {column: [] for column in paths}
        numbers = []
        for number, text in lines.select("line", "value").iter_rows():
            try:
                item = json.loads(text, parse_float=str, parse_int=str, parse_constant=str)
            except (ValueError, RecursionError):
                item = None
            if not isinstance(item, dict):
                self._anomalies.add("MOD-LIG-05", line=number, value=text)
                continue
            numbers.append(number)
            for column, names in paths.items():
                values[column].append(next((v for n in names if (v := down(item, n))), ""))
        schema = {"line": pl.UInt32} | dict.fromkeys(paths, pl.String)
        return pl.DataFrame({"line": numbers, **values}, schema=schema)

    @staticmethod
    def _kept(record: Record, rows: pl.DataFrame) -> pl.DataFrame:
        return rows.filter(compile_condition(record.keep)) if record.keep else rows

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
        if entries and kinds == 1 and not columns:
            return entries[0]  # the common case, quickly
        parts = [part.with_columns(pl.lit(value=True).alias("\0entry")) for part in entries]
        parts += headings
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
        if "\0entry" not in rows.columns:
            return rows.clear()
        return (
            rows.filter(pl.col("\0entry")).drop("\0entry").with_columns(pl.col(every).fill_null(""))
        )

    def _completed(
        self, rows: pl.DataFrame, complements: list[tuple[str, pl.DataFrame]]
    ) -> pl.DataFrame:
        """Put the lines that complete a line of entry on it, as JSON."""
        lines = rows["line"]
        texts = []
        for name, found in complements:
            at = lines.search_sorted(found["line"], side="right").cast(pl.Int64) - 1
            orphans = found.filter(at < 0).select("line", value=pl.lit(name))
            self._anomalies.extend("MOD-LIG-03", orphans)
            values = found.drop("line").select(pl.all().str.strip_chars())
            objects = values.select(pl.struct(pl.all()).struct.json_encode()).to_series()
            texts.append(
                pl.DataFrame(
                    {"at": at, "kind": [json.dumps(name)] * found.height, "json": objects}
                ).filter(at >= 0)
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


def _parted(lines: pl.DataFrame, test: pl.Expr) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Part the lines that pass a test from the others."""
    passed = lines.select("line", passed=test)["passed"]
    if passed.all():  # as a rule
        return lines, lines.clear()
    return lines.filter(passed), lines.filter(~passed)
