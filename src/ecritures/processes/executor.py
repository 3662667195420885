"""Runs functions, in this process or in children."""

from __future__ import annotations

import atexit
import multiprocessing
import multiprocessing.util  # first: at exit, it would wait for children that only `close` ends
import threading
import time
from abc import ABC, abstractmethod
from contextlib import contextmanager, suppress
from multiprocessing import forkserver
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import structlog

from ecritures.core.errors import UnavailableError
from ecritures.processes.child import Call, Returned, live
from ecritures.processes.limits import Death, ReaderDiedError, UnwantedError, death_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess

    from ecritures.config.settings import Settings
    from ecritures.processes.limits import Limits

LOOK_SECONDS = 1.0
STARTS_MAX = 3
STALL_SECONDS_MAX = 300.0
"""A reader that computes nothing for so long hangs: no wait for a lock or a server is as long."""
STALL_SECONDS_MAX_WITHOUT_SERVER = 45.0
"""The database is a file: it waits for no server, and may hold the lock that all writers need."""
BUSY_RETRY_SECONDS = 5

T = TypeVar("T")

log = structlog.get_logger()


class Executor(ABC):
    """Runs functions, a limited number at once.

    Args:
        size: How many.
        patience_seconds: How long a caller waits for its turn; None: for ever.

    Attributes:
        waiting: How many callers wait for their turn.
    """

    def __init__(self, size: int, patience_seconds: float | None = None) -> None:
        self.waiting = 0
        self._free = size
        self._turns = threading.Condition()
        self._patience_seconds = patience_seconds

    @property
    def is_full(self) -> bool:
        """Whether a caller would have to wait for its turn."""
        return self._free == 0

    def run(
        self,
        function: Callable[..., T],
        *args: Any,  # noqa: ANN401 - the function's own
        limits: Limits,
        is_wanted: Callable[[], bool] = lambda: True,
    ) -> T:
        """Return what a function returns, or raise what it raises.

        Args:
            function: A function of a module.
            args: Its arguments, which can be pickled, as its result and its exceptions can.
            limits: How much it may use.
            is_wanted: Asked now and then; once it says no, the call is stopped.

        Raises:
            ReaderDiedError: The process died, or was stopped at its limits.
            UnwantedError: The result is no longer wanted.
            UnavailableError: No turn came in time.
        """
        with self._turn():
            value: T = self._run(Call(function, args, limits), is_wanted)
        return value

    @abstractmethod
    def close(self) -> None:
        """End what runs, and accept nothing more."""

    @abstractmethod
    def _run(self, call: Call, is_wanted: Callable[[], bool]) -> Any:  # noqa: ANN401 - the function's own
        """Make a call, and return what it returns."""

    @contextmanager
    def _turn(self) -> Iterator[None]:
        with self._turns:
            self.waiting += 1
            has_turn = self._turns.wait_for(lambda: self._free > 0, self._patience_seconds)
            self.waiting -= 1
            if not has_turn:
                raise UnavailableError(
                    "readers-busy",
                    "Le service lit déjà d'autres fichiers : refaites la demande plus tard.",
                    "The service is reading other files already: ask again later.",
                    BUSY_RETRY_SECONDS,
                )
            self._free -= 1
        try:
            yield
        finally:
            with self._turns:
                self._free += 1
                self._turns.notify()


class DirectExecutor(Executor):
    """Runs functions in this process, without limits: for tests."""

    def __init__(self, size: int = 64) -> None:
        super().__init__(size)

    def _run(self, call: Call, is_wanted: Callable[[], bool]) -> Any:  # noqa: ANN401, ARG002 - for children
        return call.function(*call.args)

    def close(self) -> None:
        """Do nothing."""


