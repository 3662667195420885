"""What an import needs from outside the process, each part replaceable by a fake."""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeVar

from ecritures.config.folders import make_folder
from ecritures.database import Database
from ecritures.imports.files.source_files import fetch_source
from ecritures.processes import DirectExecutor, Limits
from ecritures.sources.deposits import DepositSigner
from ecritures.sources.download import HttpDownloader
from ecritures.sources.storage import ObstoreStorage

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ecritures.config.settings import Settings
    from ecritures.imports.queries import ImportState
    from ecritures.processes import Executor
    from ecritures.sources.download import Downloader, Fetched
    from ecritures.sources.storage import Storage

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Dependencies:
    """Settings, database, downloader, storage and signer: real ones, or fakes in tests.

    Attributes:
        executor: Runs what reads files.
        jitter: Returns a number from 0 to 1; spreads the attempts of many imports.
        fetch: Brings the file of an import to this machine; see `fetch_source`.
    """

    settings: Settings
    database: Database
    downloader: Downloader
    storage: Storage = field(default_factory=ObstoreStorage.in_memory)
    signer: DepositSigner = field(default_factory=DepositSigner)
    executor: Executor = field(default_factory=DirectExecutor)
    jitter: Callable[[], float] = field(default=random.random)
    fetch: Callable[[Dependencies, ImportState, Path, Callable[[int], None]], Fetched] = field(
        default=fetch_source
    )

    @classmethod
    def open(cls, settings: Settings) -> Dependencies:
        """Open what the settings name. Creates the data folder; does not migrate."""
        make_folder(settings.scratch_dir)
        return cls.over(settings, Database(settings.effective_database_url))

    @classmethod
    def over(cls, settings: Settings, database: Database) -> Dependencies:
        """Open the rest of what the settings name, over a database that is open already."""
        return cls(
            settings,
            database,
            HttpDownloader.from_settings(settings),
            ObstoreStorage.from_settings(settings),
            DepositSigner.from_settings(settings),
        )

    def for_domain(self, domain_id: int) -> Dependencies:
        """Return the same, with the database as one firm may see it."""
        return replace(self, database=self.database.for_domain(domain_id))

    def for_all_domains(self) -> Dependencies:
        """Return the same, with the database of all firms."""
        return replace(self, database=self.database.for_all_domains())

    def preview(self, function: Callable[..., T], *args: Any) -> T:  # noqa: ANN401 - its own
        """Call a function that reads a file while a caller waits for the answer.

        Raises:
            ReaderDiedError: It takes too much memory or time.
            UnavailableError: Too many others are being read.
        """
        seconds = self.settings.preview_seconds_max
        limits = Limits(self.settings.reader_memory_bytes_max, seconds, seconds)
        return self.executor.run(function, *args, limits=limits)

    def close(self) -> None:
        """Close the database."""
        self.database.close()
