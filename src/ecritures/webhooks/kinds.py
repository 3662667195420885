"""The events that a webhook can receive."""

from __future__ import annotations

from enum import StrEnum


class EventName(StrEnum):
    """What happened."""

    IMPORT_ENDED = "import.ended"
    IMPORT_UNDONE = "import.undone"
    IMPORT_RESTORED = "import.restored"
    LEDGER_REPLACED = "ledger.replaced"
    YEAR_CLOSED = "fiscal_year.closed"
    DEPOSIT_UNUSED = "deposit.unused"
