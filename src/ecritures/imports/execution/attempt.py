"""Run one attempt of one import, from its claim to its end.

This process fetches the file; a child process, which may die of it, reads and publishes it (see
`processing`). Whatever happens, the import ends, waits for another attempt, or is owned by one
already.
"""

from __future__ import annotations

import shutil
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import structlog

from ecritures.config.folders import make_folder
from ecritures.config.traces import attempt_span
from ecritures.core.errors import LostClaimError, panics_as_errors
from ecritures.imports import state
from ecritures.imports.execution.failing import settle_failure
from ecritures.imports.execution.processing import process_source
from ecritures.imports.execution.pulse import Pulse
from ecritures.imports.files.attachments import keep_documents
from ecritures.imports.files.fetched_source import FetchedSource
from ecritures.imports.files.source_files import keep_source
from ecritures.imports.files.source_trouble import note_failure, note_success
from ecritures.imports.queries import get_import, is_wanted
from ecritures.imports.request import Phase
from ecritures.ledger.batch import DeadBatchError
from ecritures.processes import Limits, ReaderDiedError, UnwantedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ecritures.imports.dependencies import Dependencies
    from ecritures.imports.files.attachments import Kept, WantedDocument
    from ecritures.imports.state.claim import Claim

log = structlog.get_logger()

SECONDS_PER_HOUR = 3600


def run_import(deps: Dependencies, import_id: str) -> None:
    """Run an import if it waits and is due, renewing its lease; otherwise do nothing.

    Never raises because of the file, the source or the request: their faults end in the import's
    status and message.
    """
    domain_id = get_import(deps.database, import_id).domain_id
    claim = state.claim_import(deps.database, domain_id, import_id, deps.settings.lease_seconds)
    if claim is not None:
        with _lease_renewed(deps, claim):
            run_claim(deps, claim)


@contextmanager
def _lease_renewed(deps: Dependencies, claim: Claim) -> Iterator[None]:
    """Renew the lease of a claim now and then."""
    ended = threading.Event()
    seconds = deps.settings.lease_seconds

    def beat() -> None:
        while not ended.wait(seconds / 3):
            try:
                state.renew_leases(deps.database, [claim], seconds)
            except Exception:
                log.exception("cannot renew the lease; trying again")

    heart = threading.Thread(target=beat, name="lease", daemon=True)
    heart.start()
    try:
        yield
    finally:
        ended.set()
        heart.join()


def run_claim(deps: Dependencies, claim: Claim, fetched: Callable[[], None] = lambda: None) -> None:
    """Run an import that was claimed; the caller renews its lease.

    Args:
        deps: What the attempt needs.
        claim: The right to work on the import.
        fetched: Called once its file is on this machine.

    Raises no more than `run_import`.
    """
    with structlog.contextvars.bound_contextvars(**claim.log_context()):
        try:
            with attempt_span(claim.import_id, claim.attempt, claim.state.traceparent):
                log.info("attempt begins")
                _Attempt(deps, claim, fetched).run()
        except (LostClaimError, DeadBatchError, UnwantedError):
            log.warning("claim lost, work dropped")


class _Attempt:
    """One attempt, with a scratch folder of its own."""

    def __init__(self, deps: Dependencies, claim: Claim, fetched: Callable[[], None]) -> None:
        self._deps = deps.for_domain(claim.domain_id)
        self._claim = claim
        self._fetched = fetched
        self._folder = deps.settings.scratch_dir / f"{claim.import_id}-{claim.attempt}"
        self._pulse = Pulse(self._deps.database, claim)
        self._has_file = False

    def run(self) -> None:
        """Do all the work; failures end or postpone the import."""
        deps, claim = self._deps, self._claim
        try:
            with panics_as_errors():
                self._fetch_and_read()
        except (LostClaimError, DeadBatchError, UnwantedError):
            raise
        except Exception as error:  # noqa: BLE001 - ends or postpones the import
            settle_failure(deps.database, deps.settings, claim, error, deps.jitter())
            note_failure(deps.database, claim, error, of_document=self._has_file)
        finally:
            shutil.rmtree(self._folder, ignore_errors=True)

    def _fetch_and_read(self) -> None:
        make_folder(self._folder)
        source = self._fetch()
        self._has_file = True
        if wanted := self._read(source):
            state = self._claim.state
            kept = keep_documents(self._deps, state, wanted, self._folder, self._pulse)
            self._read(source, kept)

    def _fetch(self) -> FetchedSource:
        path = self._folder / "source"
        fetched = self._deps.fetch(self._deps, self._claim.state, path, self._pulse)
        stored_key = keep_source(self._deps, self._claim.state, path, fetched)
        source = FetchedSource(path, fetched, stored_key)
        if self._claim.attempt > 1:  # what had failed may work again
            note_success(self._deps.database, self._claim.state, source.stored_key)
        self._fetched()
        return source

    def _read(self, source: FetchedSource, kept: Kept | None = None) -> tuple[WantedDocument, ...]:
        deps = self._deps
        key = self._claim.domain_id, self._claim.import_id, self._claim.attempt
        if deps.executor.is_full:  # so that the same request, made meanwhile, reads its file anew
            state.progress(deps.database, self._claim, phase=Phase.CHECK)
        try:
            return deps.executor.run(
                process_source,
                *(deps.database, deps.settings, self._claim, source, deps.jitter(), kept),
                limits=Limits(
                    deps.settings.reader_memory_bytes_max,
                    deps.settings.reader_cpu_seconds_max,
                    deps.settings.run_hours_max * SECONDS_PER_HOUR,
                ),
                is_wanted=lambda: is_wanted(deps.database, *key),
            )
        except ReaderDiedError:
            state.progress(deps.database, self._claim, **source.columns())
            raise
