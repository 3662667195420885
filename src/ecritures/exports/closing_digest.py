"""The digest of the FEC of a fiscal year, which its final closing notes.

It is the SHA-256 of the FEC of eighteen columns, in UTF-8, with tabs, its lettering left empty:
lettering is no part of the entries, and may change after a closing.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import polars as pl
import sqlalchemy as sa

from ecritures.core.sentences import Sentence
from ecritures.database.tables import events
from ecritures.exports.fec_file import FecWriter
from ecritures.exports.findings import Findings
from ecritures.exports.snapshot import snapshot_of, take_snapshot
from ecritures.exports.wanted import Period, Wanted
from ecritures.exports.whole_lines import whole_lines
from ecritures.ledger.events import EventKind

if TYPE_CHECKING:
    from ecritures.database import Database
    from ecritures.directory.dossiers import Dossier, FiscalYear
    from ecritures.exports.snapshot import Snapshot
    from ecritures.ledger.moves import Ledger


@dataclass(frozen=True, slots=True)
class YearDigest:
    """The digest of a year at a revision; `definitive`: no entry waits for a day of validation."""

    revision: int
    digest: str
    definitive: bool


@dataclass(frozen=True, slots=True)
class ClosingCheck:
    """What the final closing of a year noted, and what an export of it gives now."""

    noted: str
    found: str

    @property
    def matches(self) -> bool:
        """Whether the year is what it was."""
        return self.noted == self.found

    @property
    def sentence(self) -> Sentence:
        """What is said of it."""
        if self.matches:
            return Sentence(
                "closing-digest-matches",
                "Ces écritures sont celles de la clôture définitive (empreinte hors lettrage :"
                f" {self.noted}).",
                f"These entries are those of the final closing (digest without lettering:"
                f" {self.noted}).",
            )
        return Sentence(
            "closing-digest-differs",
            "ATTENTION : ces écritures ne sont pas celles de la clôture définitive (empreinte hors"
            f" lettrage notée : {self.noted}, trouvée : {self.found}).",
            "WARNING: these entries are not those of the final closing (digest without lettering"
            f" noted: {self.noted}, found: {self.found}).",
        )


def digest_year(database: Database, dossier: Dossier, year: FiscalYear) -> YearDigest:
    """Return the digest of a year, as it is now."""
    period = Period(year.start, year.end, year)
    with TemporaryDirectory(prefix="ecritures-") as folder:
        copied = take_snapshot(database, dossier, period, Path(folder), with_drafts=True)
        return YearDigest(copied.head.revision, digest_of(copied), not copied.drafts.count)


def digest_in(ledger: Ledger, year: FiscalYear) -> str:
    """Return the digest of a year, as a transaction sees it."""
    period = Period(year.start, year.end, year)
    with TemporaryDirectory(prefix="ecritures-") as folder:
        place = ledger.database, ledger.connection, ledger.dossier, period, Path(folder)
        return digest_of(snapshot_of(*place, with_drafts=True))


def digest_of(snapshot: Snapshot) -> str:
    """Return the digest of what was copied."""
    writer = FecWriter(Wanted(), (), Findings())
    digest = hashlib.sha256(writer.header())
    no_day = pl.lit(None, pl.Date).alias("lettering_date")
    for rows in whole_lines(snapshot):
        digest.update(writer.lines(rows.with_columns(pl.lit("").alias("lettering"), no_day)))
    return digest.hexdigest()


def noted_digest(connection: sa.Connection, dossier: Dossier, year: FiscalYear) -> str | None:
    """Return the digest that the final closing of a year noted; None: none did."""
    event = events.c
    query = sa.select(event.details).where(
        event.domain_id == dossier.domain_id,
        event.dossier_id == dossier.id,
        event.kind == EventKind.YEAR_FINAL,
    )
    for details in connection.execute(query.order_by(event.revision)).scalars():
        if details.get("start") == year.start.isoformat():
            noted = details.get("fecDigest")
            return str(noted) if noted else None
    return None
