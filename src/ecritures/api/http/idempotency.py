"""`Idempotency-Key`: the same key and the same request get the same answer."""

import hashlib
import json
from typing import Annotated, Any

from fastapi import Header
from fastapi.responses import JSONResponse

from ecritures.api.http.app_state import AppState
from ecritures.app.idempotency import Answer, IdempotentRequest
from ecritures.directory.keys import Caller

IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=255,
        pattern=r"^[\x21-\x7e]+$",
        description="La même clé et la même demande : la même réponse, sans second effet.",
    ),
]


def identify(
    state: AppState, caller: Caller, key: str | None, *content: str
) -> IdempotentRequest | None:
    """Identify a request by its key and its content; None without a key.

    The caller's rights are part of it: nobody gets an answer made for a key with more rights.
    """
    if key is None:
        return None
    rights = None if caller.dossier_ids is None else sorted(caller.dossier_ids)
    sha256 = hashlib.sha256(json.dumps([rights, *content]).encode()).hexdigest()
    return IdempotentRequest(caller.domain_id, key, sha256, state.settings.idempotency_hours_kept)


def respond(answer: Answer[Any], status: int = 200, location: str | None = None) -> JSONResponse:
    """Render the answer to a write, saying whether it was given before.

    Args:
        answer: What the action returned.
        status: The HTTP status.
        location: The address of what the request created.
    """
    headers = {"location": location} if location else {}
    if answer.replayed:
        headers["idempotency-replayed"] = "true"
    return JSONResponse(answer.view, status, headers)
