"""What the bytes of a file mean, where a model names an encoding and the file has its own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ecritures.core.anomalies import Anomalies
from ecritures.core.policies import FileEncoding
from ecritures.formats.text.encoding import Encoding, judge_encoding

if TYPE_CHECKING:
    from pathlib import Path

    from ecritures.formats.layouts.document import ImportModel
    from ecritures.formats.layouts.inputs import Input
    from ecritures.formats.text.reader import TextBlock

HEAD_BYTES = 1 << 18
_DOS_PAGES = ("cp850", "cp437")
_SINGLE_BYTES = ("windows-1252", "iso-8859-1", "iso-8859-15", *_DOS_PAGES)
# é, â, à, ç, ê, ë, è, ï, É, ô, û, ù of the DOS pages; in Windows-1252, signs that no letter is
# next to on both sides; é on one side. Œ (8C) is a letter there. Ç, Ê, Î and È in capitals.
_DOS_LETTER = re.compile(
    rb"[A-Za-z][\x82\x83\x85\x87-\x8b\x90\x93\x96\x97][A-Za-z]|[A-Za-z]\x82|\x82[a-z]"
    rb"|[A-Z](?:[\x80\xd2\xd7]|\xd4[BCGQR])[A-Z]"
)
_WINDOWS_LETTER = re.compile(
    rb"[A-Za-z](?:[\xc0-\xd1\xd3\xd5\xd6\xd8-\xf6\xf8-\xff]|\xd4(?![BCGQR]))[A-Za-z]"
)


def with_encoding(model: ImportModel, encoding: FileEncoding) -> ImportModel:
    """Return a model of files in an encoding; `auto`: the one that it says."""
    if encoding is FileEncoding.AUTO:
        return model
    source = model.input.model_copy(update={"encoding": str(encoding)})
    return model.model_copy(update={"input": source})


def choose_encoding(path: Path, source: Input, found: Encoding) -> Encoding:
    """Return the encoding that a file is read in.

    A text that is UTF-8, accents included, is read as such: no other encoding makes its bytes by
    chance. Otherwise the encoding that the model names is the right one, unless all letters between
    letters are those of a DOS page, or none is where the model names such a page.

    Args:
        path: The file.
        source: What the model says of it.
        found: What is known of its bytes: UTF-8 until it is read and is not.
    """
    named = source.encoding
    if source.kind == "sheet" or named == "utf-8" or found.mixed:
        return found
    if found.name == "utf-8" and named == "auto":
        return found
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if found.name == "utf-8":
        head = head[: max(head.rfind(b"\n"), head.rfind(b"\r")) + 1] or head
        try:
            head.decode()
        except UnicodeDecodeError:
            judged = judge_encoding([head], Anomalies(0))
            if judged.mixed:
                return judged
        else:
            return found
    return Encoding(_code_page(head, found.name if named == "auto" else named))


def _code_page(head: bytes, named: str) -> str:
    """Return the DOS page or Windows-1252 instead of a name that the letters contradict."""
    if named not in _SINGLE_BYTES or head.isascii():
        return named
    dos = _DOS_LETTER.search(head) is not None
    windows = _WINDOWS_LETTER.search(head) is not None
    if named in _DOS_PAGES:
        return "windows-1252" if windows and not dos else named
    return "cp850" if dos and not windows else named


class EncodingDoubt:
    """Tells once that a file with accents is read in another encoding than the model's.

    Args:
        source: What the model says of the file.
        used: The encoding that it is read in.
        anomalies: Where that is reported.
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
