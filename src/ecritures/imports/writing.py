"""Write the anomalies of an attempt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecritures.database.tables import anomalies

if TYPE_CHECKING:
    from ecritures.database import Database
    from ecritures.imports.claim import Claim
    from ecritures.model.anomalies import Anomalies

ROWS_PER_TRANSACTION = 10_000


def store_anomalies(database: Database, claim: Claim, found: Anomalies) -> None:
    """Keep the details of an attempt's anomalies, in line order."""
    frame = found.frame().with_row_index("ordinal")
    owner = {
        "import_id": claim.import_id,
        "attempt": claim.attempt,
        "domain_id": claim.domain_id,
    }
    for part in frame.iter_slices(ROWS_PER_TRANSACTION):
        rows = [row | owner for row in part.iter_rows(named=True)]
        with database.write() as connection:
            connection.execute(anomalies.insert(), rows)
