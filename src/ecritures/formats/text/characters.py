"""Characters that no text of accounts should hold, found without looking at each line.

Control characters and invisible ones are taken out of what is read. Letters that an earlier
program damaged are only reported: what they were is not certain.
"""

from __future__ import annotations

import re
from collections import Counter
from html import unescape
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from ecritures.core.anomalies import Anomalies

_ORDINARY = b"\t\n\r" + bytes(range(0x20, 0x7F))
_FREQUENT = bytes(byte for byte in _ORDINARY if byte not in b"&?") + b"\xc3\xa8\xa9"  # é, è
_NOT_CONTROLS = b"&?" + bytes(range(0x80, 0x100))
_INVISIBLE_BYTES = (
    (b"\xc2", re.compile(rb"\xc2[\x80-\x9f]"), re.compile(rb"\xc2[\x80-\x9f]")),
    (
        b"\xe2",
        re.compile(rb"\xe2[\x80\x81]"),
        re.compile(rb"\xe2(?:\x80[\x8b-\x8f\xa8-\xae]|\x81[\xa0-\xaf])"),
    ),
    (b"\xef", re.compile(rb"\xef"), re.compile(rb"\xef\xbb\xbf")),
)
"""A byte that such a character has, what is among the rare bytes if it is in the text, how it
looks in the text."""
_IN_A_NUMBER = re.compile(
    rb"(?<=[0-9])[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]+(?=[0-9.,])"
    rb"|(?<=[.,])[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]+(?=[0-9])"
)
_EURO = "€".encode()
_TWICE_BYTES = (b"\x82", b"\x83", b"\x84", b"\x85")
_TWICE_RARE = re.compile(rb"\xa2\xe2(?:\x82\xac|\x80\x9a)")  # what is left of "â€" and "â‚"
_TWICE_EXACT = (b"\xc3\xa2\xe2\x82\xac", b"\xc3\xa2\xe2\x80\x9a")
_TWICE_MARK = b"\xc3"
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]"
)
_TWICE_RUN = "[\u00c2-\u00c5\u00e2][\u0080-\u00bf\u0152-\u0192\u02c6\u02dc\u2013-\u2122]+"
TWICE_DECODED = f"{_TWICE_RUN}|\u00c3 "
"""What UTF-8 looks like where it was read as Latin; more than that may look so."""
_TWICE = re.compile(f"{_TWICE_RUN}|\u00c3 ?(?= )")  # of à, the second half is a blank
_FRENCH = re.compile("[\u00a0-\u00ff\u0152\u0153\u0178\u2010-\u2026\u202f\u20ac]+")
_ENTITY = re.compile(r"&(?:[A-Za-z]{2,8}|#[0-9]{2,5}|#x[0-9A-Fa-f]{2,4});")
_LOST = re.compile("\ufffd")
_LOST_BYTES = "\ufffd".encode()
_QUESTION = re.compile(r"(?<![./=&])(?<!\w[./=&])\b[^\W\d_]+\?[a-zà-ÿ]+\b(?![./=&])")
_SEPARATOR = re.compile(r"[|\t]")
_AROUND = 15  # characters shown before and after a damaged one


class Glance:
    """The rare bytes of a text in UTF-8, which tell quickly what it cannot hold.

    Args:
        data: The text.
    """

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._rare = data.translate(None, _FREQUENT)

    @property
    def invisible(self) -> str:
        """The distinct characters of the text that are not printed."""
        if not self._rare.translate(None, _NOT_CONTROLS) and not any(
            lead in self._rare and rare.search(self._rare) and seen.search(self._data)
            for lead, rare, seen in _INVISIBLE_BYTES
        ):
            return ""
        few = self._data.translate(None, _ORDINARY).decode(errors="ignore")
        return "".join(sorted(set(_INVISIBLE.findall("".join(set(few))))))

    def may_hold(self, mark: bytes) -> bool:
        """Return whether a damage may be there whose mark is this byte."""
        if mark == _TWICE_MARK:
            rest = self._rare.replace(_EURO, b"")
            if any(byte in rest for byte in _TWICE_BYTES):
                return True
            perhaps = _TWICE_RARE.search(self._rare)
            return perhaps is not None and self._holds_twice()
        return mark in self._rare

    def _holds_twice(self) -> bool:
        """Look around each byte `a2`, which is rare: quicker than to search for all of it."""
        at = self._data.find(b"\xa2", 1)
        while at > 0:
            if self._data.startswith(_TWICE_EXACT, at - 1):
                return True
            at = self._data.find(b"\xa2", at + 1)
        return False


