"""What changed the ledger of a dossier: its events, the last first, with their batches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from ecritures.database.paging import Page, make_page, page_query
from ecritures.database.tables import batches, events

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from ecritures.database import Database
    from ecritures.directory.dossiers import Dossier


@dataclass(frozen=True, slots=True)
class PastEvent:
    """An event of a ledger.

    Attributes:
        by: Who asked: a key, or the e-mail address of a person; None: an operator.
        details: Every other fact that it established.
        digest: None for one that is older than the chain of digests.
        source: The name that its maker gave the batch it is about; of a reversal, the name of the
            batch reversed.
        entries: How many the batch adds; as `lines` and the amounts, unknown for an old one.
    """

    revision: int
    kind: str
    at: datetime
    by: str | None
    reason: str | None
    details: dict[str, Any]
    digest: str | None
    batch_id: int | None
    origin: str | None
    source: str | None
    entries: int | None
    lines: int | None
    debit_cents: int | None
    credit_cents: int | None


def page_events(
    database: Database, dossier: Dossier, limit: int, after: tuple[int] | None = None
) -> Page[PastEvent]:
    """Return a page of the events of a dossier, the last first; the key is the revision."""
    event, batch = events.c, batches.c
    query = (
        sa.select(
            event.revision,
            event.kind,
            event.at,
            event.by,
            event.reason,
            event.details,
            event.digest,
            event.batch_id,
            batch.origin,
            batch.source,
            batch.entries,
            batch.lines,
            batch.debit_cents,
            batch.credit_cents,
        )
        .outerjoin(batches, sa.and_(batch.domain_id == event.domain_id, batch.id == event.batch_id))
        .where(event.domain_id == dossier.domain_id, event.dossier_id == dossier.id)
    )
    query = page_query(query, [event.revision], after, limit, descending=True)
    with database.for_domain(dossier.domain_id).read() as connection:
        rows = [row._asdict() for row in connection.execute(query)]
        targets = {row["details"]["target"] for row in rows if "target" in (row["details"] or {})}
        sources = _sources(connection, dossier, targets)
    found = [_event(row, sources) for row in rows]
    return make_page(found, limit, lambda last: (last.revision,))


def _sources(
    connection: sa.Connection, dossier: Dossier, batch_ids: Collection[int]
) -> dict[int, str]:
    query = sa.select(batches.c.id, batches.c.source).where(
        batches.c.domain_id == dossier.domain_id, batches.c.id.in_(batch_ids)
    )
    return {row.id: row.source for row in connection.execute(query)} if batch_ids else {}


def _event(row: dict[str, Any], sources: dict[int, str]) -> PastEvent:
    details = row["details"] or {}
    source = sources.get(details.get("target", 0), row["source"])
    return PastEvent(**row | {"details": details, "source": source})
