"""How much memory and time a child process may use, and what its death means."""

from __future__ import annotations

import resource
import signal
import time
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from ecritures.core.errors import EcrituresError, RefusedRequestError
from ecritures.core.sentences import Sentence

if TYPE_CHECKING:
    from collections.abc import Iterator

STATUS = Path("/proc/self/status")
OUT_OF_MEMORY = 77
"""How a child exits when Python itself has run out of memory."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one call may use.

    Attributes:
        memory_bytes: Memory in addition to what the child had when the call began.
        cpu_seconds: Processor time, of all threads together.
        wall_seconds: Time on the clock.
    """

    memory_bytes: int
    cpu_seconds: float
    wall_seconds: float


class Death(StrEnum):
    """Why a child died before it had an answer."""

    MEMORY = "reader-memory"
    TIME = "reader-time"
    CRASH = "reader-crashed"


class ReaderDiedError(RefusedRequestError):
    """The process that read a file died, or was stopped at its limits.

    Attributes:
        death: Why.
    """

    def __init__(self, death: Death) -> None:
        said = _sentence(death)
        super().__init__(said.code, said.fr, said.en)
        self.death = death


class UnwantedError(EcrituresError):
    """A call was stopped, since nobody wants its result any more."""

    def __init__(self) -> None:
        super().__init__("reading-stopped", "La lecture a été arrêtée.", "The reading was stopped.")


def _sentence(death: Death) -> Sentence:
    match death:
        case Death.MEMORY:
            return Sentence(
                death,
                "La lecture de ce fichier demande plus de mémoire que le service n'en accorde à un"
                " fichier : vérifiez qu'il n'est ni abîmé ni démesuré, ou découpez-le.",
                "Reading this file takes more memory than the service allows for one file: check"
                " that it is neither damaged nor oversized, or split it.",
            )
        case Death.TIME:
            return Sentence(
                death,
                "La lecture de ce fichier dure plus longtemps que le service ne l'accorde à un"
                " fichier : vérifiez qu'il n'est ni abîmé ni démesuré, ou découpez-le.",
                "Reading this file takes longer than the service allows for one file: check that"
                " it is neither damaged nor oversized, or split it.",
            )
        case Death.CRASH:
            return Sentence(
                death,
                "Le programme qui lisait ce fichier s'est arrêté net : vérifiez que le fichier"
                " n'est pas abîmé, et réenregistrez-le avant de le renvoyer. Le journal du service"
                " en dit plus.",
                "The program that was reading this file crashed: check that the file is not"
                " damaged, and save it again before you send it back. See the service's log.",
            )


_DEATHS = {
    OUT_OF_MEMORY: Death.MEMORY,
    -signal.SIGABRT: Death.MEMORY,  # how Rust's allocator ends the process
    -signal.SIGKILL: Death.MEMORY,  # from the system, when the machine has no memory left
    -signal.SIGXCPU: Death.TIME,
}


def death_of(exit_code: int | None) -> Death:
    """Return why a child died, from how it exited."""
    return Death.CRASH if exit_code is None else _DEATHS.get(exit_code, Death.CRASH)


@contextmanager
def bounded(limits: Limits) -> Iterator[None]:
    """Apply the limits of memory and processor time to this process; the caller keeps the clock.

    Beyond the first, allocating fails: Python raises `MemoryError`, Rust aborts. Beyond the second,
    the system sends SIGXCPU, which ends the process.
    """
    _set_soft(resource.RLIMIT_CORE, 0)  # a dump would be as large as the memory
    _set_soft(resource.RLIMIT_DATA, _data_bytes() + limits.memory_bytes)
    _set_soft(resource.RLIMIT_CPU, int(time.process_time() + limits.cpu_seconds) + 1)
    try:
        yield
    finally:
        _set_soft(resource.RLIMIT_DATA, resource.RLIM_INFINITY)
        _set_soft(resource.RLIMIT_CPU, resource.RLIM_INFINITY)


def _set_soft(which: int, value: int) -> None:
    hard = resource.getrlimit(which)[1]
    if hard != resource.RLIM_INFINITY:
        value = hard if value == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(which, (value, hard))


def _data_bytes() -> int:
    """Return what the system counts against RLIMIT_DATA; 0 where it does not say."""
    return _status_bytes("VmData:")


def resident_bytes() -> int:
    """Return the memory that this process uses; 0 where the system does not say."""
    return _status_bytes("VmRSS:")


def _status_bytes(name: str) -> int:
    if not STATUS.exists():
        return 0
    lines = STATUS.read_text(encoding="ascii").splitlines()
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith(name)), 0)
