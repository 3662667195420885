"""Submit the requests of the Loop-compatible API that arrive at the same moment as one batch.

Authentication and submission are one step. An unknown caller learns nothing else: what is wrong
with its body is reported only once the caller is known.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

from ecritures.api.http.disk_space import disk_low
from ecritures.api.http.idempotency import identify
from ecritures.api.http.request_batcher import RequestBatcher
from ecritures.app.actions.imports import submit_imports, submit_once
from ecritures.config.traces import present_trace
from ecritures.core.errors import BusyError, ForbiddenError, UnavailableError
from ecritures.core.rights import Right
from ecritures.database.failures import is_locked
from ecritures.directory.authentication import authenticate_all
from ecritures.imports.submission.enqueue import LOCK_SECONDS_MAX, Enqueued, QueueLimits
from ecritures.imports.submission.submit import Submission, present_request_id

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ecritures.api.http.rate_limit import RateLimit
    from ecritures.config.settings import Settings
    from ecritures.database import Database
    from ecritures.directory.keys import Caller
    from ecritures.imports.request import ImportRequest


@dataclass(frozen=True, slots=True)
class UnauthenticatedRequest:
    """A request whose caller is not known yet; or why its body is not a request."""

    credential: str | None
    request: ImportRequest | Exception
    idempotency_key: str | None = None
    request_id: str | None = field(default_factory=present_request_id)
    traceparent: str | None = field(default_factory=present_trace)


class Replayed(Enqueued):
    """What a request with the same key and content has become."""


class SlowSubmission(Exception):  # noqa: N818 - the batch returns it in place of a result
    """A submission that may wait for another transaction: not in the batch of all firms."""

    def __init__(self, submission: Submission, idempotency_key: str | None) -> None:
        super().__init__()
        self.submission = submission
        self.idempotency_key = idempotency_key


class Submitter:
    """Submits what arrives together as one batch; what must wait, in a batch of its firm.

    Args:
        batch: Does the work, in a thread.
    """

    def __init__(self, batch: SubmissionBatch) -> None:
        self._batch = batch
        self._all = RequestBatcher(batch.process)
        self._of_firm: dict[int, RequestBatcher[SlowSubmission, Enqueued]] = {}

    async def submit(self, request: UnauthenticatedRequest) -> Enqueued:
        """Return the import created for a request, or raise the reason for its refusal."""
        try:
            return await self._all.submit(request)
        except SlowSubmission as slow:
            domain_id = slow.submission.caller.domain_id
            if domain_id not in self._of_firm:
                process = partial(self._batch.process_slow, domain_id)
                self._of_firm[domain_id] = RequestBatcher(process)
            return await self._of_firm[domain_id].submit(slow)


class SubmissionBatch:
    """Submits requests, and wakes the runner.

    Args:
        settings: The operator's choices.
        database: The database, with every domain.
        rate_limit: Limits how often a key may be used.
        wake: Called when something was submitted.
    """

    def __init__(
        self,
        settings: Settings,
        database: Database,
        rate_limit: RateLimit,
        wake: Callable[[], None],
    ) -> None:
        self._settings = settings
        self._database = database
        self._rate_limit = rate_limit
        self._wake = wake
        self._limits = QueueLimits.from_settings(settings, deduplicate=True)

    def process(self, requests: Sequence[UnauthenticatedRequest]) -> list[Enqueued | Exception]:
        """Return the import that each request has become, or why there is none."""
        callers = authenticate_all(self._database, [one.credential for one in requests])
        low = disk_low(self._settings)
        checked = [self._check(*pair, low) for pair in zip(requests, callers, strict=True)]
        results: dict[int, Enqueued | Exception] = {}
        by_domain: dict[int, dict[int, Submission]] = {}
        for place, one in enumerate(checked):
            if isinstance(one, Submission) and requests[place].idempotency_key is not None:
                results[place] = SlowSubmission(one, requests[place].idempotency_key)
            elif isinstance(one, Submission):
                by_domain.setdefault(one.caller.domain_id, {})[place] = one
            else:
                results[place] = one
        for domain_id, submissions in by_domain.items():
            # A domain at a time: the failure of one is no other domain's.
            database = self._database.for_domain(domain_id)
            enqueued = submit_imports(database, list(submissions.values()), self._limits)
            for (place, one), result in zip(submissions.items(), enqueued, strict=True):
                held = isinstance(result, Exception) and is_locked(result)
                results[place] = SlowSubmission(one, None) if held else result
        if any(isinstance(one, Enqueued) for one in results.values()):
            self._wake()
        return [results[place] for place in range(len(requests))]

    def process_slow(
        self, domain_id: int, slow: Sequence[SlowSubmission]
    ) -> list[Enqueued | Exception]:
        """Return the same for submissions of one firm; wait for what other transactions hold."""
        limits = replace(self._limits, lock_seconds_max=LOCK_SECONDS_MAX)
        database = self._database.for_domain(domain_id)
        together = [one.submission for one in slow if one.idempotency_key is None]
        enqueued = iter(submit_imports(database, together, limits))
        results = [
            next(enqueued)
            if one.idempotency_key is None
            else self._submit_once(database, one.submission, one.idempotency_key, limits)
            for one in slow
        ]
        if any(isinstance(one, Enqueued) for one in results):
            self._wake()
        return results

    def _submit_once(
        self, database: Database, submission: Submission, key: str, limits: QueueLimits
    ) -> Enqueued | Exception:
        request = identify(self._settings, submission.caller, key, repr(submission.request))
        try:
            answer = submit_once(database, submission, limits, request)
        except Exception as error:  # noqa: BLE001 - raised again to its caller
            return error
        import_id = answer.view["accountingImportRequestId"]
        return (Replayed if answer.replayed else Enqueued)(import_id, deduplicated=answer.replayed)

    def _check(
        self,
        request: UnauthenticatedRequest,
        caller: Caller | Exception,
        low: UnavailableError | None,
    ) -> Submission | Exception:
        if isinstance(caller, Exception):
            return caller
        try:
            self._rate_limit.check(caller.by)
        except BusyError as error:
            return error
        try:
            caller.require(Right.IMPORT)
        except ForbiddenError as error:
            return error
        if low is not None:
            return low
        if isinstance(request.request, Exception):
            return request.request
        return Submission(caller, request.request, request.request_id, request.traceparent)
