"""What the events that a webhook receives are called, in French and in English."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecritures.webhooks.kinds import EventName

if TYPE_CHECKING:
    from collections.abc import Mapping

EVENT_WORDS: Mapping[str, tuple[str, str]] = {
    EventName.IMPORT_ENDED: ("Import terminé", "Import ended"),
    EventName.IMPORT_UNDONE: ("Import annulé", "Import undone"),
    EventName.IMPORT_RESTORED: ("Import rétabli", "Import restored"),
    EventName.LEDGER_REPLACED: ("Écritures remplacées", "Entries replaced"),
    EventName.YEAR_CLOSED: ("Exercice clos", "Fiscal year closed"),
    EventName.DEPOSIT_UNUSED: ("Dépôt jamais utilisé", "Deposit never used"),
}
