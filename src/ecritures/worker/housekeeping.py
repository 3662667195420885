"""Removes what has expired (addresses, files, deposits, answers, dead rows) and sums up totals."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
import structlog

from ecritures.app.idempotency import forget_answers
from ecritures.app.views.instants import instant_text
from ecritures.core.errors import TransientSourceError
from ecritures.database.tables import attachments, batches, deposits, imports
from ecritures.imports.files.source_trouble import forget_silent
from ecritures.ledger.batch import BatchState
from ecritures.ledger.loading.purge import purge
from ecritures.ledger.loading.sweep import sweep
from ecritures.ledger.totals_summaries import summarize_all
from ecritures.sources.deposits import is_kept
from ecritures.webhooks.deliveries import enqueue, forget_deliveries
from ecritures.webhooks.kinds import EventName

if TYPE_CHECKING:
    from datetime import datetime

    from ecritures.database import Database
    from ecritures.imports.dependencies import Dependencies

log = structlog.get_logger()


def tidy(deps: Dependencies) -> None:
    """Remove everything that has expired, and sum up totals; fingerprints and reports stay."""
    now = deps.database.clock.now()
    settings = deps.settings
    forget_addresses(deps.database, now - timedelta(days=settings.address_days_kept))
    files = remove_sources(deps, now - timedelta(days=settings.source_days_kept))
    lifetime = timedelta(hours=settings.deposit_hours_max)
    files += remove_deposits(deps, now - max(timedelta(days=settings.source_days_kept), lifetime))
    forget_deliveries(deps.database, now - timedelta(days=settings.source_days_kept))
    forget_answers(deps.database, now - timedelta(hours=settings.idempotency_hours_kept))
    forget_silent(deps.database)
    removed = sweep(deps.database)
    removed += purge(deps.database, now - timedelta(days=settings.withdrawn_days_kept))
    files += remove_documents(deps)
    summarize_all(deps.database, now)
    if files or removed:
        log.info("removed what is no longer needed", files=files, batches=removed)


def forget_addresses(database: Database, before: datetime) -> None:
    """Erase the addresses of imports that failed long ago; they can no longer be retried."""
    with database.write() as connection:
        connection.execute(
            imports.update()
            .where(imports.c.ended_at <= before, imports.c.source_location.is_not(None))
            .values(source_location=None)
        )


def remove_sources(deps: Dependencies, before: datetime) -> int:
    """Remove the files of imports that ended long ago, unless another import may need them."""
    other = imports.alias()
    needed = sa.exists().where(
        other.c.domain_id == imports.c.domain_id,
        other.c.stored_key == imports.c.stored_key,
        sa.or_(other.c.source_location.is_not(None), other.c.ended_at > before),
    )
    old = sa.select(imports.c.stored_key).where(
        imports.c.stored_key.is_not(None), imports.c.ended_at <= before, ~needed
    )
    return _remove(deps, old)


def remove_deposits(deps: Dependencies, before: datetime) -> int:
    """Remove deposits that no import has taken, and tell the webhooks of their firms."""
    taken = sa.exists().where(
        imports.c.domain_id == deposits.c.domain_id,
        imports.c.stored_key == deposits.c.stored_key,
    )
    old = sa.select(deposits.c.stored_key).where(deposits.c.created_at <= before, ~taken)
    return _remove(deps, old, unused=True)


def remove_documents(deps: Dependencies) -> int:
    """Remove the documents of purged batches that no other batch has; return how many."""
    mine, other = attachments.c, attachments.alias().c
    owner = batches.alias().c
    is_kept = sa.exists().where(
        other.domain_id == mine.domain_id,
        other.stored_key == mine.stored_key,
        owner.domain_id == other.domain_id,
        owner.id == other.batch_id,
        owner.state != BatchState.PURGED,
    )
    of_batch = sa.and_(batches.c.domain_id == mine.domain_id, batches.c.id == mine.batch_id)
    query = (
        sa.select(mine.domain_id, mine.stored_key)
        .join(batches, of_batch)
        .where(batches.c.state == BatchState.PURGED, mine.stored_key.is_not(None), ~is_kept)
        .distinct()
    )
    with deps.database.read() as connection:
        found = connection.execute(query).all()
    for row in found:
        try:
            deps.storage.delete(row.stored_key)
        except TransientSourceError as error:
            log.warning("cannot remove a document; trying again later", reason=error.sentence.en)
            return 0
        gone = mine.domain_id == row.domain_id, mine.stored_key == row.stored_key
        with deps.database.write() as connection:
            connection.execute(attachments.update().where(*gone).values(stored_key=None))
    return len(found)


def _remove(deps: Dependencies, query: sa.Select[Any], *, unused: bool = False) -> int:
    with deps.database.read() as connection:
        keys = set(connection.execute(query).scalars())
    for key in keys:
        try:
            deps.storage.delete(key)
        except TransientSourceError as error:
            log.warning("cannot remove a file; trying again later", reason=error.sentence.en)
            return 0
        with deps.database.write() as connection:
            connection.execute(
                imports.update().where(imports.c.stored_key == key).values(stored_key=None)
            )
            gone = deposits.delete().where(deposits.c.stored_key == key).returning(*deposits.c)
            removed = connection.execute(gone).all()
            for deposit in removed if unused and not is_kept(key) else ():
                _announce_unused(connection, deposit, deps.database.clock.now())
    return len(keys)


def _announce_unused(connection: sa.Connection, deposit: sa.Row[Any], now: datetime) -> None:
    uri = deposit.stored_key.partition("/")[2]
    body = {"uri": uri, "createdAt": instant_text(deposit.created_at)}
    enqueue(connection, deposit.domain_id, EventName.DEPOSIT_UNUSED, uri, body, now)
