"""The body of importJson."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecritures.formats.definition import Format
from ecritures.formats.text.encoding import BOM

if TYPE_CHECKING:
    from pathlib import Path

    from ecritures.core.anomalies import Anomalies
    from ecritures.formats.definition import ReadOptions
    from ecritures.formats.reader import Reader
    from ecritures.formats.text.encoding import Encoding

NAME = "json"


def is_json(head: bytes) -> bool:
    """Tell from its first bytes whether a text is JSON: an object, or an array of objects."""
    start = head.removeprefix(BOM).lstrip()
    return start.startswith(b"{") or (start[1:].lstrip().startswith(b"{") and start[:1] == b"[")


def _open(path: Path, _encoding: Encoding, options: ReadOptions, anomalies: Anomalies) -> Reader:
    from ecritures.formats.loop_json.reader import LoopJsonReader

    return LoopJsonReader(
        path,
        anomalies,
        block_bytes=options.block_bytes,
        line_bytes_max=options.line_bytes_max,
        codes=options.codes,
    )


JSON = Format(NAME, NAME, ("application/json",), lambda _options, head: is_json(head), _open)
