"""A batch without entries, of a file whose entries are all in the ledger: it counts on them.

It prevents the batch that holds them from being undone unawares.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import sqlalchemy as sa

from ecritures.database.tables import batch_links, entries
from ecritures.ledger.batch import batch_in_force, insert_batch
from ecritures.ledger.events import StaleLedgerError
from ecritures.ledger.loading.publish import Publication, publish_batch
from ecritures.ledger.planning.plan import NO_LINKS
from ecritures.ledger.rows import RowMaker

if TYPE_CHECKING:
    from ecritures.database import Database
    from ecritures.ledger.batch import NewBatch
    from ecritures.ledger.codes import CodeTable


def count_on(
    database: Database,
    connection: sa.Connection,
    batch: NewBatch,
    codes: CodeTable,
    by: str | None,
) -> None:
    """Publish a batch that adds nothing and counts on the one that holds its content.

    Args:
        database: The firm's.
        connection: Opened by `load`.
        batch: The batch, which is not in the database.
        codes: Those of the dossier, read before anything else of its ledger.
        by: Who asked.

    Raises:
        StaleLedgerError: The ledger has changed since the codes were read.
    """
    place = batch.domain_id, batch.dossier_id
    held = batch_in_force(connection, *place, batch.content_sha256 or "")
    if held is None:
        raise StaleLedgerError
    insert_batch(connection, batch)
    links = _links(connection, batch.domain_id, held)
    publication = Publication(by=by, links=links)
    publish_batch(database, connection, batch, RowMaker(codes, batch.siret), publication)


def _links(connection: sa.Connection, domain_id: int, held: int) -> pl.DataFrame:
    """Return links to all that a batch has posted, or counts on: columns of `NO_LINKS`."""
    link, entry = batch_links.c, entries.c
    posted = sa.select(sa.func.min(entry.entry), sa.func.max(entry.entry)).where(
        entry.domain_id == domain_id, entry.batch_id == held
    )
    counted = sa.select(link.target_batch_id, link.first_entry, link.last_entry).where(
        link.domain_id == domain_id, link.batch_id == held, link.kind == "confirms"
    )
    rows = [(held, *row) for row in connection.execute(posted) if row[0] is not None]
    rows += [tuple(row) for row in connection.execute(counted)]
    made = [(*row, "confirms", None) for row in sorted(rows)]
    return pl.DataFrame(made, schema=NO_LINKS.schema, orient="row")
