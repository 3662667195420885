"""Writes whole lines by an import model, then reads the file again to tell what it does not say."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import polars as pl

from ecritures.core.anomalies import Anomalies
from ecritures.core.errors import RefusedRequestError
from ecritures.core.lines import DATES, TEXTS
from ecritures.core.prefetch import prefetch
from ecritures.exports.fec_file import one_side
from ecritures.exports.findings import Findings, InFile
from ecritures.exports.plain_texts import with_known_characters, without_separators
from ecritures.exports.whole_lines import whole_lines
from ecritures.formats.definition import ReadOptions
from ecritures.formats.fec.header import LEGAL_COLUMNS
from ecritures.formats.layouts.backwards import ModelWriter
from ecritures.formats.layouts.definition import open_model_reader
from ecritures.formats.text.encoding import Encoding

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from ecritures.exports.exporter import Exported
    from ecritures.formats.layouts.document import ImportModel

_NAMES = {key: name for name, key in LEGAL_COLUMNS} | {"siret": "SiretEtablissement"}
_CODECS = {
    "utf-8": "utf-8", "windows-1252": "cp1252", "iso-8859-1": "latin-1",
    "iso-8859-15": "iso8859-15", "cp850": "cp850", "cp437": "cp437", "mac-roman": "mac-roman",
}  # fmt: skip


def write_by_model(
    exported: Exported, blocks: Iterator[pl.DataFrame], model: ImportModel, path: Path
) -> None:
    """Write a file in the layout of a model, and record what it cannot express.

    Raises:
        RefusedRequestError: The model cannot be written, or its files are in another encoding.
    """
    encoding = _encoding(exported.wanted.encoding, model)
    writer = ModelWriter(model, exported.snapshot.dossier.name)
    exported.encoding, exported.separator = encoding, writer.separator
    fit = _Fit(writer, _CODECS[encoding], exported.findings)
    with path.open("wb") as target:
        target.write(writer.head().encode(_CODECS[encoding], errors="replace"))
        for rows in blocks:
            target.write(writer.lines(fit.rows(rows)).encode(_CODECS[encoding]))
    again = _Fit(writer, _CODECS[encoding], Findings())
    wanted = (again.rows(rows) for rows in whole_lines(exported.snapshot))
    comparison = _Comparison(writer, exported.findings)
    comparison.compare(wanted, _read(path, model, encoding))


def _encoding(asked: str | None, model: ImportModel) -> str:
    named = model.input.encoding
    if asked is None:
        return "utf-8" if named == "auto" else named
    readable = {"utf-8", named} if named != "auto" else {"utf-8", "windows-1252", "iso-8859-15"}
    if asked not in readable:
        known = ", ".join(sorted(readable))
        raise RefusedRequestError(
            "encoding-not-of-model",
            f"Le modèle {model.name} n'est pas lu en {asked} : choisissez parmi {known}.",
            f"Model {model.name} is not read in {asked}: choose one of {known}.",
        )
    return asked


def _read(path: Path, model: ImportModel, encoding: str) -> Iterator[pl.DataFrame]:
    options = ReadOptions(model=model, block_bytes=4 << 20)
    reader = open_model_reader(path, model, Encoding(encoding), options, Anomalies(0))
    return (block.lines for block in reader.blocks())


class _Fit:
    """Makes whole lines fit for a file: no controls, known characters, one side each."""

    def __init__(self, writer: ModelWriter, codec: str, findings: Findings) -> None:
        self._separator = "" if writer.quotes else writer.separator
        self._codec, self._findings = codec, findings
        self._first = 1

    def rows(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Return the lines as they are written."""
        rows = one_side(rows, self._first, self._findings)
        texts = rows.select(pl.col(name).alias(_NAMES[name]) for name in TEXTS)
        place = InFile(rows, self._first)
        texts = without_separators(texts, self._separator, place, self._findings)
        if self._codec != "utf-8":
            texts = with_known_characters(texts, self._codec, place, self._findings)
        if rows["made"].any():
            self._findings.add("line-added", "", place, rows["made"], rows["label"])
        self._first += rows.height
        return rows.with_columns(texts[_NAMES[name]].alias(name) for name in TEXTS)


class _Comparison:
    """Compares the lines that were to be written with those that a reader finds."""

    def __init__(self, writer: ModelWriter, findings: Findings) -> None:
        self._fields, self._findings = writer.fields, findings
        self._takes_third_parties = writer.takes_third_parties
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
        place = InFile(rows, self._line)
        for name in (*TEXTS, *DATES, "debit_cents", "credit_cents", "currency_amount"):
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
        if name == "third_party_number":
            return self._takes_third_parties
        return name in self._fields


def _says(wanted: str | None, found: str | None) -> bool:
    """Tell whether an object of what the canonical line lacks says all that was to be said."""
    if wanted is None or wanted == found:
        return True
    if found is None:
        return False
    told = json.loads(found)
    return all(told.get(name) == value for name, value in json.loads(wanted).items())
