"""Publish a batch: from one moment to the next, its lines are in the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from ecritures.core.errors import EcrituresError
from ecritures.core.totals import Totals
from ecritures.database.tables import batches, dossiers, lines
from ecritures.ledger.codes import CodeTable, create_new

if TYPE_CHECKING:
    from datetime import datetime


class StaleLedgerError(EcrituresError):
    """Another import was published in the dossier meanwhile: load again."""


class TotalsDifferError(EcrituresError):
    """The ledger does not hold what the file held: nothing is published."""


_BY_INDEX = """
SET LOCAL enable_seqscan = off; -- without statistics, as after a first load, all would be read
SET LOCAL max_parallel_workers_per_gather = 0 -- to start helpers takes longer than a thousand lines
"""


def loaded_totals(connection: sa.Connection, domain_id: int, batch_id: int) -> Totals:
    """Add up what the database holds of a batch."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(_BY_INDEX, execution_options={"no_parameters": True})
    row = connection.execute(
        sa.select(
            sa.func.count(),
            sa.func.coalesce(sa.func.sum(lines.c.debit_cents), 0),
            sa.func.coalesce(sa.func.sum(lines.c.credit_cents), 0),
        ).where(lines.c.domain_id == domain_id, lines.c.batch_id == batch_id)
    ).one()
    return Totals(int(row[0]), int(row[1]), int(row[2]))


def check_totals(
    connection: sa.Connection, domain_id: int, batch_id: int, expected: Totals
) -> None:
    """Compare what was loaded with what was read.

    Raises:
        TotalsDifferError: They differ.
    """
    loaded = loaded_totals(connection, domain_id, batch_id)
    if loaded != expected:
        raise TotalsDifferError(
            "totals-differ",
            f"Le chargement ne retrouve pas les totaux du fichier : {loaded}, et non {expected}.",
            f"Loading does not find the totals of the file again ({loaded} instead of {expected}).",
        )


def publish_batch(
    connection: sa.Connection, *, batch_id: int, dossier_id: int, chart: CodeTable, now: datetime
) -> None:
    """Make a batch visible, with the accounts it brought, in the caller's transaction.

    Raises:
        LedgerMovedError: The ledger of the dossier changed since the chart was read.
    """
    moved = connection.execute(
        dossiers.update()
        .where(dossiers.c.id == dossier_id, dossiers.c.ledger_revision == chart.revision)
        .values(ledger_revision=dossiers.c.ledger_revision + 1)
    )
    if moved.rowcount != 1:
        raise StaleLedgerError(
            "ledger-moved",
            "Un autre import a été publié entre-temps dans ce dossier : celui-ci recommence.",
            "Another import was published in this dossier meanwhile: this one starts again.",
        )
    create_new(connection, dossier_id, chart)
    connection.execute(batches.update().where(batches.c.id == batch_id).values(published_at=now))
