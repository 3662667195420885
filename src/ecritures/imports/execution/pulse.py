"""The progress of an attempt, recorded now and then."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from ecritures.imports import state

if TYPE_CHECKING:
    from ecritures.database import Database
    from ecritures.imports.state.claim import Claim

PULSE_SECONDS = 0.5


class Pulse:
    """Records progress at intervals, and learns in doing so whether the import was cancelled."""

    def __init__(self, database: Database, claim: Claim) -> None:
        self._database = database
        self._claim = claim
        self._due_at = time.monotonic() + PULSE_SECONDS

    def __call__(self, _bytes: int = 0, **values: object) -> None:
        """Record columns of the import, if it is time.

        Raises:
            LostClaimError: Another attempt owns the import.
        """
        now = time.monotonic()
        if now >= self._due_at:
            self._due_at = now + PULSE_SECONDS
            state.progress(self._database, self._claim, **values)
