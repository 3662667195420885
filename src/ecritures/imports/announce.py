"""Tell webhooks that an import has ended, in the transaction that ends it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from ecritures.database.tables import batches, events
from ecritures.imports.claim import batch_source
from ecritures.imports.queries import read_import
from ecritures.imports.request import Status
from ecritures.webhooks.deliveries import enqueue
from ecritures.webhooks.kinds import EventName
from ecritures.webhooks.registration import read_webhooks

if TYPE_CHECKING:
    from datetime import datetime

    from ecritures.imports.queries import ImportState

ENDED = (Status.DONE, Status.ENDED_WITH_ERROR)


def announce_end(connection: sa.Connection, domain_id: int, import_id: str, now: datetime) -> None:
    """Write down for the webhooks of a firm that an import has ended, if it has.

    A dry run is told to nobody.
    """
    if not read_webhooks(connection, domain_id):
        return
    state = read_import(connection, import_id, domain_id=domain_id)
    if state.status in ENDED and not state.dry_run:
        body = _body(state, _published(connection, state))
        enqueue(connection, domain_id, EventName.IMPORT_ENDED, import_id, body, now)


def _body(state: ImportState, ledger: dict[str, Any] | None) -> dict[str, Any]:
    report, message = state.report, state.message
    return {
        "id": state.id,
        "dossier": state.dossier,
        "status": int(state.status),
        "message": message.fr if message else None,
        "messageEn": message.en if message else None,
        "messageCode": message.code if message else None,
        "lines": report.get("lines", state.lines_done),
        "entries": report.get("entries"),
        "debitCents": report.get("debitCents"),
        "creditCents": report.get("creditCents"),
        "conforming": report.get("conforming"),
        "importable": report.get("importable"),
        "anomalyCount": state.anomaly_count,
        "anomalyCounts": report.get("anomalyCounts", {}),
        "ledger": ledger,
    }


def _published(connection: sa.Connection, state: ImportState) -> dict[str, Any] | None:
    """Return the revision and the head of the ledger, if this transaction publishes the import."""
    query = (
        sa.select(events.c.revision, events.c.digest, batches.c.source)
        .outerjoin(
            batches,
            (batches.c.domain_id == events.c.domain_id) & (batches.c.id == events.c.batch_id),
        )
        .where(
            events.c.domain_id == state.domain_id,
            events.c.dossier_id == state.dossier_id,
        )
        .order_by(events.c.revision.desc())
        .limit(1)
    )
    last = connection.execute(query).one_or_none()
    mine = batch_source(state.id, state.attempt)
    if last is None or (state.batch_id is None and last.source != mine):
        return None
    return {"revision": last.revision, "head": last.digest}
