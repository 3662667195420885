"""Write the anomalies of an attempt."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from ecritures.database.tables import anomalies

if TYPE_CHECKING:
    from ecritures.database import Database
    from ecritures.imports.claim import Claim
    from ecritures.model.anomalies import Anomalies


def store_anomalies(database: Database, claim: Claim, found: Anomalies) -> None:
    """Keep the details of an attempt's anomalies, in line order."""
    frame = found.frame().with_row_index("ordinal")
    rows = frame.with_columns(import_id=pl.lit(claim.import_id))
    database.insert(anomalies, rows, {"attempt": claim.attempt}, first=lambda _connection: None)
