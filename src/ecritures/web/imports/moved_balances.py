"""The balances that an import or an undo changes the most, with the names of their accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ecritures.app.ledger_reads import ReadRequest, show_accounts
from ecritures.ledger.read.filter_texts import FilterTexts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ecritures.api.http.app_state import AppState
    from ecritures.directory.sessions import Session

SHOWN_MAX = 12


def greatest_moves(balances: Sequence[Mapping[str, Any]] | None) -> list[Mapping[str, Any]]:
    """Return the accounts whose balance changes the most, the greatest change first."""
    return sorted(
        balances or (), key=lambda one: -abs(one["afterCents"] - (one["beforeCents"] or 0))
    )[:SHOWN_MAX]


def labels_of(
    state: AppState, session: Session, dossier: str, balances: Sequence[Mapping[str, Any]]
) -> dict[str, str]:
    """Return what the accounts of some balances are called, as far as the ledger has them."""
    if not balances:
        return {}
    wanted = FilterTexts(account=tuple(one["account"] for one in balances))
    asked = ReadRequest(state.database, session.caller, dossier, wanted, SHOWN_MAX)
    return {one["code"]: one["label"] for one in show_accounts(asked)["items"]}
