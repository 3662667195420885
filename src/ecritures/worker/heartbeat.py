"""The heartbeat of a process in the database, and what it notices when the heart stops."""

from __future__ import annotations

import time
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa
import structlog

from ecritures.database.failures import is_database_down
from ecritures.directory import presence
from ecritures.directory.disruptions import DisruptionKind, record_past
from ecritures.directory.presence import Process
from ecritures.imports.identity import identify

if TYPE_CHECKING:
    from datetime import datetime

    from ecritures.imports.dependencies import Dependencies

log = structlog.get_logger()


class Heartbeat:
    """Says now and then that this process lives.

    Args:
        deps: Database, storage, signer and settings.
    """

    def __init__(self, deps: Dependencies) -> None:
        self._deps = deps
        self._database = deps.database
        self._lease = timedelta(seconds=deps.settings.lease_seconds)
        self._process = Process(deps.settings.runner_imports_max)
        self._seen: datetime | None = None
        self._counted = 0.0
        self._down_since: datetime | None = None

    def begin(self) -> None:
        """Write down that this process begins.

        Raises:
            ConflictError: Another process that lives has another storage, or another secret.
        """
        if self._database.is_shared:
            self._process = identify(self._deps)
        self._saw(presence.register(self._database, self._process, self._lease))

    def beat(self) -> None:
        """Write down that this process lives; whatever fails is logged, and noted later."""
        try:
            now = presence.beat(self._database, self._process, self._lease)
            self._note_silence(now)
            self._saw(now)
        except Exception as error:
            if self._seen is not None and is_database_down(error):
                passed = timedelta(seconds=time.monotonic() - self._counted)
                self._down_since = self._down_since or self._seen + passed
            log.exception("no heartbeat; trying again")

    def end(self) -> None:
        """Write down that this process ends, if it can be."""
        with suppress(sa.exc.SQLAlchemyError, OSError):
            if self._seen is not None:
                presence.leave(self._database, self._process)

    def _saw(self, now: datetime) -> None:
        self._seen, self._counted = now, time.monotonic()

    def _note_silence(self, now: datetime) -> None:
        """Write down why this process has not been heard of for a while, if so."""
        if self._down_since is not None:
            with self._database.write() as connection:
                record_past(connection, DisruptionKind.DATABASE, self._down_since, now)
            self._down_since = None
        elif (
            self._seen is not None and now - self._seen > self._lease and self._process.imports_max
        ):
            with self._database.write() as connection:
                if not presence.lived_meanwhile(connection, self._process, self._seen):
                    presence.record_gap(connection, self._seen, now)
