"""Imports as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from typing_extensions import TypedDict

from ecritures.app.cursors import next_cursor
from ecritures.app.views.disruptions import DelayView, delay_view
from ecritures.app.views.instants import instant_or_none, instant_text
from ecritures.core.choices import kept_choices
from ecritures.imports.request import Status

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ecritures.database.paging import Page
    from ecritures.directory.disruptions import Disruption
    from ecritures.imports.queries import Attempt, ImportState


class AttemptView(TypedDict):
    """One attempt at an import. `askedBy`: who had asked for it, as in the import."""

    number: int
    startedAt: str
    endedAt: str | None
    outcome: str | None
    message: str | None
    messageEn: str | None
    phaseSeconds: dict[str, float]
    askedBy: str | None


class WarningView(TypedDict):
    """Something about the request that may go wrong."""

    code: str
    message: str
    messageEn: str


class HeadView(TypedDict):
    """The revision that an import has made, and the digest of its event: keep it elsewhere."""

    revision: int
    head: str | None


class RefusalView(TypedDict):
    """Why an import is refused, or would be."""

    code: str
    message: str
    messageEn: str


class SourceView(TypedDict):
    """The source file; its address is a credential and is never shown."""

    kind: str
    name: str | None
    bytes: int | None
    sha256: str | None
    contentSha256: str | None


class UndoneView(TypedDict):
    """When, by whom and why an import was undone: a key, the e-mail address of a person, or null.

    Null: an operator of the service.
    """

    at: str
    by: str | None
    reason: str | None


PolicyView = TypedDict("PolicyView", {"value": str | int, "from": str})
"""The value in use of a policy, and who chose it: `request`, `dossier`, `domain` or `default`."""


class ImportView(TypedDict):
    """An import. `status` is numbered as Cegid Loop numbers it.

    `askedBy`: who asked last, also to retry or confirm (`attempts` names the others): a key, or the
    e-mail address of a person; null: an operator of the service. `attachmentCount`: the documents
    that it has brought into the ledger, those included that it only names.
    """

    id: str
    kind: str
    domain: str
    dossier: str
    siret: str | None
    model: str | None
    modelVersion: int | None
    dryRun: bool
    status: int
    phase: str
    message: str | None
    messageEn: str | None
    messageCode: str | None
    warnings: list[WarningView]
    lines: int
    linesExpected: int | None
    attachmentCount: int
    anomalyCount: int
    anomalyCounts: dict[str, int]
    conforming: bool | None
    importable: bool | None
    attempts: list[AttemptView]
    delays: list[DelayView]
    nextAttemptAt: str | None
    createdAt: str
    updatedAt: str
    endedAt: str | None
    source: SourceView
    askedBy: str | None
    requestedTimes: int
    undone: UndoneView | None
    policies: dict[str, PolicyView]
    report: dict[str, Any]
    ledgerRevision: int | None
    planDigest: str | None
    impact: dict[str, Any] | None
    refusals: list[RefusalView]
    ledger: HeadView | None


class ImportPage(TypedDict):
    """A page of imports, newest first."""

    items: list[ImportView]
    nextCursor: str | None


def import_view(
    state: ImportState, attempts: Sequence[Attempt], delays: Sequence[Disruption] = ()
) -> ImportView:
    """Return an import as JSON; `delays`: the disruptions of the service that held it up."""
    report = state.report
    return {
        "id": state.id,
        "kind": state.kind,
        "domain": state.domain,
        "dossier": state.dossier,
        "siret": state.siret,
        "model": state.model,
        "modelVersion": state.options.get("modelVersion") or None,  # 0: a built-in one
        "dryRun": state.dry_run,
        "status": int(state.status),
        "phase": str(state.phase),
        "message": state.message.fr if state.message else None,
        "messageEn": state.message.en if state.message else None,
        "messageCode": state.message.code if state.message else None,
        "warnings": [
            {"code": warning.code, "message": warning.fr, "messageEn": warning.en}
            for warning in state.warnings
        ],
        "lines": report.get("lines", state.lines_done),
        "linesExpected": state.lines_expected if state.status is Status.RUNNING else None,
        "attachmentCount": report.get("attachments", 0),
        "anomalyCount": state.anomaly_count,
        "anomalyCounts": report.get("anomalyCounts", {}),
        "conforming": report.get("conforming"),
        "importable": report.get("importable"),
        "attempts": [_attempt_view(attempt) for attempt in attempts],
        "delays": [delay_view(one) for one in delays],
        "nextAttemptAt": instant_text(state.due_at) if state.status is Status.WAITING else None,
        "createdAt": instant_text(state.created_at),
        "updatedAt": instant_text(state.updated_at),
        "endedAt": instant_or_none(state.ended_at),
        "source": {
            "kind": str(state.source_kind),
            "name": state.source_name,
            "bytes": state.source_bytes,
            "sha256": state.source_sha256,
            "contentSha256": state.content_sha256,
        },
        "askedBy": state.asked_by,
        "requestedTimes": state.requested_times,
        "undone": _undone_view(state.undone),
        "policies": {
            name: {"value": one.value, "from": str(one.origin)}
            for name, one in kept_choices(state.options).items()
        },
        "report": report,
        **_plan_view(state.plan or {}),
    }


class PlanView(TypedDict):
    """What an import does, or would do, to the ledger."""

    ledgerRevision: int | None
    planDigest: str | None
    impact: dict[str, Any] | None
    refusals: list[RefusalView]
    ledger: HeadView | None


def _plan_view(plan: Mapping[str, Any]) -> PlanView:
    return {
        "ledgerRevision": plan.get("ledgerRevision"),
        "planDigest": plan.get("planDigest"),
        "impact": plan.get("impact"),
        "refusals": plan.get("refusals", []),
        "ledger": plan.get("ledger"),
    }


def import_page(
    page: Page[ImportState],
    attempts: Mapping[str, Sequence[Attempt]],
    delays: Mapping[str, Sequence[Disruption]],
) -> ImportPage:
    """Return a page of imports as JSON; their attempts and delays by the id of the import."""
    return {
        "items": [import_view(state, attempts[state.id], delays[state.id]) for state in page.items],
        "nextCursor": next_cursor(page),
    }


def _undone_view(undone: Mapping[str, Any] | None) -> UndoneView | None:
    if undone is None:
        return None
    return {"at": undone["at"], "by": undone["by"], "reason": undone["reason"]}


def _attempt_view(attempt: Attempt) -> AttemptView:
    return {
        "number": attempt.number,
        "startedAt": instant_text(attempt.started_at),
        "endedAt": instant_or_none(attempt.ended_at),
        "outcome": attempt.outcome,
        "message": attempt.message_fr,
        "messageEn": attempt.message_en,
        "phaseSeconds": attempt.phase_seconds or {},
        "askedBy": attempt.asked_by,
    }
