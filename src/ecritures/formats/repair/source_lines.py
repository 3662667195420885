"""The lines of a file to repair, as text: marks, encoding, characters and line ends."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import polars as pl

from ecritures.formats.fec.header import SEPARATORS, law_name
from ecritures.formats.fec.uneven import halves
from ecritures.formats.text.characters import (
    Glance,
    read_once,
    without_entities,
    without_outside_numbers,
)
from ecritures.formats.text.encoding import BOM, Encoding, decode_to_utf8
from ecritures.formats.text.reader import split_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from ecritures.formats.repair.changes import Repairs

SHOWN_AROUND = 15  # bytes of a line shown before and after the first changed one
_LINE_END = re.compile(rb"\r\n|\r|\n")
_LETTERS = ("\u00c2", "\u00c3", "\u00c4", "\u00c5", "\u00e2", "&")


class Texts:
    """Turns the bytes of a file into numbered lines of clean text.

    Args:
        encoding: What the bytes mean.
        repairs: Where every change is recorded.

    Attributes:
        unresolved: Whether a line still holds a line feed that nobody can tell the meaning of.
    """

    def __init__(self, encoding: Encoding, repairs: Repairs) -> None:
        self._encoding = encoding
        self._repairs = repairs
        self._next_line = 1
        self._is_crlf: bool | None = None
        self._separator = ""
        self._names: list[str] = []
        self.unresolved = False

    def of(self, blocks: Iterable[bytes]) -> Iterator[pl.DataFrame]:
        """Yield the lines of each block: `line`, its number in the file, and `value`."""
        for number, raw in enumerate(blocks):
            data = self._without_mark(raw) if number == 0 else raw
            data = self._with_whole_ends(self._in_utf8(data))
            data = self._with_letters(self._without_invisible(data))
            yield self._split(data)

    def expect(self, separator: str, names: list[str]) -> None:
        """Take note of the header, by which the lines after it are judged."""
        self._separator, self._names = separator, names

    def _without_mark(self, data: bytes) -> bytes:
        while data.startswith(BOM):
            self._repairs.add("bom", 1, "EF BB BF", "")
            data = data.removeprefix(BOM)
        return data

    def _in_utf8(self, data: bytes) -> bytes:
        converted = decode_to_utf8(data, self._encoding)
        if converted != data:
            self._record_lines("encoding", data, converted)
        return converted

    def _with_whole_ends(self, data: bytes) -> bytes:
        """Write CR CR LF as CR LF, and end the last line."""
        doubled = data.count(b"\r\r\n") if b"\r\r\n" in data else 0
        if doubled:
            changes = pl.DataFrame(
                {"line": [self._next_line], "before": "CR CR LF", "after": "CRLF"}
            )
            self._repairs.extend("line-ends", changes, count=doubled)
            data = data.replace(b"\r\r\n", b"\r\n")
        return data

    def _without_invisible(self, data: bytes) -> bytes:
        """Take out control characters, and byte-order marks inside the text."""
        found = Glance(data).invisible
        if not found:
            return data
        cleaned = without_outside_numbers(data, found)
        if cleaned != data:
            self._record_lines("controls", data, cleaned)
        return cleaned

    def _with_letters(self, data: bytes) -> bytes:
        """Restore letters that were decoded wrongly, where that can be undone exactly."""
        if not any(mark.encode() in data for mark in _LETTERS):
            return data
        restored = _by_line(data, lambda line: without_entities(read_once(line)))
        if restored != data:
            self._record_lines("letters", data, restored)
        return restored

    def _record_lines(self, kind: str, before: bytes, after: bytes) -> None:
        pairs = zip(before.split(b"\n"), after.split(b"\n"), strict=True)
        changed = [
            (n, *pair) for n, pair in enumerate(pairs, self._next_line) if pair[0] != pair[1]
        ]
        kept = changed[: max(0, self._repairs.room(kind))]
        schema = {"line": pl.UInt32, "before": pl.String, "after": pl.String}
        shown = [(number, *_around(old, new)) for number, old, new in kept]
        changes = pl.DataFrame(shown, schema=schema, orient="row")
        self._repairs.extend(kind, changes, count=len(changed))

    def _split(self, data: bytes) -> pl.DataFrame:
        feeds, returns = data.count(b"\n"), data.count(b"\r")
        pairs = data.count(b"\r\n") if returns else 0
        if self._is_crlf is None:
            self._is_crlf = data.partition(b"\n")[0].endswith(b"\r") and _is_header(data)
        if self._is_crlf and feeds > pairs:
            return self._split_records(data)
        unended = bool(data) and not data.endswith((b"\n", b"\r"))
        others = feeds + returns - 2 * pairs + unended
        if others:
            self._record_line_ends(data, others, unended=unended)
        data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n") if returns else data
        data += b"\n" if unended else b""
        lines = split_lines(data) if data else pl.Series(dtype=pl.String)
        first, self._next_line = self._next_line, self._next_line + lines.len()
        numbers = pl.int_range(first, self._next_line, dtype=pl.UInt32, eager=True)
        return pl.DataFrame({"line": numbers, "value": lines})

    def _split_records(self, data: bytes) -> pl.DataFrame:
        """Split where lines end with CRLF and some line feeds stand alone.

        Such a feed may end a line, or be in a field: the number of fields tells, or nothing does.
        """
        rows: list[tuple[int, str]] = []
        records = data.decode().split("\r\n")
        if not self._separator:
            header = re.split("[\n\r]", data.decode().strip())[0]
            separator = max(SEPARATORS, key=header.count)
            self.expect(separator, header.split(separator))
        unended = bool(records[-1])
        # A block ends where a line ends, if only with a line feed.
        records[-1] = records[-1].rstrip("\r").removesuffix("\n")
        for record in records if unended else records[:-1]:
            parts = re.split("[\n\r]", record)
            rows += self._parts(parts, record) if len(parts) > 1 else [(self._next_line, record)]
            self._next_line += len(parts)
        if unended:
            self._repairs.add("line-ends", self._next_line - 1, "", "CRLF")
        return pl.DataFrame(rows, schema={"line": pl.UInt32, "value": pl.String}, orient="row")

    def _parts(self, parts: list[str], record: str) -> list[tuple[int, str]]:
        """Tell apart the lines of a record, or keep it as it is."""
        names, separator = self._names, self._separator
        numbered = list(enumerate(parts, self._next_line))
        uneven = [row for row in numbered if row[1].count(separator) != len(names) - 1]
        cut = set[int]()
        joined: list[tuple[int, str]] = []
        before: list[str] = []
        for first, last in halves(uneven, separator, names):
            texts = [text for _, text in uneven[first : last + 1]]
            joined.append((uneven[first][0], " ".join(texts)))
            before.append("\n".join(texts))
            cut.update(number for number, _ in uneven[first : last + 1])
        if any(text.strip() and number not in cut for number, text in uneven):
            self.unresolved = True
            return [(self._next_line, record)]
        for (number, text), cut_text in zip(joined, before, strict=True):
            self._repairs.add("line-feeds", number, cut_text, text)
        whole = [row for row in numbered if row[0] not in cut]
        ended = len(whole) + len(joined) - 1
        if ended:
            changes = pl.DataFrame({"line": [self._next_line], "before": "LF", "after": "CRLF"})
            self._repairs.extend("line-ends", changes, count=ended)
        return sorted(whole + joined)

    def _record_line_ends(self, data: bytes, count: int, *, unended: bool) -> None:
        names = {b"\r": "CR", b"\n": "LF"}
        room = max(0, self._repairs.room("line-ends"))
        found: list[tuple[int, str]] = []
        number = self._next_line
        for match in _LINE_END.finditer(data):
            if len(found) >= room:
                break
            if match[0] in names:
                found.append((number, names[match[0]]))
            number += 1
        else:
            if unended and len(found) < room:
                found.append((number, ""))
        changes = pl.DataFrame(found, schema={"line": pl.UInt32, "before": pl.String}, orient="row")
        self._repairs.extend("line-ends", changes.with_columns(after=pl.lit("CRLF")), count=count)


def _is_header(data: bytes) -> bool:
    """Return whether the first line names columns of the law, so that fields can be counted."""
    first = data.lstrip().partition(b"\n")[0].decode()
    return any(law_name(name.strip(' "\r')) for name in re.split("[|\t]", first))


def _by_line(data: bytes, change: Callable[[str], str]) -> bytes:
    """Change the lines that a change leaves with as many fields and characters of control."""
    lines = data.split(b"\n")
    for index, line in enumerate(lines):
        text = line.decode()
        if (new := change(text)) != text and all(
            new.count(mark) == text.count(mark) for mark in ("|", "\t", "\r", "\n", '"')
        ):
            lines[index] = new.encode()
    return b"\n".join(lines)


def _around(before: bytes, after: bytes) -> tuple[str, str]:
    """Show two lines around the first byte where they differ."""
    pairs = enumerate(zip(before, after, strict=False))
    first = next((n for n, (old, new) in pairs if old != new), min(len(before), len(after)))
    place = slice(max(0, first - SHOWN_AROUND), first + SHOWN_AROUND)
    shown = before[place].decode(errors="ignore")
    named = "".join(c if c.isprintable() or c == "\t" else repr(c)[1:-1] for c in shown)
    return named, after[place].decode(errors="ignore")
