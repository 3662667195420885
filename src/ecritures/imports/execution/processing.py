"""Read the file of an import, and publish it: the part of an attempt that a child process runs.

The claim is checked at each step that writes; publication, status and totals are one transaction.
Whatever happens, short of the death of the process, the import ends or waits for another attempt.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

from ecritures.core.errors import LostClaimError, SourceError
from ecritures.core.grouping import Grouping
from ecritures.core.policies import MissingNumbers, Mode, ReverseStyle
from ecritures.directory.dossiers import find_dossiers, get_dossier
from ecritures.directory.firms import next_batch_id
from ecritures.formats.registry import OWN_KINDS
from ecritures.imports import state
from ecritures.imports.execution import duplicates
from ecritures.imports.execution.adjustments import Adjustments
from ecritures.imports.execution.batch_details import batch_details
from ecritures.imports.execution.failing import settle_failure
from ecritures.imports.execution.pulse import Pulse
from ecritures.imports.execution.reading_options import options_of
from ecritures.imports.execution.report_writer import ReportWriter
from ecritures.imports.execution.second_reading import SecondReading
from ecritures.imports.files.attachments import Attached, attach_documents
from ecritures.imports.files.documents_of_file import documents_of
from ecritures.imports.messages import outcome_of, would_be_refused
from ecritures.imports.read.difference import keep_difference
from ecritures.imports.request import Phase, Status
from ecritures.imports.state.announce import announce_replacement
from ecritures.imports.submission.deposits import take_deposits
from ecritures.imports.submission.posting_options import posting_options
from ecritures.ledger.batch import DeadBatchError, NewBatch, Origin, replacement_source
from ecritures.ledger.events import EventKind, StaleLedgerError, head_of, next_revision
from ecritures.ledger.fiscal_years.years import add_year
from ecritures.ledger.loading.loader import SHORT_LINES_MAX, BatchLoader
from ecritures.ledger.loading.publish import Publication
from ecritures.ledger.moves import Ledger
from ecritures.ledger.next_number import last_numbers
from ecritures.ledger.planning.plan import refusals_summary
from ecritures.ledger.planning.planner import make_plan
from ecritures.ledger.undoing.reversal import Reversal, post_reversal
from ecritures.reading.check import check_file
from ecritures.sources.files import sha256_of
from ecritures.sources.unpack import UnpackLimits, unpack

if TYPE_CHECKING:
    from pathlib import Path

    import sqlalchemy as sa

    from ecritures.config.settings import Settings
    from ecritures.core.sentences import Sentence
    from ecritures.database import Database
    from ecritures.directory.dossiers import Dossier
    from ecritures.imports.files.attachments import Kept, WantedDocument
    from ecritures.imports.files.fetched_source import FetchedSource
    from ecritures.imports.state.claim import Claim
    from ecritures.ledger.planning.plan import Plan, PostingOptions
    from ecritures.ledger.planning.survey import Survey
    from ecritures.reading.check import CheckOptions, LineSink, Report

log = structlog.get_logger()


def process_source(  # noqa: PLR0913, PLR0917 - an import, and all that was fetched for it
    database: Database,
    settings: Settings,
    claim: Claim,
    source: FetchedSource,
    jitter: float,
    kept: Kept | None = None,
) -> tuple[WantedDocument, ...]:
    """Read, check and publish a file. Never raises because of it: the import says what is wrong.

    Args:
        database: The firm's.
        settings: The operator's choices.
        claim: The right to work on the import; its lease is renewed elsewhere.
        source: The file.
        jitter: From 0 to 1; spreads the next attempts of many imports.
        kept: The documents that come with it; None: it is not known yet which.

    Returns:
        The documents to be kept first: the import has not ended, and the file is to be read again.

    Raises:
        LostClaimError: Another attempt owns the import.
        DeadBatchError: The batch was abandoned.
    """
    with structlog.contextvars.bound_contextvars(**claim.log_context()):
        try:
            return _Processing(database, settings, claim, source, kept).run()
        except (LostClaimError, DeadBatchError):
            raise
        except MemoryError:  # at its limit: the caller learns it from the death of this process
            raise
        except Exception as error:  # noqa: BLE001 - ends or postpones the import
            settle_failure(database, settings, claim, error, jitter)
            return ()


class _Processing:
    def __init__(
        self,
        database: Database,
        settings: Settings,
        claim: Claim,
        source: FetchedSource,
        kept: Kept | None,
    ) -> None:
        self._database = database
        self._settings = settings
        self._claim = claim
        self._import = claim.state
        self._source = source
        self._pulse = Pulse(database, claim)
        self._kept = kept
        # How the names of the files of an archive that are read end; "": one is chosen.
        self._ending = f".{claim.state.kind}" if claim.state.kind in OWN_KINDS else ""
        self._wanted: tuple[WantedDocument, ...] = ()
        self._attached = Attached()

    def run(self) -> tuple[WantedDocument, ...]:
        path, name, sha256 = self._unpack()
        dossier = self._dossier()
        batch = self._note_content(sha256, name, dossier)
        posting = posting_options(dossier, self._import.options, dry_run=self._import.dry_run)
        posting = replace(posting, seen=self._import.plan or {})
        if not self._import.dry_run and posting.mode is not Mode.REPLACE and self._is_known(sha256):
            duplicates.end(self._database, self._settings, self._claim, batch)
            return ()
        options = options_of(self._database, self._import, dossier)
        options = replace(options, file_name=name or None)
        report = self._post(path, options, batch, posting, self._adjustments(dossier))
        if not self._wanted:
            log.info("import ended", importable=report.importable, lines=report.lines)
        return self._wanted

    def _dossier(self, connection: sa.Connection | None = None) -> Dossier:
        domain_id, code = self._import.domain_id, self._import.dossier
        if connection is None:
            return get_dossier(self._database, domain_id, code)
        return find_dossiers(connection, domain_id, [code])[code]

    def _is_known(self, sha256: str) -> bool:
        window = self._settings.duplicate_window_seconds
        return duplicates.is_known(self._database, self._import, sha256, window)

    def _unpack(self) -> tuple[Path, str, str]:
        """Return the file to read, its name, and the fingerprint of its content."""
        source, limits = self._source, UnpackLimits.from_settings(self._settings)
        try:
            given = self._import.source_name or ""
            path, name = unpack(source.path, given, limits, self._pulse, ending=self._ending)
        except SourceError:  # it has arrived all the same, and is kept
            self._progress(**source.columns())
            raise
        if path == source.path:
            return path, name, source.fetched.sha256
        return path, name, sha256_of(path)

    def _note_content(self, sha256: str, name: str, dossier: Dossier) -> NewBatch:
        """Record what has arrived, and draw the number of the batch."""
        siret = self._import.siret or ""
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
                details=batch_details(self._import, name, self._source.fetched.sha256),
                siret="" if siret in dossier.sirets[:1] else siret,
            )

    def _post(
        self,
        path: Path,
        options: CheckOptions,
        batch: NewBatch,
        posting: PostingOptions,
        adjustments: Adjustments,
    ) -> Report:
        by_number = options.grouping in (None, Grouping.NUMBER)
        by_number &= options.proposed_grouping in (None, Grouping.NUMBER)
        streaming = by_number and not adjustments.may_change
        loading = not self._import.dry_run and posting.expects_whole_file
        with BatchLoader(
            self._database, batch, self._fence, streaming=streaming, loading=loading
        ) as loader:
            report = self._check(path, options, loader)
            if not report.importable or report.checked is None:
                loader.discard()
                self._finish(report)
                return report
            again = SecondReading(path, options, self._settings, report, adjustments)
            self._follow(loader, again, batch, posting)
        return report

    def _adjustments(self, dossier: Dossier) -> Adjustments:
        options = self._import.options
        last: dict[str, int] = {}
        if options.get("missingNumbers") == MissingNumbers.ASSIGN:
            with self._database.read() as connection:
                last = last_numbers(connection, dossier)
        return Adjustments.of(dossier, options, last)

    def _fence(self, connection: sa.Connection) -> None:
        values = {"updated_at": self._database.clock.now()}
        state.update_owned(connection, self._claim, values)

    def _follow(
        self, loader: BatchLoader, again: SecondReading, batch: NewBatch, posting: PostingOptions
    ) -> None:
        """Plan what the file does to the ledger, then do it, or say why not."""
        report = again.report
        if (refusal := again.refusal()) is not None:
            loader.discard()
            self._finish(report, refusal=refusal)
            return
        survey = loader.finish(report.lines, again.scattered())
        try:
            plan = self._plan(survey, again, batch, posting)
        except StaleLedgerError:
            if self._import.dry_run or not self._is_known(batch.content_sha256 or ""):
                raise
            loader.discard()
            duplicates.end(self._database, self._settings, self._claim, batch)
            return
        if self._import.dry_run or plan.refusals:
            loader.discard()
            self._finish(report, plan)
            return
        named = survey.documents()["reference"]
        if self._kept is None:
            source = self._source.path
            self._wanted = documents_of(report.format, named, source, self._ending, self._settings)
        if self._wanted:
            loader.discard()
            return
        if plan.left_out.len() or not loader.loads:
            survey = loader.load_again(again.chosen(plan.left_out))
        stay = posting.mode is Mode.REPLACE
        posted = survey.documents()
        self._attached = attach_documents(posted, named, self._kept or {}, drops_unposted=stay)
        writer = ReportWriter(self._database, self._claim, report)
        writer.write_ahead()
        if report.lines > SHORT_LINES_MAX:
            self._progress(phase=Phase.LOAD, lines_done=report.lines, lines_expected=report.lines)
        else:
            self._claim.phases.enter(Phase.LOAD)
        reversal_batch_id = self._next_batch_id() if plan.reversed.height else 0
        kind = EventKind.REPLACED if posting.mode is Mode.REPLACE else EventKind.PUBLISHED
        entries = plan.impact["entries"] if plan.impact else {}
        loader.publish(
            Publication(
                kind,
                self._import.asked_by,
                None,
                plan.links,
                plan.removed,
                {"entries": entries},
                plan.revision,
                self._attached.rows,
            ),
            lambda: self._claim.phases.enter(Phase.PUBLISH),
            lambda connection: self._complete(
                connection, report, writer, plan, batch, reversal_batch_id
            ),
        )

    def _next_batch_id(self) -> int:
        with self._database.write() as connection:
            return next_batch_id(connection, self._claim.domain_id, self._database.clock.now())

    def _complete(  # noqa: PLR0913, PLR0917 - all that a publication says
        self,
        connection: sa.Connection,
        report: Report,
        writer: ReportWriter,
        plan: Plan,
        batch: NewBatch,
        reversal_batch_id: int,
    ) -> None:
        """Do what goes with the publication, in its transaction."""
        keys = [one.stored_key for one in (self._kept or {}).values()]
        take_deposits(connection, self._claim.domain_id, batch.id, keys)
        key, now = self._import.asked_by, self._database.clock.now()
        for year in plan.years:
            add_year(self._next_ledger(connection), year, key, None, now)
        if plan.reversed.height:
            style = ReverseStyle(self._import.options.get("reverseStyle", ReverseStyle.EXCHANGE))
            source = replacement_source(batch.id)
            reversal = Reversal(
                reversal_batch_id, source, batch.id, plan.reversed, style=style, by=key
            )
            post_reversal(self._next_ledger(connection), reversal, now)
        self._end(connection, report, writer, plan, batch)
        if plan.replaces or plan.removed is not None:  # openings, too, take the place of others
            announce_replacement(connection, self._import, plan, now)

    def _next_ledger(self, connection: sa.Connection) -> Ledger:
        """Return the ledger at its next revision, which the transaction takes."""
        place = self._import.domain_id, self._import.dossier_id
        revision = next_revision(connection, *place)
        return Ledger(self._database, connection, self._dossier(connection), revision)

    def _plan(
        self, survey: Survey, again: SecondReading, batch: NewBatch, posting: PostingOptions
    ) -> Plan:
        """Plan, at the revision of the ledger that the survey has read its codes at."""
        names, adjustments = again.names(), again.adjustments
        sha256 = batch.content_sha256 or ""
        with self._database.read() as connection:
            dossier = self._dossier(connection)
            if adjustments.may_change and adjustments.revision != dossier.ledger_revision:
                raise StaleLedgerError  # locks or numbers may have changed
            ledger = Ledger(self._database, connection, dossier, dossier.ledger_revision)
            plan = make_plan(ledger, survey, names, posting, sha256)
            plan = plan.with_counts(adjustments.impact(plan.left_out))
            if posting.mode is Mode.REPLACE:
                return plan
            window = self._settings.duplicate_window_seconds
            return duplicates.judge_plan(connection, self._import, plan, sha256, window)

    def _check(self, path: Path, options: CheckOptions, sink: LineSink | None = None) -> Report:
        size = path.stat().st_size

        def progress(read: int, lines: int) -> None:
            expected = lines * size // read if read else None
            self._pulse(lines_done=lines, lines_expected=expected)

        return check_file(path, options, settings=self._settings, progress=progress, sink=sink)

    def _finish(
        self, report: Report, plan: Plan | None = None, refusal: Sentence | None = None
    ) -> None:
        """End an import that publishes nothing: a refused file, or a dry run."""
        writer = ReportWriter(self._database, self._claim, report)
        writer.write_ahead()
        with self._database.load() as connection:
            self._end(connection, report, writer, plan, refusal=refusal)

    def _end(  # noqa: PLR0913 - all that an end says
        self,
        connection: sa.Connection,
        report: Report,
        writer: ReportWriter,
        plan: Plan | None = None,
        published: NewBatch | None = None,
        *,
        refusal: Sentence | None = None,
    ) -> None:
        dry_run = self._import.dry_run
        notes = self._attached.notes
        if plan is not None and plan.refusals and not dry_run:
            refusal = plan.refusals[0]
        done = dry_run or (report.importable and refusal is None)  # a dry run only tells
        columns = writer.write(connection)
        if refusal is not None and dry_run:
            columns |= {"plan": refusals_summary([refusal])}
            refusal = would_be_refused(refusal)
        if plan is not None:
            columns |= {"plan": plan.summary()}
            keep_difference(connection, self._claim, plan.difference)
        if plan is not None and published is not None:
            head = head_of(connection, published.domain_id, published.dossier_id)
            columns["plan"]["ledger"] = head.summary()
            columns["report"]["attachments"] = len(self._attached.rows)
        state.finish(
            connection,
            self._claim,
            status=Status.DONE if done else Status.ENDED_WITH_ERROR,
            outcome="done" if done else "refused",
            now=self._database.clock.now(),
            message=refusal or outcome_of(report, dry_run=dry_run, plan=plan, notes=notes),
            extra_columns=columns | ({"batch_id": published.id} if published else {}),
        )

    def _progress(self, **values: object) -> None:
        state.progress(self._database, self._claim, **values)
