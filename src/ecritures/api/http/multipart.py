"""Files sent in a form, written to disk as they arrive: memory does not grow with their size."""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, BinaryIO

from fastapi.concurrency import run_in_threadpool
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from ecritures.api.http.failures import refusal
from ecritures.core.errors import RefusedRequestError
from ecritures.sources import failures

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    from fastapi import HTTPException, Request

MEDIA_TYPE = "multipart/form-data"
FIELDS_MAX = 50
FIELDS_BYTES_MAX = 1 << 16
FILE_FIELD = "file"
WRITE_BYTES = 1 << 20
_PATH_OR_CONTROL = re.compile(r".*[/\\]|[\x00-\x1f\x7f\ud800-\udfff]", re.DOTALL)


@dataclass(slots=True)
class Form:
    """The content of a form.

    Attributes:
        fields: The texts, by name.
        file_name: The name of the file, without its path; None without a file.
    """

    fields: dict[str, str] = field(default_factory=dict)
    file_name: str | None = None


async def receive_form(request: Request, target: Path) -> Form:
    """Read a form; its one file goes to `target`.

    Raises:
        HTTPException: The form is malformed or too large.
    """
    with _full_disk_reported(), target.open("wb") as file:
        reader = _Reader(request.headers.get("content-type", ""), file)
        async for data in gathered(request):
            await run_in_threadpool(reader.write, data)
        reader.finish()
    return reader.form


async def receive_body(request: Request, target: Path) -> None:
    """Write a whole body to `target` as it arrives."""
    with _full_disk_reported(), target.open("wb") as file:
        async for data in gathered(request):
            await run_in_threadpool(file.write, data)


async def gathered(request: Request) -> AsyncIterator[bytes]:
    """Yield the body in pieces large enough to be written in another thread."""
    pending = bytearray()
    async for data in request.stream():
        pending += data
        if len(pending) >= WRITE_BYTES:
            yield bytes(pending)
            pending.clear()
    yield bytes(pending)


@contextmanager
def _full_disk_reported() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if failures.is_disk_full(error):
            raise failures.disk_full() from error
        raise


class _Reader:
    """Reads one form as it arrives."""

    def __init__(self, content_type: str, file: BinaryIO) -> None:
        boundary = parse_options_header(content_type)[1].get(b"boundary", b"")
        if not boundary:
            raise _malformed()
        self.form = Form()
        self._file = file
        self._header = self._value = b""
        self._disposition = b""
        self._field = ""
        self._text: bytearray | None = None
        self._text_bytes = 0
        self._ended = False
        try:
            self._parser = MultipartParser(
                boundary,
                {
                    "on_part_begin": self._on_part_begin,
                    "on_header_field": self._on_header_field,
                    "on_header_value": self._on_header_value,
                    "on_header_end": self._on_header_end,
                    "on_headers_finished": self._on_headers_finished,
                    "on_part_data": self._on_part_data,
                    "on_part_end": self._on_part_end,
                    "on_end": self._on_end,
                },
            )
        except FormParserError:
            raise _malformed() from None

    def write(self, data: bytes) -> None:
        """Parse the next piece."""
        try:
            self._parser.write(data)
        except FormParserError:
            raise _malformed() from None

    def finish(self) -> None:
        """Check that the form is complete."""
        if not self._ended:
            raise _malformed()

    def _on_part_begin(self) -> None:
        self._disposition = b""

    def _on_header_field(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]

    def _on_header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _on_header_end(self) -> None:
        if self._header.lower() == b"content-disposition":
            self._disposition = self._value
        self._header = self._value = b""

    def _on_headers_finished(self) -> None:
        options = parse_options_header(self._disposition)[1]
        self._field = options.get(b"name", b"").decode("utf-8", "replace")
        if b"filename" in options or self._field == FILE_FIELD:
            self._begin_file(options.get(b"filename", b"").decode("utf-8", "replace"))
        elif not self._field or self._field in self.form.fields:
            raise _malformed()
        else:
            self._text = bytearray()

    def _begin_file(self, name: str) -> None:
        if self._field != FILE_FIELD or self.form.file_name is not None:
            raise RefusedRequestError(
                "file-field",
                f"Le formulaire doit porter un seul fichier, dans le champ {FILE_FIELD}.",
                f"The form must contain a single file, in field {FILE_FIELD}.",
            )
        self.form.file_name = _PATH_OR_CONTROL.sub("", name) or FILE_FIELD
        self._text = None

    def _on_part_data(self, data: bytes, start: int, end: int) -> None:
        if self._text is None:
            self._file.write(memoryview(data)[start:end])
            return
        self._text_bytes += end - start
        if self._text_bytes > FIELDS_BYTES_MAX:
            raise _malformed()
        self._text += data[start:end]

    def _on_part_end(self) -> None:
        if self._text is None:
            return
        if len(self.form.fields) >= FIELDS_MAX:
            raise _malformed()
        self.form.fields[self._field] = self._text.decode("utf-8", "replace")

    def _on_end(self) -> None:
        self._ended = True


def _malformed() -> HTTPException:
    return refusal(
        400,
        "form-unreadable",
        "Le formulaire ne peut pas être lu : il faut du multipart/form-data, complet, dont chaque"
        " champ est nommé une fois.",
        "The form cannot be read: it must be complete multipart/form-data, and each field must have"
        " a name of its own.",
    )
