"""The right to work on an import, and how long each phase of the work takes."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ecritures.imports.request import Phase

if TYPE_CHECKING:
    from ecritures.imports.queries import ImportState

PROGRESS_INTERVAL_SECONDS = 0.5


class PhaseTimer:
    """Measures the phases of an attempt, and delays progress that need not be written yet.

    Attributes:
        seconds: Phase → seconds it took, of the phases that have ended.
        pending: Columns to be written with the next write.
    """

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self.pending: dict[str, Any] = {}
        self._now = Phase.DOWNLOAD
        self._since = self._written_at = time.perf_counter()

    def is_progress_due(self) -> bool:
        """Return whether progress was last written long enough ago."""
        moment = time.perf_counter()
        if moment - self._written_at < PROGRESS_INTERVAL_SECONDS:
            return False
        self._written_at = moment
        return True

    def enter(self, phase: Phase) -> None:
        """End the current phase and begin another."""
        moment = time.perf_counter()
        spent = self.seconds.get(self._now, 0.0) + moment - self._since
        self.seconds[self._now] = round(spent, 6)
        self._now, self._since = phase, moment


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to work on an import, as long as its attempt number is current.

    Attributes:
        state: The import as it was when it was claimed.
    """

    domain_id: int
    import_id: str
    attempt: int
    state: ImportState = field(compare=False, repr=False)
    phases: PhaseTimer = field(default_factory=PhaseTimer, compare=False)

    @property
    def batch_source(self) -> str:
        """The name of this attempt's batch in the ledger."""
        return batch_source(self.import_id, self.attempt)

    def log_context(self) -> dict[str, Any]:
        """Return what every log line about this attempt carries, the HTTP request included."""
        context = {"import_id": self.import_id, "attempt": self.attempt}
        request_id = self.state.request_id
        return context | ({"request_id": request_id} if request_id else {})


def batch_source(import_id: str, attempt: int) -> str:
    """Return the name of an attempt's batch in the ledger."""
    return f"{import_id}/{attempt}"


def import_of_batch(source: str) -> str:
    """Return the import that a batch comes from, given its name in the ledger."""
    return source.partition("/")[0]
