"""The file of an import once it is on this machine, and kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from ecritures.sources.download import Fetched


@dataclass(frozen=True, slots=True)
class FetchedSource:
    """The file of an import, on this machine.

    Attributes:
        path: Where it is; the folder is this attempt's own.
        fetched: Its size and fingerprint, as it arrived.
        stored_key: Where the storage keeps it.
    """

    path: Path
    fetched: Fetched
    stored_key: str | None

    def columns(self) -> dict[str, object]:
        """Return the columns of the import that say so."""
        return {
            "source_bytes": self.fetched.bytes,
            "source_sha256": self.fetched.sha256,
            "stored_key": self.stored_key,
        }
