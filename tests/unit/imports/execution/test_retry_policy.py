"""When to try again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from ecritures.config.settings import Settings
from ecritures.core.errors import AbsentSourceError, SourceError, TransientSourceError
from ecritures.imports.execution.retry_policy import RetryPolicy
from ecritures.ledger.events import StaleLedgerError

ASKED = datetime(2026, 1, 1, tzinfo=UTC)
POLICY = RetryPolicy.from_settings(Settings())
TRANSIENT = TransientSourceError("x", "", "")
ABSENT = AbsentSourceError("x", "", "")


def pause(failures, *, error=TRANSIENT, jitter=1.0, after=timedelta(0)):
    now = ASKED + after
    due = POLICY.next_attempt(error, failures, ASKED, now, jitter)
    return None if due is None else (due - now).total_seconds()


def test_pauses_grow_from_five_seconds_to_an_hour():
    pauses = [pause(failures) for failures in range(1, 13)]
    assert pauses == [5, 10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600]
    assert pause(10**9) == 3600


def test_chance_spreads_a_pause_between_its_half_and_its_whole():
    assert [pause(4, jitter=jitter) for jitter in (0, 0.5, 1)] == [20, 30, 40]


def test_a_passing_failure_is_tried_again_for_a_day_and_once_at_its_end():
    assert pause(30, after=timedelta(hours=23)) == 3600
    assert pause(30, after=timedelta(hours=23, minutes=59)) == 60
    assert pause(30, after=timedelta(hours=24)) is None


@pytest.mark.parametrize(
    ("asked", "seconds"), [(120, 120), (1, 5), (None, 5), (90_000, 86_400), (1e9, 86_400)]
)
def test_what_the_server_asks_for_is_respected_within_the_day(asked, seconds):
    assert pause(1, error=TransientSourceError("x", "", "", asked)) == seconds


def test_a_file_that_is_not_there_is_waited_for_a_short_while():
    assert pause(1, error=ABSENT) == 5
    assert pause(6, error=ABSENT, after=timedelta(seconds=75)) == 45
    assert pause(7, error=ABSENT, after=timedelta(seconds=120)) is None


def test_a_final_failure_is_final():
    assert pause(1, error=SourceError("x", "", "")) is None


def test_a_failure_of_our_own_is_tried_a_few_times():
    assert [pause(failures, error=KeyError()) for failures in (1, 2, 3)] == [5, 10, None]


def test_a_ledger_that_moved_is_no_failure_of_anybody():
    assert pause(9, error=StaleLedgerError()) == 1280
