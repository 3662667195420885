"""Put the world right: imports whose attempt died are put back, and what it left is swept."""

from __future__ import annotations

import shutil
import time
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa
import structlog

from ecritures.database.tables import attempts, imports
from ecritures.imports.messages import interrupted_too_often, ran_too_long
from ecritures.imports.record import Phase, Status
from ecritures.ledger.sweep import sweep

if TYPE_CHECKING:
    from ecritures.config.settings import Settings
    from ecritures.core.sentences import Sentence
    from ecritures.database import Database
    from ecritures.imports.dependencies import Dependencies

log = structlog.get_logger()


SCRATCH_SECONDS = 600


def reconcile(deps: Dependencies, *, scratch_seconds_min: float = SCRATCH_SECONDS) -> None:
    """Put back or end what died or lasts too long; sweep batches and scratch folders.

    Args:
        deps: Database and settings.
        scratch_seconds_min: Age of a scratch folder that may be swept: younger ones may belong to
            an attempt that has just begun.
    """
    database, settings = deps.database, deps.settings
    _end_what_lasts_too_long(database, settings)
    put_back_interrupted(database, settings, imports.c.leased_until < database.clock.now())
    swept = sweep(database)
    if swept:
        log.info("swept what dead attempts left", batches=swept)
    _sweep_scratch(deps, scratch_seconds_min)


def put_back_interrupted(
    database: Database, settings: Settings, which: sa.ColumnElement[bool] | None = None
) -> None:
    """Let imports wait again whose attempt is dead, or end those that died too often.

    Args:
        database: Where imports live.
        settings: `interruptions_max`.
        which: The imports whose attempt is known to be dead; None: all that run.
    """
    dead = sa.and_(imports.c.status == Status.RUNNING, sa.true() if which is None else which)
    with database.write() as connection:
        found = connection.execute(
            sa.select(imports.c.id, imports.c.attempt, imports.c.asked_at)
            .where(dead)
            # A row that is held is being ended, or its worker sleeps: others need not wait for it.
            .with_for_update(skip_locked=True)
        ).all()
        for import_id, attempt, asked_at in found:
            _close_attempt(connection, database, import_id, attempt, "interrupted")
            interruptions = connection.execute(
                sa.select(sa.func.count()).where(
                    attempts.c.import_id == import_id,
                    attempts.c.outcome == "interrupted",
                    attempts.c.started_at >= asked_at,
                )
            ).scalar_one()
            if interruptions >= settings.interruptions_max:
                _end(connection, database, import_id, interrupted_too_often())
                continue
            now = database.clock.now()
            connection.execute(
                imports.update()
                .where(imports.c.id == import_id)
                .values(status=Status.WAITING, phase=Phase.WAITING, due_at=now, updated_at=now)
            )


def _end_what_lasts_too_long(database: Database, settings: Settings) -> None:
    oldest = database.clock.now() - timedelta(hours=settings.run_hours_max)
    lasting = (
        sa.select(imports.c.id, imports.c.attempt)
        .join(
            attempts,
            (attempts.c.import_id == imports.c.id) & (attempts.c.number == imports.c.attempt),
        )
        .where(imports.c.status == Status.RUNNING, attempts.c.started_at < oldest)
    )
    with database.write() as connection:
        for import_id, attempt in connection.execute(lasting).all():
            _close_attempt(connection, database, import_id, attempt, "failed")
            _end(connection, database, import_id, ran_too_long())


def _close_attempt(
    connection: sa.Connection, database: Database, import_id: str, number: int, outcome: str
) -> None:
    connection.execute(
        attempts.update()
        .where(attempts.c.import_id == import_id, attempts.c.number == number)
        .values(ended_at=database.clock.now(), outcome=outcome)
    )


def _end(connection: sa.Connection, database: Database, import_id: str, message: Sentence) -> None:
    now = database.clock.now()
    connection.execute(
        imports.update()
        .where(imports.c.id == import_id)
        .values(
            status=Status.ENDED_WITH_ERROR,
            phase=Phase.ENDED,
            ended_at=now,
            updated_at=now,
            message_code=message.code,
            message_fr=message.fr,
            message_en=message.en,
        )
    )


def _sweep_scratch(deps: Dependencies, seconds_min: float) -> None:
    """Remove the folders of attempts that run no more, on this machine."""
    folder = deps.settings.scratch_dir
    folder.mkdir(parents=True, exist_ok=True)
    with deps.database.read() as connection:
        alive = {
            f"{import_id}-{attempt}"
            for import_id, attempt in connection.execute(
                sa.select(imports.c.id, imports.c.attempt).where(imports.c.status == Status.RUNNING)
            )
        }
    for path in folder.iterdir():
        with suppress(FileNotFoundError):  # an attempt ends meanwhile
            if path.name not in alive and time.time() - path.stat().st_mtime >= seconds_min:
                shutil.rmtree(path, ignore_errors=True)
