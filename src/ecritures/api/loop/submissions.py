"""Submit the requests of the Loop-compatible API that arrive at the same moment as one batch.

Authentication and submission are one step. An unknown caller learns nothing else: what is wrong
with its body is reported only once the caller is known.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ecritures.api.http.disk_space import disk_low
from ecritures.app.actions.imports import submit_imports
from ecritures.config.traces import present_trace
from ecritures.core.errors import BusyError, UnavailableError
from ecritures.directory.keys import Caller, authenticate_all
from ecritures.imports.enqueue import Enqueued, QueueLimits
from ecritures.imports.submit import Submission, present_request_id

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ecritures.api.http.rate_limit import RateLimit
    from ecritures.config.settings import Settings
    from ecritures.database import Database
    from ecritures.imports.request import ImportRequest


@dataclass(frozen=True, slots=True)
class UnauthenticatedRequest:
    """A request whose caller is not known yet; or why its body is not a request."""

    credential: str | None
    request: ImportRequest | Exception
    request_id: str | None = field(default_factory=present_request_id)
    traceparent: str | None = field(default_factory=present_trace)


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
            if isinstance(one, Submission):
                by_domain.setdefault(one.caller.domain_id, {})[place] = one
            else:
                results[place] = one
        for domain_id, submissions in by_domain.items():
            # A domain at a time: the failure of one is no other domain's.
            database = self._database.for_domain(domain_id)
            enqueued = submit_imports(database, list(submissions.values()), self._limits)
            results |= zip(submissions, enqueued, strict=True)
        if any(isinstance(one, Enqueued) for one in results.values()):
            self._wake()
        return [results[place] for place in range(len(requests))]

    def _check(
        self,
        request: UnauthenticatedRequest,
        caller: Caller | Exception,
        low: UnavailableError | None,
    ) -> Submission | Exception:
        if isinstance(caller, Exception):
            return caller
        try:
            self._rate_limit.check(caller.key)
        except BusyError as error:
            return error
        if low is not None:
            return low
        if isinstance(request.request, Exception):
            return request.request
        return Submission(caller, request.request, request.request_id, request.traceparent)
