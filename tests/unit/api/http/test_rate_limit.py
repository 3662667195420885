"""How often a key may ask."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ecritures.api.http.rate_limit import RateLimit
from ecritures.core.clock import FakeClock
from ecritures.core.errors import BusyError


def test_a_bucket_fills_again_up_to_its_burst():
    clock = FakeClock()
    limit = RateLimit(clock, 2, burst=3)

    def taken():
        count = 0
        try:
            while True:
                limit.check("key")
                count += 1
        except BusyError:
            return count

    assert taken() == 3
    clock.advance(timedelta(seconds=1))
    assert taken() == 2
    clock.advance(timedelta(hours=1))
    assert taken() == 3


def test_a_bucket_says_when_the_next_token_comes():
    limit = RateLimit(FakeClock(), 0.5, burst=1)
    limit.check("key")
    with pytest.raises(BusyError) as told:
        limit.check("key")
    assert told.value.retry_after_seconds == 2


def test_quiet_keys_are_forgotten(monkeypatch):
    monkeypatch.setattr("ecritures.api.http.rate_limit.KEYS_MAX", 3)
    clock = FakeClock()
    limit = RateLimit(clock, 1, burst=1)
    for number in range(10):
        limit.check(f"key{number}")
        clock.advance(timedelta(seconds=1))
    assert len(limit._buckets) <= 3
