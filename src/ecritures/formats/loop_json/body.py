"""Finds the parts of a JSON document on disk, without holding it in memory.

A large document is mapped. It is cut by regular expressions, which know strings and brackets; each
part is then decoded by the standard library, which knows the rest. Possessive quantifiers keep the
matching linear, and the nesting that they allow is bounded.
"""

from __future__ import annotations

import mmap
import re
from typing import TYPE_CHECKING, NamedTuple

from ecritures.formats.loop_json.decode import JSONFault, cleaned, decode, is_text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DEPTH_MAX = 8
"""How deep a line may be nested; the page's own are three deep."""
MEMBERS_MAX = 200
SHOWN_BYTES_MAX = 40
"""Of the document, of `data`: the page names three of each."""
BATCH_LINES = 5000
MAPPED_BYTES_MIN = 16 << 20
"""A smaller document is read as a whole."""
BOM = b"\xef\xbb\xbf"

_BLANK = rb"[ \t\r\n]*+"
_STRING = rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"'
_BETWEEN = rb'[^"\[\]{}]*+(?:' + _STRING + rb'[^"\[\]{}]*+)*+'
_SCALAR = rb'[^\s",:\[\]{}]++'


def _nested(depth: int) -> bytes:
    """Return a pattern of an object or array; which bracket closes which is checked later."""
    inside = _BETWEEN
    for _ in range(depth - 1):
        inside = _BETWEEN + rb"(?:[\[{]" + inside + rb"[\]}]" + _BETWEEN + rb")*+"
    return rb"[\[{]" + inside + rb"[\]}]"


def _value(depth: int) -> bytes:
    return rb"(?:" + _nested(depth) + rb"|" + _STRING + rb"|" + _SCALAR + rb")"


_ANY_VALUE = re.compile(_value(DEPTH_MAX + 2), re.DOTALL)
_KEY = re.compile(_BLANK + rb"(" + _STRING + rb")" + _BLANK + rb":" + _BLANK, re.DOTALL)
_COMMA_OR_END = re.compile(_BLANK + rb"([,}])" + _BLANK)
_ELEMENT = re.compile(_BLANK + rb"(" + _value(DEPTH_MAX) + rb")" + _BLANK + rb"([,\]])", re.DOTALL)
_NOTHING_MORE = re.compile(_BLANK + rb"\Z")
_EMPTY = re.compile(rb"[\[{]" + _BLANK + rb"[\]}]")
_BRACKETS = re.compile(_STRING + rb"|[\[\]{}]", re.DOTALL)


class BodyFault(Exception):  # noqa: N818 - becomes an anomaly
    """A document, or a line of it, that cannot be read.

    Attributes:
        code: That of the rule.
        line: The line of entry, from 1; None: the document.
        value: What is there.
        expected: What was expected, where the rule alone does not say.
        column: The field, where the rule names one.
    """

    def __init__(
        self,
        code: str,
        value: str = "",
        *,
        line: int | None = None,
        expected: str | None = None,
        column: str | None = None,
    ) -> None:
        super().__init__(code)
        self.code, self.line, self.value, self.expected = code, line, value, expected
        self.column = column


class Member(NamedTuple):
    """A member of an object, not decoded.

    Attributes:
        name: Its key.
        start: Where its value begins.
        end: Where it ends.
        members: Those of its value, where they were asked for and it is an object.
    """

    name: str
    start: int
    end: int
    members: tuple[Member, ...] | None = None


class Batch(NamedTuple):
    """Consecutive lines of entry.

    Attributes:
        first: The number of the first, from 1.
        values: What they hold, decoded.
        end: Where in the document they end.
    """

    first: int
    values: list[object]
    end: int


