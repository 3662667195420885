"""Which encoding a file is in: decided by a rule, stated in the report, never guessed.

Strict UTF-8 is tried first, on the whole file, while it is read. A file that fails is UTF-8 with
some bad lines if most accented lines are UTF-8; otherwise, if it contains a byte of 0x80–0x9F,
the DOS page 850 or Mac Roman if all its letters are theirs alone, else Windows-1252; otherwise ISO
8859-15. Where both kinds are mixed, each run of bytes that is UTF-8 is
read as such. Article A47 A-1 XII 1° allows ASCII, ISO 8859-15 and UTF-8.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ecritures.core.anomalies import Anomalies

BOM = b"\xef\xbb\xbf"
_FORBIDDEN_IN_8859_15 = re.compile(rb"[\x80-\x9f]")
_ACCENTS = re.compile(rb"[\x80-\xff]+")
# The letters of French in three encodings, where the others have signs that no letter is next to,
# or letters of other languages. In DOS: é, è, É; ç, ê, ô, â, ï, î; à between two words; Ç, Ê, Ë, Î,
# and È where no Ô stands (RÈGLEMENT). In Mac Roman: é, è, É; ç, ê, ô, î; û, ù; à at the end of a
# word; Ê. (û of DOS is a dash in Windows-1252, and ë of DOS is â of Mac Roman. È of Mac Roman is é
# of programs that write other letters in capitals.)
_LETTERS = {
    "cp850": re.compile(
        rb"[A-Za-z]\x82|\x82[a-z]|[A-Za-z]\x8a[A-Za-z]|[A-Z]\x90"
        rb"|[A-Za-z]\x87[a-z]|[a-z][\x88\x93\x83\x8b\x8c][a-z]|[A-Z][\x88\x93\x83\x8b][a-z]"
        rb"|[A-Za-z0-9] \x85 [A-Za-z0-9]"
        rb"|[A-Z](?:[\x80\xd2\xd3\xd7]|\xd4[BCGQR])[A-Z]"
    ),
    "mac-roman": re.compile(
        rb"[A-Za-z]\x8e[a-z]|[a-z]\x8e|[A-Za-z]\x8f[A-Za-z]|[A-Z]\x83(?![a-z])"
        rb"|[A-Za-z]\x8d[a-z]|[A-Za-z][\x90\x99\x94][a-z]|[a-z]\x9d|[ a-z]\x88(?![A-Za-z])"
        rb"|[A-Z]\xe6[A-Z]"
    ),
    "windows-1252": re.compile(
        rb"[a-z][\xe0\xe2\xe7-\xeb\xee\xef\xf4\xf9\xfb]|[A-Z][\xe0\xe8\xe9][a-z]"
        rb"|[A-Z][\xc0\xc8\xc9][A-Z]"
    ),
}
_CALLED = {"cp850": "CP850 (DOS)", "mac-roman": "Mac Roman"}
_CHUNK_BYTES = 1 << 16
_NOT_ASCII = re.compile(rb"[^\n]*[\x80-\xff][^\n]*")


@dataclass(frozen=True, slots=True)
class Encoding:
    """What the bytes of a file mean.

    Attributes:
        name: `utf-8`, `iso-8859-15`, `windows-1252`, `cp850` or `mac-roman`; or one that was asked.
        mixed: Whether the file mixes UTF-8 and single bytes.
    """

    name: str = "utf-8"
    mixed: bool = False


class _Lines:
    """Lines of one kind: how many there are, and what to show of the first ones."""

    def __init__(self, code: str, details_max: int) -> None:
        self._code = code
        self._details_max = details_max
        self._shown: list[tuple[int, str]] = []
        self.count = 0

    def add(self, number: int, line: bytes, place: tuple[int, int]) -> None:
        """Count a line."""
        self.count += 1
        if self.count <= self._details_max:
            self._shown.append((number, _shown(line, *place)))

    def record(self, anomalies: Anomalies) -> None:
        """Record each as an anomaly."""
        schema = {"line": pl.UInt32, "value": pl.String}
        anomalies.extend(self._code, pl.DataFrame(self._shown, schema=schema, orient="row"))
        anomalies.count(self._code, self.count - len(self._shown))


class _Letters:
    """The letters of one encoding, as long as there are none of another one.

    Attributes:
        name: `cp850` or `mac-roman`; "": neither, or it is not known yet.
        line: Where the first one is.
        shown: What is there.
    """

    def __init__(self) -> None:
        self.name, self.line, self.shown = "", 0, ""
        self._others = False

    def look(self, number: int, line: bytes) -> None:
        """Look at the letters of a line."""
        if self._others:
            return
        for name, letter in _LETTERS.items():
            found = letter.search(line)
            if found and not self.name and name in _CALLED:
                around = line[max(0, found.start() - 10) : found.end() + 10]
                self.name, self.line = name, number
                self.shown = around.decode(name).replace("\t", " ")
            elif found and name != self.name:
                self.name, self._others = "", True


def judge_encoding(blocks: Iterable[bytes], anomalies: Anomalies) -> Encoding:
    """Decide the encoding of a file that is not all UTF-8, and record what is doubtful."""
    utf8_lines = _Lines("FEC-ENC-03", anomalies.details_max)
    other_lines = _Lines("FEC-ENC-01", anomalies.details_max)
    forbidden_lines = _Lines("FEC-ENC-02", 1)
    letters = _Letters()
    next_line = 1
    for block in blocks:
        data = block.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        for number, line in _accented_lines(data, next_line):
            first, end = _first_not_utf8(line)
            if first == end:
                utf8_lines.add(number, line, _first(_ACCENTS, line))
                continue
            other_lines.add(number, line, (first, end))
            letters.look(number, line)
            if not forbidden_lines.count and (found := _FORBIDDEN_IN_8859_15.search(line)):
                forbidden_lines.add(number, line, found.span())
        next_line += data.count(b"\n")
    if utf8_lines.count > other_lines.count:
        other_lines.record(anomalies)
        return Encoding("utf-8", mixed=True)
    utf8_lines.record(anomalies)
    if not utf8_lines.count and (name := letters.name):
        anomalies.add("FEC-ENC-11", line=letters.line, value=letters.shown, expected=_CALLED[name])
        return Encoding(name)
    forbidden_lines.record(anomalies)
    name = "windows-1252" if forbidden_lines.count else "iso-8859-15"
    return Encoding(name, mixed=bool(utf8_lines.count))


def decode_to_utf8(data: bytes, encoding: Encoding) -> bytes:
    """Convert bytes to UTF-8. Strict UTF-8 is passed on as it is; the reader checks it."""
    if encoding.mixed:
        return data.decode(errors=_SINGLE_BYTES).encode()
    if encoding.name != "utf-8" and not data.isascii():
        # In chunks that fit in the processor's cache, between which other threads may run.
        chunks = (data[at : at + _CHUNK_BYTES] for at in range(0, len(data), _CHUNK_BYTES))
        return b"".join(chunk.decode(encoding.name, errors="replace").encode() for chunk in chunks)
    return data


def _as_windows_1252(error: UnicodeError) -> tuple[str, int]:
    """Read bytes that are not UTF-8 one by one; the five that mean nothing become U+FFFD."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    odd = error.object[error.start : error.end]
    return odd.decode("windows-1252", errors="replace"), error.end