def without(data: bytes, characters: str, instead: bytes = b"") -> bytes:
    """Take characters out of a UTF-8 text, or put another in the place of each.

    Bytes that are not UTF-8 stay.
    """
    for character in characters:
        data = data.replace(character.encode(), instead)
    return data


def without_outside_numbers(data: bytes, characters: str) -> bytes:
    """Take characters out of a UTF-8 text, but not control characters inside a number."""
    at = 0
    parts: list[bytes] = []
    for found in _IN_A_NUMBER.finditer(data):
        parts += without(data[at : found.start()], characters), found[0]
        at = found.end()
    return b"".join([*parts, without(data[at:], characters)])


def with_lost_digits(data: bytes) -> bytes:
    """Write U+FFFD in place of control characters inside a number: they may stand for digits."""
    return _IN_A_NUMBER.sub(_LOST_BYTES, data)


def name_of(character: str) -> str:
    """Name a character that cannot be shown."""
    return f"0x{ord(character):02X}" if character.isascii() else f"U+{ord(character):04X}"


def read_once(text: str) -> str:
    """Undo one reading of UTF-8 as Windows-1252, of each run of letters that shows it.

    A run that is not exactly what such a reading makes stays as it is.
    """
    return _TWICE.sub(lambda match: _decoded(match[0]), text)


def without_entities(text: str) -> str:
    """Write the letters that entities of HTML stand for, such as `&eacute;`."""
    return _ENTITY.sub(lambda match: unescape(match[0]), text)


def _decoded(run: str) -> str:
    if run.rstrip(" ") == "\u00c3":
        return "à"
    raw = b"".join(
        letter.encode("latin-1" if letter <= "\u00ff" else "windows-1252", "replace")
        for letter in run
    )
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        return run
    return text if _FRENCH.fullmatch(text) else run


class _Kind(NamedTuple):
    """A kind of damage: its rule, a byte that it has, how it looks in UTF-8, and in a text."""

    code: str
    mark: bytes
    seen: re.Pattern[bytes]
    damaged: Callable[[str], re.Match[str] | None]


_KINDS = (
    _Kind(
        "FEC-ENC-08",
        _TWICE_MARK,
        re.compile(
            rb"\xc3(?:[\x82-\x85][\xc2\xc5\xc6\xcb\xe2]|\x83 |\xa2\xe2(?:\x82\xac|\x80\x9a))"
        ),
        lambda text: next((m for m in _TWICE.finditer(text) if _decoded(m[0]) != m[0]), None),
    ),
    _Kind("FEC-ENC-09", b"&", re.compile(rb"&(?=[#A-Za-z])"), _ENTITY.search),
    _Kind("FEC-ENC-10", b"\xef", re.compile(rb"\xef\xbf\xbd"), _LOST.search),
    _Kind("FEC-ENC-10", b"?", re.compile(rb"\?(?=[a-z])"), _QUESTION.search),
)


def _field_around(damaged: re.Match[str]) -> str:
    """Return what is damaged with the text around it, of the same field."""
    line, start, end = damaged.string, damaged.start(), damaged.end()
    before = _SEPARATOR.split(line[:start])[-1][-_AROUND:]
    after = _SEPARATOR.split(line[end:], maxsplit=1)[0][:_AROUND]
    return f"{before}{line[start:end]}{after}".strip()


class DamagedLetters:
    """Counts the lines whose letters an earlier program damaged, by kind of damage.

    Args:
        anomalies: Where each kind is recorded, once for the file.
    """

    def __init__(self, anomalies: Anomalies) -> None:
        self._anomalies = anomalies
        self._first: dict[str, tuple[int, str]] = {}
        self._count: Counter[str] = Counter()

    def look(self, data: bytes, first_line: int, glance: Glance) -> None:
        """Look at a block of lines in UTF-8, at which a glance was taken."""
        for kind in _KINDS:
            if not glance.may_hold(kind.mark):
                continue
            counted_to, number, end = 0, first_line, -1
            for match in kind.seen.finditer(data):
                if match.start() <= end:  # in a line that is reported already
                    continue
                number += data.count(b"\n", counted_to, match.start())
                counted_to = match.start()
                start = data.rfind(b"\n", 0, counted_to) + 1
                found = data.find(b"\n", counted_to)
                stop = found if found >= 0 else len(data)
                line = data[start:stop].decode(errors="ignore")
                if damaged := kind.damaged(line):
                    end = stop
                    self._count[kind.code] += 1
                    self._first.setdefault(kind.code, (number, _field_around(damaged)))

    def finish(self) -> None:
        """Record each kind of damage found, with its first line and how many lines have it."""
        for code, (line, value) in self._first.items():
            count = str(self._count[code])
            self._anomalies.add(code, line=line, value=value, expected=count)