class JsonBody:
    """A JSON document on disk.

    Args:
        path: The file.
        batch_bytes: How much of it is decoded at once.
        line_bytes_max: Longest line of entry.
    """

    def __init__(self, path: Path, *, batch_bytes: int, line_bytes_max: int) -> None:
        self._map: bytes | mmap.mmap
        with path.open("rb") as file:
            if path.stat().st_size < MAPPED_BYTES_MIN:
                self._map = file.read()
            else:
                self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self._batch_bytes, self._line_bytes_max = batch_bytes, line_bytes_max

    def members(self, inside: str) -> tuple[Member, ...]:
        """Return the members of the document, and those of its member called `inside`.

        Raises:
            BodyFault: It is no object, or cannot be read.
        """
        at = len(BOM) if self._map[: len(BOM)] == BOM else 0
        at = self._blanks_from(at)
        if self._map[at : at + 1] != b"{":
            other = _ANY_VALUE.match(self._map, at)
            if other is None:
                raise self._fault_at(at)
            self.value(Member("", at, other.end()))
            beginning = self._map[at : min(other.end(), at + SHOWN_BYTES_MAX)]
            raise BodyFault("JSON-STR-02", beginning.decode(errors="replace"))
        found, end = self._object(at, inside)
        if not _NOTHING_MORE.match(self._map, end):
            raise self._fault_at(self._blanks_from(end))
        return found

    def value(self, member: Member) -> object:
        """Return what a member holds.

        Raises:
            BodyFault: It cannot be read, or is too long.
        """
        if member.end - member.start > self._line_bytes_max:
            raise BodyFault("JSON-STR-04", member.name, expected=str(self._line_bytes_max))
        raw = self._map[member.start : member.end]
        try:
            found = decode(raw)
        except UnicodeDecodeError:
            raise BodyFault("JSON-STR-06", member.name) from None
        except JSONFault as fault:
            raise BodyFault("JSON-STR-01", self._place(member.start, fault.position)) from None
        if b"\\u" in raw and not is_text(found):
            shown = cleaned(found) if isinstance(found, str) else ""
            raise BodyFault("JSON-CHP-06", shown, column=member.name or shown)
        return found

    def is_array(self, member: Member) -> bool:
        """Return whether a member is an array."""
        return self._map[member.start : member.start + 1] == b"["

    def is_empty(self, member: Member) -> bool:
        """Return whether a member is null, "" or an empty object or array."""
        if self._map[member.start : min(member.end, member.start + 5)] in (b"null", b'""'):
            return True
        found = _EMPTY.match(self._map, member.start)
        return found is not None and found.end() == member.end

    def is_alone(self, member: Member) -> bool:
        """Return whether an array has a single element."""
        found = _ELEMENT.match(self._map, member.start + 1)
        return found is not None and found.end() == member.end

    def batches(self, member: Member) -> Iterator[Batch]:
        """Yield the elements of an array, decoded.

        Raises:
            BodyFault: At the first that cannot be read, after those before it.
        """
        at, number = member.start + 1, 1
        while at < member.end:
            spans: list[tuple[int, int]] = []
            fault = None
            start = at
            while at < member.end and len(spans) < BATCH_LINES and at - start < self._batch_bytes:
                line = number + len(spans)
                found = _ELEMENT.match(self._map, at)
                if found is None or (found[2] == b"]") != (found.end() == member.end):
                    fault = self._fault_at(self._blanks_from(at), line)
                    break
                if found.end(1) - found.start(1) > self._line_bytes_max:
                    limit = str(self._line_bytes_max)
                    fault = BodyFault("JSON-STR-04", line=line, expected=limit)
                    break
                spans.append(found.span(1))
                at = found.end()
            if spans:
                yield Batch(number, self._decoded(spans, number), at)
            if fault:
                raise fault
            number += len(spans)

    def _decoded(self, spans: list[tuple[int, int]], first: int) -> list[object]:
        """Decode elements together; when that fails, one by one, to name the one to blame."""
        whole = self._map[spans[0][0] : spans[-1][1]]
        try:
            values = decode(b"[" + whole + b"]")
        except (UnicodeDecodeError, JSONFault):
            for line, (start, end) in enumerate(spans, first):
                try:
                    decode(self._map[start:end])
                except UnicodeDecodeError:
                    raise BodyFault("JSON-STR-06", line=line) from None
                except JSONFault as fault:
                    place = self._place(start, fault.position)
                    raise BodyFault("JSON-STR-01", place, line=line) from None
            raise
        return values if isinstance(values, list) else [values]

    def _object(self, at: int, inside: str) -> tuple[tuple[Member, ...], int]:
        """Return the members of the object at a place, and where it ends."""
        found: list[Member] = []
        if empty := _EMPTY.match(self._map, at):
            return (), empty.end()
        at += 1
        while True:
            key = _KEY.match(self._map, at)
            if key is None:
                raise self._fault_at(self._blanks_from(at))
            name, at = self._key(key), key.end()
            if len(found) >= MEMBERS_MAX:
                raise BodyFault("JSON-STR-03", name, expected=str(MEMBERS_MAX))
            start, members = at, None
            if inside and name.lower() == inside and self._map[at : at + 1] == b"{":
                members, at = self._object(at, "")
            elif value := _ANY_VALUE.match(self._map, at):
                at = value.end()
            else:
                raise self._fault_at(at)
            found.append(Member(name, start, at, members))
            sign = _COMMA_OR_END.match(self._map, at)
            if sign is None:
                raise self._fault_at(self._blanks_from(at))
            at = sign.end()
            if sign[1] == b"}":
                return tuple(found), sign.end(1)

    def _key(self, found: re.Match[bytes]) -> str:
        start, end = found.span(1)
        if end - start > self._line_bytes_max:
            raise BodyFault("JSON-STR-04", expected=str(self._line_bytes_max))
        return str(self.value(Member("", start, end)))

    def _blanks_from(self, at: int) -> int:
        while self._map[at : at + 1] in (b" ", b"\t", b"\r", b"\n"):
            at += 1
        return at

    def _fault_at(self, at: int, line: int | None = None) -> BodyFault:
        """Say why nothing can be read at a place: nested too deep, or no JSON."""
        depth = 0
        for found in _BRACKETS.finditer(self._map, at, at + self._line_bytes_max):
            depth += {b"[": 1, b"{": 1, b"]": -1, b"}": -1}.get(found[0], 0)
            if depth > DEPTH_MAX + 2:
                return BodyFault("JSON-STR-05", line=line, expected=str(DEPTH_MAX))
            if depth <= 0:
                break
        return BodyFault("JSON-STR-01", self._place(at, 0), line=line)

    def _place(self, start: int, within: int) -> str:
        """Name a place of the document, in bytes from its start, and what stands there."""
        at = start + within
        shown = self._map[at : at + 20].decode("utf-8", "replace").split("\n")[0]
        return f"{at + 1} « {shown} »" if shown else f"{at + 1}"
