"""Writes whole lines by an import model, then reads the file again to tell what it does not say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecritures.core.anomalies import Anomalies
from ecritures.core.errors import RefusedRequestError
from ecritures.exports.comparison import CODECS, Comparison, Fit
from ecritures.exports.findings import Findings
from ecritures.exports.whole_lines import whole_lines
from ecritures.formats.definition import ReadOptions
from ecritures.formats.layouts.backwards import ModelWriter
from ecritures.formats.layouts.definition import open_model_reader
from ecritures.formats.text.encoding import Encoding

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import polars as pl

    from ecritures.exports.exporter import Exported
    from ecritures.formats.layouts.document import ImportModel


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
    separator = "" if writer.quotes else writer.separator
    fit = Fit(separator, CODECS[encoding], exported.findings)
    with path.open("wb") as target:
        target.write(writer.head().encode(CODECS[encoding], errors="replace"))
        for rows in blocks:
            target.write(writer.lines(fit.rows(rows)).encode(CODECS[encoding]))
    again = Fit(separator, CODECS[encoding], Findings())
    wanted = (again.rows(rows) for rows in whole_lines(exported.snapshot))
    fields = writer.fields - {"third_party_number"}
    fields |= {"third_party_number"} if writer.takes_third_parties else set()
    Comparison(fields, exported.findings).compare(wanted, _read(path, model, encoding))


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
