"""The total time that one download may take."""

from __future__ import annotations

import time

from ecritures.sources import failures


class Deadline:
    """A moment after which no wait may begin; measured with the monotonic clock."""

    def __init__(self, seconds: float, where: str) -> None:
        self._seconds = seconds
        self._where = where
        self._end = time.monotonic() + seconds

    @property
    def passed(self) -> bool:
        """Whether the time is over."""
        return time.monotonic() >= self._end

    def check(self) -> None:
        """Raise once the time is over."""
        if self.passed:
            raise failures.too_long(self._where, self._seconds)

    def within(self, seconds: float | None) -> float:
        """Return `seconds`, or the time left if that is less."""
        self.check()
        left = max(self._end - time.monotonic(), 0.001)  # 0 would mean: do not wait
        return left if seconds is None else min(seconds, left)
