"""Acts of validation as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typing_extensions import TypedDict

from ecritures.app.views.instants import instant_text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from ecritures.ledger.fiscal_years.validate import KnownAct


class ValidationView(TypedDict):
    """What an act of validation did. `journals` is null for all."""

    dossier: str
    ledgerRevision: int
    until: str
    journals: list[str] | None
    entriesValidated: int


class KnownActView(TypedDict):
    """An act of validation. `journals` is null for all."""

    ledgerRevision: int
    at: str
    until: str
    journals: list[str] | None


class ValidationList(TypedDict):
    """The acts of validation of a dossier, the last first."""

    items: list[KnownActView]


def validation_view(
    dossier: str, revision: int, until: date, journals: Sequence[str] | None, count: int
) -> ValidationView:
    """Return what was validated as JSON."""
    return {
        "dossier": dossier,
        "ledgerRevision": revision,
        "until": until.isoformat(),
        "journals": None if journals is None else list(journals),
        "entriesValidated": count,
    }


def validation_list(acts: Sequence[KnownAct]) -> ValidationList:
    """Return the acts of validation of a dossier as JSON."""
    return {
        "items": [
            {
                "ledgerRevision": act.revision,
                "at": instant_text(act.at),
                "until": act.through.isoformat(),
                "journals": None if act.journals is None else list(act.journals),
            }
            for act in acts
        ]
    }
