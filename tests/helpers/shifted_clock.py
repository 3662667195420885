"""A clock that jumps, for real processes: libfaketime, from `scripts/install-test-tools`."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

LIBRARIES = sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
SHIM = Path(__file__).with_name("shifted")
SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - where the system keeps it


class ShiftedClock:
    """What some processes take for the time of day; the clock that counts seconds never jumps.

    Args:
        file: Where the shift is written, for them to read.
    """

    def __init__(self, file: Path) -> None:
        assert LIBRARIES, "libfaketime is missing: run scripts/install-test-tools"
        self._file = file
        self._shift(0)

    @property
    def environment(self) -> dict[str, str]:
        """The environment of a process that goes by this clock."""
        return {
            "LD_PRELOAD": str(LIBRARIES[0]),
            "PYTHONPATH": str(SHIM),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_CACHE_DURATION": "1",  # seconds; reading it at each call takes a whole core
            "DONT_FAKE_MONOTONIC": "1",
        }

    @contextmanager
    def moved(self, seconds: int) -> Iterator[None]:
        """Let it be ahead, or behind, for as long as the block lasts."""
        self._shift(seconds)
        try:
            yield
        finally:
            self._shift(0)

    def forget(self, pid: int) -> None:
        """Remove what a process that was killed has left in shared memory."""
        for name in (f"faketime_shm_{pid}", f"sem.faketime_sem_{pid}"):
            (SHARED_MEMORY / name).unlink(missing_ok=True)

    def _shift(self, seconds: int) -> None:
        written = self._file.with_suffix(".new")
        written.write_text(f"{seconds:+d}\n")
        written.replace(self._file)
