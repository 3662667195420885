"""What the table of contents of a ZIP archive says of itself, before it is read into memory."""

from __future__ import annotations

import zipfile
from typing import BinaryIO

END, END_BYTES = b"PK\x05\x06", 22
ZIP64_LOCATOR, ZIP64_LOCATOR_BYTES = b"PK\x06\x07", 20
ZIP64_END, ZIP64_END_BYTES = b"PK\x06\x06", 56
COMMENT_BYTES_MAX = 0xFFFF

PLAIN_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
"""The methods of every ordinary program, and the only ones that Python unpacks in bounded memory:
the others unpack whole blocks, however little is asked for."""


def directory_bytes(file: BinaryIO) -> int:
    """Return how large the table of contents is, also where a ZIP64 record says so.

    `zipfile` believes the ZIP64 record, which may be far larger than the classic one admits.

    Raises:
        zipfile.BadZipFile: There is none.
    """
    size = file.seek(0, 2)
    start = max(0, size - END_BYTES - COMMENT_BYTES_MAX)
    file.seek(start)
    tail = file.read()
    at = tail.rfind(END)
    if at < 0 or len(tail) - at < END_BYTES:
        message = "no end of central directory"
        raise zipfile.BadZipFile(message)
    return max(_number(tail, at + 12, 4), *_zip64_sizes(file, start + at))


def _zip64_sizes(file: BinaryIO, end: int) -> tuple[int, ...]:
    """Return what the ZIP64 records say: the one just before, and the one that is pointed to."""
    file.seek(max(0, end - ZIP64_LOCATOR_BYTES))
    locator = file.read(ZIP64_LOCATOR_BYTES)
    if not locator.startswith(ZIP64_LOCATOR):
        return (0,)
    places = (end - ZIP64_LOCATOR_BYTES - ZIP64_END_BYTES, _number(locator, 8, 8))
    return tuple(_zip64_size(file, place) for place in places if 0 <= place < end) or (0,)


def _zip64_size(file: BinaryIO, place: int) -> int:
    file.seek(place)
    record = file.read(ZIP64_END_BYTES)
    return _number(record, 40, 8) if record.startswith(ZIP64_END) else 0


def _number(data: bytes, at: int, size: int) -> int:
    return int.from_bytes(data[at : at + size], "little")
