"""Lines as a format takes them, and what a reader of the file finds of them again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import polars as pl

from ecritures.core.lines import DATES, LINE_SCHEMA, TEXTS
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
    """

    def __init__(self, fields: Collection[str], findings: Findings) -> None:
        self._fields, self._findings = fields, findings

    def compare(self, wanted: Iterable[pl.DataFrame], found: Iterable[pl.DataFrame]) -> None:
        """Record what differs; lines that are missing or too many end the comparison.

        Args:
            wanted: The lines, in the order of the file.
            found: Those that are read, which follow one another.
        """
        coming, held = prefetch(found), pl.DataFrame()
        unread, line = 0, 1
        for rows in wanted:
            while held.height < rows.height and (more := next(coming, None)) is not None:
                held = pl.concat([held, more]) if held.height else more
            unread += rows.height - min(held.height, rows.height)
            if not unread:
                self._compare(rows, held.head(rows.height), InFile(rows, line))
            held, line = held[rows.height :], line + rows.height
        unread += held.height + sum(more.height for more in coming)
        self._findings.count("lines-unreadable", "", unread)

    def compare_by_line(
        self,
        wanted: Iterable[pl.DataFrame],
        numbers: Iterable[pl.Series],
        found: Iterable[pl.DataFrame],
    ) -> None:
        """Record what differs, and the lines that are missing or too many.

        Args:
            wanted: The lines, in the order of the file.
            numbers: Of each part of them, the lines of the file that they are.
            found: Those that are read, with the line of the file that each is.
        """
        coming = prefetch(found)
        held = pl.DataFrame(schema=LINE_SCHEMA)
        added = 0
        for rows, at in zip(wanted, numbers, strict=True):
            last = at[-1]
            while held.is_empty() or held["line"][-1] < last:
                more = next(coming, None)
                if more is None:
                    break
                held = pl.concat([held, more])
            here, held = held.filter(pl.col("line") <= last), held.filter(pl.col("line") > last)
            is_read = at.is_in(here["line"].to_list())
            added += here.height - int(is_read.sum())
            self._findings.add(
                "lines-unreadable", "", InFile(rows, 1, at), ~is_read, rows["account_number"]
            )
            read = here.filter(pl.col("line").is_in(at.to_list()))
            wanted_of_them = rows.filter(is_read)
            self._compare(wanted_of_them, read, InFile(wanted_of_them, 1, at.filter(is_read)))
        added += held.height + sum(more.height for more in coming)
        self._findings.count("lines-unreadable", "", added)

    def _compare(self, rows: pl.DataFrame, read: pl.DataFrame, place: InFile) -> None:
        for name in (*TEXTS, *DATES, "debit_cents", "credit_cents", "currency_amount"):
            if name == "attachments" and not self._has(name):
                continue  # they are beside the file
            differs = rows[name].ne_missing(read[name])
            if name == "currency_amount":
                differs |= rows["currency_scale"].ne_missing(read["currency_scale"])
            if differs.any():
                code = "read-differently" if self._has(name) else "not-in-format"
                self._findings.add(code, _NAMES[name], place, differs, rows[name])
        pairs = zip(rows["extra"], read["extra"], strict=True)
        differences = [_lost_and_changed(wanted, found) for wanted, found in pairs]
        for n, code in enumerate(("not-in-format", "read-differently")):
            texts = pl.Series([one[n] for one in differences], dtype=pl.String)
            self._findings.add(code, "HorsNorme", place, texts.is_not_null(), texts)

    def _has(self, name: str) -> bool:
        if name in {"debit_cents", "credit_cents"}:
            return True
        return name in self._fields


def _lost_and_changed(wanted: str | None, found: str | None) -> tuple[str | None, str | None]:
    """Return the members of an object that are missing, and those that differ; None for none."""
    if wanted is None or wanted == found:
        return None, None
    held = json.loads(found) if found else {}
    given = json.loads(wanted).items()
    lost = {name: value for name, value in given if name not in held}
    other = {name: value for name, value in given if held.get(name, value) != value}
    texts = (json.dumps(one, ensure_ascii=False) if one else None for one in (lost, other))
    return next(texts), next(texts)
