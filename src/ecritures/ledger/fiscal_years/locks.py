"""Lock a period, and lift the lock: a locked day takes no entry, and gives none back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecritures.core.errors import ConflictError
from ecritures.database.tables import dossiers
from ecritures.directory.fiscal_years import checked_day
from ecritures.ledger.events import Event, EventKind, record_event

if TYPE_CHECKING:
    from datetime import date, datetime

    from ecritures.ledger.moves import Ledger


def lock_through(
    ledger: Ledger, until: date, by: str | None, reason: str | None, now: datetime
) -> date:
    """Lock every day up to one; return it.

    Raises:
        RefusedRequestError: It is too far in the future.
        ConflictError: A lock reaches as far already.
    """
    checked_day(until)
    held = ledger.dossier.locked_through
    if held is not None and until <= held:
        raise ConflictError(
            "locked-already",
            f"Le dossier {ledger.dossier.code} est déjà verrouillé jusqu'au {held:%d/%m/%Y}.",
            f"Dossier {ledger.dossier.code} is locked up to {held:%Y-%m-%d} already.",
        )
    _set(ledger, until, Event(EventKind.LOCKED, by, reason), now)
    return until


def unlock(
    ledger: Ledger, until: date | None, by: str | None, reason: str, now: datetime
) -> date | None:
    """Lift the lock of a dossier.

    Args:
        ledger: At the revision that the transaction has taken.
        until: An earlier day than the last locked one: days up to it stay locked. Otherwise, or
            when it is None, none does.
        by: Who asks: a key, or the e-mail address of a person; None: an operator.
        reason: Why.
        now: When.

    Returns:
        The last day that stays locked.

    Raises:
        ConflictError: Nothing is locked, or the days in question are closed.
    """
    held, closed = ledger.dossier.locked_through, ledger.dossier.closed_through
    if closed is not None and (until or held or closed) <= closed:
        raise ConflictError(
            "period-closed",
            f"La période est clôturée jusqu'au {closed:%d/%m/%Y} : une clôture ne se lève pas.",
            f"The period is closed up to {closed:%Y-%m-%d}: a closing is never lifted.",
        )
    if held is None:
        raise ConflictError(
            "not-locked",
            f"Le dossier {ledger.dossier.code} n'a pas de période verrouillée.",
            f"Dossier {ledger.dossier.code} has no locked period.",
        )
    kept = until if until is not None and until < held else None
    _set(ledger, kept, Event(EventKind.UNLOCKED, by, reason), now)
    return kept


def _set(ledger: Ledger, until: date | None, event: Event, now: datetime) -> None:
    dossier = ledger.dossier
    mine = dossiers.c.domain_id == dossier.domain_id, dossiers.c.id == dossier.id
    ledger.connection.execute(dossiers.update().where(*mine).values(locked_through=until))
    event.details["lockedThrough"] = until.isoformat() if until else None
    place = dossier.domain_id, dossier.id, ledger.revision
    record_event(ledger.connection, *place, event, now)
