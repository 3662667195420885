"""Load the lines of a file into a batch while the file is still being read, then publish it.

Lines are loaded as they come, on the assumption that the lines of each entry are consecutive and
that nothing blocks the file. If the whole file shows otherwise, what was loaded is deleted; if it
is importable nevertheless, its lines are loaded again, numbered by the entries found. So are the
entries that are wanted, where the plan of the import leaves some out. Nobody sees a batch before it
is published.
"""

from __future__ import annotations

from collections import deque
from concurrent.futures import ThreadPoolExecutor, wait
from typing import TYPE_CHECKING, Self

from ecritures.core.totals import Totals
from ecritures.database.tables import entries as entries_table
from ecritures.database.tables import lines as lines_table
from ecritures.ledger.batch import insert_batch
from ecritures.ledger.codes import read_codes
from ecritures.ledger.loading.publish import check_totals, publish_batch
from ecritures.ledger.loading.sweep import delete_batch, empty_batch
from ecritures.ledger.rows import RowMaker, insert_block, unique_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from concurrent.futures import Future

    import sqlalchemy as sa

    from ecritures.core.lines import NumberedLines
    from ecritures.database import Database
    from ecritures.ledger.batch import NewBatch
    from ecritures.ledger.codes import CodeTable
    from ecritures.ledger.loading.publish import Publication
    from ecritures.ledger.planning.survey import Survey
    from ecritures.ledger.rows import BatchRows

SHORT_LINES_MAX = 20_000
"""Up to so many lines, a file read as one block is loaded by the transaction that publishes it."""
SUMMARIZED_LINES_MAX = 100_000
"""Up to so many lines, reading them back must not scan everything loaded recently."""
INSERTING_BLOCKS = 2
"""How many blocks are inserted at once on PostgreSQL: one is sent while one is prepared."""
WAITING_BLOCKS_MAX = 2
"""How many more may wait; this bounds the memory they take."""


