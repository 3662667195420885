"""A file of any layout, read by an import model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecritures.formats.definition import Format

if TYPE_CHECKING:
    from pathlib import Path

    from ecritures.core.anomalies import Anomalies
    from ecritures.formats.definition import ReadOptions
    from ecritures.formats.layouts.document import ImportModel
    from ecritures.formats.reader import Reader
    from ecritures.formats.text.encoding import Encoding


def open_model_reader(
    path: Path, model: ImportModel, encoding: Encoding, options: ReadOptions, anomalies: Anomalies
) -> Reader:
    """Return the reader of a file by a model; it begins at the first byte."""
    from ecritures.formats.layouts.reader import ModelReader

    return ModelReader(
        path,
        model,
        encoding,
        anomalies,
        block_bytes=options.block_bytes,
        line_bytes_max=options.line_bytes_max,
    )


def _open(path: Path, encoding: Encoding, options: ReadOptions, anomalies: Anomalies) -> Reader:
    if options.model is None:
        message = "the format `model` needs a model"
        raise AssertionError(message)
    return open_model_reader(path, options.model, encoding, options, anomalies)


def _is_text(options: ReadOptions) -> bool:
    return options.model is None or options.model.input.kind != "sheet"


LAYOUT = Format(
    "model",
    "perso",
    (
        "text/plain",
        "text/csv",
        "application/xml",
        "text/xml",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/vnd.oasis.opendocument.spreadsheet",
    ),
    lambda options, _head: options.model is not None,
    _open,
    is_text=_is_text,
)
