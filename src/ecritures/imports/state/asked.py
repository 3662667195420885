"""What a caller asks of an import that exists: to cancel, retry or confirm it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from ecritures.database.tables import imports
from ecritures.imports import messages
from ecritures.imports.queries import read_import
from ecritures.imports.request import SourceKind, Status
from ecritures.imports.state.columns import ended, waiting
from ecritures.imports.state.conflicts import (
    not_to_be_confirmed,
    not_to_be_retried,
    nothing_to_cancel,
)
from ecritures.imports.state.rows import RUNNING, change, close_attempts

if TYPE_CHECKING:
    from datetime import datetime

    from ecritures.imports.queries import ImportState


def cancel(connection: sa.Connection, state: ImportState, now: datetime) -> ImportState:
    """End an import that has not ended; one that runs loses its claim, and its work is dropped.

    Its address is forgotten, as it may hold a credential. An upload can be retried as long as the
    file is kept.

    Raises:
        ConflictError: It has ended.
    """
    message = messages.cancelled()
    values = ended(Status.ENDED_WITH_ERROR, now, message) | {
        "attempt": imports.c.attempt + sa.case((RUNNING, 1), else_=0),  # the claim is lost
        "source_location": sa.case(
            (imports.c.source_kind == str(SourceKind.UPLOAD), imports.c.source_location)
        ),
    }
    if not change(connection, state, values, (Status.WAITING, Status.RUNNING)):
        raise nothing_to_cancel(state)
    close_attempts(connection, state.domain_id, state.id, "cancelled", now, message)
    return read_import(connection, state.id, domain_id=state.domain_id)


def retry(
    connection: sa.Connection, state: ImportState, now: datetime, by: str | None
) -> ImportState:
    """Have an import tried now: one that ended with an error, or one that waits.

    Args:
        connection: The transaction.
        state: The import, as it was read in it.
        now: When.
        by: Who asks, whom the history will name; None: an operator.

    Raises:
        ConflictError: It runs, it was done, or its file cannot be fetched by the service.
    """
    values = _asked_again(now, by) | {"report": sa.null()}
    known = imports.c.source_location.is_not(None)
    served = imports.c.source_kind != str(SourceKind.PATH)
    statuses = (Status.WAITING, Status.ENDED_WITH_ERROR)
    if not change(connection, state, values, statuses, known, served):
        raise not_to_be_retried(state)
    return read_import(connection, state.id, domain_id=state.domain_id)


def confirm(  # noqa: PLR0913 - an import, and who asks
    connection: sa.Connection,
    state: ImportState,
    now: datetime,
    by: str | None,
    if_plan: str | None = None,
    *,
    any_plan: bool = False,
) -> ImportState:
    """Have a dry run posted: it becomes a real one, of the same file.

    Args:
        connection: The transaction.
        state: The import, as it was read in it.
        now: When.
        by: Who asks, whom the history will name; None: an operator.
        if_plan: The digest of the plan to be carried out; None: that of the dry run.
        any_plan: Whether any plan will do.

    Raises:
        ConflictError: It is no dry run that has ended well, or its file is not kept.
    """
    plan = state.plan or {}
    kept = {"source_kind": SourceKind.UPLOAD, "source_location": state.stored_key}
    values = _asked_again(now, by) | {
        "dry_run": False,
        "options": state.options
        | {"ifPlan": None if any_plan else if_plan or plan.get("planDigest")},
        **(kept if state.stored_key else {}),
    }
    has_file = sa.or_(imports.c.source_location.is_not(None), imports.c.stored_key.is_not(None))
    was_planned = sa.or_(
        sa.and_(imports.c.dry_run, imports.c.status == Status.DONE),
        sa.and_(
            imports.c.message_code == messages.PLAN_CHANGED,
            imports.c.status == Status.ENDED_WITH_ERROR,
        ),
    )
    ended_ones = (Status.DONE, Status.ENDED_WITH_ERROR)
    if not plan or not change(connection, state, values, ended_ones, was_planned, has_file):
        raise not_to_be_confirmed(state)
    return read_import(connection, state.id, domain_id=state.domain_id)


def _asked_again(now: datetime, by: str | None) -> dict[str, Any]:
    """Return the columns of an import that waits again, as if it had not been tried."""
    return waiting(now, now, None) | {
        "asked_at": now,
        "asked_by": by,
        "asked_attempt": imports.c.attempt,
        "ended_at": None,
        "lines_done": 0,
        "anomaly_count": 0,
        "alone": False,
    }
