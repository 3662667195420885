"""The rows of batches as they are stored, and what is derived from them: totals, fingerprints.

A line stores only what differs from its entry; here, both are put together again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import sqlalchemy as sa

from ecritures.database.tables import entries, lines
from ecritures.ledger.attachments import NO_DOCUMENTS, with_attached_keys
from ecritures.ledger.fingerprints import (
    HASHES,
    with_entry_hashes,
    with_key_hash,
    with_line_hashes,
)
from ecritures.ledger.rows import SHARED
from ecritures.ledger.sections import NO_SECTIONS, with_split_keys

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ecritures.database import Database

ENTRY_SCHEMA = {
    "entry": pl.UInt32,
    "journal_id": pl.Int32,
    "number": pl.String,
    "entry_date": pl.Date,
    "piece_ref": pl.String,
    "piece_date": pl.Date,
    "label": pl.String,
    "validation_date": pl.Date,
}
HASH_SCHEMA = {"key_hash": pl.Int64, "content_hash": pl.Int64, "full_hash": pl.Int64}
LINE_SCHEMA = {
    "line": pl.UInt32,
    "entry": pl.UInt32,
    "account_id": pl.Int32,
    "third_party_id": pl.Int32,
    "debit_cents": pl.Int64,
    "credit_cents": pl.Int64,
    "lettering": pl.String,
    "lettering_date": pl.Date,
    "currency_amount": pl.Int64,
    "currency_scale": pl.UInt8,
    "currency": pl.String,
    "entry_date": pl.Date,
    "piece_ref": pl.String,
    "piece_date": pl.Date,
    "label": pl.String,
    "validation_date": pl.Date,
    "account_label": pl.String,
    "third_party_label": pl.String,
    "journal_label": pl.String,
    "siret": pl.String,
    "extra": pl.String,
    "journal_id": pl.Int32,
    "made": pl.Boolean,
}
"""Columns of the tables, in their order, with the types that made them."""
_OF_ENTRY = ("journal_id", "entry_date", *SHARED)


def read_rows(
    database: Database,
    connection: sa.Connection,
    table: sa.Table,
    schema: Mapping[str, type[pl.DataType]],
    *where: sa.ColumnElement[bool],
) -> pl.DataFrame:
    """Return rows of `entries`, `lines` or `line_sections`; `schema`: which columns.

    They are sorted by the columns of the key.
    """
    columns = [table.c[name] for name in schema]
    query = sa.select(*columns).where(*where)
    key = [column.name for column in table.primary_key if column.name in schema]
    return database.read_frame(connection, query, schema).sort(key)  # not in SQL: slow


def whole_lines(line_rows: pl.DataFrame, entry_rows: pl.DataFrame) -> pl.DataFrame:
    """Return lines with all that their entries say for them; without their entry: null.

    Args:
        line_rows: Rows of `lines`; columns without any value may be missing.
        entry_rows: Rows of `entries`, those of the lines among them.
    """
    missing = [
        pl.lit(None, dtype).alias(name)
        for name, dtype in LINE_SCHEMA.items()
        if name not in line_rows.columns
    ]
    owners = entry_rows.select("entry", *_OF_ENTRY)
    joined = line_rows.with_columns(missing).join(
        owners, on="entry", how="left", suffix="_of_entry", maintain_order="left"
    )
    return joined.with_columns(
        pl.coalesce(name, f"{name}_of_entry") for name in _OF_ENTRY
    ).with_columns(pl.col("siret", "currency", "label", "piece_ref").fill_null(""))


def sums_of_lines(
    whole: pl.DataFrame,
    sections: pl.DataFrame = NO_SECTIONS,
    attached: pl.DataFrame = NO_DOCUMENTS,
) -> pl.DataFrame:
    """Return what the lines of entries add to their fingerprints: `entry`, `content`, `full`.

    Args:
        whole: As returned by `whole_lines`.
        sections: Their rows of `line_sections`.
        attached: Their documents.
    """
    sums = pl.col("content", "full").sum()
    keyed = with_attached_keys(with_split_keys(whole, sections), attached)
    return with_line_hashes(keyed).group_by("entry", maintain_order=True).agg(sums).collect()


def with_fingerprints(entry_rows: pl.DataFrame, sums: pl.DataFrame) -> pl.DataFrame:
    """Return the rows of entries with the fingerprints that they and their lines have.

    Args:
        entry_rows: Rows of `entries`.
        sums: As returned by `sums_of_lines`, of all their lines.
    """
    joined = (
        entry_rows.lazy()
        .drop(HASHES, strict=False)
        .join(sums.lazy(), on="entry", how="left", maintain_order="left")
        .with_columns(entry_number=pl.col("number").fill_null(""))
    )
    hashed = with_key_hash(with_entry_hashes(joined))
    return hashed.drop("content", "full", "entry_number").collect()


TABLES = {entries: ENTRY_SCHEMA, lines: LINE_SCHEMA}
