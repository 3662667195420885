"""The act of validation: what is in the ledger up to a day becomes definitive."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from ecritures.core.errors import NotFoundError
from ecritures.database.tables import validations
from ecritures.ledger.entry_frames import read_journals
from ecritures.ledger.events import Event, EventKind, record_event
from ecritures.ledger.fiscal_years.definitive import Validity

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from ecritures.ledger.moves import Ledger


@dataclass(frozen=True, slots=True)
class KnownAct:
    """An act of validation, for people. `journals`: their codes; None: all."""

    revision: int
    at: datetime
    through: date
    journals: tuple[str, ...] | None


def validate_entries(  # noqa: PLR0913, PLR0917 - who asks, and what for
    ledger: Ledger,
    through: date,
    journals: Sequence[str] | None,
    by: str | None,
    reason: str | None,
    now: datetime,
) -> int:
    """Validate the entries in the ledger up to a day; return how many were drafts until now.

    Raises:
        NotFoundError: The dossier has no such journal.
    """
    ids = _ids_of(ledger, journals) if journals else None
    count = sum(frame.height for _, frame in Validity(ledger).drafts(through, ids))
    ledger.connection.execute(
        validations.insert().values(
            **ledger.of_dossier,
            revision=ledger.revision,
            through=through,
            journals=sa.null() if ids is None else ids,
            at=now,
        )
    )
    details = {"through": through.isoformat(), "journals": ids, "entriesValidated": count}
    event = Event(EventKind.VALIDATED, by, reason, details=details)
    dossier = ledger.dossier
    record_event(ledger.connection, dossier.domain_id, dossier.id, ledger.revision, event, now)
    return count


def list_acts(ledger: Ledger) -> list[KnownAct]:
    """Return the acts of validation, the last first."""
    codes = read_journals(ledger)
    table = validations.c
    query = sa.select(table.revision, table.at, table.through, table.journals).where(
        table.domain_id == ledger.dossier.domain_id, table.dossier_id == ledger.dossier.id
    )
    return [
        KnownAct(
            row.revision,
            row.at,
            row.through,
            None if row.journals is None else tuple(codes[one] for one in row.journals),
        )
        for row in ledger.connection.execute(query.order_by(table.revision.desc()))
    ]


def _ids_of(ledger: Ledger, journals: Sequence[str]) -> list[int]:
    ids = {code: id_ for id_, code in read_journals(ledger).items()}
    unknown = [code for code in journals if code not in ids]
    if unknown:
        raise NotFoundError(
            "journal-unknown",
            f"Le journal {unknown[0]} n'existe pas dans ce dossier.",
            f"This dossier has no journal {unknown[0]}.",
        )
    return sorted({ids[code] for code in journals})
