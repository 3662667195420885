"""Programs that stay stop when they are told to."""

from __future__ import annotations

import signal
from contextlib import contextmanager

import pytest

from ecritures.cli.support.signals import interrupt_on_signals

pytestmark = pytest.mark.timing


@contextmanager
def handlers_kept():
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class Dropped:
    """Tells the program to stop while the interpreter cleans up, where exceptions are dropped."""

    def __del__(self):
        signal.raise_signal(signal.SIGTERM)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_an_interruption_that_is_dropped_is_still_known():
    with handlers_kept():
        stopped = interrupt_on_signals()

        Dropped()

        assert stopped.is_set()


def test_a_signal_to_stop_interrupts():
    with handlers_kept():
        stopped = interrupt_on_signals()

        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)

        assert stopped.is_set()
