"""The state of imports: the only module that writes `status` and attempts.

    submitted ──> waiting ──claim──> running ──finish──> done
                   ^  ^                 │  └─finish, end_overdue, cancel, recover──> failed
                   │  └─requeue, recover┘                                           │
                   └─────────────────────────────retry──────────────────────────────┘
                  (waiting ──cancel, end_abandoned──> failed, waiting ──retry──> waiting, due now)

Claiming an import raises its attempt number. Every later write says "where the attempt is still
mine and the import still runs"; one that lost its claim changes nothing and raises
`LostClaimError`. So an import may be delivered twice, late, or to a process that slept past its
lease: nothing takes effect twice. Whenever an attempt ends without publishing, its batch is
abandoned in the same transaction.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from ecritures.core.errors import LostClaimError
from ecritures.database.tables import anomalies, attempts, imports
from ecritures.imports import messages
from ecritures.imports.announce import announce_end
from ecritures.imports.claim import Claim, batch_source
from ecritures.imports.queries import read_import
from ecritures.imports.request import Phase, SourceKind, Status
from ecritures.imports.state_columns import ended, message_columns, waiting
from ecritures.imports.state_conflicts import not_to_be_retried, nothing_to_cancel
from ecritures.ledger.batch import abandon_batches

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from ecritures.core.sentences import Sentence
    from ecritures.database import Database
    from ecritures.imports.queries import ImportState

COMMAND_PATIENCE = timedelta(minutes=10)
"""A command takes its import at once when it is due; after that long, it has died."""

CLOCK_TOLERANCE = timedelta(minutes=1)
"""What was written later than that from now was written by a clock that has been put back since."""

RUNNING = imports.c.status == sa.literal_column(str(int(Status.RUNNING)))
"""Written as a literal, so that the partial index of running imports is used."""


def claim_import(
    database: Database, domain_id: int, import_id: str, lease_seconds: float = 30
) -> Claim | None:
    """Claim an import that waits and is due; return None when there is nothing to claim.

    The attempt counts as alive for `lease_seconds`, and for as long as `renew_leases` renews it.
    """
    now = database.clock.now()
    with database.write() as connection:
        claimed = connection.execute(
            imports.update()
            .where(
                *_is(domain_id, import_id),
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
                **message_columns(None),
            )
            .returning(imports.c.attempt, imports.c.alone)
        ).one_or_none()
        if claimed is None:
            return None
        attempt = claimed.attempt
        of_import = {"domain_id": domain_id, "import_id": import_id}
        connection.execute(
            attempts.insert().values(
                **of_import, number=attempt, started_at=now, alone=claimed.alone
            )
        )
        if attempt > 1:  # what earlier attempts may have found
            found = anomalies.c.domain_id == domain_id, anomalies.c.import_id == import_id
            connection.execute(anomalies.delete().where(*found))
        state = read_import(connection, import_id, domain_id=domain_id)
    return Claim(domain_id, import_id, attempt, state)


def renew_leases(database: Database, claims: Collection[Claim], lease_seconds: float) -> None:
    """Renew the leases of attempts that are still running."""
    until = database.clock.now() + timedelta(seconds=lease_seconds)
    with database.write() as connection:
        for claim in sorted(claims, key=lambda one: one.import_id):
            connection.execute(imports.update().where(*_owned(claim)).values(leased_until=until))


def progress(database: Database, claim: Claim, **values: Any) -> None:  # noqa: ANN401 - columns
    """Write columns of a running import, `phase` and `lines_done` among them.

    The number of lines alone is written now and then, or with whatever else is written.

    Raises:
        LostClaimError: Another attempt owns the import.
    """
    if values.keys() == {"lines_done"} and not claim.phases.is_progress_due():
        claim.phases.pending = values
        return
    with database.write() as connection:
        update_owned(connection, claim, values | {"updated_at": database.clock.now()})


def update_owned(connection: sa.Connection, claim: Claim, values: Mapping[str, Any]) -> None:
    """Write columns of an import if the claim still holds.

    Raises:
        LostClaimError: It does not.
    """
    if "phase" in values:
        claim.phases.enter(values["phase"])
    written, claim.phases.pending = claim.phases.pending | dict(values), {}
    done = connection.execute(imports.update().where(*_owned(claim)).values(written))
    if done.rowcount != 1:
        raise LostClaimError


def finish(  # noqa: PLR0913 - all that an end says
    connection: sa.Connection,
    claim: Claim,
    *,
    status: Status,
    outcome: str,
    now: datetime,
    message: Sentence | None = None,
    extra_columns: Mapping[str, Any] | None = None,
) -> None:
    """End an import, in the transaction of whatever must happen with it.

    Args:
        connection: The transaction.
        claim: The right to work on the import.
        status: `DONE` or `ENDED_WITH_ERROR`.
        outcome: How the attempt ends, as in the table `attempts`.
        now: When.
        message: What the caller reads about it.
        extra_columns: More columns of the import.

    Raises:
        LostClaimError: Another attempt owns the import.
    """
    forgotten = {"source_location": None} if status is Status.DONE else {}
    columns = ended(status, now, message) | forgotten | dict(extra_columns or {})
    update_owned(connection, claim, columns)
    phases = claim.phases.seconds
    _close_attempts(connection, claim.domain_id, claim.import_id, outcome, now, message, phases)


def requeue(  # noqa: PLR0913 - all that a pause says
    database: Database,
    claim: Claim,
    *,
    due_at: datetime,
    outcome: str,
    message: Sentence,
    alone: bool | None = None,
) -> None:
    """Let a running import wait for another attempt.

    Args:
        database: The firm's.
        claim: The right to work on the import.
        due_at: When the next attempt is due.
        outcome: How this attempt ends, as in the table `attempts`.
        message: What the caller reads about it.
        alone: Whether a process runs one such import at a time; None: as before.

    Raises:
        LostClaimError: Another attempt owns the import.
    """
    now = database.clock.now()
    with database.write() as connection:
        how = {} if alone is None else {"alone": alone}
        update_owned(connection, claim, waiting(due_at, now, message) | how)
        phases = claim.phases.seconds
        _close_attempts(connection, claim.domain_id, claim.import_id, outcome, now, message, phases)


def recover(database: Database, interruptions_max: int, *, every_lease: bool = False) -> None:
    """Requeue the imports whose attempt died, or end those whose attempts died too often.

    Any import of a process may have caused its death: they run again alone, and only then count.
    That of a file on some machine is ended: no worker has the file.

    Args:
        database: Sees every firm.
        interruptions_max: An import ends after so many since it was requested.
        every_lease: Also those with an unexpired lease: no other service can be running them.
    """
    now = database.clock.now()
    is_dead: sa.ColumnElement[bool] = imports.c.leased_until < now
    if every_lease:  # but a command may run beside the service
        is_dead |= imports.c.source_kind != str(SourceKind.PATH)
    for domain_id, import_id, attempt in _list(database, RUNNING & is_dead):
        with database.for_domain(domain_id).write() as connection:
            still = sa.and_(RUNNING, is_dead, imports.c.attempt == attempt)
            held = _hold(connection, domain_id, import_id, still)
            if held is None:
                continue
            now = database.clock.now()
            earlier = _count_interruptions(connection, domain_id, import_id, held.asked_at)
            if held.source_kind == SourceKind.PATH:
                message = messages.command_stopped()
                values = ended(Status.ENDED_WITH_ERROR, now, message)
            elif earlier + held.alone >= interruptions_max:
                message = messages.interrupted_too_often()
                values = ended(Status.ENDED_WITH_ERROR, now, message)
            else:
                message = messages.interrupted()
                values = waiting(now, now, message) | {"alone": True}
            connection.execute(imports.update().where(*_is(domain_id, import_id)).values(values))
            _close_attempts(connection, domain_id, import_id, "interrupted", now, message)


def end_abandoned(database: Database) -> None:
    """End the imports of a file of some machine whose command died before it tried (again)."""
    due = database.clock.now() - COMMAND_PATIENCE
    waits = imports.c.status == sa.literal_column(str(int(Status.WAITING)))
    of_command = imports.c.source_kind == str(SourceKind.PATH)
    abandoned = sa.and_(waits, of_command, imports.c.due_at < due)
    _end_all(database, abandoned, messages.command_stopped())


def bring_forward(database: Database) -> None:
    """Have imports tried now that a clock which was ahead put off: they would wait until it comes.

    Args:
        database: Sees every firm.
    """
    now = database.clock.now()
    waits = imports.c.status == sa.literal_column(str(int(Status.WAITING)))
    was_ahead = imports.c.updated_at > now + CLOCK_TOLERANCE
    put_off = sa.select(imports.c.id).where(waits, was_ahead).with_for_update(skip_locked=True)
    forward = imports.update().where(imports.c.id.in_(put_off)).values(due_at=now, updated_at=now)
    with database.write() as connection:
        connection.execute(forward)


def end_overdue(database: Database, run_hours_max: float) -> None:
    """End the imports whose running attempt began too long ago; `database` sees every firm."""
    oldest = database.clock.now() - timedelta(hours=run_hours_max)
    started = sa.select(attempts.c.started_at).where(
        attempts.c.domain_id == imports.c.domain_id,
        attempts.c.import_id == imports.c.id,
        attempts.c.number == imports.c.attempt,
    )
    overdue = sa.and_(RUNNING, started.scalar_subquery() < oldest)
    _end_all(database, overdue, messages.ran_too_long())


def _end_all(database: Database, which: sa.ColumnElement[bool], message: Sentence) -> None:
    for domain_id, import_id, attempt in _list(database, which):
        with database.for_domain(domain_id).write() as connection:
            still = sa.and_(which, imports.c.attempt == attempt)
            if _hold(connection, domain_id, import_id, still) is None:
                continue
            now = database.clock.now()
            values = ended(Status.ENDED_WITH_ERROR, now, message)
            connection.execute(imports.update().where(*_is(domain_id, import_id)).values(values))
            _close_attempts(connection, domain_id, import_id, "failed", now, message)


def cancel(connection: sa.Connection, state: ImportState, now: datetime) -> ImportState:
    """End an import that has not ended; one that runs loses its claim, and its work is dropped.

    Raises:
        ConflictError: It has ended.
    """
    message = messages.cancelled()
    values = ended(Status.ENDED_WITH_ERROR, now, message) | {
        "attempt": imports.c.attempt + sa.case((RUNNING, 1), else_=0),  # the claim is lost
        "source_location": None,
    }
    if not _change(connection, state, values, (Status.WAITING, Status.RUNNING)):
        raise nothing_to_cancel(state)
    _close_attempts(connection, state.domain_id, state.id, "cancelled", now, message)
    return read_import(connection, state.id, domain_id=state.domain_id)


def retry(connection: sa.Connection, state: ImportState, now: datetime) -> ImportState:
    """Have an import tried now: one that ended with an error, or one that waits.

    Raises:
        ConflictError: It runs, it was done, or its file cannot be fetched by the service.
    """
    values = waiting(now, now, None) | {
        "asked_at": now,
        "ended_at": None,
        "lines_done": 0,
        "anomaly_count": 0,
        "report": sa.null(),
        "alone": False,
    }
    known = imports.c.source_location.is_not(None)
    served = imports.c.source_kind != str(SourceKind.PATH)
    statuses = (Status.WAITING, Status.ENDED_WITH_ERROR)
    if not _change(connection, state, values, statuses, known, served):
        raise not_to_be_retried(state)
    return read_import(connection, state.id, domain_id=state.domain_id)


def _is(domain_id: int, import_id: str) -> tuple[sa.ColumnElement[bool], ...]:
    return imports.c.domain_id == domain_id, imports.c.id == import_id


def _owned(claim: Claim) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        *_is(claim.domain_id, claim.import_id),
        imports.c.attempt == claim.attempt,
        imports.c.status == Status.RUNNING,
    )


def _list(database: Database, which: sa.ColumnElement[bool]) -> Sequence[sa.Row[int, str, int]]:
    query = sa.select(imports.c.domain_id, imports.c.id, imports.c.attempt).where(which)
    with database.read() as connection:
        return connection.execute(query).all()


def _hold(
    connection: sa.Connection, domain_id: int, import_id: str, which: sa.ColumnElement[bool]
) -> sa.Row[datetime, bool, str] | None:
    """Lock an import that has not changed since it was found; skip one that is locked already."""
    query = sa.select(imports.c.asked_at, imports.c.alone, imports.c.source_kind)
    query = query.where(*_is(domain_id, import_id), which)
    return connection.execute(query.with_for_update(skip_locked=True)).one_or_none()


def _count_interruptions(
    connection: sa.Connection, domain_id: int, import_id: str, since: datetime
) -> int:
    query = sa.select(sa.func.count()).where(
        attempts.c.domain_id == domain_id,
        attempts.c.import_id == import_id,
        attempts.c.outcome == "interrupted",
        attempts.c.alone,
        attempts.c.started_at >= since,
    )
    return connection.execute(query).scalar_one()


def _change(
    connection: sa.Connection,
    state: ImportState,
    values: Mapping[str, Any],
    statuses: tuple[Status, ...],
    *conditions: sa.ColumnElement[bool],
) -> bool:
    done = connection.execute(
        imports.update()
        .where(*_is(state.domain_id, state.id), imports.c.status.in_(statuses), *conditions)
        .values(values)
    )
    return done.rowcount == 1


def _close_attempts(  # noqa: PLR0913, PLR0917 - all that an end says
    connection: sa.Connection,
    domain_id: int,
    import_id: str,
    outcome: str,
    now: datetime,
    message: Sentence | None,
    phase_seconds: Mapping[str, float] | None = None,
) -> None:
    """End the attempt under way; abandon its batch if unpublished; announce the import's end."""
    closed = connection.execute(
        attempts.update()
        .where(
            attempts.c.domain_id == domain_id,
            attempts.c.import_id == import_id,
            attempts.c.ended_at.is_(None),
        )
        .values(
            ended_at=now,
            outcome=outcome,
            message_fr=message.fr if message else None,
            message_en=message.en if message else None,
            phase_seconds=phase_seconds,
        )
        .returning(attempts.c.number)
    ).scalars()
    sources = [batch_source(import_id, number) for number in closed]
    if outcome != "done":
        abandon_batches(connection, domain_id, sources)
    announce_end(connection, domain_id, import_id, now)
