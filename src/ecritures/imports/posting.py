"""Post a file: load its lines while they are still being read, then publish them.

Lines are loaded as they come, on the supposition that those of an entry follow each other, told
apart by journal and number, and that nothing refuses the file. Where the whole file tells
otherwise, what was loaded is deleted; if the file is importable all the same, it is read again and
loaded by the entries that were found. Nobody sees a batch before it is published.
"""

from __future__ import annotations

from collections import deque
from concurrent.futures import ThreadPoolExecutor, wait
from typing import TYPE_CHECKING, Self

import polars as pl

from ecritures.core.frames import begins_anew
from ecritures.database.tables import imports
from ecritures.database.tables import lines as lines_table
from ecritures.imports import state as claims
from ecritures.imports.findings import Findings
from ecritures.imports.messages import outcome_of
from ecritures.imports.record import Phase, Status
from ecritures.ledger.codes import read_codes
from ecritures.ledger.publish import check_totals, publish_batch
from ecritures.ledger.rows import NumberedLines, insert_rows, make_rows, open_batch
from ecritures.ledger.sweep import delete_batch, empty_batch

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from concurrent.futures import Future

    import sqlalchemy as sa

    from ecritures.core.totals import Totals
    from ecritures.database import Database
    from ecritures.imports.queries import ImportState
    from ecritures.imports.state import Claim
    from ecritures.ledger.codes import CodeTable
    from ecritures.ledger.rows import Rows
    from ecritures.reading.check import Report
    from ecritures.rules.entries.grouping import Entries

AT_ONCE_LINES_MAX = 20_000
"""Up to there, a file that was read as a whole is loaded by the transaction that publishes it."""
SETTLED_LINES_MAX = 100_000
"""Up to there, to read its lines back must not cost a look at all that was loaded lately."""
INSERTING = 2
"""How many blocks are inserted at once where several may write: one is sent, one is made ready."""
BLOCKS_AHEAD = 2
"""How many more may wait: what memory holds of them."""


