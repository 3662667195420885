"""Text files in blocks of whole lines: bytes, encoding, line ends and line numbers.

A block ends at a line end, so memory depends on the block alone. Everything is passed on as UTF-8
lines; what had to be changed is recorded as anomalies.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from ecritures.core.errors import EcrituresError
from ecritures.core.habits import Most
from ecritures.formats.text.characters import (
    DamagedLetters,
    Glance,
    name_of,
    with_lost_digits,
    without,
)
from ecritures.formats.text.encoding import BOM, Encoding, decode_to_utf8

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from ecritures.core.anomalies import Anomalies

    Cut = Callable[[bytes], pl.DataFrame | None]

_COMPRESSED = (b"\x1f\x8b", b"x\x01", b"x^", b"x\x9c", b"x\xda", b"\x28\xb5\x2f\xfd")
FIRST_BLOCK_PART = 8  # the first blocks are small, so that every later step has work soon
CONTROL_BYTES = (b"\x00", b"\x0b", b"\x0c", b"\x1a", b"\x1b")  # in no text, as a rule
_COUNTED_BYTES = 1 << 20
SHORT_BYTES = 4096  # starting the streaming engine would take longer than the work


class NotUtf8Error(Exception):
    """The file was read as UTF-8 and is not: detect its encoding, and read it again."""


class UnreadableTextError(EcrituresError):
    """A line of a text, or an element of an XML file, is longer than allowed.

    Attributes:
        line: Its number in the file.
        limit: How many bytes are allowed.
    """

    def __init__(self, code: str, fr: str, en: str, *, line: int, limit: int) -> None:
        super().__init__(code, fr, en)
        self.line, self.limit = line, limit


@dataclass(frozen=True, slots=True)
class TextBlock:
    """Consecutive lines of a file.

    Attributes:
        first_line: Number of the first line, from 1.
        data: The lines in UTF-8, each ended by a line feed, perhaps with a carriage return before.
        lines: The same, one row a line, without line ends; empty when the fields are there.
        fields: The fields, one row a line, where they could be cut at once.
    """

    first_line: int
    data: bytes
    lines: pl.Series
    fields: pl.DataFrame | None = None

    def without_first_line(self) -> TextBlock:
        """Return the block without its first line: a header."""
        return TextBlock(
            self.first_line + 1,
            self.data[self.data.index(b"\n") + 1 :],
            self.lines[1:],
        )


class TextReader:
    """Reads a text file block after block.

    Args:
        path: The file.
        encoding: What its bytes mean.
        anomalies: Where oddities of the bytes are recorded.
        block_bytes: How much is read at once.
        line_bytes_max: Longest line accepted.
        by_position: Whether fields have fixed places: a character that is taken out leaves a blank.
    """

    def __init__(  # noqa: PLR0913 - what reading takes
        self,
        path: Path,
        encoding: Encoding,
        anomalies: Anomalies,
        *,
        block_bytes: int,
        line_bytes_max: int,
        by_position: bool = False,
    ) -> None:
        self._path = path
        self.encoding = encoding
        self._anomalies = anomalies
        self.block_bytes = block_bytes
        self._line_bytes_max = line_bytes_max
        self._instead = b" " if by_position else b""
        self._damaged = DamagedLetters(anomalies)
        self._line_ends: dict[str, int] = {}
        self._doubled = 0  # line ends of two carriage returns and a line feed
        self._controls: dict[object, Most] = {}  # character → the lines that have it
        self._next_line = 1
        self.bytes_read = 0

    @property
    def is_short(self) -> bool:
        """Whether the whole file is one block."""
        return self._path.stat().st_size <= self.block_bytes

    def blocks(self, cut: Cut | None = None, *, header_apart: bool = True) -> Iterator[TextBlock]:
        """Yield the blocks in order.

        Args:
            cut: Cuts lines, each ended by a line feed, into fields; returns None when any of them
                is unusual. Saves splitting the lines of a sound file first.
            header_apart: Whether the first line, which may be the header that `cut` needs, is then
                a block of its own.

        Raises:
            NotUtf8Error: The encoding is UTF-8, but the bytes are not.
            UnreadableTextError: A line is longer than allowed.
        """
        parts = raw_blocks(self._path, self.block_bytes, self._line_bytes_max)
        for raw in _first_line_apart(parts) if cut and header_apart else parts:
            block = self._block(raw, cut)
            if raw.isspace() or not block.data.isspace() or block.first_line == 1:
                yield block  # any other one is the mark that ends a file of MS-DOS
        for found in self._controls.values():
            found.finish()
        if len(self._line_ends) > 1:
            kinds = ", ".join(f"{kind} × {count}" for kind, count in self._line_ends.items())
            self._anomalies.add("FEC-STR-11", value=kinds)
        if self._doubled:
            self._anomalies.add("FEC-STR-19", value=str(self._doubled))
        self._damaged.finish()

    def _block(self, raw: bytes, cut: Cut | None) -> TextBlock:
        if self._next_line == 1 and raw.startswith(BOM):
            self._anomalies.add("FEC-ENC-05", line=1)
            raw = raw.removeprefix(BOM)
        data = decode_to_utf8(raw, self.encoding)
        glance = Glance(data)
        if glance.invisible and not self._instead:
            data = with_lost_digits(data)
            glance = Glance(data)
        self._damaged.look(data, self._next_line, glance)
        data = self._without(data, glance.invisible)
        fields = cut(data) if cut and data.endswith(b"\n") else None
        if fields is not None:
            lines = pl.Series(dtype=pl.String)
            self._count_ends("CRLF" if data.endswith(b"\r\n") else "LF", fields.height)
        else:
            try:
                data, lines = self._lines(data)
            except pl.exceptions.ComputeError as error:
                raise NotUtf8Error from error
        block = TextBlock(self._next_line, data, lines, fields)
        self._next_line += lines.len() if fields is None else fields.height
        self.bytes_read += len(raw)
        return block

    def _count_ends(self, kind: str, count: int) -> None:
        if count:
            self._line_ends[kind] = self._line_ends.get(kind, 0) + count

    def _lines(self, data: bytes) -> tuple[bytes, pl.Series]:
        """Cut into lines whatever they end with, and count the kinds of line ends."""
        whole, lines = _cut_alike(data)
        if lines is None and b"\r\r\n" in data:
            self._doubled += data.count(b"\r\r\n")
            data = data.replace(b"\r\r\n", b"\r\n")
            whole, lines = _cut_alike(data)
        if lines is None:
            feeds, returns, pairs = (data.count(end) for end in (b"\n", b"\r", b"\r\n"))
            whole = whole.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
            lines = split_lines(whole)
        else:  # the missing bytes are the line ends
            feeds = lines.len() - (whole is not data)
            returns = pairs = len(whole) - lines.len() - int(lines.str.len_bytes().sum())
        for kind, count in (("CRLF", pairs), ("LF", feeds - pairs), ("CR", returns - pairs)):
            self._count_ends(kind, count)
        return whole, lines

    def _without(self, data: bytes, found: str) -> bytes:
        """Take out characters that are not printed, and record them line by line."""
        if not found:
            return data
        sought = [(character.encode(), name_of(character)) for character in found]
        end = b"\n" if b"\n" in data else b"\r"
        lines = data.split(end)
        numbered = enumerate(lines, self._next_line)
        rows = [(n, name) for n, line in numbered for mark, name in sought if mark in line]
        schema = {"line": pl.UInt32, "value": pl.String}
        reported = pl.DataFrame(rows, schema=schema, orient="row")
        for (name,), of_one in reported.group_by("value", maintain_order=True):
            self._controls.setdefault(name, Most(self._anomalies, "FEC-ENC-06"))
            self._controls[name].add(of_one, of_one.height)
        return without(data, found, self._instead)


def _first_line_apart(parts: Iterator[bytes]) -> Iterator[bytes]:
    first = next(parts, b"")
    end = first.find(b"\n") + 1
    yield from (part for part in (first[:end], first[end:]) if part)
    yield from parts


def _cut_alike(data: bytes) -> tuple[bytes, pl.Series | None]:
    """End the last line and cut; no lines where a carriage return is elsewhere than in a pair."""
    whole = data if data.endswith((b"\n", b"\r")) else data + b"\n"
    has_returns = b"\r" in data
    if has_returns and b"\n" not in data:
        return whole, None
    lines = split_lines(whole)
    stray = has_returns and lines.str.contains("\r", literal=True).any()
    return whole, None if stray else lines


def split_lines(data: bytes) -> pl.Series:
    """Cut UTF-8 bytes, every line ended by a line feed, into one text per line.

    Raises:
        polars.exceptions.ComputeError: The bytes are not UTF-8.
    """
    if len(data) <= SHORT_BYTES:
        return _split_short(data)
    lines = cut_fields(data, "\n", 1).to_series()  # no line contains it: each is one field
    ends = len(data) - int(lines.str.len_bytes().sum())
    if ends in (lines.len(), 2 * lines.len()):  # all alike; counting them would take longer
        return lines
    counted = data.count(b"\n")
    if lines.len() != counted:
        message = f"{lines.len()} lines cut where {counted} were counted"
        raise AssertionError(message)
    return lines


def _split_short(data: bytes) -> pl.Series:
    try:
        lines = data.decode("utf-8").split("\n")
    except UnicodeDecodeError as error:
        raise pl.exceptions.ComputeError(str(error)) from error
    return pl.Series([line.removesuffix("\r") for line in lines[:-1]], dtype=pl.String)


def cut_fields(data: bytes, separator: str, width: int) -> pl.DataFrame:
    """Cut lines, each ended by a line feed, into text columns named from `0`.

    What a short line lacks is empty; a carriage return before a line feed is left out.

    Raises:
        polars.exceptions.ComputeError: A line has more fields, or is not UTF-8.
        polars.exceptions.SchemaError: The first line has more fields, or fewer.
    """
    data, skipped = as_text(data)
    return pl.read_csv(
        data,
        skip_lines=skipped,
        separator=separator,
        quote_char=None,
        has_header=False,
        schema={f"{index}": pl.String for index in range(width)},
        empty_string_is_null=False,
    )


def cut_even(data: bytes, separator: str, width: int) -> pl.DataFrame | None:
    """Cut lines as `cut_fields` does; None unless all have so many fields.

    If the bytes of the fields, the separators and the line ends add up to those of the lines, none
    is short or blank and no line end is unusual.
    """
    try:
        fields = cut_fields(data, separator, width)
    except pl.exceptions.PolarsError:  # too many fields, or not UTF-8
        return None
    returns = data.count(b"\r") if b"\r" in data else 0
    wide = fields.select(pl.sum_horizontal(pl.all().str.len_bytes().sum())).item()
    whole = wide + fields.width * fields.height + returns == len(data)
    return fields if whole and returns in (0, fields.height) else None


def as_text(data: bytes) -> tuple[bytes, int]:
    """Keep Polars from mistaking a text for a compressed file because of its first bytes.

    Returns:
        The text, and how many lines of it are to be skipped.
    """
    return (b"\n" + data, 1) if data.startswith(_COMPRESSED) else (data, 0)


def raw_blocks(path: Path, block_bytes: int, line_bytes_max: int) -> Iterator[bytes]:
    """Yield the bytes of a file in blocks of whole lines; the last may lack its line end.

    Raises:
        UnreadableTextError: A line is longer than allowed.
    """
    rest = b""
    size = block_bytes // FIRST_BLOCK_PART or block_bytes
    with path.open("rb") as file:
        while chunk := file.read(size):
            size = min(2 * size, block_bytes)
            cut = _last_line_end(chunk)
            if (
                cut == 0
            ):  # in the middle of a long line, or a carriage return ended the previous read
                chunk, rest = rest + chunk, b""
                cut = _last_line_end(chunk)
            if cut:
                block = b"".join((rest, memoryview(chunk)[:cut]))  # copied once
                _check_lines(path, file.tell() - len(chunk) + cut, block, line_bytes_max)
                yield block
            rest = chunk[cut:]
            _check_lines(path, file.tell(), rest, line_bytes_max)
    if rest:
        yield rest


def _check_lines(path: Path, end_offset: int, data: bytes, line_bytes_max: int) -> None:
    """Look for a line that is too long, in steps of the longest allowed line.

    Args:
        path: The file.
        end_offset: Where these bytes of it end.
        data: They, from the beginning of a line.
        line_bytes_max: How long a line may be.
    """
    at = 0
    while at + line_bytes_max < len(data):
        end = at + line_bytes_max + 1
        found = data.rfind(b"\n", at, end)
        found = found if found >= 0 else data.rfind(b"\r", at, end)
        if found < 0:
            line = 1 + _line_ends(path, end_offset - len(data) + at)
            raise UnreadableTextError(
                "line-too-long",
                f"Ligne {line} : plus de {line_bytes_max} octets, longueur non admise.",
                f"Line {line}: more than {line_bytes_max} bytes, which is not allowed.",
                line=line,
                limit=line_bytes_max,
            )
        at = found + 1


def _line_ends(path: Path, offset: int) -> int:
    """Count the line ends of a file before an offset; it is read once more, when it is refused."""
    count, last = 0, b""
    with path.open("rb") as file:
        while offset > 0 and (data := file.read(min(offset, _COUNTED_BYTES))):
            offset -= len(data)
            pairs = data.count(b"\r\n") + (last == b"\r" and data.startswith(b"\n"))
            count += data.count(b"\n") + data.count(b"\r") - pairs
            last = data[-1:]
    return count


def _last_line_end(data: bytes) -> int:
    """Return where the last whole line ends.

    A carriage return at the very end may be half of a pair, so it does not count.
    """
    feed = data.rfind(b"\n")
    return (feed if feed >= 0 else data.rfind(b"\r", 0, len(data) - 1)) + 1
