"""The fence: who owns an import, and every change of its state.

`begin` raises the attempt number and takes ownership; every later write says "where the attempt is
still mine and the import still runs". One that lost its claim changes nothing and learns it by
`LostClaimError`. So a job may be delivered twice, late, or to a process that slept through its own
death: nothing takes effect twice.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from ecritures.core.errors import LostClaimError
from ecritures.database.tables import anomalies, attempts, imports
from ecritures.imports.queries import read_import
from ecritures.imports.record import Phase, Status

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from ecritures.core.sentences import Sentence
    from ecritures.database import Database
    from ecritures.imports.queries import ImportState

PROGRESS_INTERVAL_SECONDS = 0.5


class Phases:
    """How long each phase of an attempt takes."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self.pending: dict[str, Any] = {}
        self._now = Phase.DOWNLOAD
        self._since = self._told = time.perf_counter()

    def is_progress_due(self) -> bool:
        """Tell whether it is time to write how far the work is."""
        moment = time.perf_counter()
        if moment - self._told < PROGRESS_INTERVAL_SECONDS:
            return False
        self._told = moment
        return True

    def enter(self, phase: Phase) -> None:
        """End the phase that is, and begin another."""
        moment = time.perf_counter()
        spent = self.seconds.get(self._now, 0.0) + moment - self._since
        self.seconds[self._now] = round(spent, 6)
        self._now, self._since = phase, moment


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to work on an import, as long as its attempt number stands.

    Attributes:
        state: The import as it was when it was taken.
    """

    import_id: str
    attempt: int
    domain_id: int
    state: ImportState = field(compare=False, repr=False)
    phases: Phases = field(default_factory=Phases, compare=False)


def begin(database: Database, import_id: str, lease_seconds: float = 30) -> Claim | None:
    """Take an import that waits and is due; None when there is nothing to take.

    The attempt is taken for alive for `lease_seconds`, and as long as `keep` renews it.
    """
    now = database.clock.now()
    with database.write() as connection:
        taken = connection.execute(
            imports.update()
            .where(
                imports.c.id == import_id,
                imports.c.status == Status.WAITING,
                imports.c.due_at <= now,
            )
            .values(
                status=Status.RUNNING,
                phase=Phase.DOWNLOAD,
                attempt=imports.c.attempt + 1,
                leased_until=now + timedelta(seconds=lease_seconds),
                updated_at=now,
                lines_done=0,
                message_code=None,
                message_fr=None,
                message_en=None,
            )
            .returning(imports.c.attempt, imports.c.domain_id)
        ).one_or_none()
        if taken is None:
            return None
        connection.execute(
            attempts.insert().values(import_id=import_id, number=taken.attempt, started_at=now)
        )
        if taken.attempt > 1:  # what earlier ones may have found
            connection.execute(anomalies.delete().where(anomalies.c.import_id == import_id))
        state = read_import(connection, import_id)
    return Claim(import_id, taken.attempt, taken.domain_id, state)


def keep(database: Database, claims: Collection[Claim], lease_seconds: float) -> None:
    """Renew the leases of attempts that are being worked on, where they still stand."""
    until = database.clock.now() + timedelta(seconds=lease_seconds)
    with database.write() as connection:
        for claim in sorted(claims, key=lambda one: one.import_id):
            connection.execute(imports.update().where(_owned(claim)).values(leased_until=until))


def progress(database: Database, claim: Claim, **values: Any) -> None:  # noqa: ANN401 - columns
    """Write columns of the import, `phase` and `lines_done` among them.

    How many lines are done is written now and then, and with whatever else is written.

    Raises:
        LostClaimError: Another attempt owns the import.
    """
    if values.keys() == {"lines_done"} and not claim.phases.is_progress_due():
        claim.phases.pending = values  # goes with the next write
        return
    with database.write() as connection:
        update_owned(connection, claim, values | {"updated_at": database.clock.now()})


def end(  # noqa: PLR0913 - what there is to say about an end
    connection: sa.Connection,
    claim: Claim,
    *,
    status: Status,
    outcome: str,
    now: datetime,
    message: Sentence | None = None,
    told: Mapping[str, Any] | None = None,
) -> None:
    """End the import, in the transaction of whatever must happen with it.

    Args:
        connection: The transaction.
        claim: The right to work on the import.
        status: How it ends.
        outcome: How the attempt ends.
        now: When.
        message: What is said of it.
        told: More columns of the import.

    Raises:
        LostClaimError: Another attempt owns the import.
    """
    values = {
        "status": status,
        "phase": Phase.ENDED,
        "ended_at": now,
        "updated_at": now,
        **({"source_location": None} if status is Status.DONE else {}),
        **_message(message),
        **(told or {}),
    }
    update_owned(connection, claim, values)
    _end_attempt(connection, claim, outcome, now, message)


def put_back(
    database: Database,
    claim: Claim,
    *,
    due_at: datetime,
    outcome: str,
    message: Sentence,
) -> None:
    """Let the import wait for another attempt.

    Raises:
        LostClaimError: Another attempt owns the import.
    """
    now = database.clock.now()
    values = {
        "status": Status.WAITING,
        "phase": Phase.WAITING,
        "due_at": due_at,
        "updated_at": now,
        **_message(message),
    }
    with database.write() as connection:
        update_owned(connection, claim, values)
        _end_attempt(connection, claim, outcome, now, message)


def update_owned(connection: sa.Connection, claim: Claim, values: dict[str, Any]) -> None:
    """Write columns of an import if the claim still holds.

    Raises:
        LostClaimError: It does not.
    """
    if "phase" in values:
        claim.phases.enter(values["phase"])
    values, claim.phases.pending = claim.phases.pending | values, {}
    done = connection.execute(imports.update().where(_owned(claim)).values(values))
    if done.rowcount != 1:
        raise LostClaimError


def _owned(claim: Claim) -> sa.ColumnElement[bool]:
    return sa.and_(
        imports.c.id == claim.import_id,
        imports.c.attempt == claim.attempt,
        imports.c.status == Status.RUNNING,
    )


def _message(message: Sentence | None) -> dict[str, str | None]:
    return {
        "message_code": message.code if message else None,
        "message_fr": message.fr if message else None,
        "message_en": message.en if message else None,
    }


def _end_attempt(
    connection: sa.Connection,
    claim: Claim,
    outcome: str,
    now: datetime,
    message: Sentence | None,
) -> None:
    connection.execute(
        attempts.update()
        .where(attempts.c.import_id == claim.import_id, attempts.c.number == claim.attempt)
        .values(
            ended_at=now,
            outcome=outcome,
            message_fr=message.fr if message else None,
            message_en=message.en if message else None,
            phase_seconds=claim.phases.seconds,
        )
    )
