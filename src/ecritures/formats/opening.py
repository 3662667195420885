"""Find out what a file is and open the reader that knows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ecritures.formats.fec import FecReader
from ecritures.formats.text import TextReader

if TYPE_CHECKING:
    from pathlib import Path

    from ecritures.formats.encoding import Encoding
    from ecritures.formats.reader import Reader
    from ecritures.model.anomalies import Anomalies


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How to read a file.

    Attributes:
        format: A format by name, or None to find it out.
        regime: The regime to hold the file to, or None to find it out.
        block_bytes: How much is read at once.
        line_bytes_max: Longest line of a text file.
    """

    format: str | None = None
    regime: str | None = None
    block_bytes: int = 16 << 20
    line_bytes_max: int = 1 << 20


def open_reader(
    path: Path, encoding: Encoding, options: ReadOptions, anomalies: Anomalies
) -> Reader:
    """Return the reader of a file; it begins at the first byte."""
    text = TextReader(
        path,
        encoding,
        anomalies,
        block_bytes=options.block_bytes,
        line_bytes_max=options.line_bytes_max,
    )
    return FecReader(text, anomalies, options.regime)
