"""Write what an attempt found in a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from ecritures.database.rows import insert_frame
from ecritures.database.tables import anomalies
from ecritures.imports.state import update_owned

if TYPE_CHECKING:
    import sqlalchemy as sa

    from ecritures.database import Database
    from ecritures.imports.state import Claim
    from ecritures.reading.check import Report

ROWS_PER_TRANSACTION = 10_000


class Findings:
    """The report of an attempt and the details of its anomalies, in line order, to be written.

    Args:
        claim: The right to work on the import.
        report: What reading the file has found.
    """

    def __init__(self, claim: Claim, report: Report) -> None:
        self._claim = claim
        self._report = report
        self._rows = report.anomalies.frame().select(
            pl.lit(claim.import_id).alias("import_id"),
            pl.lit(claim.attempt).alias("attempt"),
            pl.int_range(pl.len()).alias("ordinal"),
            pl.lit(claim.domain_id).alias("domain_id"),
            pl.all(),
        )

    def write_ahead(self, database: Database) -> None:
        """Write all but the last of very many anomalies: a transaction must not last.

        Raises:
            LostClaimError: Another attempt owns the import.
        """
        while self._rows.height > ROWS_PER_TRANSACTION:
            with database.write() as connection:
                update_owned(connection, self._claim, {"updated_at": database.clock.now()})
                insert_frame(connection, anomalies, self._rows[:ROWS_PER_TRANSACTION])
            self._rows = self._rows[ROWS_PER_TRANSACTION:]

    def write(self, connection: sa.Connection) -> dict[str, Any]:
        """Write the anomalies that are left; return the columns of the import that tell the rest.

        To be done in the transaction that ends the import.
        """
        insert_frame(connection, anomalies, self._rows)
        return {
            "anomaly_count": self._report.anomalies.total,
            "lines_done": self._report.lines,
            "report": self._report.summary(),
        }
