"""Runs functions that read files in child processes, each with bounded memory and time.

Whatever a file makes its reader do (abort, hang, exhaust its memory), only the child dies. A child
is kept for the next function, as starting one takes longer than a small file.
"""

from ecritures.processes.executor import DirectExecutor, Executor, ProcessExecutor
from ecritures.processes.limits import Limits, ReaderDiedError, UnwantedError

__all__ = [
    "DirectExecutor",
    "Executor",
    "Limits",
    "ProcessExecutor",
    "ReaderDiedError",
    "UnwantedError",
]
