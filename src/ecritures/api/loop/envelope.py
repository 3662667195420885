"""The vendor's error format, whatever the HTTP status."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi.responses import JSONResponse

if TYPE_CHECKING:
    from ecritures.core.sentences import Sentence


def envelope(instance_id: str, sentence: Sentence, status: int) -> JSONResponse:
    """Return the vendor's error envelope, with our stable code beside the message."""
    error = {"instanceId": instance_id, "message": sentence.fr, "code": sentence.code}
    return JSONResponse({"error": error}, status)
