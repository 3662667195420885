"""Start and end maintenance: the operator of the service, from the command line."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from ecritures.core.errors import ConflictError, RefusedRequestError
from ecritures.directory.disruptions import end_planned, plan

if TYPE_CHECKING:
    from datetime import datetime

    from ecritures.database import Database
    from ecritures.directory.disruptions import Disruption

REASON_CHARACTERS_MAX = 200
LONGEST = timedelta(days=366)


def start_maintenance(database: Database, reason: str, until: datetime | None = None) -> Disruption:
    """Start no more imports until then, or until `end_maintenance`.

    When it has been started already, its reason and its end are changed.

    Raises:
        RefusedRequestError: The end has passed or is far away, or there is no proper reason.
    """
    now = database.clock.now()
    if until is not None and not now < until <= now + LONGEST:
        raise RefusedRequestError(
            "maintenance-end",
            "La fin de la maintenance doit être à venir, et dans l'année.",
            "The end of the maintenance must be to come, and within a year.",
        )
    if not reason.strip() or len(reason) > REASON_CHARACTERS_MAX or not reason.isprintable():
        raise RefusedRequestError(
            "maintenance-reason",
            f"Le motif doit tenir sur une ligne de 1 à {REASON_CHARACTERS_MAX} caractères.",
            f"The reason must be one line of 1 to {REASON_CHARACTERS_MAX} characters.",
        )
    with database.write() as connection:
        return plan(connection, reason.strip(), until, now)


def end_maintenance(database: Database) -> Disruption:
    """Let imports run again.

    Raises:
        ConflictError: There is no maintenance.
    """
    with database.write() as connection:
        ended = end_planned(connection, database.clock.now())
    if ended is None:
        raise ConflictError(
            "maintenance-none",
            "Le service n'est pas en maintenance : il n'y a rien à terminer.",
            "The service is not under maintenance: there is nothing to end.",
        )
    return ended
