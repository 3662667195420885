"""Lines that are one JSON object each."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import polars as pl

from ecritures.formats.layouts.inputs import COLUMNS_MAX
from ecritures.formats.layouts.rows.input_reader import Source, known_names, without_blank

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ecritures.core.anomalies import Anomalies
    from ecritures.formats.layouts.document import ImportModel
    from ecritures.formats.layouts.inputs import Record


_SURROGATE = re.compile("[\ud800-\udfff]")


class JsonLinesReader:
    """Reads one JSON object a line.

    Args:
        model: How to read them.
        anomalies: Where lines that are not an object are recorded.
    """

    def __init__(self, model: ImportModel, anomalies: Anomalies) -> None:
        self._used = model.used_columns
        self._anomalies = anomalies
        self._records = model.input.records
        self._reported: set[str] = set()
        self.names = known_names(model.input)
        self.delimiter = ""

    def _report_unread(self, line: int, item: dict[str, Any], known: set[str]) -> None:
        """Tell each column of an object that the model does not read, once."""
        if item.keys() <= known | self._reported or len(self._reported) > COLUMNS_MAX:
            return
        for path, value in _unread(item, known):
            if path not in self._reported and _is_text(path + value):
                self._reported.add(path)
                self._anomalies.add("MOD-COL-02", line=line, column=path, value=value)

    def begin(self, lines: pl.DataFrame) -> pl.DataFrame:
        """Read no header: there is none."""
        return lines

    def take(self, lines: pl.DataFrame, source: Source) -> pl.DataFrame:  # noqa: ARG002
        """Leave the blank lines out."""
        return without_blank(lines)

    def finish(self) -> None:
        """Keep nothing until the end."""

    def cut(self, record: Record, lines: pl.DataFrame) -> pl.DataFrame:
        """Take the columns out of the objects; dots in a name go down into objects."""
        paths = {
            column: place.known_as or (column,) for column, place in record.columns.items()
        } or {column: (column,) for column in self._used}
        values: dict[str, list[str]] = {column: [] for column in paths}
        numbers = []
        known = {name for names in paths.values() for name in names}
        described = {
            name for record in self._records for one, place in record.columns.items()
            for name in (place.known_as or (one,))
        }  # fmt: skip
        known |= described
        for number, text in lines.select("line", "value").iter_rows():
            try:
                item = json.loads(text, parse_float=str, parse_int=str, parse_constant=str)
            except (ValueError, RecursionError):
                item = None
            if not isinstance(item, dict):
                self._anomalies.add("MOD-LIG-05", line=number, value=text)
                continue
            self._report_unread(number, item, known)
            row = [next((v for n in names if (v := _at(item, n))), "") for names in paths.values()]
            if "\\u" in text and not all(map(_is_text, row)):
                self._anomalies.add("MOD-LIG-05", line=number, value=text)
                continue
            numbers.append(number)
            for column, value in zip(paths, row, strict=True):
                values[column].append(value)
        schema = {"line": pl.UInt32} | dict.fromkeys(paths, pl.String)
        return pl.DataFrame({"line": numbers, **values}, schema=schema)


def _unread(item: dict[str, Any], known: set[str], above: str = "") -> Iterator[tuple[str, str]]:
    """Yield the path and the value of what no column is, as deep as the columns go."""
    for name, value in item.items():
        path = f"{above}{name}"
        if path in known or value in ("", None, [], {}):
            continue
        if isinstance(value, dict) and any(one.startswith(f"{path}.") for one in known):
            yield from _unread(value, known, f"{path}.")
        else:
            shown = json.dumps(value, ensure_ascii=False)
            yield path, value if isinstance(value, str) else shown


def _is_text(value: str) -> bool:
    """Return whether a text has no NUL and no half of a character, which no database takes."""
    return "\0" not in value and not _SURROGATE.search(value)


def _at(item: Any, path: str) -> str:  # noqa: ANN401 - any JSON value
    """Return the value at a path of a JSON object, as text; "" for nothing."""
    for name in path.split("."):
        item = item.get(name) if isinstance(item, dict) else None
    if item is None or isinstance(item, dict | list):
        return ""
    return str(item).lower() if isinstance(item, bool) else str(item)
