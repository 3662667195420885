"""Find out what a file is and open the reader that knows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ecritures.formats.detect import detect_format
from ecritures.formats.fec.fixed import FecFixedReader
from ecritures.formats.fec.flat import FecReader
from ecritures.formats.fec_xml.reader import FecXmlReader
from ecritures.formats.text.reader import TextReader

if TYPE_CHECKING:
    from pathlib import Path

    from ecritures.core.anomalies import Anomalies
    from ecritures.formats.fec.fixed_description import FixedField
    from ecritures.formats.reader import Reader
    from ecritures.formats.text.encoding import Encoding

FORMATS = ("fec", "xml", "fixed")


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How to read a file.

    Attributes:
        format: One of `FORMATS`, or None to find it out.
        regime: The regime to hold the file to, or None to find it out.
        block_bytes: How much is read at once.
        line_bytes_max: Longest line of a text file.
        description: Where the fields of a fixed-length file stand.
    """

    format: str | None = None
    regime: str | None = None
    block_bytes: int = 16 << 20
    line_bytes_max: int = 1 << 20
    description: tuple[FixedField, ...] = ()


def open_reader(
    path: Path, encoding: Encoding, options: ReadOptions, anomalies: Anomalies
) -> Reader:
    """Return the reader of a file; it begins at the first byte."""
    name = options.format or ("fixed" if options.description else detect_format(path))
    if name == "xml":
        return FecXmlReader(
            path,
            anomalies,
            options.regime,
            block_bytes=options.block_bytes,
            text_bytes_max=options.line_bytes_max,
        )
    text = TextReader(
        path,
        encoding,
        anomalies,
        block_bytes=options.block_bytes,
        line_bytes_max=options.line_bytes_max,
    )
    if name == "fixed":
        return FecFixedReader(text, options.description, anomalies, options.regime)
    return FecReader(text, anomalies, options.regime)
