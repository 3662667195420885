"""What tells a program that stays to stop."""

from __future__ import annotations

import signal
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import FrameType


def interrupt_on_signals() -> threading.Event:
    """Have every signal to stop unwind the program, so that what it started is stopped too.

    Ctrl-C among them: a shell that starts a program in the background lets it ignore that one.

    Returns:
        Set once a signal came. Whoever waits must look at it: an interruption that strikes while
        the interpreter cleans up after an object is dropped there, and unwinds nothing.
    """
    stopped = threading.Event()

    def interrupt(_signal: int, _frame: FrameType | None) -> None:
        stopped.set()
        raise KeyboardInterrupt

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, interrupt)
    return stopped
