"""The top of a file: titles, which may be missing, or more than the model says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from ecritures.core.anomalies import Anomalies
from ecritures.formats.layouts.field_texts import shape
from ecritures.formats.layouts.number_formats import read_dates
from ecritures.formats.layouts.rows.input_reader import BLANKS, Source
from ecritures.formats.layouts.rows.placement import by_header, required_names
from ecritures.formats.layouts.rows.records import Records

if TYPE_CHECKING:
    from collections.abc import Callable

    from ecritures.formats.layouts.document import ImportModel
    from ecritures.formats.layouts.rows.input_reader import InputReader

    MakeReader = Callable[[ImportModel, Anomalies], InputReader]

LINES_SEARCHED_MAX = 50
NAMES_MIN = 2
_DELIMITERS = ";,\t|"


def guess_delimiter(line: str) -> str:
    """Return the most frequent delimiter of a line."""
    return max(_DELIMITERS, key=line.count)


def after_titles(
    lines: pl.DataFrame, model: ImportModel, make_reader: MakeReader, anomalies: Anomalies
) -> pl.DataFrame:
    """Return the lines from the header on, or from the first that may be a line of entry.

    A line of entry among those that the model skips is not skipped. A header that is not where the
    model says is looked for in the first lines.

    Args:
        lines: `line`, `value`; of a sheet, its columns, named from 1.
        model: How to read them.
        make_reader: Makes what cuts them.
        anomalies: Where it is recorded that the top is not as the model says.
    """
    source = model.input
    rest = lines[source.skip_lines :]
    if source.has_header:
        wanted = required_names(model)
        if source.dialect.header_rows not in ([], [1]):
            return rest
        if not wanted:
            return _with_header(rest, model, make_reader, anomalies)
        top = _without_blank(rest.head(LINES_SEARCHED_MAX)).head(1)
        if top.height and _is_header(_cells(top.row(0), model), wanted):
            return rest[int(top["line"][0]) - int(rest["line"][0]) :]
        return _from_header(lines, model, wanted, anomalies, rest)
    if source.skip_lines and source.kind in ("delimited", "fixed"):
        at = _first_entry(lines[: source.skip_lines], model, make_reader)
        if at is not None:
            text = str(lines["value"][at]).strip()
            anomalies.add("MOD-LIG-08", line=int(lines["line"][at]), value=text)
            return lines[at:]
    return rest


def _from_header(
    lines: pl.DataFrame,
    model: ImportModel,
    wanted: dict[str, tuple[str, ...]],
    anomalies: Anomalies,
    otherwise: pl.DataFrame,
) -> pl.DataFrame:
    """Return the lines from the row that has most of the names wanted, if it has half of them."""
    known = [
        len(by_header(wanted, _cells(row, model))[0])
        for row in lines.head(LINES_SEARCHED_MAX).iter_rows()
    ]
    most = max(known, default=0)
    if most < max(NAMES_MIN, len(wanted) / 2):
        return otherwise
    at = known.index(most)
    if _without_blank(lines[:at]).height > 0:
        number = int(lines["line"][at])
        anomalies.add("MOD-LIG-09", line=1, value=str(number))
    return lines[at:]


def _with_header(
    lines: pl.DataFrame, model: ImportModel, make_reader: MakeReader, anomalies: Anomalies
) -> pl.DataFrame:
    """Put an empty header above a line of entry that stands where the header should be."""
    source = model.input
    delimiter = source.dialect.delimiter
    if source.kind != "delimited" or delimiter == "auto":
        return lines
    dialect = source.dialect.model_copy(update={"header": False})
    headless = source.model_copy(update={"dialect": dialect})
    if (
        _first_entry(lines.head(1), model.model_copy(update={"input": headless}), make_reader)
        is None
    ):
        return lines
    first = lines.head(1)
    anomalies.add("MOD-LIG-08", line=int(first["line"][0]), value=str(first["value"][0]))
    return pl.concat([first.with_columns(value=pl.lit(delimiter)), lines])


def _without_blank(lines: pl.DataFrame) -> pl.DataFrame:
    blank = pl.all_horizontal(pl.exclude("line").str.strip_chars(BLANKS) == "")
    return lines.filter(~blank)


def _is_header(cells: list[str], wanted: dict[str, tuple[str, ...]]) -> bool:
    return len(by_header(wanted, cells)[0]) == len(wanted)


def _cells(row: tuple[object, ...], model: ImportModel) -> list[str]:
    """Return the texts of a row, the first of which is the number of its line."""
    texts = [str(text) for text in row[1:]]
    if model.input.kind != "delimited":
        return texts
    dialect = model.input.dialect
    line = texts[0]
    delimiter = guess_delimiter(line) if dialect.delimiter == "auto" else dialect.delimiter
    return [cell.strip().strip(dialect.quote_char or " ") for cell in line.split(delimiter)]


def _first_entry(lines: pl.DataFrame, model: ImportModel, make_reader: MakeReader) -> int | None:
    """Return which of some lines is the first that has the date of an entry."""
    discarded = Anomalies(0)
    reader = make_reader(model, discarded)
    begun = reader.begin(lines)
    if begun is None or begun.is_empty():
        return None
    taken = reader.take(begun, Source(int(lines["line"][0]), b""))
    rows = Records(model, reader, discarded).take(taken)
    if rows.is_empty():
        return None
    spec = model.fields.entry_date
    text = rows.select(shape(spec).alias("date"))["date"]
    days, _ = read_dates(text, spec.dates or model.dates)
    found = rows["line"].filter(days.is_not_null())
    return int((lines["line"] == found[0]).arg_max() or 0) if found.len() else None
