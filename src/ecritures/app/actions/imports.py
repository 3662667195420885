"""Submit imports, cancel them, have them tried again."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from typing_extensions import TypedDict

from ecritures.app.batching import process_batch
from ecritures.app.idempotency import answer_once
from ecritures.app.views.imports import import_view
from ecritures.core.choices import Policies, kept_choices
from ecritures.directory.keys import name_of
from ecritures.imports import state as states
from ecritures.imports.files.source_files import drop_upload, store_upload
from ecritures.imports.queries import get_import, read_attempts
from ecritures.imports.submission.enqueue import enqueue_all, enqueue_import, or_raise
from ecritures.imports.submission.submit import prepare_all, prepare_import, submit_all
from ecritures.sources.files import sha256_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime
    from pathlib import Path

    import sqlalchemy as sa

    from ecritures.app.idempotency import Answer, IdempotentRequest
    from ecritures.app.views.imports import ImportView
    from ecritures.database import Database
    from ecritures.directory.keys import Caller
    from ecritures.imports.dependencies import Dependencies
    from ecritures.imports.queries import ImportState
    from ecritures.imports.request import ImportRequest
    from ecritures.imports.submission.enqueue import Enqueued, QueueLimits
    from ecritures.imports.submission.submit import Submission


def create_import(  # noqa: PLR0913 - each may or may not come with a request
    deps: Dependencies,
    caller: Caller,
    request: ImportRequest,
    *,
    upload: Path | None = None,
    limits: QueueLimits | None = None,
    idempotent: IdempotentRequest | None = None,
) -> Answer[ImportView]:
    """Submit an import; the caller wakes the runner.

    Args:
        deps: The database and the storage.
        caller: Who submits it.
        request: What to import.
        upload: A file sent with the request, to be kept in the storage.
        limits: How many imports may wait; None: any number.
        idempotent: Identifies the request when it carries a key.

    Raises:
        RefusedRequestError: The request's content cannot be accepted.
        ForbiddenError: The key is not linked to the dossier.
        BusyError: Too many imports are waiting.
    """
    with ExitStack() as unused:  # removes an upload that no import uses

        def prepare() -> dict[str, Any]:
            if upload is None:
                return prepare_import(deps.database, caller, request)
            sha256 = request.content_sha256 or sha256_of(upload)
            key = store_upload(deps, caller.domain_id, upload, sha256)
            unused.callback(drop_upload, deps, key)
            return prepare_import(deps.database, caller, replace(request, upload=key))

        def enqueue(connection: sa.Connection, row: dict[str, Any]) -> ImportView:
            state = enqueue_import(connection, row, limits)
            unused.pop_all()
            return import_view(state, [])

        return answer_once(deps.database, idempotent, prepare, enqueue)


def submit_imports(
    database: Database, submissions: Sequence[Submission], limits: QueueLimits
) -> Sequence[Enqueued | Exception]:
    """Submit imports of one domain in one transaction; the caller wakes the runner.

    Returns:
        The import that each submission has become, or why there is none.
    """
    return process_batch(lambda some: submit_all(database, some, limits), submissions)


class SubmittedView(TypedDict):
    """The vendor's answer to a request."""

    accountingImportRequestId: str


def submit_once(
    database: Database,
    submission: Submission,
    limits: QueueLimits,
    idempotent: IdempotentRequest | None,
) -> Answer[SubmittedView]:
    """Submit an import by a request that carries a key; the caller wakes the runner.

    Raises:
        ConflictError: The key was used for another request.
        EcrituresError: As for `submit_imports`.
    """

    def prepare() -> dict[str, Any]:
        return or_raise(prepare_all(database, [submission])[0])

    def enqueue(connection: sa.Connection, row: dict[str, Any]) -> SubmittedView:
        [enqueued] = enqueue_all(connection, [row], limits)
        return {"accountingImportRequestId": or_raise(enqueued).import_id}

    return answer_once(database, idempotent, prepare, enqueue)


def cancel_import(
    database: Database,
    import_id: str,
    caller: Caller | None = None,
    idempotent: IdempotentRequest | None = None,
) -> Answer[ImportView]:
    """End an import that has not ended; if it is running, its work is dropped.

    Raises:
        NotFoundError: There is none, or not for this caller. None: this machine's operator.
        ConflictError: It has ended.
    """
    return _change(database, import_id, caller, idempotent, states.cancel)


def retry_import(
    database: Database,
    import_id: str,
    caller: Caller | None = None,
    idempotent: IdempotentRequest | None = None,
) -> Answer[ImportView]:
    """Have an import tried now, whether it waits or ended with an error.

    Raises:
        NotFoundError: There is none, or not for this caller. None: this machine's operator.
        ConflictError: It is running or done, or the address of its file has been forgotten.
        ForbiddenError: The caller could not ask for it.
    """

    def retry(connection: sa.Connection, state: ImportState, now: datetime) -> ImportState:
        _check_may_ask(caller, state, dry_run=state.dry_run)
        return states.retry(connection, state, now, name_of(caller))

    return _change(database, import_id, caller, idempotent, retry)


def confirm_import(  # noqa: PLR0913 - an import, and who asks
    database: Database,
    import_id: str,
    caller: Caller | None = None,
    if_plan: str | None = None,
    idempotent: IdempotentRequest | None = None,
    *,
    with_others: bool = False,
) -> Answer[ImportView]:
    """Have a dry run posted, with the same id and without a second upload.

    Args:
        database: The database of the imports.
        import_id: Its uuid.
        caller: Who asks; None: this machine's operator.
        if_plan: The digest of the plan that is expected; None: that of the dry run.
        idempotent: Identifies the request when it carries a key.
        with_others: Whether other files may have been added since it was planned. Only a file that
            adds all of its entries, and changes nothing else, is then posted by another plan.

    Raises:
        NotFoundError: There is none, or not for this caller.
        ConflictError: It is no dry run that has ended, or its file is not kept.
        ForbiddenError: The caller could not ask for it.
    """

    def confirm(connection: sa.Connection, state: ImportState, now: datetime) -> ImportState:
        _check_may_ask(caller, state, dry_run=False)
        any_plan = with_others and _only_adds(state)
        return states.confirm(connection, state, now, name_of(caller), if_plan, any_plan=any_plan)

    return _change(database, import_id, caller, idempotent, confirm)


def _only_adds(state: ImportState) -> bool:
    """Return whether the plan of a dry run adds entries, and does nothing else."""
    impact = (state.plan or {}).get("impact", {})
    others = impact.get("entries", {}) | impact.get("duplicates", {}) | {"added": 0, "file": None}
    return bool(impact) and not any(others.values()) and not state.options.get("replace")


def _check_may_ask(caller: Caller | None, state: ImportState, *, dry_run: bool) -> None:
    """Raise unless the caller has the rights that a request for this import needs."""
    if caller is not None:
        for right in Policies(kept_choices(state.options)).rights(dry_run=dry_run):
            caller.require(right)


def _change(
    database: Database,
    import_id: str,
    caller: Caller | None,
    idempotent: IdempotentRequest | None,
    record: Callable[[sa.Connection, ImportState, datetime], ImportState],
) -> Answer[ImportView]:
    if caller is None:
        database = database.for_domain(get_import(database, import_id).domain_id)

    def write(connection: sa.Connection, state: ImportState) -> ImportView:
        changed = record(connection, state, database.clock.now())
        return import_view(changed, read_attempts(connection, changed))

    return answer_once(database, idempotent, lambda: get_import(database, import_id, caller), write)
