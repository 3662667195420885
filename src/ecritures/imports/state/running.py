"""The attempts of imports: claimed, renewed, ended or put off."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from ecritures.core.errors import LostClaimError
from ecritures.database.tables import anomalies, attempts, imports
from ecritures.imports.queries import read_import
from ecritures.imports.request import Phase, Status
from ecritures.imports.state.claim import Claim
from ecritures.imports.state.columns import ended, message_columns, waiting
from ecritures.imports.state.rows import close_attempts, is_import, owned

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from ecritures.core.sentences import Sentence
    from ecritures.database import Database


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
                *is_import(domain_id, import_id),
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
            .returning(imports.c.attempt, imports.c.alone, imports.c.asked_by)
        ).one_or_none()
        if claimed is None:
            return None
        attempt = claimed.attempt
        of_import = {"domain_id": domain_id, "import_id": import_id}
        connection.execute(
            attempts.insert().values(
                **of_import,
                number=attempt,
                started_at=now,
                alone=claimed.alone,
                asked_by=claimed.asked_by,
            )
        )
        if attempt > 1:  # what earlier attempts may have found
            found = anomalies.c.domain_id == domain_id, anomalies.c.import_id == import_id
            connection.execute(anomalies.delete().where(*found))
        state = read_import(connection, import_id, domain_id=domain_id)
    return Claim(domain_id, import_id, attempt, state)


def renew_leases(database: Database, claims: Collection[Claim], lease_seconds: float) -> None:
    """Renew the leases of attempts that are still running.

    An import that another transaction holds, which may be frozen, is passed over: the others would
    wait for it until their leases end. Nor does anybody requeue it meanwhile.
    """
    until = database.clock.now() + timedelta(seconds=lease_seconds)
    with database.write() as connection:
        for claim in sorted(claims, key=lambda one: one.import_id):
            free = sa.select(imports.c.id).where(*owned(claim)).with_for_update(skip_locked=True)
            mine = *owned(claim), imports.c.id.in_(free)
            connection.execute(imports.update().where(*mine).values(leased_until=until))


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
    done = connection.execute(imports.update().where(*owned(claim)).values(written))
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
    may_be_forgotten = status is Status.DONE and not claim.state.dry_run
    forgotten = {"source_location": None} if may_be_forgotten else {}
    columns = ended(status, now, message) | forgotten | dict(extra_columns or {})
    update_owned(connection, claim, columns)
    close_attempts(
        connection, claim.domain_id, claim.import_id, outcome, now, message, claim.phases.seconds
    )


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
        close_attempts(connection, claim.domain_id, claim.import_id, outcome, now, message, phases)
