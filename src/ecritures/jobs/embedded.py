"""The embedded mode: a small runner inside the one process that owns the data folder.

A lock on the folder guarantees that the process is alone, so that no lease is needed: what was
running when the process died is put back when the next one starts. Imports are taken in the order
of their requests, one at a time for a dossier, several dossiers at once.
"""

from __future__ import annotations

import fcntl
import shutil
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import IO, TYPE_CHECKING

import sqlalchemy as sa
import structlog

from ecritures.database.tables import attempts, imports
from ecritures.imports.housekeeping import tidy
from ecritures.imports.outcome import interrupted_too_often
from ecritures.imports.run import run_import
from ecritures.model.errors import ConflictError
from ecritures.model.imports import Phase, Status

if TYPE_CHECKING:
    from ecritures.imports.services import Services

log = structlog.get_logger()

POLL_SECONDS = 1.0
TIDY_SECONDS = 3600.0


class Runner:
    """Delivers imports to threads of this process.

    Args:
        services: What running an import needs.
    """

    def __init__(self, services: Services) -> None:
        self._services = services
        self._database = services.database
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._busy: dict[int, str] = {}  # dossier → the import it is busy with
        self._lost: set[str] = set()  # failed, and nothing could be written about it
        self._folder_lock: IO[str] | None = None
        self._slots = services.settings.runner_imports_max
        # One thread more than there are imports: for the housekeeping.
        self._pool = ThreadPoolExecutor(self._slots + 1, thread_name_prefix="import")
        self._tidy_at = time.monotonic()
        self._thread = threading.Thread(target=self._loop, name="runner")

    def start(self) -> None:
        """Take the data folder, put back what a dead process left, and begin.

        Raises:
            ConflictError: Another process has the folder.
        """
        self._take_folder()
        shutil.rmtree(self._services.settings.scratch_dir, ignore_errors=True)
        self._services.settings.scratch_dir.mkdir(parents=True)
        self._put_back_interrupted()
        self._thread.start()

    def wake(self) -> None:
        """Look at the imports now: one was just asked for."""
        self._wake.set()

    def stop(self) -> None:
        """Finish the imports that run, take no other, and let the folder go."""
        self._stopping.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join()
        self._pool.shutdown(wait=True)
        if self._folder_lock is not None:
            self._folder_lock.close()
            self._folder_lock = None

    def _take_folder(self) -> None:
        path = self._services.settings.data_dir / "runner.lock"
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = path.open("w")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            lock.close()
            folder = self._services.settings.data_dir
            raise ConflictError(
                "data-folder-taken",
                f"Un autre service utilise déjà le dossier {folder} : l'arrêter d'abord.",
                f"Another service already uses folder {folder}: stop it first.",
            ) from error
        self._folder_lock = lock

    def _put_back_interrupted(self, only: set[str] | None = None) -> None:
        now = self._database.clock.now()
        message = interrupted_too_often()
        of_import = sa.true() if only is None else imports.c.id.in_(only)
        of_attempt = sa.true() if only is None else attempts.c.import_id.in_(only)
        with self._database.write() as connection:
            connection.execute(
                attempts.update()
                .where(attempts.c.ended_at.is_(None), of_attempt)
                .values(ended_at=now, outcome="interrupted")
            )
            running = sa.and_(imports.c.status == Status.RUNNING, of_import)
            interruptions = (
                sa.select(sa.func.count())
                .where(
                    attempts.c.import_id == imports.c.id,
                    attempts.c.outcome == "interrupted",
                    attempts.c.started_at >= imports.c.asked_at,
                )
                .scalar_subquery()
            )
            connection.execute(
                imports.update()
                .where(running, interruptions >= self._services.settings.interruptions_max)
                .values(
                    status=Status.ENDED_WITH_ERROR,
                    phase=Phase.ENDED,
                    ended_at=now,
                    updated_at=now,
                    message_code=message.code,
                    message_fr=message.fr,
                    message_en=message.en,
                )
            )
            connection.execute(
                imports.update()
                .where(running)
                .values(status=Status.WAITING, phase=Phase.WAITING, due_at=now, updated_at=now)
            )

    def _loop(self) -> None:
        while not self._stopping.is_set():
            self._wake.clear()
            try:
                self._put_back_lost()
                self._dispatch()
                self._tidy_when_due()
            except sa.exc.SQLAlchemyError:
                log.exception("cannot look at the imports; trying again")
            self._wake.wait(POLL_SECONDS)

    def _dispatch(self) -> None:
        """Give due imports to free threads."""
        with self._lock:
            free, busy = self._slots - len(self._busy), set(self._busy)
        if free <= 0:
            return
        for import_id, dossier_id in self._due(busy, free):
            with self._lock:
                self._busy[dossier_id] = import_id
            self._pool.submit(self._run, import_id, dossier_id)

    def _put_back_lost(self) -> None:
        """Put back what could not even be put back when it failed: the disk was full."""
        with self._lock:
            lost = set(self._lost)
        if lost:
            self._put_back_interrupted(lost)
            with self._lock:
                self._lost -= lost

    def _tidy_when_due(self) -> None:
        if time.monotonic() >= self._tidy_at:
            self._tidy_at = time.monotonic() + TIDY_SECONDS
            self._pool.submit(self._tidy)

    def _tidy(self) -> None:
        try:
            tidy(self._services)
        except Exception:
            log.exception("the housekeeping failed; it comes again in an hour")

    def _due(self, busy: set[int], limit: int) -> list[tuple[str, int]]:
        """Return the first unfinished import of each idle dossier, when it is due."""
        rank = sa.func.row_number().over(
            partition_by=imports.c.dossier_id, order_by=(imports.c.created_at, imports.c.id)
        )
        first = (
            sa.select(
                imports.c.id,
                imports.c.dossier_id,
                imports.c.created_at,
                imports.c.due_at,
                rank.label("rank"),
            )
            .where(
                imports.c.status == Status.WAITING,
                imports.c.due_at <= self._database.clock.now(),
                imports.c.dossier_id.not_in(busy),
            )
            .subquery()
        )
        query = (
            sa.select(first.c.id, first.c.dossier_id)
            .where(first.c.rank == 1)
            .order_by(first.c.created_at)
            .limit(limit)
        )
        with self._database.read() as connection:
            return [(row.id, row.dossier_id) for row in connection.execute(query)]

    def _run(self, import_id: str, dossier_id: int) -> None:
        try:
            run_import(self._services, import_id)
        except Exception:
            log.exception("the runner could not run an import", import_id=import_id)
            with self._lock:
                self._lost.add(import_id)
        finally:
            with self._lock:
                del self._busy[dossier_id]
            self._wake.set()
