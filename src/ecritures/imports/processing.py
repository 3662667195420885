"""Read the file of an import, and publish it: the part of an attempt that a child process runs.

The claim is checked at each step that writes; publication, status and totals are one transaction.
Whatever happens, short of the death of the process, the import ends or waits for another attempt.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

from ecritures.core.errors import LostClaimError, SourceError
from ecritures.core.grouping import Grouping
from ecritures.directory.firms import next_batch_id
from ecritures.imports import duplicates, state
from ecritures.imports.failing import settle_failure
from ecritures.imports.messages import outcome_of
from ecritures.imports.pulse import Pulse
from ecritures.imports.reading_options import options_of
from ecritures.imports.report_writer import ReportWriter
from ecritures.imports.request import Phase, Status
from ecritures.ledger.batch import DeadBatchError, NewBatch, Origin
from ecritures.ledger.loader import SHORT_LINES_MAX, BatchLoader
from ecritures.ledger.publish import PublishedBeforeError
from ecritures.reading.check import check_file, read_lines
from ecritures.sources.unpack import UnpackLimits, unpack

if TYPE_CHECKING:
    from pathlib import Path

    import sqlalchemy as sa

    from ecritures.config.settings import Settings
    from ecritures.database import Database
    from ecritures.imports.claim import Claim
    from ecritures.reading.check import CheckOptions, LineSink, Report
    from ecritures.sources.download import Fetched

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class FetchedSource:
    """The file of an import, on this machine.

    Attributes:
        path: Where it is; the folder is this attempt's own.
        fetched: Its size and fingerprint, as it arrived.
        stored_key: Where the storage keeps it.
    """

    path: Path
    fetched: Fetched
    stored_key: str | None

    def columns(self) -> dict[str, object]:
        """Return the columns of the import that say so."""
        return {
            "source_bytes": self.fetched.bytes,
            "source_sha256": self.fetched.sha256,
            "stored_key": self.stored_key,
        }


def process_source(
    database: Database, settings: Settings, claim: Claim, source: FetchedSource, jitter: float
) -> None:
    """Read, check and publish a file. Never raises because of it: the import says what is wrong.

    Args:
        database: The firm's.
        settings: The operator's choices.
        claim: The right to work on the import; its lease is renewed elsewhere.
        source: The file.
        jitter: From 0 to 1; spreads the next attempts of many imports.

    Raises:
        LostClaimError: Another attempt owns the import.
        DeadBatchError: The batch was abandoned.
    """
    with structlog.contextvars.bound_contextvars(**claim.log_context()):
        try:
            _Processing(database, settings, claim, source).run()
        except (LostClaimError, DeadBatchError):
            raise
        except Exception as error:  # noqa: BLE001 - ends or postpones the import
            settle_failure(database, settings, claim, error, jitter)


class _Processing:
    def __init__(
        self, database: Database, settings: Settings, claim: Claim, source: FetchedSource
    ) -> None:
        self._database = database
        self._settings = settings
        self._claim = claim
        self._import = claim.state
        self._source = source
        self._pulse = Pulse(database, claim)

    def run(self) -> None:
        path, name, sha256 = self._unpack()
        batch = self._note_content(sha256)
        if batch.once and not self._import.dry_run and self._end_duplicate(sha256):
            return
        options = replace(options_of(self._database, self._import), file_name=name or None)
        if self._import.dry_run:
            report = self._check(path, options)
            self._finish(report)
        else:
            report = self._post(path, options, batch)
        log.info("import ended", importable=report.importable, lines=report.lines)

    def _unpack(self) -> tuple[Path, str, str]:
        """Return the file to read, its name, and the fingerprint of its content."""
        source, limits = self._source, UnpackLimits.from_settings(self._settings)
        try:
            path, name = unpack(source.path, self._import.source_name or "", limits, self._pulse)
        except SourceError:  # it has arrived all the same, and is kept
            self._progress(**source.columns())
            raise
        if path == source.path:
            return path, name, source.fetched.sha256
        with path.open("rb") as file:
            return path, name, hashlib.file_digest(file, "sha256").hexdigest()

    def _note_content(self, sha256: str) -> NewBatch:
        """Record what has arrived, and draw the number of the batch."""
        now = self._database.clock.now()
        with self._database.write() as connection:
            values = self._source.columns() | {
                "content_sha256": sha256,
                "phase": Phase.CHECK,
                "updated_at": now,
            }
            state.update_owned(connection, self._claim, values)
            return NewBatch(
                self._claim.domain_id,
                self._import.dossier_id,
                next_batch_id(connection, self._claim.domain_id, now),
                Origin.IMPORT,
                self._claim.batch_source,
                now + timedelta(hours=self._settings.run_hours_max),
                content_sha256=sha256,
                once=not duplicates.are_allowed(self._import),
            )

    def _end_duplicate(self, sha256: str) -> bool:
        """End an import whose content is in the ledger already; return whether it was so."""
        with self._database.read() as connection:
            first = duplicates.find_first(connection, self._import, sha256)
        if first is None:
            return False
        verdict = duplicates.judge(self._import, first, self._settings.duplicate_window_seconds)
        with self._database.write() as connection:
            state.finish(
                connection,
                self._claim,
                status=verdict.status,
                outcome="done" if verdict.status is Status.DONE else "refused",
                now=self._database.clock.now(),
                message=verdict.message,
            )
        log.info("content published before", first_import=first.id)
        return True

    def _post(self, path: Path, options: CheckOptions, batch: NewBatch) -> Report:
        by_number = options.grouping in (None, Grouping.NUMBER)
        streaming = by_number and options.proposed_grouping in (None, Grouping.NUMBER)
        with BatchLoader(self._database, batch, self._fence, streaming=streaming) as loader:
            report = self._check(path, options, loader)
            if not report.importable:
                loader.discard()
                self._finish(report)
                return report
            try:
                self._publish(loader, path, options, report)
            except PublishedBeforeError:  # since this attempt looked
                loader.discard()
                self._end_duplicate(batch.content_sha256 or "")
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
        lines = read_lines(path, options, self._settings, report.decided_encoding)
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
            settings=self._settings,
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

    def _progress(self, **values: object) -> None:
        state.progress(self._database, self._claim, **values)
