"""Imports, submitted and run in the process of the test: what the integration tests share."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING, Any

from ecritures.imports.dependencies import Dependencies
from ecritures.imports.execution.attempt import run_import
from ecritures.imports.queries import get_import, list_attempts
from ecritures.imports.request import ImportRequest, Status
from ecritures.imports.submission.submit import submit_import
from ecritures.sources.fake import FakeDownloader
from helpers.fec import entries, fec

if TYPE_CHECKING:
    from ecritures.config.settings import Settings
    from ecritures.core.errors import SourceError
    from ecritures.database import Database
    from ecritures.directory.dossiers import Dossier
    from ecritures.directory.keys import Caller
    from ecritures.imports.queries import Attempt, ImportState

ADDRESS = "https://files.example/079555421FEC20241231.txt"
FILE = fec(entries(2))
SOURCES = {"url", "uri", "path", "upload"}


class Importing:
    """Imports into one dossier, from a fake downloader.

    Without an import's id, a method means the import that was submitted last.

    Attributes:
        deps: What imports run with: a fake downloader, and storage in memory.
        caller: Who asks for the imports.
        dossier: Where they go.
    """

    def __init__(
        self, settings: Settings, database: Database, dossier: Dossier, caller: Caller
    ) -> None:
        self.caller = caller
        self.dossier = dossier
        self._id = ""
        self.deps = Dependencies(
            settings,
            database,
            FakeDownloader({}),
            jitter=Random(1).random,  # noqa: S311 - any chance does
        )

    def configure(self, **changes: Any) -> None:
        """Change settings, for what runs from now on."""
        settings = self.deps.settings.model_copy(update=changes)
        self.deps = replace(self.deps, settings=settings)

    def answer(self, *answers: bytes | SourceError, url: str = ADDRESS) -> None:
        """Choose what an address gives, try after try; the last answer repeats itself."""
        self.deps.downloader.answer(url, *answers)

    def submit(self, *answers: bytes | SourceError, **request: Any) -> ImportState:
        """Submit an import: of `ADDRESS`, unless the request names another source."""
        if not SOURCES & request.keys():
            request["url"] = ADDRESS
        if answers:
            self.answer(*answers, url=request["url"])
        kind, code = request.pop("kind", "fec"), request.pop("dossier", self.dossier.code)
        wanted = ImportRequest(kind, code, **request)
        self._id = submit_import(self.deps.database, self.caller, wanted).id
        return self.state

    def run(self, import_id: str = "") -> ImportState:
        """Run an attempt, if one is due."""
        run_import(self.deps, import_id or self._id)
        return get_import(self.deps.database, import_id or self._id)

    def post(self, *answers: bytes | SourceError, **request: Any) -> ImportState:
        """Submit an import and run its first attempt."""
        return self.run(self.submit(*answers, **request).id)

    def run_when_due(self) -> ImportState:
        """Let the fake clock reach the next attempt, and run it."""
        clock = self.deps.database.clock
        clock.advance(max(self.state.due_at - clock.now(), timedelta(0)))
        return self.run()

    def run_to_the_end(self) -> ImportState:
        """Run attempt after attempt, each when it is due."""
        while self.state.status is Status.WAITING:
            self.run_when_due()
        return self.state

    def restart(self) -> None:
        """Go on as a service that was stopped and started again: only what is stored is left."""
        deps = self.deps
        self.deps = Dependencies(
            deps.settings, deps.database, deps.downloader, deps.storage, jitter=deps.jitter
        )

    @property
    def state(self) -> ImportState:
        return get_import(self.deps.database, self._id)

    @property
    def attempts(self) -> list[Attempt]:
        return list(list_attempts(self.deps.database, self._id))

    @property
    def outcomes(self) -> list[str | None]:
        return [attempt.outcome for attempt in self.attempts]
