"""The documents attached to the lines of a batch, and to the batch as a whole.

A row says which file a document is: its size and SHA-256 are part of the digest of the event that
publishes the batch, where the storage keeps it is not. One that a file names without giving it has
its name alone.
"""

from __future__ import annotations

import polars as pl
import sqlalchemy as sa

from ecritures.core.document_names import document_name
from ecritures.database.tables import attachments

DOCUMENT_SCHEMA = {
    "id": pl.UInt32,
    "entry": pl.UInt32,
    "line": pl.UInt32,
    "name": pl.String,
    "media_type": pl.String,
    "bytes": pl.Int64,
    "sha256": pl.String,
    "stored_key": pl.String,
}
"""Columns of the table, after its batch."""
NO_DOCUMENTS = pl.DataFrame(schema=DOCUMENT_SCHEMA)
REFERRED_SCHEMA = {
    "entry": pl.UInt32,
    "line": pl.UInt32,
    "name": pl.String,
    "reference": pl.String,
}
NO_REFERRED = pl.DataFrame(schema=REFERRED_SCHEMA)
ATTACHED_KEY = "attached_key"


def referred(lines: pl.DataFrame) -> pl.DataFrame:
    """Return the documents that canonical lines refer to: columns of `REFERRED_SCHEMA`.

    Args:
        lines: With the number of their `entry`.
    """
    named = lines["attachments"] != ""
    if not named.any():
        return NO_REFERRED
    rows = lines.filter(named).select(
        "entry", "line", reference=pl.col("attachments").str.split("\n")
    )
    rows = rows.explode("reference")
    names = pl.Series([document_name(one) for one in rows["reference"]], dtype=pl.String)
    return rows.with_columns(name=names).select(*REFERRED_SCHEMA).cast(pl.Schema(REFERRED_SCHEMA))


def with_attached_keys(lines: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """Return lines with a text of the names of their documents, for fingerprints.

    Args:
        lines: With their number; as they are where no document is attached.
        rows: Their documents, in order.
    """
    if rows.is_empty():
        return lines
    keyed = rows.group_by("line", maintain_order=True).agg(
        pl.col("name").str.join("\n").alias(ATTACHED_KEY)
    )
    return lines.join(keyed, on="line", how="left", maintain_order="left")


def read_documents(connection: sa.Connection, domain_id: int, batch_id: int) -> pl.DataFrame:
    """Return the documents of the lines of a batch, in order: columns of `DOCUMENT_SCHEMA`."""
    table = attachments.c
    query = (
        sa.select(*(table[name] for name in DOCUMENT_SCHEMA))
        .where(table.domain_id == domain_id, table.batch_id == batch_id, table.line.is_not(None))
        .order_by(table.line, table.id)
    )
    return pl.DataFrame(connection.execute(query).all(), schema=DOCUMENT_SCHEMA, orient="row")
