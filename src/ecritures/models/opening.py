"""Open the reader that a model asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecritures.models.reader import ModelReader

if TYPE_CHECKING:
    from pathlib import Path

    from ecritures.formats.encoding import Encoding
    from ecritures.formats.opening import ReadOptions
    from ecritures.formats.reader import Reader
    from ecritures.model.anomalies import Anomalies
    from ecritures.models.document import ImportModel


def open_model_reader(
    path: Path, model: ImportModel, encoding: Encoding, how: ReadOptions, anomalies: Anomalies
) -> Reader:
    """Return the reader of a file by a model; it begins at the first byte."""
    return ModelReader(
        path,
        model,
        encoding,
        anomalies,
        block_bytes=how.block_bytes,
        line_bytes_max=how.line_bytes_max,
    )
