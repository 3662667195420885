"""Run one attempt of one import, from its claim to its end.

The claim is checked at each step that writes; publication, status and totals are one transaction.
Whatever happens, the import ends, waits for another attempt, or is owned by one already.
"""

from __future__ import annotations

import shutil
import threading
import time
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar

import structlog

from ecritures.config.folders import make_folder
from ecritures.config.traces import attempt_span
from ecritures.core.errors import LostClaimError, SourceError
from ecritures.core.grouping import Grouping
from ecritures.core.regime import Regime
from ecritures.directory.dossiers import get_dossier
from ecritures.directory.firms import next_batch_id
from ecritures.imports import state
from ecritures.imports.import_models import find_model
from ecritures.imports.infrastructure_errors import classify
from ecritures.imports.messages import internal_failure, outcome_of
from ecritures.imports.queries import get_import, list_attempts_of
from ecritures.imports.report_writer import ReportWriter
from ecritures.imports.request import Phase, Status
from ecritures.imports.retry_policy import RetryPolicy
from ecritures.imports.source_files import fetch_source, keep_source
from ecritures.imports.source_trouble import note_failure, note_success
from ecritures.ledger.batch import DeadBatchError, NewBatch, Origin
from ecritures.ledger.loader import SHORT_LINES_MAX, BatchLoader
from ecritures.ledger.publish import StaleLedgerError
from ecritures.reading.check import CheckOptions, Report, check_file, read_lines
from ecritures.rules.policy import Policy
from ecritures.sources.unpack import UnpackLimits, unpack

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import sqlalchemy as sa

    from ecritures.core.sentences import Sentence
    from ecritures.database import Database
    from ecritures.imports.claim import Claim
    from ecritures.imports.dependencies import Dependencies
    from ecritures.imports.queries import ImportState
    from ecritures.reading.check import LineSink
    from ecritures.sources.download import Fetched

log = structlog.get_logger()

E = TypeVar("E", bound=StrEnum)

PULSE_SECONDS = 0.5


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


def run_claim(deps: Dependencies, claim: Claim) -> None:
    """Run an import that was claimed; the caller renews its lease.

    Raises no more than `run_import`.
    """
    with structlog.contextvars.bound_contextvars(import_id=claim.import_id, attempt=claim.attempt):
        try:
            attempt = _Attempt(deps, claim)
            with structlog.contextvars.bound_contextvars(**attempt.origin()):
                log.info("attempt begins")
                attempt.run_traced()
        except (LostClaimError, DeadBatchError):
            log.warning("claim lost, work dropped")