class BatchLoader:
    """The batch of one attempt of one import.

    A context: leaving it ends the threads that load.

    Args:
        database: Where to.
        claim: The right to work on the import.
        state: The import.
        as_they_come: Whether to load before all is read.
    """

    def __init__(
        self,
        database: Database,
        claim: Claim,
        state: ImportState,
        *,
        streaming: bool = True,
    ) -> None:
        self._database = database
        self._claim = claim
        self._state = state
        self._as_they_come = streaming
        self._making = ThreadPoolExecutor(1, thread_name_prefix="rows")
        inserting = INSERTING if database.is_shared else 1
        self._inserting = ThreadPoolExecutor(inserting, thread_name_prefix="insert")
        self._loading: deque[Future[None]] = deque()
        self._next: pl.DataFrame | None = None
        self._entries = _AsTheyCome()
        self._chart: CodeTable | None = None
        self._batch_id: int | None = None

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Let nothing begin any more, and wait for what is being done."""
        self._making.shutdown(cancel_futures=True)
        self._inserting.shutdown(cancel_futures=True)

    def write(self, lines: pl.DataFrame) -> None:
        """Take the next lines of the file, and load those before them.

        Raises:
            LostClaimError: Another attempt owns the import.
        """
        if not self._as_they_come:
            return
        if self._next is not None:
            self._load(self._entries.of(self._next))
        self._next = lines
        if self._entries.scattered:
            self.refuse()

    def clear(self) -> None:
        """Forget every line: the file is read again from its start."""
        self._empty()

    def refuse(self) -> None:
        """Load nothing as it comes: the file is refused, or its entries are scattered."""
        if self._as_they_come:
            self._as_they_come = False
            self._empty()

    def discard(self) -> None:
        """Delete the batch, if there is one: nothing is posted."""
        self._empty()
        if self._batch_id is not None:
            delete_batch(self._database, self._batch_id)

    def publish(self, report: Report) -> None:
        """Complete the load and publish it: all lines, at once, or none.

        Raises:
            LostClaimError: Another attempt owns the import.
            LedgerMovedError: Another import was published in the dossier meanwhile.
            TotalsDifferError: The database does not hold what was read.
        """
        if report.checked is None:
            message = "an importable file has entries"
            raise AssertionError(message)
        entries, totals = report.checked.entries, report.checked.totals
        findings = Findings(self._claim, report)
        findings.write_ahead(self._database)
        is_contiguous = self._next is not None and entries.is_contiguous
        if is_contiguous and self._batch_id is None and report.lines <= AT_ONCE_LINES_MAX:
            self._publish_at_once(self._last(entries), totals, report, findings)
            return
        claims.progress(self._database, self._claim, phase=Phase.LOAD, lines_done=report.lines)
        if is_contiguous:
            self._load(self._last(entries))
        else:
            self._empty()
            for numbered in _by_entries(entries, report.read_again()):
                self._load(numbered)
        while self._loading:
            self._loading.popleft().result()
        self._publish_loaded(totals, report, findings)

    def _publish_at_once(
        self, numbered: NumberedLines, totals: Totals, report: Report, findings: Findings
    ) -> None:
        """Load and publish in one transaction a file that is short, and was read as a whole."""
        self._claim.phases.enter(Phase.LOAD)
        with self._database.read() as connection:
            self._database.summarize_index(connection, lines_table, self._state.domain_id)
            chart = read_codes(connection, self._state.dossier_id)
        rows = make_rows(numbered, chart)
        with self._database.write() as connection:
            batch_id = self._open_batch(connection)
            owner = {"domain_id": self._state.domain_id, "batch_id": batch_id}
            self._database.insert_few(connection, rows.by_table(), owner)
            self._claim.phases.enter(Phase.PUBLISH)
            check_totals(connection, self._state.domain_id, batch_id, totals)
            self._publish(connection, batch_id, chart, report, findings)

    def _publish_loaded(self, totals: Totals, report: Report, findings: Findings) -> None:
        """Publish what stands in the batch."""
        self._claim.phases.enter(Phase.PUBLISH)
        batch_id, chart = self._open()
        with self._database.read() as connection:
            if report.lines < SETTLED_LINES_MAX:
                self._database.summarize_index(connection, lines_table, self._state.domain_id)
            if not self._database.is_shared:  # its only writer does not wait for a long sum
                check_totals(connection, self._state.domain_id, batch_id, totals)
        with self._database.write() as connection:
            if self._database.is_shared:
                check_totals(connection, self._state.domain_id, batch_id, totals)
            self._publish(connection, batch_id, chart, report, findings)

    def _publish(
        self,
        connection: sa.Connection,
        batch_id: int,
        chart: CodeTable,
        report: Report,
        findings: Findings,
    ) -> None:
        now = self._database.clock.now()
        publish_batch(
            connection,
            batch_id=batch_id,
            dossier_id=self._state.dossier_id,
            chart=chart,
            now=now,
        )
        claims.end(
            connection,
            self._claim,
            status=Status.DONE,
            outcome="done",
            now=now,
            message=outcome_of(report, dry_run=False),
            told=findings.write(connection),
        )

    def _empty(self) -> None:
        """Delete what was loaded, and begin anew."""
        for one in self._loading:
            one.cancel()
        wait(self._loading)
        self._loading.clear()
        if self._batch_id is not None:
            empty_batch(self._database, self._state.domain_id, self._batch_id)
        self._next, self._entries, self._chart = None, _AsTheyCome(), None

    def _last(self, entries: Entries) -> NumberedLines:
        """Return the last lines that came, with the entries that were found for them."""
        if self._next is None:
            message = "no line came"
            raise AssertionError(message)
        numbered = self._entries.of(self._next, is_last=True)
        if self._entries.count != entries.table.height:
            message = f"{self._entries.count} entries came, {entries.table.height} were found"
            raise AssertionError(message)
        return numbered

    def _load(self, numbered: NumberedLines) -> None:
        """Load lines, behind those that are being loaded."""
        batch_id, chart = self._open()
        rows = self._making.submit(make_rows, numbered, chart)
        self._loading.append(self._inserting.submit(self._insert, batch_id, rows))
        while len(self._loading) > BLOCKS_AHEAD:
            self._loading.popleft().result()

    def _insert(self, batch_id: int, rows: Future[Rows]) -> None:
        insert_rows(self._database, self._state.domain_id, batch_id, rows.result())

    def _open(self) -> tuple[int, CodeTable]:
        """Return the batch and the chart, made when they are first asked for."""
        if self._batch_id is None or self._chart is None:
            with self._database.write() as connection:
                claims.update_owned(connection, self._claim, {"lines_done": imports.c.lines_done})
                self._chart = read_codes(connection, self._state.dossier_id)
                self._batch_id = self._batch_id or self._open_batch(connection)
        return self._batch_id, self._chart

    def _open_batch(self, connection: sa.Connection) -> int:
        return open_batch(
            connection,
            domain_id=self._state.domain_id,
            dossier_id=self._state.dossier_id,
            import_id=self._claim.import_id,
            attempt=self._claim.attempt,
        )


class _AsTheyCome:
    """Numbers entries as their lines come.

    Attributes:
        count: How many entries have begun.
        scattered: Whether lines of an entry were seen in two places.
    """

    _KEY = ("journal_code", "entry_number")

    def __init__(self) -> None:
        self.count = 0
        self.scattered = False
        self._before: tuple[str, str] | None = None

    def of(self, lines: pl.DataFrame, *, is_last: bool = False) -> NumberedLines:
        """Number the next lines; the last entry of a block may go on in the next one."""
        names = lines.select(self._KEY)
        begins = begins_anew(names, self._KEY, self._before)
        entry = (begins.cast(pl.UInt32).cum_sum() + self.count).cast(pl.UInt32)
        whole = entry > self.count
        if not is_last:
            whole &= entry != entry[-1]
        self._before, self.count = names.row(-1), entry[-1]
        first = names.filter(begins)
        self.scattered = first.n_unique() < first.height
        return NumberedLines(lines, entry, begins, whole)


def _by_entries(entries: Entries, blocks: Iterable[pl.DataFrame]) -> Iterator[NumberedLines]:
    """Number the lines of a whole file by the entries that were found in it."""
    table = entries.table.select("entry", "first_line", whole=pl.col("runs") == 1)
    before = 0
    for lines in blocks:
        entry = entries.of_lines(lines["line"])
        found = pl.DataFrame({"entry": entry}).join(
            table, on="entry", how="left", maintain_order="left"
        )
        here = (entry != before) & (entry != entry[-1])
        begins = lines["line"] == found["first_line"]
        before = entry[-1]
        yield NumberedLines(lines, entry, begins, found["whole"] & here)
