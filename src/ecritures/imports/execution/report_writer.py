"""Write the report of an attempt: the columns of the import, and a row for each anomaly."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from ecritures.database.tables import anomalies
from ecritures.imports.state import update_owned

if TYPE_CHECKING:
    import sqlalchemy as sa

    from ecritures.database import Database
    from ecritures.imports.state.claim import Claim
    from ecritures.reading.file_report import Report

ROWS_PER_TRANSACTION = 10_000


class ReportWriter:
    """Writes the anomalies of an attempt, in line order, and then the rest of its report.

    Args:
        database: Sees the firm.
        claim: The right to work on the import.
        report: What reading the file has found.
    """

    def __init__(self, database: Database, claim: Claim, report: Report) -> None:
        self._database = database
        self._claim = claim
        self._report = report
        self._rows = report.anomalies.frame().with_columns(
            pl.int_range(pl.len(), dtype=pl.Int32).alias("ordinal")
        )

    def write_ahead(self) -> None:
        """Write all but the last of very many anomalies: a transaction should be short.

        Raises:
            LostClaimError: Another attempt owns the import.
        """
        while self._rows.height > ROWS_PER_TRANSACTION:
            with self._database.load() as connection:
                update_owned(connection, self._claim, {"updated_at": self._database.clock.now()})
                self._insert(connection, self._rows[:ROWS_PER_TRANSACTION])
            self._rows = self._rows[ROWS_PER_TRANSACTION:]

    def write(self, connection: sa.Connection) -> dict[str, Any]:
        """Write the anomalies that are left; return the columns of the import that hold the rest.

        Called in the transaction of `Database.load` that ends the import.
        """
        self._insert(connection, self._rows)
        return {
            "anomaly_count": self._report.anomalies.total,
            "lines_done": self._report.lines,
            "report": self._report.summary(),
        }

    def _insert(self, connection: sa.Connection, rows: pl.DataFrame) -> None:
        constants: dict[str, int | str] = {
            "domain_id": self._claim.domain_id,
            "import_id": self._claim.import_id,
            "attempt": self._claim.attempt,
        }
        self._database.insert_few(connection, [(anomalies, rows)], constants)
