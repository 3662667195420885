"""`Idempotency-Key`: the same key and the same request get the same answer."""

import hashlib
import json
import re
from typing import Annotated, Any

from fastapi import Header
from fastapi.responses import JSONResponse

from ecritures.app.idempotency import Answer, IdempotentRequest
from ecritures.config.settings import Settings
from ecritures.core.errors import RefusedRequestError
from ecritures.directory.keys import Caller

KEY_CHARS_MAX = 255
KEY_PATTERN = r"^[\x21-\x7e]+$"
REPLAYED = {"idempotency-replayed": "true"}

IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=KEY_CHARS_MAX,
        pattern=KEY_PATTERN,
        description="La même clé et la même demande : la même réponse, sans second effet.",
    ),
]


def identify(
    settings: Settings, caller: Caller, key: str | None, *content: str
) -> IdempotentRequest | None:
    """Identify a request by its key and its content; None without a key.

    The caller's rights are part of it: nobody gets an answer made for a key with more rights.
    """
    if key is None:
        return None
    dossiers = None if caller.dossier_ids is None else sorted(caller.dossier_ids)
    whole = json.dumps([dossiers, sorted(caller.rights), *content])
    sha256 = hashlib.sha256(whole.encode()).hexdigest()
    return IdempotentRequest(caller.domain_id, key, sha256, settings.idempotency_hours_kept)


def checked_key(key: str | None) -> str | None:
    """Return the key of a request whose headers FastAPI does not read.

    Raises:
        RefusedRequestError: It is not one.
    """
    if key is None or (len(key) <= KEY_CHARS_MAX and re.fullmatch(KEY_PATTERN, key)):
        return key
    raise RefusedRequestError(
        "idempotency-key-invalid",
        f"L'en-tête Idempotency-Key doit porter de 1 à {KEY_CHARS_MAX} caractères ASCII, sans"
        " espace.",
        f"The Idempotency-Key header must have 1 to {KEY_CHARS_MAX} ASCII characters, without"
        " blanks.",
    )


def respond(answer: Answer[Any], status: int = 200, location: str | None = None) -> JSONResponse:
    """Render the answer to a write, saying whether it was given before.

    Args:
        answer: What the action returned.
        status: The HTTP status.
        location: The address of what the request created.
    """
    headers = {"location": location} if location else {}
    if answer.replayed:
        headers |= REPLAYED
    return JSONResponse(answer.view, status, headers)