_SINGLE_BYTES = "ecritures-windows-1252"
codecs.register_error(_SINGLE_BYTES, _as_windows_1252)


def _accented_lines(data: bytes, first_line: int) -> Iterable[tuple[int, bytes]]:
    """Yield the lines that contain a byte above 0x7F, numbered."""
    number, counted_to = first_line, 0
    for match in _NOT_ASCII.finditer(data):
        number += data.count(b"\n", counted_to, match.start())
        counted_to = match.start()
        yield number, match.group()


def _first_not_utf8(line: bytes) -> tuple[int, int]:
    """Return where the first bytes that are not UTF-8 begin and end; (0, 0): there are none."""
    try:
        line.decode()
    except UnicodeDecodeError as error:
        return error.start, error.end
    return 0, 0


def _first(pattern: re.Pattern[bytes], line: bytes) -> tuple[int, int]:
    """Return where the first bytes that match begin and end."""
    match = pattern.search(line)
    return match.span() if match else (0, 0)


def _shown(line: bytes, start: int, end: int) -> str:
    """Show the bytes in doubt, with what is around them."""
    around = (line[max(0, start - 10) : start], line[start:end], line[end : end + 10])
    shown = "".join(part.decode(errors=_SINGLE_BYTES) for part in around).replace("\t", " ")
    return f"0x{line[start:end].hex().upper()} « {shown} »"
