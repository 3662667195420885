"""The life of a child process: it runs one function after another until its parent is gone."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import forkserver
from pathlib import Path
from typing import TYPE_CHECKING, Any

import structlog

from ecritures.config.logs import configure_logs
from ecritures.config.traces import configure_traces
from ecritures.processes.limits import OUT_OF_MEMORY, bounded, resident_bytes

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection

    from ecritures.config.settings import Settings
    from ecritures.processes.limits import Limits

CALLS_MAX = 2000
RESIDENT_BYTES_MAX = 512 << 20
BEGUN = "begun"
"""Sent when a call has arrived: a child that dies before has not died of it."""
KILLED_FIRST = "500"
PR_SET_PDEATHSIG = 1
CRASHED = 70

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Call:
    """A function to run, its arguments, and how much it may use."""

    function: Callable[..., Any]
    args: tuple[Any, ...]
    limits: Limits


@dataclass(frozen=True, slots=True)
class Returned:
    """What a function returned or raised.

    Attributes:
        is_last: Whether the child ends after it, having grown or served long enough.
    """

    value: Any = None
    error: Exception | None = None
    is_last: bool = False


def live(connection: Connection, settings: Settings) -> None:
    """Run the functions that arrive, until the parent closes the connection or dies."""
    for number in (signal.SIGINT, signal.SIGTERM):  # the parent decides when to stop
        signal.signal(number, signal.SIG_IGN)
    _die_with_parent()
    _let_the_server_die_with_the_service()
    _be_killed_first()
    configure_logs(settings.log_format, settings.log_level)
    configure_traces("ecritures-reader")
    with suppress(EOFError, BrokenPipeError, KeyboardInterrupt):
        for calls in range(1, CALLS_MAX + 1):
            call = connection.recv()
            connection.send(BEGUN)
            answer = _answer(call)
            is_last = calls == CALLS_MAX or resident_bytes() > RESIDENT_BYTES_MAX
            connection.send(Returned(answer.value, answer.error, is_last))
            if is_last:
                return


def _answer(call: Call) -> Returned:
    try:
        with bounded(call.limits):
            return Returned(call.function(*call.args))
    except MemoryError:
        os._exit(OUT_OF_MEMORY)
    except Exception as error:  # noqa: BLE001 - raised again by the parent
        return Returned(error=error)
    except BaseException:  # a panic of a library in Rust, which is no Exception
        log.exception("the reader of a file crashed")
        os._exit(CRASHED)


def _die_with_parent() -> None:
    """Have the system kill this process when the one that forked it dies, even while it hangs."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def _let_the_server_die_with_the_service() -> None:
    """Close this process's copy of the pipe by which the forking server sees the service die.

    The server ends when nobody has the pipe open any more. With a copy in each of its children, it
    would outlive a service that was killed for as long as one of them reads, or hangs.
    """
    server: Any = forkserver._forkserver  # noqa: SLF001 - there is no other way to it
    if server._forkserver_alive_fd is not None:  # noqa: SLF001
        os.close(server._forkserver_alive_fd)  # noqa: SLF001
        server._forkserver_alive_fd = None  # noqa: SLF001


def _be_killed_first() -> None:
    """Ask the system to kill this process before its parent when memory runs out."""
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(KILLED_FIRST, encoding="ascii")
