"""Repair of a flat FEC on request: bytes in, bytes out, a block at a time.

Only what is safe is repaired, and every change is reported. No amount changes its value, no account
or number its text. Anything else is left as it is, for the checks to report.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import polars as pl

from ecritures.formats.fec.header import SEPARATORS, canonical_name, law_name
from ecritures.formats.repair.fields import is_quoted, mend_line, repair_column, unquoted
from ecritures.formats.text.encoding import BOM, Encoding, decode_to_utf8
from ecritures.formats.text.reader import cut_fields, split_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ecritures.formats.repair.changes import Repairs

SHOWN_AROUND = 15  # bytes of a line shown before and after the first changed one
_LINE_END = re.compile(rb"\r\n|\r|\n")
_CONTROLS = bytes(code for code in (*range(32), 127) if code not in b"\t\n\r")


class Repairer:
    """Repairs one file.

    Args:
        encoding: What its bytes mean.
        repairs: Where every change is recorded.
    """

    def __init__(self, encoding: Encoding, repairs: Repairs) -> None:
        self._encoding = encoding
        self._repairs = repairs
        self._next_line = 1
        self._separator = ""
        self._columns: list[str] = []
        self._unquote_all = False

    def repair(self, blocks: Iterable[bytes]) -> Iterator[bytes]:
        """Yield the blocks of a file, each of whole lines, repaired."""
        for number, raw in enumerate(blocks):
            data = self._without_mark(raw) if number == 0 else raw
            data = self._without_controls(self._in_utf8(self._with_line_feeds(data)))
            lines = split_lines(data) if data else pl.Series("text", [], dtype=pl.String)
            first, self._next_line = self._next_line, self._next_line + lines.len()
            if not self._separator:
                lines, first, header = self._read_header(lines, first)
                yield header
                data = _joined(lines, "\n")
            yield self._lines(data, lines, first)

    def _without_mark(self, data: bytes) -> bytes:
        while data.startswith(BOM):
            self._repairs.add("bom", 1, "EF BB BF", "")
            data = data.removeprefix(BOM)
        return data

    def _with_line_feeds(self, data: bytes) -> bytes:
        """End every line with a line feed, counting those that had no CRLF."""
        feeds, returns = data.count(b"\n"), data.count(b"\r")
        pairs = data.count(b"\r\n") if returns else 0
        unended = bool(data) and not data.endswith((b"\n", b"\r"))
        others = feeds + returns - 2 * pairs + unended
        if others:
            self._record_line_ends(data, others, unended=unended)
        if returns:
            data = data.replace(b"\r\n", b"\n")
        if returns > pairs:
            data = data.replace(b"\r", b"\n")
        return data + b"\n" if unended else data

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

    def _in_utf8(self, data: bytes) -> bytes:
        converted = decode_to_utf8(data, self._encoding)
        if converted != data:
            self._record_lines("encoding", data, converted)
        return converted

    def _without_controls(self, data: bytes) -> bytes:
        """Remove invisible characters: control characters, byte-order marks inside the text."""
        cleaned = data.translate(None, _CONTROLS).replace(BOM, b"")
        if len(cleaned) == len(data):
            return data
        self._record_lines("controls", data, cleaned)
        return cleaned

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

    def _read_header(self, lines: pl.Series, first: int) -> tuple[pl.Series, int, bytes]:
        """Split off the repaired header, with the blank lines before it."""
        while lines.len() and not str(lines[0]).strip():
            self._repairs.add("blank-lines", first, str(lines[0]), "")
            lines, first = lines[1:], first + 1
        if not lines.len():
            return lines, first, b""
        line = str(lines[0])
        separator = max(SEPARATORS, key=line.count)
        names = line.split(separator)
        self._unquote_all = sum(map(is_quoted, names)) > len(names) // 2
        self._separator = separator
        plain = [unquoted(name) if self._unquote_all else name for name in names]
        if not any(law_name(name.strip()) for name in plain):
            self._columns, self._unquote_all = [], False
            return lines[1:], first + 1, line.encode() + b"\r\n"
        self._columns = [law_name(name.strip()) or name.strip() for name in plain]
        for before, after in zip(names, self._columns, strict=True):
            if before != after:
                self._repairs.add("header", first, before, after, after)
        return lines[1:], first + 1, separator.join(self._columns).encode() + b"\r\n"

    def _lines(self, data: bytes, lines: pl.Series, first: int) -> bytes:
        """Repair the lines of a block; `data` is the same lines, joined."""
        numbers = pl.int_range(first, first + lines.len(), dtype=pl.UInt32, eager=True)
        if not self._columns or lines.is_empty():
            return data.replace(b"\n", b"\r\n")
        wanted = len(self._columns) - 1
        good = lines.str.count_matches(self._separator, literal=True) == wanted
        if good.all():
            repaired = self._fields(data, numbers)
            return data.replace(b"\n", b"\r\n") if repaired is None else _joined(repaired)
        table = pl.DataFrame({"line": numbers, "value": lines})
        mended, left = self._mended(table.filter(~good))
        whole = pl.concat([table.filter(good), mended]).sort("line")
        repaired = self._fields(_joined(whole["value"], "\n"), whole["line"])
        if repaired is not None:
            whole = whole.with_columns(value=repaired)
        return _joined(pl.concat([whole, left]).sort("line")["value"])

    def _mended(self, odd: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Repair lines with another number of fields; return those that now fit, and the others."""
        mended: list[tuple[int, str]] = []
        left: list[tuple[int, str]] = []
        for number, line in odd.iter_rows():
            if not line.strip():
                self._repairs.add("blank-lines", number, line, "")
                continue
            found = mend_line(number, line, self._separator, self._columns, self._repairs)
            (left if found is None else mended).append((number, line if found is None else found))
        schema = odd.schema
        return (
            pl.DataFrame(mended, schema=schema, orient="row"),
            pl.DataFrame(left, schema=schema, orient="row"),
        )

    def _fields(self, data: bytes, numbers: pl.Series) -> pl.Series | None:
        """Repair lines that all have the right number of fields; None when nothing changed."""
        if not data:
            return None
        fields = cut_fields(data, self._separator, len(self._columns))
        if fields.height != numbers.len():  # nothing may be lost on the way
            message = f"{fields.height} lines cut where {numbers.len()} were counted"
            raise AssertionError(message)
        changed = False
        columns = []
        for name, title in zip(fields.columns, self._columns, strict=True):
            before = fields[name]
            after = repair_column(
                before,
                numbers,
                title,
                canonical_name(title),
                self._repairs,
                unquote=self._unquote_all,
            )
            changed = changed or after is not before
            columns.append(after.alias(name))
        if not changed:
            return None
        whole = pl.concat_str(fields.columns, separator=self._separator)
        return pl.DataFrame(columns).select(text=whole).to_series()


def _joined(lines: pl.Series, end: str = "\r\n") -> bytes:
    return "".join(f"{line}{end}" for line in lines.to_list()).encode()


def _around(before: bytes, after: bytes) -> tuple[str, str]:
    """Show two lines around the first byte where they differ."""
    pairs = enumerate(zip(before, after, strict=False))
    first = next((n for n, (old, new) in pairs if old != new), min(len(before), len(after)))
    place = slice(max(0, first - SHOWN_AROUND), first + SHOWN_AROUND)
    return repr(before[place])[2:-1], after[place].decode(errors="ignore")
