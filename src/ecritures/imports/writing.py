"""Write what an attempt found in a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from ecritures.database.rows import insert_frame
from ecritures.database.tables import anomalies
from ecritures.imports.claim import update_owned

if TYPE_CHECKING:
    from ecritures.database import Database
    from ecritures.imports.check import Report
    from ecritures.imports.claim import Claim
    from ecritures.model.imports import Phase

ROWS_PER_TRANSACTION = 10_000


def store_report(database: Database, claim: Claim, report: Report, next_phase: Phase) -> None:
    """Keep the report and the details of its anomalies, in line order; begin the next phase.

    Raises:
        LostClaimError: Another attempt owns the import.
    """
    told = {
        "phase": next_phase,
        "anomaly_count": report.anomalies.total,
        "lines_done": report.lines,
        "report": report.summary(),
        "updated_at": database.clock.now(),
    }
    frame = report.anomalies.frame().select(
        pl.lit(claim.import_id).alias("import_id"),
        pl.lit(claim.attempt).alias("attempt"),
        pl.int_range(pl.len()).alias("ordinal"),
        pl.lit(claim.domain_id).alias("domain_id"),
        pl.all(),
    )
    for start in range(0, max(frame.height, 1), ROWS_PER_TRANSACTION):
        with database.write() as connection:
            insert_frame(connection, anomalies, frame[start : start + ROWS_PER_TRANSACTION])
            if start + ROWS_PER_TRANSACTION >= frame.height:
                update_owned(connection, claim, told)
