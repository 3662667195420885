"""What the bytes of a file mean, where a model names an encoding and the file has its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecritures.core.anomalies import Anomalies
from ecritures.formats.text.encoding import Encoding, judge_encoding

if TYPE_CHECKING:
    from pathlib import Path

    from ecritures.formats.layouts.inputs import Input
    from ecritures.formats.text.reader import TextBlock

HEAD_BYTES = 1 << 18


def choose_encoding(path: Path, source: Input, found: Encoding) -> Encoding:
    """Return the encoding that a file is read in.

    A text that is UTF-8, accents included, is read as such: no other encoding makes its bytes by
    chance. Otherwise the encoding that the model names is the right one.

    Args:
        path: The file.
        source: What the model says of it.
        found: What is known of its bytes: UTF-8 until it is read and is not.
    """
    named = source.encoding
    if source.kind == "sheet" or named in ("auto", "utf-8") or found.mixed:
        return found
    if found.name != "utf-8":
        return Encoding(named)
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    head = head[: max(head.rfind(b"\n"), head.rfind(b"\r")) + 1] or head
    try:
        head.decode()
    except UnicodeDecodeError:
        judged = judge_encoding([head], Anomalies(0))
        return judged if judged.mixed else Encoding(named)
    return found


class EncodingDoubt:
    """Tells once that a file with accents is read in another encoding than the model's.

    Args:
        source: What the model says of the file.
        used: The encoding that it is read in.
        anomalies: Where that is told.
    """

    def __init__(self, source: Input, used: Encoding, anomalies: Anomalies) -> None:
        self._named = source.encoding
        self._used = used
        self._anomalies = anomalies
        self._asks = used.mixed or (source.encoding not in ("auto", used.name))

    def look(self, block: TextBlock) -> None:
        """Look for accents in the next lines."""
        if not self._asks or block.data.isascii():
            return
        self._asks = False
        name = f"{self._used.name}, windows-1252" if self._used.mixed else self._used.name
        self._anomalies.add("MOD-ENC-01", value=name, expected=self._named)
