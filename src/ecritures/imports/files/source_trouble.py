"""Notes when the servers of files, or the storage, fail and work again, as imports find out."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import sqlalchemy as sa

from ecritures.core.errors import TransientSourceError
from ecritures.database.engine import across_domains
from ecritures.database.tables import attempts, disruptions, firms, source_disruptions
from ecritures.directory.disruptions import DisruptionKind, close, note
from ecritures.imports.request import SourceKind

if TYPE_CHECKING:
    from datetime import datetime

    from ecritures.database import Database
    from ecritures.imports.queries import ImportState
    from ecritures.imports.state.claim import Claim

OF_STORAGE = "storage-unavailable"
OF_THIS_MACHINE = {"download-disk-full", "disk-unavailable", "database-unavailable"}
FORGOTTEN_AFTER = timedelta(hours=4)
"""Longer than the longest pause between two attempts: nothing has failed any more."""


def note_failure(
    database: Database, claim: Claim, error: Exception, *, of_document: bool = False
) -> None:
    """Note that a file could not be fetched or kept because a server or the storage failed.

    Args:
        database: The firm's.
        claim: The right to work on the import.
        error: What happened.
        of_document: Whether it was about a document of the file: another server may have it.
    """
    if not isinstance(error, TransientSourceError) or error.sentence.code in OF_THIS_MACHINE:
        return
    now = database.clock.now()
    with database.write() as connection:
        if error.sentence.code == OF_STORAGE:
            with across_domains(connection):
                note(connection, DisruptionKind.STORAGE, now, now)
        elif not of_document and (host := _host(claim.state)):
            _note_host(connection, claim, host, now)


def note_success(database: Database, state: ImportState, stored_key: str | None) -> None:
    """Note that a file was fetched, and is in the storage: what had failed works again."""
    now = database.clock.now()
    with database.write() as connection:
        if host := _host(state):
            connection.execute(
                source_disruptions.update()
                .where(*_open(state.domain_id, host))
                .values(ended_at=now, seen_at=now)
            )
        if stored_key is not None:
            with across_domains(connection):
                close(connection, DisruptionKind.STORAGE, now)


def forget_silent(database: Database) -> None:
    """End what has not failed for long, and will not be tried again: with its last failure."""
    before = database.clock.now() - FORGOTTEN_AFTER
    with database.write() as connection:
        for table, more in (
            (source_disruptions, sa.true()),
            (disruptions, disruptions.c.kind == str(DisruptionKind.STORAGE)),
        ):
            silent = sa.and_(table.c.ended_at.is_(None), table.c.seen_at < before, more)
            connection.execute(table.update().where(silent).values(ended_at=table.c.seen_at))


def _note_host(connection: sa.Connection, claim: Claim, host: str, now: datetime) -> None:
    domain_id = claim.domain_id
    firm = sa.select(firms.c.domain_id).where(firms.c.domain_id == domain_id)
    connection.execute(firm.with_for_update())  # one at a time looks for it, and makes it
    open_ = _open(domain_id, host)
    found = connection.execute(
        sa.select(source_disruptions.c.id, source_disruptions.c.started_at).where(*open_)
    ).first()
    of_import = attempts.c.domain_id == domain_id, attempts.c.import_id == claim.import_id
    if found is None:
        begun = sa.select(attempts.c.started_at).where(
            *of_import, attempts.c.number == claim.attempt
        )
        row = {
            "domain_id": domain_id,
            "id": str(uuid.uuid4()),
            "host": host,
            "started_at": connection.execute(begun).scalar_one(),
            "seen_at": now,
            "imports_delayed": 1,
        }
        connection.execute(source_disruptions.insert().values(row))
        return
    known = sa.select(attempts.c.number).where(
        *of_import, attempts.c.number < claim.attempt, attempts.c.ended_at >= found.started_at
    )
    new = 0 if connection.execute(known).first() else 1
    delayed = source_disruptions.c.imports_delayed + new
    connection.execute(
        source_disruptions.update().where(*open_).values(imports_delayed=delayed, seen_at=now)
    )


def _open(domain_id: int, host: str) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        source_disruptions.c.domain_id == domain_id,
        source_disruptions.c.host == host,
        source_disruptions.c.ended_at.is_(None),
    )


def _host(state: ImportState) -> str | None:
    """Return the server that has the file of an import; None: it is in the storage, or here."""
    if state.source_kind is not SourceKind.URL:
        return None
    try:
        return urlsplit(state.source_location or "").hostname
    except ValueError:
        return None
