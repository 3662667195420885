"""The FEC as text: separated fields, or fixed-length fields with their description."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecritures.formats.definition import Format

if TYPE_CHECKING:
    from pathlib import Path

    from ecritures.core.anomalies import Anomalies
    from ecritures.formats.definition import ReadOptions
    from ecritures.formats.reader import Reader
    from ecritures.formats.text.encoding import Encoding
    from ecritures.formats.text.reader import TextReader


def _open_flat(
    path: Path, encoding: Encoding, options: ReadOptions, anomalies: Anomalies
) -> Reader:
    from ecritures.formats.fec.flat import FecReader

    return FecReader(_text(path, encoding, options, anomalies), anomalies, options.regime)


def _open_fixed(
    path: Path, encoding: Encoding, options: ReadOptions, anomalies: Anomalies
) -> Reader:
    from ecritures.formats.fec.fixed import FecFixedReader

    text = _text(path, encoding, options, anomalies, by_position=True)
    return FecFixedReader(text, options.description, anomalies, options.regime)


def _text(
    path: Path,
    encoding: Encoding,
    options: ReadOptions,
    anomalies: Anomalies,
    *,
    by_position: bool = False,
) -> TextReader:
    from ecritures.formats.text.reader import TextReader

    return TextReader(
        path,
        encoding,
        anomalies,
        block_bytes=options.block_bytes,
        line_bytes_max=options.line_bytes_max,
        by_position=by_position,
    )


FLAT = Format("fec", "fec", ("text/plain",), lambda _options, _head: True, _open_flat)
FIXED = Format(
    "fixed",
    "fec",
    ("text/plain",),
    lambda options, _head: bool(options.description),
    _open_fixed,
    needs_description=True,
)
