"""The part of a file that has arrived: its bytes on disk, with their count and hash."""

from __future__ import annotations

import hashlib
import re
from http import HTTPStatus
from typing import TYPE_CHECKING, BinaryIO

import httpx2

from ecritures.sources import answers, failures

if TYPE_CHECKING:
    from collections.abc import Callable

CONTENT_RANGE = re.compile(
    r"bytes (?P<start>[0-9]{1,18})-(?P<end>[0-9]{1,18})/(?P<total>[0-9]{1,18}|\*)", re.ASCII
)

CONTINUATIONS = {
    HTTPStatus.PARTIAL_CONTENT,
    HTTPStatus.PRECONDITION_FAILED,
    HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE,
}


class Part:
    """A file that is being downloaded."""

    def __init__(
        self, file: BinaryIO, bytes_max: int, progress: Callable[[int], None] | None
    ) -> None:
        self._file = file
        self._bytes_max = bytes_max
        self._progress = progress or (lambda _: None)
        self.bytes = 0
        self.restart()

    def restart(self) -> None:
        """Start again from nothing."""
        if self.bytes:
            self._file.seek(0)
            self._file.truncate()
        self._hash = hashlib.sha256()
        self._etag: str | None = None
        self._bytes_expected: int | None = None
        self.bytes = 0

    @property
    def sha256(self) -> str:
        """Fingerprint of what has arrived."""
        return self._hash.hexdigest()

    def request_headers(self) -> dict[str, str]:
        """Return the headers to send: for the rest if it is of the same file, else for all."""
        if not self._etag:
            self.restart()
        if not self.bytes:
            return {}
        return {"Range": f"bytes={self.bytes}-", "If-Range": str(self._etag)}

    def accept(self, response: httpx2.Response, where: str) -> bool:
        """Prepare for the body; False when the whole file must be requested again.

        Raises:
            SourceError: The answer is not the file, or the file is too big.
        """
        if self.bytes and response.status_code in CONTINUATIONS:
            return response.status_code == HTTPStatus.PARTIAL_CONTENT and self._continues(response)
        if response.status_code != HTTPStatus.OK:
            raise answers.failure(response, where)
        self.restart()
        self._etag = answers.strong_etag(response)
        self._expect(answers.content_length(response), where)
        return True

    def _continues(self, response: httpx2.Response) -> bool:
        """Return whether the answer is what follows of the same file, and says so throughout.

        A server that ignores `If-Range` may send the rest of another version: only the ETag tells,
        and RFC 9110 (15.3.7) wants it in every such answer.
        """
        found = CONTENT_RANGE.fullmatch(response.headers.get("content-range", ""))
        if found is None or answers.strong_etag(response) != self._etag:
            return False
        start, end = int(found["start"]), int(found["end"])
        total = end + 1 if found["total"] == "*" else int(found["total"])
        length = answers.content_length(response)
        if (
            start != self.bytes
            or not start <= end < total
            or length not in {None, end - start + 1}
            or (self._bytes_expected is not None and total != self._bytes_expected)
        ):
            return False
        self._bytes_expected = total
        return True

    def _expect(self, length: int | None, where: str) -> None:
        self._bytes_expected = length
        if length is not None and length > self._bytes_max:
            raise failures.too_big(where, self._bytes_max)

    def write(self, response: httpx2.Response, where: str) -> None:
        """Write the body as it arrives.

        Raises:
            SourceError: It is bigger than allowed, or ends too early.
        """
        try:
            for block in response.iter_raw():
                self._append(block, where)
        except httpx2.RemoteProtocolError as error:
            raise failures.truncated(where) from error
        if self._bytes_expected not in {None, self.bytes}:
            raise failures.truncated(where)

    def _append(self, block: bytes, where: str) -> None:
        if self.bytes + len(block) > self._bytes_max:
            raise failures.too_big(where, self._bytes_max)
        self._file.write(block)
        self._hash.update(block)
        self.bytes += len(block)
        self._progress(self.bytes)
