"""Loaded by each Python whose clock is shifted: libfaketime breaks `time.sleep` of Python ≥ 3.11.

It takes the absolute time to which that sleeps, on the clock that never jumps, for one of the clock
that does, and the system refuses the result.
"""

import threading
import time


def _sleep(seconds: float) -> None:
    lock = threading.Lock()
    lock.acquire()
    lock.acquire(timeout=seconds)


time.sleep = _sleep