class _Attempt:
    """One attempt, with a scratch folder of its own."""

    def __init__(self, deps: Dependencies, claim: Claim) -> None:
        self._deps = deps.for_domain(claim.domain_id)
        self._database = self._deps.database
        self._claim = claim
        self._import = claim.state
        self._folder = deps.settings.scratch_dir / f"{claim.import_id}-{claim.attempt}"
        self._pulse_at = time.monotonic() + PULSE_SECONDS

    def origin(self) -> dict[str, str]:
        """Return the HTTP request that asked for the import, for every log line to carry."""
        return {"request_id": self._import.request_id} if self._import.request_id else {}

    def run_traced(self) -> None:
        """Run, inside a span of its own."""
        with attempt_span(self._claim.import_id, self._claim.attempt, self._import.traceparent):
            self.run()

    def run(self) -> None:
        """Do all the work; failures end or postpone the import."""
        try:
            make_folder(self._folder)
            self._work()
        except (LostClaimError, DeadBatchError):
            raise
        except (SourceError, StaleLedgerError) as error:
            self._postpone(error, "retry", error.sentence)
        except Exception as error:
            log.exception("import failed")
            if outside := classify(error):
                self._postpone(outside, "retry", outside.sentence)
            else:
                self._postpone(error, "internal", internal_failure())
        finally:
            shutil.rmtree(self._folder, ignore_errors=True)

    def _work(self) -> None:
        path = self._folder / "source"
        fetched = fetch_source(self._deps, self._import, path, self._pulse)
        batch = self._note_source(fetched, keep_source(self._deps, self._import, path))
        limits = UnpackLimits.from_settings(self._deps.settings)
        name = self._import.source_name or ""
        path, name = unpack(path, name, limits, self._pulse)
        options = replace(options_of(self._database, self._import), file_name=name or None)
        if self._import.dry_run:
            report = self._check(path, options)
            self._finish(report)
        else:
            report = self._post(path, options, batch)
        log.info("import ended", importable=report.importable, lines=report.lines)

    def _note_source(self, fetched: Fetched, stored_key: str | None) -> NewBatch:
        """Record that the file has arrived, and draw the number of the batch."""
        now = self._database.clock.now()
        with self._database.write() as connection:
            values = {
                "phase": Phase.CHECK,
                "source_bytes": fetched.bytes,
                "source_sha256": fetched.sha256,
                "stored_key": stored_key,
                "updated_at": now,
            }
            state.update_owned(connection, self._claim, values)
            note_success(connection, self._import, stored_key, now)
            return NewBatch(
                self._claim.domain_id,
                self._import.dossier_id,
                next_batch_id(connection, self._claim.domain_id, now),
                Origin.IMPORT,
                self._claim.batch_source,
                now + timedelta(hours=self._deps.settings.run_hours_max),
            )

    def _post(self, path: Path, options: CheckOptions, batch: NewBatch) -> Report:
        streaming = options.grouping in (None, Grouping.NUMBER)
        with BatchLoader(self._database, batch, self._fence, streaming=streaming) as loader:
            report = self._check(path, options, loader)
            if report.importable:
                self._publish(loader, path, options, report)
            else:
                loader.discard()
                self._finish(report)
        return report

    def _fence(self, connection: sa.Connection) -> None:
        values = {"updated_at": self._database.clock.now()}
        state.update_owned(connection, self._claim, values)

    def _publish(
        self, loader: BatchLoader, path: Path, options: CheckOptions, report: Report
    ) -> None:
        if report.checked is None:
            message = "an importable file has entries"
            raise AssertionError(message)
        entries = report.checked.entries
        writer = ReportWriter(self._database, self._claim, report)
        writer.write_ahead()
        if report.lines > SHORT_LINES_MAX:
            self._progress(phase=Phase.LOAD, lines_done=report.lines)
        else:
            self._claim.phases.enter(Phase.LOAD)
        lines = read_lines(path, options, self._deps.settings, report.decided_encoding)
        loader.publish(
            report.checked.totals,
            None if entries.is_contiguous else entries.number_lines(lines),
            lambda: self._claim.phases.enter(Phase.PUBLISH),
            lambda connection: self._end(connection, report, writer),
        )

    def _check(self, path: Path, options: CheckOptions, sink: LineSink | None = None) -> Report:
        return check_file(
            path,
            options,
            settings=self._deps.settings,
            progress=lambda _bytes, lines: self._pulse(lines_done=lines),
            sink=sink,
        )

    def _finish(self, report: Report) -> None:
        """End an import that publishes nothing: a refused file, or a dry run."""
        writer = ReportWriter(self._database, self._claim, report)
        writer.write_ahead()
        with self._database.load() as connection:
            self._end(connection, report, writer)

    def _end(self, connection: sa.Connection, report: Report, writer: ReportWriter) -> None:
        done = report.importable
        state.finish(
            connection,
            self._claim,
            status=Status.DONE if done else Status.ENDED_WITH_ERROR,
            outcome="done" if done else "refused",
            now=self._database.clock.now(),
            message=outcome_of(report, dry_run=self._import.dry_run),
            extra_columns=writer.write(connection),
        )

    def _fail(self, message: Sentence) -> None:
        with self._database.write() as connection:
            state.finish(
                connection,
                self._claim,
                status=Status.ENDED_WITH_ERROR,
                outcome="failed",
                now=self._database.clock.now(),
                message=message,
            )

    def _postpone(self, error: Exception, outcome: str, message: Sentence) -> None:
        """Requeue the import if the policy allows another attempt; otherwise end it."""
        policy = RetryPolicy.from_settings(self._deps.settings)
        asked_at = self._import.asked_at
        attempts = list_attempts_of(self._database, [self._import])[self._import.id]
        failed = 1 + sum(
            attempt.outcome == outcome and attempt.started_at >= asked_at for attempt in attempts
        )
        now = self._database.clock.now()
        due_at = policy.next_attempt(error, failed, asked_at, now, self._deps.jitter())
        log.info("attempt failed", reason=message.code, due_at=due_at and due_at.isoformat())
        if due_at is None:
            self._fail(message)
        else:
            state.requeue(
                self._database, self._claim, due_at=due_at, outcome=outcome, message=message
            )
        note_failure(self._database, self._claim, error)

    def _pulse(self, _bytes: int = 0, **values: object) -> None:
        """Record progress now and then, and learn whether the import was cancelled."""
        now = time.monotonic()
        if now >= self._pulse_at:
            self._pulse_at = now + PULSE_SECONDS
            self._progress(**values)

    def _progress(self, **values: object) -> None:
        state.progress(self._database, self._claim, **values)


def options_of(database: Database, wanted: ImportState) -> CheckOptions:
    """Return what is known of the file of an import."""
    dossier = get_dossier(database, wanted.domain_id, wanted.dossier)
    return CheckOptions(
        file_name=wanted.source_name,
        siren=dossier.siren,
        sirets=dossier.sirets,
        fiscal_years=tuple((y.start, y.end, y.closed) for y in dossier.fiscal_years),
        regime=_enum(Regime, wanted.options.get("regime")),
        group_by=_enum(Grouping, wanted.options.get("groupBy")),
        format=wanted.options.get("format"),
        model=(
            find_model(
                database, wanted.domain_id, wanted.model, wanted.options.get("modelVersion")
            ).model
            if wanted.model
            else None
        ),
        policy=Policy.of(wanted.options.get("block", ()), wanted.options.get("unblock", ())),
    )


def _enum(kind: type[E], value: str | None) -> E | None:
    return kind(value) if value else None
