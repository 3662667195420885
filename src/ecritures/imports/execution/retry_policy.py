"""When to try again: a pure function, which is given the time and the jitter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Self

from ecritures.core.errors import AbsentSourceError, SourceError, TransientSourceError
from ecritures.ledger.events import StaleLedgerError
from ecritures.processes import ReaderDiedError

if TYPE_CHECKING:
    from ecritures.config.settings import Settings


CRASHES_MAX = 2
"""A file whose reader died is read once more, alone; the second death is final."""


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How failures that may pass are tried again.

    Attributes:
        pause_seconds: Pause after the first failure; doubled after each.
        pause_seconds_max: The pause grows no further.
        patience: How long after the request a transient failure is tried again.
        grace: How long after the request a file that is not there is waited for.
        internal_failures_max: After so many failures of our own, the last one is final.
    """

    pause_seconds: float
    pause_seconds_max: float
    patience: timedelta
    grace: timedelta
    internal_failures_max: int

    @classmethod
    def from_settings(cls, settings: Settings) -> Self:
        """Return the policy of the settings."""
        return cls(
            pause_seconds=settings.attempt_pause_seconds,
            pause_seconds_max=settings.attempt_pause_seconds_max,
            patience=timedelta(hours=settings.attempt_hours_max),
            grace=timedelta(seconds=settings.absent_grace_seconds),
            internal_failures_max=settings.internal_failures_max,
        )

    def next_attempt(
        self, error: Exception, failures: int, asked_at: datetime, now: datetime, jitter: float
    ) -> datetime | None:
        """Return when the next attempt is due, or None to give up.

        Args:
            error: What stopped the last attempt.
            failures: How many attempts have failed in this way since `asked_at`; those cut short
                by the service's own death do not count.
            asked_at: When the file was asked for, or asked for again.
            now: The current time.
            jitter: From 0 to 1; spreads the pauses of many imports between half and whole.
        """
        patience = self._patience(error, failures)
        end = asked_at + patience
        if not patience or now >= end:  # the clock may have been put back since it was asked for
            return None
        asked = (error.retry_after_seconds or 0) if isinstance(error, TransientSourceError) else 0
        seconds = max(self._pause_seconds(failures) * (1 + jitter) / 2, asked)
        wait = min(timedelta(seconds=seconds), patience)  # first of all, a wait a date can hold
        return min(now + wait, end)  # the last attempt is made at the very end

    def _patience(self, error: Exception, failures: int) -> timedelta:
        match error:
            case TransientSourceError() | StaleLedgerError():
                return self.patience
            case AbsentSourceError():
                return self.grace
            case SourceError():
                return timedelta(0)
            case ReaderDiedError():
                return self.patience if failures < CRASHES_MAX else timedelta(0)
            case _:
                return self.patience if failures < self.internal_failures_max else timedelta(0)

    def _pause_seconds(self, failures: int) -> float:
        doublings = min(failures - 1, 30)  # more would only make a larger number to cut down
        return min(self.pause_seconds * 2.0**doublings, self.pause_seconds_max)
