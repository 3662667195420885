"""The requests of the Loop-compatible face that arrive at the same moment, taken together.

Who calls and what is asked are looked at in one round. An unknown caller is told nothing else: what
is wrong with the body is an answer that waits until the caller is known.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import sqlalchemy as sa

from ecritures.api.http.disk_space import disk_low
from ecritures.config.traces import present_trace
from ecritures.core.errors import BusyError, UnavailableError
from ecritures.directory.keys import Caller, authenticate_all
from ecritures.imports.enqueue import Enqueued, QueueLimits
from ecritures.imports.submit import Asked, present_request_id, submit_all

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ecritures.api.http.rate_limit import RateLimit
    from ecritures.config.settings import Settings
    from ecritures.database import Database
    from ecritures.imports.record import ImportRequest


@dataclass(frozen=True, slots=True)
class UnauthenticatedRequest:
    """A request before its caller is known; or why its body cannot be one."""

    credential: str | None
    request: ImportRequest | Exception
    request_id: str | None = field(default_factory=present_request_id)
    traceparent: str | None = field(default_factory=present_trace)


class SubmissionBatch:
    """Writes requests down, and wakes the runner.

    Args:
        settings: The operator's choices.
        database: The whole of it.
        rate: What bounds how often one key may ask.
        wake: Called when something was written down.
    """

    def __init__(
        self, settings: Settings, database: Database, rate: RateLimit, wake: Callable[[], None]
    ) -> None:
        self._settings = settings
        self._database = database
        self._rate = rate
        self._wake = wake
        self._limits = QueueLimits.from_settings(settings, deduplicate=True)

    def take(self, wishes: Sequence[UnauthenticatedRequest]) -> list[Enqueued | Exception]:
        """Return the import that each request has become, or why it is none."""
        callers = authenticate_all(self._database, [wish.credential for wish in wishes])
        low = disk_low(self._settings)
        asked = [self._judged(*pair, low) for pair in zip(wishes, callers, strict=True)]
        done: dict[int, Enqueued | Exception] = {}
        of_domains: dict[int, dict[int, Asked]] = {}
        for place, one in enumerate(asked):
            if isinstance(one, Asked):
                of_domains.setdefault(one.caller.domain_id, {})[place] = one
            else:
                done[place] = one
        for domain_id, mine in of_domains.items():
            written = self._write(self._database.for_domain(domain_id), list(mine.values()))
            done |= zip(mine, written, strict=True)
        if any(isinstance(one, Enqueued) for one in done.values()):
            self._wake()
        return [done[place] for place in range(len(wishes))]

    def _judged(
        self, wish: UnauthenticatedRequest, caller: Caller | Exception, low: UnavailableError | None
    ) -> Asked | Exception:
        if isinstance(caller, Exception):
            return caller
        try:
            self._rate.check(caller.key)
        except BusyError as error:
            return error
        if low is not None:
            return low
        if isinstance(wish.request, Exception):
            return wish.request
        return Asked(caller, wish.request, wish.request_id, wish.traceparent)

    def _write(self, database: Database, asked: Sequence[Asked]) -> Sequence[Enqueued | Exception]:
        """Write down what one domain asks: its failure is no other domain's."""
        try:
            return submit_all(database, asked, self._limits)
        except (sa.exc.DataError, sa.exc.IntegrityError) as error:
            if len(asked) == 1:
                return [error]
            # One of them is bad, and the others need not suffer.
            return [done for one in asked for done in self._write(database, [one])]
        except sa.exc.SQLAlchemyError as error:
            return [error] * len(asked)
