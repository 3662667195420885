"""A receiver of deliveries in memory."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ecritures.webhooks.answers import REFUSED
from ecritures.webhooks.deliveries import Outcome

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass
class FakePoster:
    """Records what is sent, and answers with these statuses in turn; 204 afterwards."""

    statuses: list[int] = field(default_factory=list)
    sent: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)

    def post(self, address: str, headers: Mapping[str, str], body: bytes) -> Outcome:
        """Record a delivery; see `Poster.post`."""
        self.sent.append((address, dict(headers), body))
        status = self.statuses.pop(0) if self.statuses else 204
        return Outcome(status, None if status in range(200, 300) else REFUSED)