class ProcessExecutor(Executor):
    """Runs functions in children, which are kept for the next one.

    Args:
        settings: Those of the logs and traces of the children.
        size: How many functions at once.
        preload: The module that imports what the children need.
        method: `forkserver`: children are forked by a server that has loaded the readers and
            nothing else; `fork`: the first child is forked from this process, before it has
            threads or connections: right for a command that runs one import.
        patience_seconds: How long a caller waits for its turn; None: for ever.
    """

    def __init__(
        self,
        settings: Settings,
        size: int,
        *,
        preload: str,
        method: Literal["forkserver", "fork"] = "forkserver",
        patience_seconds: float | None = None,
    ) -> None:
        super().__init__(size, patience_seconds)
        self._settings = settings
        self._lock = threading.Lock()
        self._idle: list[_Child] = []
        self._all: set[_Child] = set()
        self._is_closed = False
        atexit.register(self.close)
        forkserver.set_forkserver_preload([preload])
        if method == "fork":
            self._idle.append(self._start(method))
        else:
            forkserver.ensure_running()  # it loads the readers meanwhile

    def close(self) -> None:
        """Kill every child; those that run raise in their callers."""
        with self._lock:
            self._is_closed = True
            children, self._idle = list(self._all), []
        for child in children:
            self._drop(child)
        atexit.unregister(self.close)

    def _run(self, call: Call, is_wanted: Callable[[], bool]) -> Any:  # noqa: ANN401 - the function's own
        for tries_left in range(STARTS_MAX - 1, -1, -1):
            child = self._take()
            try:
                returned = child.run(call, is_wanted)
                break
            except _NeverBegunError:  # it died while it was idle
                self._drop(child)
                if not tries_left:
                    raise ReaderDiedError(Death.CRASH) from None
            except BaseException:
                self._drop(child)
                raise
        if returned.is_last:
            self._drop(child)
        else:
            self._give_back(child)
        if returned.error is not None:
            raise returned.error
        return returned.value

    def _take(self) -> _Child:
        while True:
            with self._lock:
                child = self._idle.pop() if self._idle else None
            if child is None:
                return self._start("forkserver")
            if child.is_alive():
                return child
            self._drop(child)

    def _start(self, method: Literal["forkserver", "fork"]) -> _Child:
        if self._is_closed:
            raise UnwantedError
        child = _Child(self._settings, method)
        with self._lock:
            self._all.add(child)
        return child

    def _give_back(self, child: _Child) -> None:
        with self._lock:
            if not self._is_closed:
                self._idle.append(child)
                return
        self._drop(child)

    def _drop(self, child: _Child) -> None:
        with self._lock:
            self._all.discard(child)
        child.kill()


class _Stall:
    """How long a process has used no processor time, as one that hangs or is stopped."""

    def __init__(self, pid: int | None) -> None:
        self._stat = Path(f"/proc/{pid}/stat")
        self._used = ""
        self._since = time.monotonic()

    def seconds(self) -> float:
        used = self._processor_time()
        if used != self._used or not used:
            self._used, self._since = used, time.monotonic()
        return time.monotonic() - self._since

    def _processor_time(self) -> str:
        """Return its ticks in user and in system mode; nothing where the system does not say."""
        try:
            fields = self._stat.read_text(encoding="ascii", errors="replace").rpartition(")")[2]
        except OSError:
            return ""
        return " ".join(fields.split()[11:13])


class _NeverBegunError(Exception):
    """The child died before the call reached it."""


class _Child:
    """A child process, and the connection to it."""

    def __init__(self, settings: Settings, method: Literal["forkserver", "fork"]) -> None:
        context: Any = multiprocessing.get_context(method)
        self._has_server = not settings.effective_database_url.startswith("sqlite")
        self._connection: Connection
        self._connection, theirs = context.Pipe()
        self._process: BaseProcess = context.Process(
            target=_begin,
            args=(theirs, self._connection if method == "fork" else None, settings),
            name="ecritures-reader",
            daemon=True,
        )
        self._process.start()
        theirs.close()

    def is_alive(self) -> bool:
        return self._process.is_alive()

    def run(self, call: Call, is_wanted: Callable[[], bool]) -> Returned:
        end = time.monotonic() + call.limits.wall_seconds
        try:
            self._connection.send(call)
            self._receive(end, is_wanted)
        except (EOFError, ConnectionError):
            raise _NeverBegunError from None
        try:
            returned: Returned = self._receive(end, is_wanted)
        except (EOFError, ConnectionError) as error:
            self._process.join()
            code = self._process.exitcode
            log.warning("the process that read a file died", exit_code=code)
            raise ReaderDiedError(death_of(code)) from error
        return returned

    def _receive(self, end: float, is_wanted: Callable[[], bool]) -> Any:  # noqa: ANN401 - whatever it sends
        stalled = _Stall(self._process.pid)
        stall_max = STALL_SECONDS_MAX if self._has_server else STALL_SECONDS_MAX_WITHOUT_SERVER
        while not self._connection.poll(min(LOOK_SECONDS, max(end - time.monotonic(), 0))):
            if time.monotonic() >= end or stalled.seconds() >= stall_max:
                raise ReaderDiedError(Death.TIME)
            if not is_wanted():
                raise UnwantedError
        return self._connection.recv()

    def kill(self) -> None:
        with suppress(OSError):
            self._connection.close()
        self._process.kill()
        self._process.join()


def _begin(connection: Connection, parents: Connection | None, settings: Settings) -> None:
    """Begin the life of a child."""
    if parents is not None:  # inherited by fork: it would keep the connection open
        parents.close()
    live(connection, settings)