class BatchLoader:
    """Fills one batch.

    A context manager: leaving it ends the threads that load.

    Args:
        database: Where to; narrowed to the firm of the batch.
        batch: What is filled.
        fence: Called in the transaction that inserts the batch; raises to prevent it.
        streaming: Whether to take lines before the whole file is read.
        loading: Whether to load them; otherwise they are only surveyed.

    Attributes:
        loads: Whether lines are loaded, as `loading` says until `load_again`.
    """

    def __init__(
        self,
        database: Database,
        batch: NewBatch,
        fence: Callable[[sa.Connection], None],
        *,
        streaming: bool = True,
        loading: bool = True,
    ) -> None:
        self._database = database.for_domain(batch.domain_id)
        self._batch = batch
        self._fence = fence
        self._streaming = streaming
        self.loads = loading
        self._making = ThreadPoolExecutor(1, thread_name_prefix="rows")
        inserting = INSERTING_BLOCKS if database.is_shared else 1
        self._inserting = ThreadPoolExecutor(inserting, thread_name_prefix="insert")
        self._loading: deque[Future[None]] = deque()
        self._held: NumberedLines | None = None  # until it is known whether they are the last
        self._maker: RowMaker | None = None
        self._short: list[BatchRows] = []  # a whole file, loaded by the publishing transaction
        self._last_line = 0
        self._is_inserted = False

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Start nothing more, and wait for what is running."""
        self._making.shutdown(cancel_futures=True)
        self._inserting.shutdown(cancel_futures=True)

    def write(self, numbered: NumberedLines) -> None:
        """Accept the next lines of the file, and load those before them.

        Raises:
            DeadBatchError: The batch was abandoned.
        """
        if not self._streaming:
            return
        if self._held is not None:
            self._load(self._held)
        self._held = numbered

    def clear(self) -> None:
        """Forget every line: the file is read again from its start."""
        self._empty()

    def refuse(self) -> None:
        """Stop loading ahead: the file is refused, or the lines of its entries are scattered."""
        if self._streaming:
            self._streaming = False
            self._empty()

    def discard(self) -> None:
        """Delete the batch, if there is one: nothing is published."""
        self._empty()
        if self._is_inserted:
            delete_batch(self._database, self._batch.domain_id, self._batch.id)

    def finish(self, lines: int, scattered: Iterable[NumberedLines] | None) -> Survey:
        """Complete the load; return what it would add to the ledger.

        Args:
            lines: How many lines the file has.
            scattered: All lines again, with the right entry numbers, if the first numbering was
                wrong; otherwise None.

        Raises:
            DeadBatchError: The batch was abandoned.
        """
        last = self._held.end_of_file() if self._held is not None and scattered is None else None
        if last is not None and self._maker is None and lines <= SHORT_LINES_MAX:
            return self._survey_short(last)
        if last is not None:
            self._load(last)
        else:
            self._empty()
            for numbered in scattered or ():
                self._load(numbered)
        return self._close()

    def load_again(self, chosen: Iterable[NumberedLines]) -> Survey:
        """Load these lines instead of what was loaded: the entries that the plan keeps.

        Raises:
            DeadBatchError: The batch was abandoned.
        """
        self._empty()
        self.loads = True
        for numbered in chosen:
            if numbered.lines.height:
                self._load(numbered)
        return self._close()

    def publish(
        self,
        publication: Publication,
        before_publishing: Callable[[], None],
        then: Callable[[sa.Connection], None],
    ) -> None:
        """Publish what was loaded: all lines at once, or none.

        Args:
            publication: What else the batch does to the ledger.
            before_publishing: Called once all rows are ready.
            then: Called in the publishing transaction, at its end.

        Raises:
            DeadBatchError: The batch was abandoned.
            StaleLedgerError: The ledger of the dossier changed meanwhile.
            TotalsDifferError: The database does not hold what was read.
        """
        maker = self._open()
        expected = _totals_of(maker.survey)
        before_publishing()
        if not self._short and expected.lines:
            if expected.lines < SUMMARIZED_LINES_MAX:
                with self._database.load() as connection:
                    self._database.summarize_index(connection, lines_table)
            with self._database.read() as connection:
                check_totals(self._database, connection, self._batch, expected)
        owner = {"domain_id": self._batch.domain_id, "batch_id": self._batch.id}
        with self._database.load() as connection:
            if not self._is_inserted:
                insert_batch(connection, self._batch)
            for rows in self._short:
                self._database.insert_few(connection, rows.by_table(), owner)
            if self._short:
                check_totals(self._database, connection, self._batch, expected)
            self._database.measure(connection, lines_table, entries_table)
            publish_batch(self._database, connection, self._batch, maker, publication)
            then(connection)

    def _survey_short(self, last: NumberedLines) -> Survey:
        """Make the rows of a whole file, to be loaded by the transaction that publishes it."""
        with self._database.load() as connection:
            if self.loads:
                self._database.summarize_index(connection, lines_table)
            self._maker = RowMaker(self._read_codes(connection), self._batch.siret)
        rows = self._maker.make(self._with_unique_lines(last))
        self._short = [rows, self._maker.close()]
        return self._maker.survey

    def _close(self) -> Survey:
        """Wait for all that loads."""
        while self._loading:
            self._loading.popleft().result()
        maker = self._open()
        self._making.submit(self._insert_open, maker).result()
        return maker.survey

    def _insert_open(self, maker: RowMaker) -> None:
        """Insert the entries whose last lines were waited for."""
        rows = maker.close()
        if self.loads and rows.entries.height:
            insert_block(self._database, self._batch.domain_id, self._batch.id, rows)

    def _empty(self) -> None:
        """Delete what was loaded, and start again."""
        for one in self._loading:
            one.cancel()
        wait(self._loading)
        self._loading.clear()
        self._short = []
        if self._is_inserted:
            empty_batch(self._database, self._batch.domain_id, self._batch.id)
        self._held, self._maker, self._last_line = None, None, 0

    def _load(self, numbered: NumberedLines) -> None:
        """Load lines, or only survey them, behind those that are being loaded."""
        maker, unique = self._open(), self._with_unique_lines(numbered)
        if self.loads:
            rows = self._making.submit(maker.make, unique)
            self._loading.append(self._inserting.submit(self._insert, rows))
        else:
            self._loading.append(self._making.submit(maker.only_survey, unique))
        while len(self._loading) > WAITING_BLOCKS_MAX:
            self._loading.popleft().result()

    def _with_unique_lines(self, numbered: NumberedLines) -> NumberedLines:
        """Number the lines so that each has a number of its own, as the table needs."""
        line = unique_lines(numbered.lines["line"], self._last_line)
        self._last_line = int(line[-1])
        return numbered._replace(lines=numbered.lines.with_columns(line))

    def _insert(self, rows: Future[BatchRows]) -> None:
        insert_block(self._database, self._batch.domain_id, self._batch.id, rows.result())

    def _open(self) -> RowMaker:
        """Return what makes rows, opened when first asked for, with the batch in the database."""
        if self._maker is None and not self.loads:
            with self._database.read() as connection:
                self._maker = RowMaker(self._read_codes(connection), self._batch.siret)
        elif self._maker is None:
            with self._database.write() as connection:
                if not self._is_inserted:
                    self._fence(connection)
                    insert_batch(connection, self._batch)
                self._maker = RowMaker(self._read_codes(connection), self._batch.siret)
            self._is_inserted = True
        return self._maker

    def _read_codes(self, connection: sa.Connection) -> CodeTable:
        return read_codes(connection, self._batch.domain_id, self._batch.dossier_id)


def _totals_of(survey: Survey) -> Totals:
    found = survey.totals()
    return Totals(
        int(found["lines"].sum()), int(found["debit_cents"].sum()), int(found["credit_cents"].sum())
    )
