"""Stop long-running commands on a signal."""

from __future__ import annotations

import signal
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import FrameType


def interrupt_on_signals() -> threading.Event:
    """Make SIGINT and SIGTERM unwind the program, so that what it started is stopped too.

    Ctrl-C included: a shell makes the programs it starts in the background ignore it.

    Returns:
        Set once a signal has arrived. Code that waits must check it: an exception raised while the
        interpreter finalizes an object is dropped, and unwinds nothing.
    """
    stopped = threading.Event()

    def interrupt(_signal: int, _frame: FrameType | None) -> None:
        stopped.set()
        raise KeyboardInterrupt

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, interrupt)
    return stopped
