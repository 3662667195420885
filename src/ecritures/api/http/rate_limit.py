"""Limit how often a caller may ask: a token bucket each, in the memory of this process."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from ecritures.core.errors import BusyError

if TYPE_CHECKING:
    from datetime import datetime

    from ecritures.core.clock import Clock

KEYS_MAX = 10_000


class RateLimit:
    """Token buckets that fill at a rate, up to a burst; each request takes one token.

    Args:
        clock: The source of time.
        per_second: How many tokens a bucket gains per second. 0: no limit.
        burst: How many tokens a bucket can hold.
    """

    def __init__(self, clock: Clock, per_second: float, burst: int) -> None:
        self._clock = clock
        self._per_second = per_second
        self._burst = burst
        self._buckets: dict[str, tuple[float, datetime]] = {}
        self._lock = threading.Lock()

    def check(self, key: str) -> None:
        """Take a token.

        Raises:
            BusyError: The bucket is empty.
        """
        if not self._per_second:
            return
        now = self._clock.now()
        with self._lock:
            tokens = self._tokens(key, now)
            if tokens >= 1:
                self._buckets[key] = (tokens - 1, now)
                return
        raise BusyError(
            "too-many-requests",
            "Trop de requêtes à la fois : attendez un instant.",
            "Too many requests at once: wait a moment.",
            (1 - tokens) / self._per_second,
        )

    def _tokens(self, key: str, now: datetime) -> float:
        if key not in self._buckets and len(self._buckets) >= KEYS_MAX:
            self._drop_full(now)
        tokens, since = self._buckets.get(key, (float(self._burst), now))
        return min(self._burst, tokens + max(0.0, (now - since).total_seconds()) * self._per_second)

    def _drop_full(self, now: datetime) -> None:
        """Drop the full buckets: a new one would be full too."""
        self._buckets = {
            key: bucket
            for key, bucket in self._buckets.items()
            if self._tokens(key, now) < self._burst
        }
