"""The outside things an import needs, each behind its seam."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ecritures.database import Database
from ecritures.sources.download import HttpDownloader

if TYPE_CHECKING:
    from ecritures.settings import Settings
    from ecritures.sources.download import Downloader


@dataclass(frozen=True, slots=True)
class Services:
    """Settings, database and downloader: the real ones, or fakes in tests."""

    settings: Settings
    database: Database
    downloader: Downloader

    @classmethod
    def open(cls, settings: Settings) -> Services:
        """Open what the settings name. Creates the data folder; migrates nothing."""
        settings.scratch_dir.mkdir(parents=True, exist_ok=True)
        return cls(
            settings,
            Database(settings.effective_database_url),
            HttpDownloader.from_settings(settings),
        )

    def close(self) -> None:
        """Close the database."""
        self.database.close()
