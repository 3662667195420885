"""When to try again: one pure function, no clock and no chance of its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How failures that may pass are tried again.

    Attributes:
        attempts_max: After so many attempts, the last failure stands.
        pause_seconds: Pause after the first attempt; doubled after each.
    """

    attempts_max: int
    pause_seconds: float

    def next_attempt(
        self, failures: int, now: datetime, retry_after_seconds: float | None = None
    ) -> datetime | None:
        """Return when the next attempt is due, or None to give up.

        Args:
            failures: How many attempts have failed; those cut short by the service's own death do
                not count.
            now: The present moment.
            retry_after_seconds: What the server asked for; never shortens the pause.
        """
        if failures >= self.attempts_max:
            return None
        pause = self.pause_seconds * 2 ** (failures - 1)
        return now + timedelta(seconds=max(pause, retry_after_seconds or 0))
