"""Imports as JSON: one shape for the API and for the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from typing_extensions import TypedDict

from ecritures.imports.record import Status

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from ecritures.imports.queries import Attempt, ImportState


class AttemptView(TypedDict):
    """One try, as shown."""

    number: int
    startedAt: str
    endedAt: str | None
    outcome: str | None
    message: str | None
    phaseSeconds: dict[str, float]


class WarningView(TypedDict):
    """What may go wrong, as shown."""

    code: str
    message: str
    messageEn: str


class SourceView(TypedDict):
    """The file, as shown: never its address, which is a credential."""

    kind: str
    name: str | None
    bytes: int | None
    sha256: str | None


class ImportView(TypedDict):
    """An import, as shown. `status` is numbered as Cegid Loop numbers it."""

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
    messageCode: str | None
    warnings: list[WarningView]
    lines: int
    anomalyCount: int
    anomalyCounts: dict[str, int]
    conforming: bool | None
    importable: bool | None
    attempts: list[AttemptView]
    nextAttemptAt: str | None
    createdAt: str
    updatedAt: str
    endedAt: str | None
    source: SourceView
    requestedTimes: int
    report: dict[str, Any]


def instant_text(moment: datetime) -> str:
    """Write a moment in ISO 8601, UTC, with exactly three decimals and `Z`."""
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"


def import_view(state: ImportState, attempts: Sequence[Attempt]) -> ImportView:
    """Return an import as JSON."""
    report = state.report
    return {
        "id": state.id,
        "kind": state.kind,
        "domain": state.domain,
        "dossier": state.dossier,
        "siret": state.siret,
        "model": state.model,
        "modelVersion": state.options.get("modelVersion"),
        "dryRun": state.dry_run,
        "status": int(state.status),
        "phase": str(state.phase),
        "message": state.message.fr if state.message else None,
        "messageCode": state.message.code if state.message else None,
        "warnings": [
            {"code": warning.code, "message": warning.fr, "messageEn": warning.en}
            for warning in state.warnings
        ],
        "lines": report.get("lines", state.lines_done),
        "anomalyCount": state.anomaly_count,
        "anomalyCounts": report.get("anomalyCounts", {}),
        "conforming": report.get("conforming"),
        "importable": report.get("importable"),
        "attempts": [_attempt_view(attempt) for attempt in attempts],
        "nextAttemptAt": instant_text(state.due_at) if state.status is Status.WAITING else None,
        "createdAt": instant_text(state.created_at),
        "updatedAt": instant_text(state.updated_at),
        "endedAt": _instant_or_none(state.ended_at),
        "source": {
            "kind": str(state.source_kind),
            "name": state.source_name,
            "bytes": state.source_bytes,
            "sha256": state.source_sha256,
        },
        "requestedTimes": state.requested_times,
        "report": report,
    }


def _attempt_view(attempt: Attempt) -> AttemptView:
    return {
        "number": attempt.number,
        "startedAt": instant_text(attempt.started_at),
        "endedAt": _instant_or_none(attempt.ended_at),
        "outcome": attempt.outcome,
        "message": attempt.message_fr,
        "phaseSeconds": attempt.phase_seconds or {},
    }


def _instant_or_none(moment: datetime | None) -> str | None:
    return None if moment is None else instant_text(moment)
