"""Lines as a format takes them, and what a reader of the file finds of them again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import polars as pl

from ecritures.core.lines import DATES, TEXTS
from ecritures.core.prefetch import prefetch
from ecritures.exports.fec_file import one_side
from ecritures.exports.findings import Findings, InFile
from ecritures.exports.plain_texts import with_known_characters, without_separators
from ecritures.formats.fec.header import LEGAL_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

_NAMES = {key: name for name, key in LEGAL_COLUMNS}
_NAMES |= {"siret": "SiretEtablissement", "splits": "Ventilations"}
_NAMES["attachments"] = "PiecesJointes"
_PLAIN = tuple(name for name in TEXTS if name not in {"splits", "attachments"})
"""The texts that a file holds as they are."""
CODECS = {
    "utf-8": "utf-8", "windows-1252": "cp1252", "iso-8859-1": "latin-1",
    "iso-8859-15": "iso8859-15", "cp850": "cp850", "cp437": "cp437", "mac-roman": "mac-roman",
}  # fmt: skip


class Fit:
    """Makes whole lines fit for a file: no controls, known characters, one side each.

    Args:
        separator: What no text may hold, besides control characters; "": nothing.
        codec: Python's name of the encoding.
        findings: Where what is changed is reported.
    """

    def __init__(self, separator: str, codec: str, findings: Findings) -> None:
        self._separator = separator
        self._codec, self._findings = codec, findings
        self._first = 1

    def rows(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Return the lines as they are written."""
        rows = one_side(rows, self._first, self._findings)
        texts = rows.select(pl.col(name).alias(_NAMES[name]) for name in _PLAIN)
        place = InFile(rows, self._first)
        texts = without_separators(texts, self._separator, place, self._findings)
        if self._codec != "utf-8":
            texts = with_known_characters(texts, self._codec, place, self._findings)
        if rows["made"].any():
            self._findings.add("line-added", "", place, rows["made"], rows["label"])
        self._first += rows.height
        return rows.with_columns(texts[_NAMES[name]].alias(name) for name in _PLAIN)


class Comparison:
    """Compares the lines that were to be written with those that a reader finds.

    Args:
        fields: The canonical columns that the format has a place for.
        findings: Where what differs is reported.
        by_file: Whether lines have the numbers that the reader gives them, else count from 1.
    """

    def __init__(
        self, fields: Collection[str], findings: Findings, *, by_file: bool = False
    ) -> None:
        self._fields, self._findings, self._by_file = fields, findings, by_file
        self._line = 1

    def compare(self, wanted: Iterable[pl.DataFrame], found: Iterable[pl.DataFrame]) -> None:
        """Record what differs; lines that are missing or too many end the comparison."""
        coming, held = prefetch(found), pl.DataFrame()
        unread = 0
        for rows in wanted:
            while held.height < rows.height and (more := next(coming, None)) is not None:
                held = pl.concat([held, more]) if held.height else more
            unread += rows.height - min(held.height, rows.height)
            if not unread:
                self._compare(rows, held.head(rows.height))
            held = held[rows.height :]
        unread += held.height + sum(more.height for more in coming)
        self._findings.count("lines-unreadable", "", unread)

    def _compare(self, rows: pl.DataFrame, read: pl.DataFrame) -> None:
        place = InFile(rows, self._line, read["line"] if self._by_file else None)
        for name in (*TEXTS, *DATES, "debit_cents", "credit_cents", "currency_amount"):
            if name == "attachments" and not self._has(name):
                continue  # they are beside the file
            differs = rows[name].ne_missing(read[name])
            if name == "currency_amount":
                differs |= rows["currency_scale"].ne_missing(read["currency_scale"])
            if differs.any():
                code = "read-differently" if self._has(name) else "not-in-format"
                self._findings.add(code, _NAMES[name], place, differs, rows[name])
        lost = [
            not _says(one, other) for one, other in zip(rows["extra"], read["extra"], strict=True)
        ]
        is_lost = pl.Series(lost, dtype=pl.Boolean)
        self._findings.add("not-in-format", "HorsNorme", place, is_lost, rows["extra"])
        self._line += rows.height

    def _has(self, name: str) -> bool:
        if name in {"debit_cents", "credit_cents"}:
            return True
        return name in self._fields


def _says(wanted: str | None, found: str | None) -> bool:
    """Return whether an object of what the canonical line lacks says all that was to be said."""
    if wanted is None or wanted == found:
        return True
    if found is None:
        return False
    held = json.loads(found)
    return all(held.get(name) == value for name, value in json.loads(wanted).items())
