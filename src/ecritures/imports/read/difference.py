"""The whole difference between an import and the ledger, as it was planned."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any, NamedTuple

import polars as pl
import sqlalchemy as sa

from ecritures.core.changes import Change
from ecritures.database.paging import Page
from ecritures.database.tables import import_differences
from ecritures.directory.dossiers import get_dossier
from ecritures.ledger.moves import Ledger
from ecritures.ledger.planning.difference import NO_DIFFERENCE, describe

if TYPE_CHECKING:
    from ecritures.database import Database
    from ecritures.imports.queries import ImportState
    from ecritures.imports.state.claim import Claim


class DifferencePage(NamedTuple):
    """A page of a difference, and the number of its entries by what becomes of them."""

    counts: dict[str, int]
    page: Page[dict[str, Any]]


def keep_difference(connection: sa.Connection, claim: Claim, rows: pl.DataFrame) -> None:
    """Keep the difference of the last plan of an import, in the transaction that ends it.

    Args:
        connection: The transaction.
        claim: The right to work on the import.
        rows: Columns of `ledger.difference.DIFFERENCE_SCHEMA`; none: there is nothing to keep.
    """
    if rows.is_empty() and claim.attempt == 1:
        return
    table = import_differences.c
    mine = table.domain_id == claim.domain_id, table.import_id == claim.import_id
    connection.execute(import_differences.delete().where(*mine))
    if rows.is_empty():
        return
    packed = BytesIO()
    rows.write_parquet(packed, compression="zstd")
    connection.execute(
        import_differences.insert().values(
            domain_id=claim.domain_id, import_id=claim.import_id, entries=packed.getvalue()
        )
    )


def journals_in_file(database: Database, state: ImportState) -> list[str]:
    """Return the journals of the entries of a file that a plan adds, changes or leaves out."""
    with database.for_domain(state.domain_id).read() as connection:
        return sorted(_rows_of(connection, state)["journal"].drop_nulls().unique())


def page_difference(
    database: Database,
    state: ImportState,
    change: Change | None,
    after: tuple[Any, ...] | None,
    limit: int,
) -> DifferencePage:
    """Return a page of the difference of an import.

    Args:
        database: Sees the firm.
        state: The import.
        change: Only these; None: all.
        after: The key of the last row of the page before: its place; None: the first page.
        limit: How many entries.
    """
    dossier = get_dossier(database, state.domain_id, state.dossier)
    with database.for_domain(state.domain_id).read() as connection:
        rows = _rows_of(connection, state)
        counts = dict(rows.group_by("change").len().iter_rows())
        chosen = rows if change is None else rows.filter(pl.col("change") == change.value)
        start = after[0] if after else 0
        ledger = Ledger(database, connection, dossier, dossier.ledger_revision)
        items = describe(ledger, chosen[start : start + limit], state.batch_id)
    end = start + limit
    page = Page(items, (end,) if chosen.height > end else None)
    return DifferencePage({one.value: counts.get(one.value, 0) for one in Change}, page)


def _rows_of(connection: sa.Connection, state: ImportState) -> pl.DataFrame:
    table = import_differences.c
    query = sa.select(table.entries).where(
        table.domain_id == state.domain_id, table.import_id == state.id
    )
    packed = connection.execute(query).scalar_one_or_none()
    held = [] if packed is None else [pl.read_parquet(BytesIO(packed))]
    return pl.concat([NO_DIFFERENCE, *held], how="diagonal")
