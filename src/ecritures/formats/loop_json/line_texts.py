"""Decoded lines to columns of texts, and what is wrong with the types of their fields."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import polars as pl

from ecritures.core.frames import constant
from ecritures.formats.loop_json.decode import TWICE, Number, cleaned, is_text
from ecritures.formats.loop_json.fields import (
    ADDRESS,
    ATTACHMENT,
    KNOWN,
    NUMBERED,
    OF_SIDE,
    RATE,
    SCALARS,
    SIDES,
    SPLIT,
)
from ecritures.formats.loop_json.gathered import Found, Gathered

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ecritures.core.anomalies import Anomalies

_PLAIN = {str, type(None)}
_WITH_NUMBERS = {*_PLAIN, Number}
_CONTROL = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")
_TEXT, _NUMBER, _OBJECT = '"…"', "0.00", "{…}"
_OF_SIDE = frozenset(OF_SIDE)
UNKNOWN_MAX = 20
"""Names of unknown fields that are kept, to be reported."""


class TextReader:
    """Reads the fields of lines as texts.

    Args:
        anomalies: Where what is wrong is recorded.
    """

    def __init__(self, anomalies: Anomalies) -> None:
        self._anomalies = anomalies
        self._gathered = Gathered(anomalies)
        self._unknown: dict[str, int] = {}

    def read(self, first: int, values: Sequence[object]) -> tuple[pl.DataFrame, list[object]]:
        """Read lines.

        Args:
            first: The number of the first.
            values: What they hold, decoded.

        Returns:
            `line`, a column for each of `SCALARS`, one for each field of each side, such as
            `debit.amount`, and the address of the document, `fichier`; and the splits, as they
            are. Lines that are no objects are left out.
        """
        lines, rows = self._objects(first, values)
        columns = {
            name: self._texts(lines, name, [row.get(name) for row in rows]) for name in SCALARS
        }
        for side in SIDES:
            columns |= self._side(lines, side, [row.get(side) for row in rows])
        self._look_at_names(lines, rows)
        columns[ATTACHMENT] = self._addresses(lines, rows)
        frame = pl.DataFrame({"line": pl.Series(lines, dtype=pl.UInt32), **columns})
        splits = [row.get(SPLIT) for row in rows]
        for place, row in enumerate(rows):
            if len(row) > len(KNOWN) or any("[" in name for name in row.keys() - KNOWN):
                splits[place] = _splits_of(row)
        self._gathered.record()
        return frame, splits

    def finish(self) -> None:
        """Record what is reported once."""
        for name, line in self._unknown.items():
            self._anomalies.add("JSON-CHP-03", line=line, column=name)

    def _objects(
        self, first: int, values: Sequence[object]
    ) -> tuple[list[int], list[dict[str, object]]]:
        lines, rows = [], []
        for line, value in enumerate(values, first):
            if not isinstance(value, dict):
                self._wrong(line, None, value, _OBJECT, "JSON-STR-08")
                continue
            if TWICE in value:
                self._gathered.add("JSON-STR-07", Found(line, str(value[TWICE])))
            lines.append(line)
            rows.append(value)
        return lines, rows

    def _look_at_names(self, lines: list[int], rows: list[dict[str, object]]) -> None:
        for line, row in zip(lines, rows, strict=True):
            if KNOWN.issuperset(row):
                continue
            for name in row:
                if name not in KNOWN and not name.lower().startswith(f"{SPLIT.lower()}["):
                    self._note_unknown(name, name, line)

    def _note_unknown(self, name: str, shown: str, line: int) -> None:
        if name != TWICE and len(self._unknown) < UNKNOWN_MAX:
            self._unknown.setdefault(cleaned(shown), line)

    def _side(self, lines: list[int], side: str, values: list[object]) -> dict[str, pl.Series]:
        if not set(map(type, values)) <= {dict, type(None)}:
            for line, value in zip(lines, values, strict=True):
                if value is not None and not isinstance(value, dict):
                    self._wrong(line, side, value, _OBJECT)
        objects: list[Mapping[str, object]] = [
            value if isinstance(value, dict) else {} for value in values
        ]
        for line, value in zip(lines, objects, strict=True):
            if TWICE in value:
                self._gathered.add("JSON-STR-07", Found(line, f"{side}.{value[TWICE]}"))
            if not _OF_SIDE.issuperset(value):
                for name in value.keys() - _OF_SIDE:
                    self._note_unknown(name, f"{side}.{name}", line)
        return {
            f"{side}.{name}": self._texts(
                lines, f"{side}.{name}", [one.get(name) for one in objects]
            )
            for name in OF_SIDE
        }

    def _texts(self, lines: list[int], name: str, values: list[object]) -> pl.Series:
        """Turn the values of a field into texts; "" for null, and for what is no text."""
        kinds = set(map(type, values))
        takes_numbers = name in NUMBERED or name.partition(".")[2] in OF_SIDE
        if not kinds <= (_WITH_NUMBERS if takes_numbers else _PLAIN):
            values = self._only_texts(lines, name, values, takes_numbers=takes_numbers)
        try:
            column = pl.Series(name, values, dtype=pl.String)
        except UnicodeEncodeError:
            column = pl.Series(name, self._only_characters(lines, name, values), dtype=pl.String)
        column = column.fill_null("").str.strip_chars()
        if column.str.contains("\0", literal=True).any():
            column = pl.Series(name, self._only_characters(lines, name, list(column)))
        return column

    def _only_texts(
        self, lines: list[int], name: str, values: list[object], *, takes_numbers: bool
    ) -> list[object]:
        found: list[object] = []
        as_numbers: list[tuple[int, str]] = []
        for line, value in zip(lines, values, strict=True):
            kept: object = value
            if isinstance(value, Number) and not takes_numbers:
                as_numbers.append((line, str(value)))
            elif value is not None and not isinstance(value, str):
                self._wrong(line, name, value, _NUMBER if "." in name else _TEXT)
                kept = None
            found.append(kept)
        reported = pl.DataFrame(
            as_numbers, schema={"line": pl.UInt32, "value": pl.String}, orient="row"
        )
        self._anomalies.report_once("JSON-CHP-02", reported, column=name)
        return found

    def _only_characters(self, lines: list[int], name: str, values: list[object]) -> list[str]:
        found = []
        for line, value in zip(lines, values, strict=True):
            text = str(value or "")
            if not is_text(text):
                self._gathered.add("JSON-CHP-06", Found(line, name, text))
                text = ""
            found.append(text)
        return found

    def _addresses(self, lines: list[int], rows: list[dict[str, object]]) -> pl.Series:
        """Return the address of the document of each line; "": it has none."""
        if not any(row.get(ATTACHMENT) for row in rows):
            return constant("", len(rows), pl.String)
        found = []
        for line, row in zip(lines, rows, strict=True):
            value = row.get(ATTACHMENT)
            if isinstance(value, dict) and TWICE in value:
                self._gathered.add("JSON-STR-07", Found(line, f"{ATTACHMENT}.{value[TWICE]}"))
            address = value.get(ADDRESS) if isinstance(value, dict) else value
            if isinstance(value, dict | None) and isinstance(address or "", str):
                text = str(address or "").strip()
                if not _CONTROL.search(text):
                    found.append(text)
                    continue
            self._wrong(line, ATTACHMENT, value, '{"uri": "…"}')
            found.append("")
        return pl.Series(found, dtype=pl.String)

    def _wrong(
        self, line: int, name: str | None, value: object, expected: str, code: str = "JSON-CHP-01"
    ) -> None:
        shown = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        self._gathered.add(code, Found(line, name, shown, expected))


def _splits_of(row: dict[str, object]) -> object:
    """Return the splits of a line that has an axis in the name of a field: `axeAna[AXE1]`."""
    found = dict(row[SPLIT]) if isinstance(row.get(SPLIT), dict) else {}  # type: ignore[call-overload]
    for name, value in row.items():
        head, bracket, axis = name.partition("[")
        if bracket and head.lower() == SPLIT.lower():
            axis = axis.rstrip("]").strip("\"'")
            if found.setdefault(axis, value) != value:
                found[TWICE] = axis
    return found or row.get(SPLIT)


__all__ = ["RATE", "TextReader"]
