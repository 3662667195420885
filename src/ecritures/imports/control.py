"""What people do to an import that exists: cancel it, or have it tried again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from ecritures.core.errors import ConflictError
from ecritures.core.sentences import Sentence
from ecritures.database.tables import attempts, imports
from ecritures.imports.queries import read_import
from ecritures.imports.record import Phase, Status

if TYPE_CHECKING:
    from datetime import datetime

    from ecritures.database import Database
    from ecritures.imports.queries import ImportState

CANCELLED = Sentence(
    "import-cancelled",
    "Import annulé à la demande : rien n'a été importé.",
    "Import cancelled on request: nothing was imported.",
)
_NOTHING_SAID = dict.fromkeys(("message_code", "message_fr", "message_en"))


def cancel_import(database: Database, state: ImportState) -> ImportState:
    """End an import that has not ended; one that runs loses its claim, and its work is dropped.

    Raises:
        ConflictError: It has ended.
    """
    now = database.clock.now()
    with database.write() as connection:
        return record_cancel(connection, state, now)


def record_cancel(connection: sa.Connection, state: ImportState, now: datetime) -> ImportState:
    """End an import, in a transaction of the caller's.

    Raises:
        ConflictError: It has ended.
    """
    values = {
        "status": Status.ENDED_WITH_ERROR,
        "phase": Phase.ENDED,
        "attempt": imports.c.attempt
        + sa.case((imports.c.status == Status.RUNNING, 1), else_=0),  # the claim is lost
        "ended_at": now,
        "updated_at": now,
        "source_location": None,
        "message_code": CANCELLED.code,
        "message_fr": CANCELLED.fr,
        "message_en": CANCELLED.en,
    }
    _change(connection, state, values, (Status.WAITING, Status.RUNNING), _ended(state.id))
    connection.execute(
        attempts.update()
        .where(attempts.c.import_id == state.id, attempts.c.ended_at.is_(None))
        .values(
            ended_at=now,
            outcome="cancelled",
            message_fr=CANCELLED.fr,
            message_en=CANCELLED.en,
        )
    )
    return read_import(connection, state.id)


def retry_import(database: Database, state: ImportState) -> ImportState:
    """Have an import tried now: one that ended with an error, or one that waits its turn.

    Raises:
        ConflictError: It runs, it was done, or where its file is has been forgotten.
    """
    now = database.clock.now()
    with database.write() as connection:
        return record_retry(connection, state, now)


def record_retry(connection: sa.Connection, state: ImportState, now: datetime) -> ImportState:
    """Have an import tried now, in a transaction of the caller's.

    Raises:
        ConflictError: It runs, it was done, or where its file is has been forgotten.
    """
    values = _NOTHING_SAID | {
        "status": Status.WAITING,
        "phase": Phase.WAITING,
        "due_at": now,
        "asked_at": now,
        "updated_at": now,
        "ended_at": None,
        "lines_done": 0,
        "anomaly_count": 0,
        "report": sa.null(),
    }
    _change(
        connection,
        state,
        values,
        (Status.WAITING, Status.ENDED_WITH_ERROR),
        _not_to_be_tried(state),
        imports.c.source_location.is_not(None),
    )
    return read_import(connection, state.id)


def _change(
    connection: sa.Connection,
    state: ImportState,
    values: dict[str, Any],
    statuses: tuple[Status, ...],
    refusal: ConflictError,
    *conditions: sa.ColumnElement[bool],
) -> None:
    done = connection.execute(
        imports.update()
        .where(imports.c.id == state.id, imports.c.status.in_(statuses), *conditions)
        .values(values)
    )
    if done.rowcount != 1:
        raise refusal


def _ended(import_id: str) -> ConflictError:
    return ConflictError(
        "import-ended",
        f"L'import {import_id} est déjà terminé : il n'y a plus rien à annuler.",
        f"Import {import_id} has already ended: there is nothing left to cancel.",
    )


def _not_to_be_tried(state: ImportState) -> ConflictError:
    if state.status is Status.ENDED_WITH_ERROR:
        return ConflictError(
            "import-source-forgotten",
            f"L'adresse du fichier de l'import {state.id} n'est plus gardée : refaites la demande.",
            f"The address of the file of import {state.id} is no longer kept: ask again.",
        )
    return ConflictError(
        "import-not-failed",
        f"L'import {state.id} n'a pas échoué : il n'y a rien à reprendre.",
        f"Import {state.id} has not failed: there is nothing to try again.",
    )
