"""The FEC as XML."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecritures.formats.definition import Format
from ecritures.formats.detect import is_xml

if TYPE_CHECKING:
    from pathlib import Path

    from ecritures.core.anomalies import Anomalies
    from ecritures.formats.definition import ReadOptions
    from ecritures.formats.reader import Reader
    from ecritures.formats.text.encoding import Encoding


def _open(path: Path, _encoding: Encoding, options: ReadOptions, anomalies: Anomalies) -> Reader:
    from ecritures.formats.fec_xml.reader import FecXmlReader

    return FecXmlReader(
        path,
        anomalies,
        options.regime,
        block_bytes=options.block_bytes,
        text_bytes_max=options.line_bytes_max,
    )


XML = Format(
    "xml", "fec", ("application/xml", "text/xml"), lambda _options, head: is_xml(head), _open
)
