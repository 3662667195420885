"""Judges a file by its first bytes: text that can be read, or a clear reason why it cannot."""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING

from ecritures.formats.text.encoding import BOM

if TYPE_CHECKING:
    from pathlib import Path

    from ecritures.core.anomalies import Anomalies

HEAD_BYTES = 4096
FIRST_LINE_BYTES_MAX = 1 << 16
ARCHIVE = b"PK\x03\x04"
"""How a zip archive starts, and therefore a workbook."""
NO_TEXT = "FEC-FIC-03"
_SIGNATURES = (
    (b"%PDF", "PDF"),
    (ARCHIVE, "ZIP, XLSX, ODS"),
    (b"\x1f\x8b", "GZIP"),
    (b"\xd0\xcf\x11\xe0", "XLS"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
)
_MARKS_OF_WIDE = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_BEFORE_HTML = rb"(?:\s|<!--.*?-->|<\?xml[^>]*>)*"
_HTML = re.compile(
    rb"(?:\xef\xbb\xbf)?" + _BEFORE_HTML + rb"<(?:!doctype\s+html|html|head|body|script|title)\b",
    re.IGNORECASE | re.DOTALL,
)
_CONTROLS = re.compile(rb"[\x01-\x08\x0e-\x19\x1c-\x1f\x7f]")
"""Bytes that a text hardly ever has: not those of line ends, pages, padding and escapes."""
_CONTROLS_MAX = 1 / 50
_EBCDIC_FIELD = bytes("JournalCode", "cp500")
_EBCDIC_TRA = re.compile(
    rb"\x5c{3}[\xc1-\xe9\xf0-\xf9]{8}"
)  # three asterisks, then eight capitals or digits


def is_readable_text(path: Path, anomalies: Anomalies) -> bool:
    """Return whether the file can be read as text; if not, record a blocking anomaly."""
    head = read_head(path)
    found: tuple[str, str | None]
    if not head:
        found = "FEC-FIC-01", None
    elif signed := [name for signature, name in _SIGNATURES if head.startswith(signature)]:
        found = NO_TEXT, signed[0]
    elif is_html(head):
        found = "FEC-FIC-05", None
    elif _is_ebcdic(head):
        found = "FEC-ENC-07", None
    elif wide := wide_encoding(head):
        found = "FEC-ENC-04", wide.rpartition("-")[0].upper()
    elif is_binary(head):
        found = NO_TEXT, "BIN"
    else:
        return True
    anomalies.add(found[0], value=found[1])
    return False


def _is_ebcdic(head: bytes) -> bool:
    has_field = _EBCDIC_FIELD.lower() in head.lower() or _EBCDIC_FIELD in head
    return has_field or _EBCDIC_TRA.match(head) is not None


def is_binary(head: bytes) -> bool:
    """Return whether the first bytes of a file are those of no text."""
    return len(_CONTROLS.findall(head)) > max(8, len(head) * _CONTROLS_MAX)


def wide_encoding(head: bytes) -> str | None:
    """Return the encoding of a text of two or four bytes a character; None when it is no such.

    Args:
        head: The first bytes of the file.
    """
    for mark, encoding in _MARKS_OF_WIDE:
        if head.startswith(mark):
            return encoding
    half = len(head) // 2
    first, second = (head[start::2].count(0) for start in (0, 1))
    if min(first, second) * 4 < half < max(first, second) * 2:
        return "utf-16-be" if first > second else "utf-16-le"
    return None  # it may still end in null bytes


def is_html(head: bytes) -> bool:
    """Return whether the first bytes of a file are those of a web page."""
    return _HTML.match(head) is not None


def read_head(path: Path) -> bytes:
    """Return the first bytes of a file."""
    with path.open("rb") as file:
        return file.read(HEAD_BYTES)


def opens_with_endless_line(path: Path) -> bool:
    """Return whether the first line is longer than in any known line-based layout."""
    with path.open("rb") as file:
        first = file.read(FIRST_LINE_BYTES_MAX)
    ends = len(first) < FIRST_LINE_BYTES_MAX or b"\n" in first or b"\r" in first
    return not (ends or is_xml(first) or first.startswith(ARCHIVE))


def is_xml(head: bytes) -> bool:
    """Tell from the first bytes whether a text is XML."""
    return head.removeprefix(BOM).lstrip().startswith(b"<")
