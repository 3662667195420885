"""A process and its descendants, as the system lists them: to strike all of them, or one."""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from helpers.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

PROCESSES = Path("/proc")
STOPPED, GONE = {"T", "t"}, {"Z", "X"}
STATE, STARTED = 0, 19
"""Where they are in what the system says of a process, after its name."""


def family(pid: int) -> Iterator[int]:
    """Give a process and its descendants, each before anybody has looked for its children.

    Whoever stops each as it comes has all of them: one that is stopped has no more children.
    """
    yield pid
    for child in children(pid):
        yield from family(child)


def children(pid: int) -> list[int]:
    """Return the children of a process, whichever of its threads has started them."""
    found: list[int] = []
    for task in _tasks(pid):
        with suppress(OSError):
            found += map(int, (task / "children").read_text().split())
    return sorted(found)


def readers(pid: int) -> list[int]:
    """Return the processes that read files for a service: a server, its child, has forked them."""
    forked = [grandchild for child in children(pid) for grandchild in children(child)]
    return [reader for reader in forked if not _states(reader) & GONE]


def freeze(pid: int) -> None:
    """Stop a process, and wait until it stands still."""
    _send(pid, signal.SIGSTOP)
    wait_until(lambda: _states(pid) <= STOPPED | GONE)


def thaw(pid: int) -> None:
    """Let a process go on, and wait until it does."""
    _send(pid, signal.SIGCONT)
    wait_until(lambda: not _states(pid) & STOPPED)


def strike(pid: int, number: signal.Signals) -> None:
    """Send a signal to a process that may be gone."""
    _send(pid, number)


Identity = tuple[int, str]
"""The number of a process, and when it started: numbers come again."""


def identity(pid: int) -> Identity:
    """Return what tells a process from any other."""
    return pid, _said(PROCESSES / str(pid))[STARTED]


def is_there(one: Identity) -> bool:
    """Return whether a process lives, stopped or not."""
    pid, started = one
    said = _said(PROCESSES / str(pid))
    return said[STARTED] == started and said[STATE] not in GONE


def holds_socket(pid: int, inode: str) -> bool:
    """Return whether a process has a socket open."""
    for link in (PROCESSES / str(pid) / "fd").glob("*"):
        with suppress(OSError):
            if str(link.readlink()) == f"socket:[{inode}]":
                return True
    return False


def socket_inode(port: int) -> str | None:
    """Return the number of the socket that is connected from a port of this machine."""
    for line in (PROCESSES / "net/tcp").read_text().splitlines()[1:]:
        fields = line.split()
        if int(fields[1].rpartition(":")[2], 16) == port:
            return fields[9]
    return None


def _send(pid: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, number)


def _tasks(pid: int) -> list[Path]:
    with suppress(OSError):
        return list((PROCESSES / str(pid) / "task").iterdir())
    return []


def _states(pid: int) -> set[str]:
    return {_said(task)[STATE] for task in _tasks(pid)}


def _said(process: Path) -> list[str]:
    try:
        return (process / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ["X"] * (STARTED + 1)
