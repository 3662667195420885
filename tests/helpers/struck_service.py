"""The service, really running, on a port and a clock of its own: what chaos strikes on SQLite."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import httpx2

from helpers.ports import free_port
from helpers.shifted_clock import ShiftedClock
from helpers.striking import READER_CPU_SECONDS, Program
from helpers.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

READY_SECONDS_MAX = 600


class Service(Program):
    """The service, on a port and a clock of its own."""

    def __init__(self, folder: Path) -> None:
        port = free_port()
        self.clock = ShiftedClock(folder.with_name(f"{folder.name}.clock"))
        super().__init__(
            ["serve", "--port", str(port)],
            folder,
            self.clock,
            allow_private_addresses="true",
            interruptions_max="100000",
            block_bytes="100000",  # many blocks, hence many moments to be struck in
            reader_cpu_seconds_max=str(READER_CPU_SECONDS),
            lease_seconds="2",
            attempt_pause_seconds="0.2",
            attempt_pause_seconds_max="1",
            log_level="warning",
        )
        self.address = f"http://127.0.0.1:{port}"
        self.storage = folder / "storage"

    def start(self) -> None:
        super().start()
        wait_until(self._is_ready, READY_SECONDS_MAX)

    def _is_ready(self) -> bool:
        assert self.is_alive, f"the service stopped by itself\n{self.log[-5000:]}"
        try:
            return httpx2.get(f"{self.address}/readyz").status_code == 200
        except httpx2.TransportError:
            return False

    @contextmanager
    def without_its_storage(self) -> Iterator[None]:
        away = self.storage.with_name("away")
        self.storage.rename(away)
        self.storage.touch()  # where a folder was, there is something else
        try:
            yield
        finally:
            self.storage.unlink()
            away.rename(self.storage)
