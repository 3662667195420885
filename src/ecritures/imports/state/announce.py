"""Tell webhooks that an import has ended, in the transaction that ends it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ecritures.imports.queries import read_import
from ecritures.imports.request import Status
from ecritures.ledger.events import head_of
from ecritures.webhooks.deliveries import enqueue
from ecritures.webhooks.kinds import EventName
from ecritures.webhooks.registration import read_webhooks

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    import sqlalchemy as sa

    from ecritures.imports.queries import ImportState
    from ecritures.ledger.planning.plan import Plan

ENDED = (Status.DONE, Status.ENDED_WITH_ERROR)


def announce_end(connection: sa.Connection, domain_id: int, import_id: str, now: datetime) -> None:
    """Write down for the webhooks of a firm that an import has ended, if it has.

    A dry run is not announced.
    """
    if not read_webhooks(connection, domain_id):
        return
    state = read_import(connection, import_id, domain_id=domain_id)
    if state.status in ENDED and not state.dry_run:
        body = _body(state, (state.plan or {}).get("ledger"))
        enqueue(connection, domain_id, EventName.IMPORT_ENDED, import_id, body, now)


def announce_replacement(
    connection: sa.Connection, state: ImportState, plan: Plan, now: datetime
) -> None:
    """Write down for the webhooks of a firm that an import has replaced a part of the ledger."""
    body = {"id": state.id, "dossier": state.dossier, "entries": plan.impact["entries"]}
    announce_ledger(connection, state, EventName.LEDGER_REPLACED, body, now)


def announce_ledger(
    connection: sa.Connection,
    state: ImportState,
    kind: EventName,
    body: Mapping[str, Any],
    now: datetime,
) -> None:
    """Write down a change of the ledger that concerns an import, with the head of the chain."""
    sent = {**body, "ledger": head_of(connection, state.domain_id, state.dossier_id).summary()}
    enqueue(connection, state.domain_id, kind, state.id, sent, now)


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
