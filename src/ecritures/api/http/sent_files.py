"""Files to download, sent piece by piece."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Any
from urllib.parse import quote

from starlette.responses import StreamingResponse

if TYPE_CHECKING:
    from collections.abc import Iterator

CHUNK_BYTES = 1 << 16


def send(file: IO[bytes], media_type: str, name: str) -> StreamingResponse:
    """Answer with a file, from its start; it is closed once it is sent.

    Args:
        file: Open for reading.
        media_type: What it is.
        name: What the caller may call it; a name that is not ASCII follows RFC 6266.
    """
    file.seek(0)
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "-_.") else "_" for c in name)
    disposition = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    headers = {"content-disposition": disposition}
    return StreamingResponse(_chunks(file), media_type=media_type, headers=headers)


def file_contents(*media_types: str) -> dict[str, Any]:
    """Return how OpenAPI describes files of some types."""
    return {
        media_type.partition(";")[0]: {"schema": {"type": "string", "format": "binary"}}
        for media_type in media_types
        if media_type != "application/json"
    }


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while chunk := file.read(CHUNK_BYTES):
            yield chunk
