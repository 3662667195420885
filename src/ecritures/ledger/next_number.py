"""The next number of a journal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from ecritures.database.tables import batches, codes, entries
from ecritures.ledger.batch import BatchState
from ecritures.ledger.codes import CodeKind

if TYPE_CHECKING:
    from ecritures.directory.dossiers import Dossier


def last_number(connection: sa.Connection, dossier: Dossier, journal_id: int) -> int:
    """Return the largest number of a journal, that of any batch that was ever published."""
    entry = entries.c
    of_dossier = sa.select(batches.c.id).where(
        batches.c.domain_id == dossier.domain_id,
        batches.c.dossier_id == dossier.id,
        batches.c.state == BatchState.PUBLISHED,
    )
    is_number = entry.number.regexp_match("^[0-9]{1,18}$")
    as_number = sa.case((is_number, sa.cast(entry.number, sa.BigInteger)))
    query = sa.select(sa.func.max(as_number)).where(
        entry.domain_id == dossier.domain_id,
        entry.batch_id.in_(of_dossier),
        entry.journal_id == journal_id,
    )
    return connection.execute(query).scalar() or 0


def last_numbers(connection: sa.Connection, dossier: Dossier) -> dict[str, int]:
    """Return the largest number of each journal of a dossier, by the code of the journal."""
    journals = sa.select(codes.c.code, codes.c.id).where(
        codes.c.domain_id == dossier.domain_id,
        codes.c.dossier_id == dossier.id,
        codes.c.kind == CodeKind.JOURNAL,
    )
    return {
        row.code: last_number(connection, dossier, row.id)
        for row in connection.execute(journals).all()
    }
