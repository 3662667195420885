"""The next number of a journal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from ecritures.database.tables import batches, entries
from ecritures.ledger.batch import BatchState
from ecritures.ledger.codes import CodeKind, read_names

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
    journals = read_names(connection, dossier, CodeKind.JOURNAL)
    return {
        code: last_number(connection, dossier, number) for number, (code, _) in journals.items()
    }
