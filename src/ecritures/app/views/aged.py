"""An aged balance as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typing_extensions import TypedDict

from ecritures.ledger.read.aged import DAYS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from ecritures.ledger.read.aged import AgedRow


class AgedRowView(TypedDict):
    """What is open with a third party, in cents: debit less credit.

    `agesCents`: due for at most the days of `agesInDays`, and, the last one, for longer.
    """

    account: str
    label: str
    thirdParty: str
    thirdPartyLabel: str
    notDueCents: int
    agesCents: list[int]
    openCents: int
    lines: int


class AgedView(TypedDict):
    """An aged balance on a day, by account and third party."""

    dossier: str
    ledgerRevision: int
    on: str
    agesInDays: list[int]
    rows: list[AgedRowView]
    openCents: int


def aged_view(dossier: str, revision: int, on: date, rows: Sequence[AgedRow]) -> AgedView:
    """Return an aged balance as JSON."""
    return {
        "dossier": dossier,
        "ledgerRevision": revision,
        "on": on.isoformat(),
        "agesInDays": list(DAYS),
        "rows": [
            {
                "account": row.account,
                "label": row.label,
                "thirdParty": row.third_party,
                "thirdPartyLabel": row.third_party_label,
                "notDueCents": row.not_due_cents,
                "agesCents": list(row.ages_cents),
                "openCents": row.open_cents,
                "lines": row.lines,
            }
            for row in rows
        ],
        "openCents": sum(row.open_cents for row in rows),
    }
