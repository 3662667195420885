"""Submit the import of entries that are in the body of a request."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ecritures.app.idempotency import answer_once
from ecritures.core.errors import RefusedRequestError
from ecritures.imports.files.source_files import drop_upload, store_upload
from ecritures.imports.request import ImportRequest
from ecritures.imports.submission.enqueue import LOCK_SECONDS_MAX, enqueue_all, or_raise
from ecritures.imports.submission.submit import prepare_import
from ecritures.processes import Limits
from ecritures.reading.loop_request import judge_request

if TYPE_CHECKING:
    from pathlib import Path

    import sqlalchemy as sa

    from ecritures.app.actions.imports import SubmittedView
    from ecritures.app.idempotency import Answer, IdempotentRequest
    from ecritures.directory.keys import Caller
    from ecritures.imports.dependencies import Dependencies
    from ecritures.imports.submission.enqueue import QueueLimits
    from ecritures.reading.loop_request import JudgedRequest

KIND = "json"
FILE_NAME = "importJson.json"
JUDGING_SECONDS_MAX = 60
"""How long a body may be judged, while its caller waits."""


@dataclass(frozen=True, slots=True)
class JsonRequest:
    """The body of a request, on this machine.

    Attributes:
        path: Where it is; it is not empty.
        sha256: Its fingerprint.
    """

    path: Path
    sha256: str


def import_json(
    deps: Dependencies,
    caller: Caller,
    body: JsonRequest,
    limits: QueueLimits,
    idempotent: IdempotentRequest | None = None,
) -> Answer[SubmittedView]:
    """Judge a body, keep it and submit its import; the caller wakes the runner.

    Args:
        deps: The database, the storage, and what reads the body in another process.
        caller: Who asks.
        body: The body.
        limits: How many imports may wait.
        idempotent: Identifies the request when it carries a key.

    Raises:
        RefusedRequestError: It cannot be accepted; in the words of the vendor, where it has any.
        ForbiddenError: The key is not linked to the dossier.
        BusyError: Too many imports wait.
        UnavailableError: Too many bodies are being judged.
    """
    with ExitStack() as unused:  # removes a body that no import uses

        def prepare() -> dict[str, Any]:
            request = _request(_judge(deps, body), body)
            prepare_import(deps.database, caller, request)  # a body that is refused is not kept
            key = store_upload(deps, caller.domain_id, body.path, body.sha256)
            unused.callback(drop_upload, deps, key)
            return prepare_import(deps.database, caller, replace(request, upload=key))

        def enqueue(connection: sa.Connection, row: dict[str, Any]) -> SubmittedView:
            patient = replace(limits, lock_seconds_max=LOCK_SECONDS_MAX)
            [done] = enqueue_all(connection, [row], patient)
            enqueued = or_raise(done)
            if not enqueued.deduplicated:
                unused.pop_all()
            return {"accountingImportRequestId": enqueued.import_id}

        return answer_once(deps.database, idempotent, prepare, enqueue)


def _judge(deps: Dependencies, body: JsonRequest) -> JudgedRequest:
    """Judge a body in a child process.

    Raises:
        RefusedRequestError: It cannot be accepted.
    """
    settings = deps.settings
    judged = deps.executor.run(
        judge_request,
        *(body.path, settings.json_judged_bytes_max, settings.line_bytes_max),
        limits=Limits(
            settings.reader_memory_bytes_max, settings.reader_cpu_seconds_max, JUDGING_SECONDS_MAX
        ),
    )
    said = judged.refusal
    if said is not None and judged.dossier != "":  # which is reported first
        raise RefusedRequestError(said.code, said.fr, said.en)
    return judged


def _request(judged: JudgedRequest, body: JsonRequest) -> ImportRequest:
    """Return the request to import a body; without its file, which stands for any."""
    return ImportRequest(
        KIND,
        judged.dossier,
        upload=body.sha256,
        name=FILE_NAME,
        siret=judged.siret or None,
        line_sirets=judged.sirets,
        content_sha256=body.sha256,
        options={"unbalanced": judged.unbalanced} if judged.unbalanced else {},
    )
