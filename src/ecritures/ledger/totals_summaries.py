"""The totals of many batches added up, so that the balance of a dossier of many imports is quick.

A summary holds the sums of all batches in force at one revision. A read adds the totals of the
batches that came since; as long as none of the others has left, the two are all. It is derived: it
can be dropped at any time, and `verify` makes it again from the totals of the batches.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from ecritures.database.tables import (
    batch_spans,
    batches,
    dossiers,
    totals_summaries,
)
from ecritures.directory.firms import next_batch_id
from ecritures.ledger.batch import BatchState
from ecritures.ledger.in_force import batches_in_force
from ecritures.ledger.totals import SUMS, TABLES

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from ecritures.database import Database

REVISIONS_MIN = 200
"""So many revisions after the last summary, another one is worth its while."""


def numbers_of_totals(domain_id: int, dossier_id: int, revision: int) -> sa.CompoundSelect[int]:
    """Select the numbers under which the tables of totals have all that is in force at a revision.

    In one statement: another summary may take the place of one at any moment.
    """
    table, span = totals_summaries.c, batch_spans.c
    left = sa.exists().where(
        span.domain_id == table.domain_id,
        span.dossier_id == table.dossier_id,
        span.from_revision <= table.revision,
        span.to_revision > table.revision,
        span.to_revision <= revision,
    )
    holds = (
        sa.select(table.batch_id, table.revision)
        .where(
            table.domain_id == domain_id,
            table.dossier_id == dossier_id,
            table.revision <= revision,
            ~left,
        )
        .cte("summary")
    )
    since = sa.func.coalesce(sa.select(holds.c.revision).scalar_subquery(), 0)
    return sa.union_all(
        sa.select(holds.c.batch_id),
        batches_in_force(domain_id, dossier_id, revision, since=since),
    )


def summarize_all(database: Database, now: datetime) -> None:
    """Make the summaries that are due.

    Args:
        database: Sees every firm.
        now: When.
    """
    mine, table = dossiers.c, totals_summaries.c
    last = sa.func.coalesce(table.revision, 0)
    query = (
        sa.select(mine.domain_id, mine.id)
        .outerjoin(
            totals_summaries,
            sa.and_(table.domain_id == mine.domain_id, table.dossier_id == mine.id),
        )
        .where(mine.ledger_revision >= last + REVISIONS_MIN)
    )
    with database.read() as connection:
        due = connection.execute(query).all()
    for domain_id, dossier_id in due:
        summarize(database.for_domain(domain_id), domain_id, dossier_id, now)


def summarize(database: Database, domain_id: int, dossier_id: int, now: datetime) -> None:
    """Add up the totals of the batches in force in a dossier, in place of its last summary.

    Args:
        database: Sees the firm.
        domain_id: The firm.
        dossier_id: The dossier.
        now: When.
    """
    mine = dossiers.c.domain_id == domain_id, dossiers.c.id == dossier_id
    table = totals_summaries.c
    place = table.domain_id == domain_id, table.dossier_id == dossier_id
    with database.write() as connection:  # apart: imports of the firm draw theirs meanwhile
        number = next_batch_id(connection, domain_id, now)
    with database.load() as connection:
        revision = connection.execute(sa.select(dossiers.c.ledger_revision).where(*mine))
        present = revision.scalar_one()
        gone = connection.execute(
            totals_summaries.delete().where(*place).returning(table.batch_id)
        ).scalars()
        for old in gone.all():
            for one in TABLES:
                connection.execute(
                    one.delete().where(one.c.domain_id == domain_id, one.c.batch_id == old)
                )
        held = batches_in_force(domain_id, dossier_id, present)
        for one in TABLES:
            connection.execute(_insertion(one, domain_id, held, number))
        connection.execute(
            totals_summaries.insert().values(
                domain_id=domain_id, dossier_id=dossier_id, revision=present, batch_id=number
            )
        )


def differs(connection: sa.Connection, domain_id: int, dossier_id: int) -> bool:
    """Return whether a summary does not hold what the totals of its batches add up to."""
    table = totals_summaries.c
    query = sa.select(table.batch_id, table.revision).where(
        table.domain_id == domain_id, table.dossier_id == dossier_id
    )
    row = connection.execute(query).one_or_none()
    if row is None:
        return False
    held = batches_in_force(domain_id, dossier_id, row.revision)
    batch = batches.c
    purged = sa.select(batch.id).where(
        batch.domain_id == domain_id, batch.id.in_(held), batch.state == BatchState.PURGED
    )
    if connection.execute(purged.limit(1)).first() is not None:  # no read is of that revision
        return False
    for one in TABLES:
        columns = [one.c[name] for name in (*_key(one), *SUMS)]
        stored = sa.select(*columns).where(
            one.c.domain_id == domain_id, one.c.batch_id == row.batch_id
        )
        expected = _sums(one, domain_id, held)
        for more, less in ((stored, expected), (expected, stored)):
            if connection.execute(sa.except_(more, less).limit(1)).first() is not None:
                return True
    return False


def _insertion(table: sa.Table, domain_id: int, held: sa.Select[int], number: int) -> sa.Insert:
    found = _sums(table, domain_id, held).subquery().c
    key = _key(table)
    rows = sa.select(
        sa.literal(domain_id),
        sa.literal(number),
        *(found[name] for name in key),
        sa.false(),
        *(found[name] for name in SUMS),
    )
    return table.insert().from_select(["domain_id", "batch_id", *key, "removed", *SUMS], rows)


def _sums(table: sa.Table, domain_id: int, held: sa.Select[int]) -> sa.Select[tuple[int, ...]]:
    """Select the sums of some batches: the columns of `_key`, then `SUMS`."""
    key = [table.c[name] for name in _key(table)]
    sums = [sa.cast(sa.func.sum(table.c[name]), table.c[name].type).label(name) for name in SUMS]
    return (
        sa.select(*key, *sums)
        .where(table.c.domain_id == domain_id, table.c.batch_id.in_(held))
        .group_by(*key)
        .having(sa.or_(*(sa.func.sum(table.c[name]) != 0 for name in SUMS)))
    )


def _key(table: sa.Table) -> Sequence[str]:
    return [
        column.name
        for column in table.primary_key
        if column.name not in {"domain_id", "batch_id", "removed"}
    ]
