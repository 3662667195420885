"""Open the reader that a model asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecritures.formats.layouts.reader import ModelReader

if TYPE_CHECKING:
    from pathlib import Path

    from ecritures.core.anomalies import Anomalies
    from ecritures.formats.layouts.document import ImportModel
    from ecritures.formats.reader import Reader
    from ecritures.formats.registry import ReadOptions
    from ecritures.formats.text.encoding import Encoding


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
