"""Run one attempt of one import, from its claim to its end.

The claim is checked at each step that writes; publication, status and totals are one transaction.
Whatever happens, the attempt ends in a state the caller can be told, or another attempt has it.
"""

from __future__ import annotations

import shutil
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import structlog

from ecritures.config.traces import attempt_span
from ecritures.core.errors import LostClaimError, SourceError
from ecritures.directory.dossiers import get_dossier
from ecritures.imports import state as claims
from ecritures.imports.findings import Findings
from ecritures.imports.import_models import find_model
from ecritures.imports.infrastructure_errors import classify
from ecritures.imports.messages import internal_failure, outcome_of
from ecritures.imports.posting import BatchLoader
from ecritures.imports.queries import list_attempts
from ecritures.imports.record import Phase, Status
from ecritures.imports.retry_policy import RetryPolicy
from ecritures.imports.source_files import fetch_source, keep_source
from ecritures.ledger.publish import StaleLedgerError
from ecritures.reading.check import CheckOptions, Report, check_file
from ecritures.rules.entries.grouping import NUMBER
from ecritures.rules.policy import Policy
from ecritures.sources.unpack import UnpackLimits, unpack

if TYPE_CHECKING:
    from pathlib import Path

    from ecritures.core.sentences import Sentence
    from ecritures.database import Database
    from ecritures.imports.dependencies import Dependencies
    from ecritures.imports.queries import ImportState
    from ecritures.imports.state import Claim
    from ecritures.reading.check import LineSink

log = structlog.get_logger()

PULSE_SECONDS = 0.5


def run_import(deps: Dependencies, import_id: str) -> None:
    """Run an import if it waits and is due; do nothing otherwise.

    Never raises for what is wrong with the file, the source or the request: that ends in the
    import's status and message.
    """
    claim = claims.begin(deps.database, import_id, deps.settings.lease_seconds)
    if claim is not None:
        run_claim(deps, claim)


def run_claim(deps: Dependencies, claim: Claim) -> None:
    """Run an import that was taken; its lease is renewed by who took it.

    Raises as little as `run_import`.
    """
    with structlog.contextvars.bound_contextvars(import_id=claim.import_id, attempt=claim.attempt):
        try:
            attempt = _Attempt(deps, claim)
            with structlog.contextvars.bound_contextvars(**attempt.origin()):
                log.info("attempt begins")
                attempt.run_traced()
        except LostClaimError:
            log.warning("claim lost, work dropped")


class _Attempt:
    """One attempt, with a scratch folder of its own."""

    def __init__(self, deps: Dependencies, claim: Claim) -> None:
        self._services = deps
        self._database = deps.database
        self._claim = claim
        self._state = claim.state
        self._folder = deps.settings.scratch_dir / f"{claim.import_id}-{claim.attempt}"
        self._pulse_at = time.monotonic() + PULSE_SECONDS

    def origin(self) -> dict[str, str]:
        """Return the HTTP request that asked for the import, for every log line to carry."""
        return {"request_id": self._state.request_id} if self._state.request_id else {}

    def run_traced(self) -> None:
        """Run, inside a span of its own."""
        with attempt_span(self._claim.import_id, self._claim.attempt, self._state.traceparent):
            self.run()

    def run(self) -> None:
        """Do the whole job; failures end or postpone the import."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._work()
        except LostClaimError:
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
        fetched = fetch_source(self._services, self._state, path, self._pulse)
        self._progress(
            phase=Phase.CHECK,
            source_bytes=fetched.bytes,
            source_sha256=fetched.sha256,
            stored_key=keep_source(self._services, self._state, path),
        )
        limits = UnpackLimits.from_settings(self._services.settings)
        name = self._state.source_name or ""
        path, name = unpack(path, name, limits, self._pulse)
        options = replace(options_of(self._database, self._state), file_name=name or None)
        report = self._dry_run(path, options) if self._state.dry_run else self._post(path, options)
        log.info("import ended", importable=report.importable, lines=report.lines)

    def _dry_run(self, path: Path, options: CheckOptions) -> Report:
        report = self._check(path, options)
        self._end(report)
        return report

    def _post(self, path: Path, options: CheckOptions) -> Report:
        with BatchLoader(
            self._database,
            self._claim,
            self._state,
            streaming=options.grouping in (None, NUMBER),
        ) as posting:
            report = self._check(path, options, posting)
            if report.importable:
                posting.publish(report)
            else:
                posting.discard()
                self._end(report)
        return report

    def _check(self, path: Path, options: CheckOptions, sink: LineSink | None = None) -> Report:
        return check_file(
            path,
            options,
            settings=self._services.settings,
            progress=lambda _bytes, lines: self._pulse(lines_done=lines),
            sink=sink,
        )

    def _end(self, report: Report) -> None:
        """End an import that posts nothing: a refused file, or a dry run."""
        status = Status.DONE if report.importable else Status.ENDED_WITH_ERROR
        findings = Findings(self._claim, report)
        findings.write_ahead(self._database)
        now = self._database.clock.now()
        with self._database.write() as connection:
            claims.end(
                connection,
                self._claim,
                status=status,
                outcome="done" if report.importable else "refused",
                now=now,
                message=outcome_of(report, dry_run=self._state.dry_run),
                told=findings.write(connection),
            )

    def _fail(self, message: Sentence) -> None:
        with self._database.write() as connection:
            claims.end(
                connection,
                self._claim,
                status=Status.ENDED_WITH_ERROR,
                outcome="failed",
                now=self._database.clock.now(),
                message=message,
            )

    def _postpone(self, error: Exception, outcome: str, message: Sentence) -> None:
        """Let the import wait for another attempt, if the policy gives it one; else end it."""
        policy = RetryPolicy.from_settings(self._services.settings)
        asked_at = self._state.asked_at
        attempts = list_attempts(self._database, self._claim.import_id)
        failed = 1 + sum(
            attempt.outcome == outcome and attempt.started_at >= asked_at for attempt in attempts
        )
        now = self._database.clock.now()
        due_at = policy.next_attempt(error, failed, asked_at, now, self._services.jitter())
        log.info("attempt failed", reason=message.code, due_at=due_at and due_at.isoformat())
        if due_at is None:
            self._fail(message)
        else:
            claims.put_back(
                self._database, self._claim, due_at=due_at, outcome=outcome, message=message
            )

    def _pulse(self, _bytes: int = 0, **values: object) -> None:
        """Tell now and then how far the work is, and learn whether it was cancelled."""
        now = time.monotonic()
        if now >= self._pulse_at:
            self._pulse_at = now + PULSE_SECONDS
            self._progress(**values)

    def _progress(self, **values: object) -> None:
        claims.progress(self._database, self._claim, **values)


def options_of(database: Database, state: ImportState) -> CheckOptions:
    """Return what is known of the file of an import."""
    dossier = get_dossier(database, state.domain_id, state.dossier)
    return CheckOptions(
        file_name=state.source_name,
        siren=dossier.siren,
        sirets=dossier.sirets,
        fiscal_years=tuple((y.start, y.end, y.closed) for y in dossier.fiscal_years),
        regime=state.options.get("regime"),
        group_by=state.options.get("groupBy"),
        model=(
            find_model(
                database, state.domain_id, state.model, state.options.get("modelVersion")
            ).model
            if state.model
            else None
        ),
        policy=Policy.of(state.options.get("block", ()), state.options.get("unblock", ())),
    )
