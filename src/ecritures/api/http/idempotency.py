"""`Idempotency-Key`, as HTTP has it: a header in, the same answer out."""

import hashlib
import json
from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Header, Response
from fastapi.responses import JSONResponse

from ecritures.api.http.app_state import AppState
from ecritures.app.idempotency import Answer, Asked
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


def asked_of(service: AppState, caller: Caller, key: str | None, *content: str) -> Asked | None:
    """Return what names a request under its key; None without a key.

    What the caller may touch is part of it: nobody is given an answer made for wider eyes.
    """
    if key is None:
        return None
    rights = None if caller.dossier_ids is None else sorted(caller.dossier_ids)
    sha256 = hashlib.sha256(json.dumps([rights, *content]).encode()).hexdigest()
    return Asked(caller.domain_id, key, sha256, service.settings.idempotency_hours_kept)


def answer(status: int, location: str | None, view: Mapping[str, Any]) -> Answer:
    """Return an answer as it is kept; `location`: of what the request made."""
    return Answer(status, location, bytes(JSONResponse(view).body).decode())


def respond(given: Answer) -> Response:
    """Return an answer as HTTP, saying whether it is one given before."""
    headers = {"location": given.location} if given.location else {}
    if given.replayed:
        headers["idempotency-replayed"] = "true"
    return Response(given.body, given.status, headers, "application/json")
