"""The TRA, the exchange file of Cegid's accounting programs."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from ecritures.formats.definition import Format
from ecritures.formats.text.encoding import BOM

if TYPE_CHECKING:
    from pathlib import Path

    from ecritures.core.anomalies import Anomalies
    from ecritures.formats.definition import ReadOptions
    from ecritures.formats.reader import Reader
    from ecritures.formats.text.encoding import Encoding

NAME = "tra"
_HEADER = re.compile(rb"\s*\*\*\*[A-Z0-9]{2}")


def is_tra(head: bytes) -> bool:
    """Tell from its first bytes whether a file begins as a TRA does."""
    return _HEADER.match(head.removeprefix(BOM)) is not None


def _open(path: Path, encoding: Encoding, options: ReadOptions, anomalies: Anomalies) -> Reader:
    from ecritures.formats.text.reader import TextReader
    from ecritures.formats.tra.reader import TraReader

    if encoding.name == "iso-8859-15":  # written by Windows programs: no byte tells the two apart
        encoding = replace(encoding, name="windows-1252")
    text = TextReader(
        path,
        encoding,
        anomalies,
        block_bytes=options.block_bytes,
        line_bytes_max=options.line_bytes_max,
        by_position=True,
    )
    return TraReader(text, anomalies)


TRA = Format(NAME, NAME, ("text/plain",), lambda _options, head: is_tra(head), _open)
