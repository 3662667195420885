"""What a firm looks at first: imports under way, those that need somebody, the last ones."""

from __future__ import annotations

from collections import Counter
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from ecritures.database.tables import dossiers, imports
from ecritures.imports.messages import DRY_RUN_REFUSED
from ecritures.imports.queries import select_imports, state_of_row, visible_to
from ecritures.imports.read.attention import (
    ATTENTION,
    failed,
    is_of,
    needs_attention,
    unconfirmed,
)
from ecritures.imports.request import Status

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime, timedelta

    from ecritures.database import Database
    from ecritures.directory.keys import Caller
    from ecritures.imports.queries import ImportState


def list_unfinished(database: Database, caller: Caller, limit: int) -> list[ImportState]:
    """Return the imports that run or wait, the oldest first, those that run before the others."""
    running = _read(database, caller, _ids_of(caller, Status.RUNNING))  # as many as run at once
    running = sorted(running, key=lambda one: one.created_at)[:limit]
    query = _ids_of(caller, Status.WAITING).order_by(imports.c.created_at)
    return running + _read(database, caller, query.limit(limit - len(running)))


def count_unfinished(database: Database, caller: Caller) -> int:
    """Return how many imports run or wait."""
    query = sa.select(sa.func.count()).select_from(imports)
    with database.read() as connection:
        return sum(
            connection.execute(visible_to(query, caller).where(is_of(status))).scalar_one()
            for status in (Status.RUNNING, Status.WAITING)
        )


def list_needing_attention(
    database: Database, caller: Caller, since: datetime, limit: int
) -> list[ImportState]:
    """Return the imports that somebody has to look at, newest first.

    They ended with an error, or are dry runs that nobody has confirmed; a later import of a file of
    the same name into the same dossier takes the place of the earlier one.

    Args:
        database: The firm's.
        caller: Who looks.
        since: Those of earlier times are left out.
        limit: How many.
    """
    found: list[ImportState] = []
    for condition in (failed(since), unconfirmed(since)):
        query = visible_to(sa.select(imports.c.id), caller).where(condition)
        query = query.order_by(imports.c.created_at.desc()).limit(limit)
        found += _read(database, caller, query)
    return sorted(found, key=lambda one: one.created_at, reverse=True)[:limit]


def list_previews(
    database: Database, caller: Caller, since: datetime, limit: int
) -> list[ImportState]:
    """Return the dry runs that a caller has asked for since a moment, newest first."""
    query = visible_to(sa.select(imports.c.id), caller).where(
        imports.c.created_at >= since, imports.c.dry_run, imports.c.asked_by == caller.by
    )
    return _read(database, caller, query.order_by(imports.c.created_at.desc()).limit(limit))


class Outcome(StrEnum):
    """What has become of an import, as far as it is counted."""

    POSTED = "posted"
    UNDONE = "undone"
    PREVIEWED = "previewed"  # a dry run that can be confirmed
    REFUSED = "refused"  # or failed; a dry run too
    RUNNING = "running"
    WAITING = "waiting"


def count_since(database: Database, caller: Caller, since: datetime) -> Counter[Outcome]:
    """Return how many imports were asked for since a moment, by what has become of them."""
    refused = imports.c.message_code.is_not_distinct_from(DRY_RUN_REFUSED)
    done = sa.case(
        (imports.c.dry_run, sa.case((refused, Outcome.REFUSED), else_=Outcome.PREVIEWED)),
        (imports.c.undone.is_not(None), Outcome.UNDONE),
        else_=Outcome.POSTED,
    )
    outcome = sa.case(
        (is_of(Status.DONE), done),
        (is_of(Status.RUNNING), Outcome.RUNNING),
        (is_of(Status.WAITING), Outcome.WAITING),
        else_=Outcome.REFUSED,
    ).label("outcome")
    query = sa.select(outcome, sa.func.count()).where(imports.c.created_at >= since)
    with database.read() as connection:
        rows = connection.execute(visible_to(query, caller).group_by("outcome")).all()
    return Counter({Outcome(name): count for name, count in rows})


def last_imports(
    database: Database, caller: Caller, dossier_ids: Collection[int]
) -> dict[int, ImportState]:
    """Return the last import of each of some dossiers that has one, by the id of the dossier."""
    listed, its = dossiers.alias(), imports.alias()
    last = (
        sa.select(its.c.id)
        .where(its.c.domain_id == caller.domain_id, its.c.dossier_id == listed.c.id)
        .order_by(its.c.created_at.desc())
        .limit(1)
    )
    wanted = sa.select(last.scalar_subquery()).where(
        listed.c.domain_id == caller.domain_id, listed.c.id.in_(dossier_ids)
    )
    query = visible_to(select_imports(), caller).where(imports.c.id.in_(wanted))
    with database.read() as connection:
        return {row.dossier_id: state_of_row(row) for row in connection.execute(query)}


def recent_dossiers(database: Database, caller: Caller, limit: int) -> list[int]:
    """Return the ids of the dossiers that were imported into last, the latest first."""
    query = sa.select(imports.c.dossier_id).order_by(imports.c.created_at.desc())
    with database.read() as connection:
        latest = connection.execute(visible_to(query, caller).limit(limit * 40)).scalars()
        return list(dict.fromkeys(latest))[:limit]


class Progress(StrEnum):
    """What a list of dossiers is limited to."""

    ATTENTION = "attention"  # an import needs somebody
    RUNNING = "running"  # an import runs or waits
    SILENT = "silent"  # nothing was posted for a while


def dossiers_by(
    progress: Progress, domain_id: int, now: datetime, silent_for: timedelta
) -> sa.ColumnElement[bool]:
    """Return the condition that the imports of a dossier are so."""
    if progress is Progress.ATTENTION:
        condition = needs_attention(now - ATTENTION)
    elif progress is Progress.RUNNING:
        condition = sa.or_(is_of(Status.RUNNING), is_of(Status.WAITING))
    else:
        condition = sa.and_(
            imports.c.created_at >= now - silent_for,
            is_of(Status.DONE),
            ~imports.c.dry_run,
            imports.c.undone.is_(None),
        )
    found = sa.select(imports.c.dossier_id).where(imports.c.domain_id == domain_id, condition)
    inside = dossiers.c.id.in_(found)
    return ~inside if progress is Progress.SILENT else inside


def _ids_of(caller: Caller, status: Status) -> sa.Select[Any]:
    return visible_to(sa.select(imports.c.id), caller).where(is_of(status))


def _read(database: Database, caller: Caller, ids: sa.Select[Any]) -> list[ImportState]:
    """Return imports in the order of their ids; only those wanted are read whole."""
    with database.read() as connection:
        wanted = list(connection.execute(ids).scalars())
        query = visible_to(select_imports(), caller).where(imports.c.id.in_(wanted))
        found = {row.id: state_of_row(row) for row in connection.execute(query)}
    return [found[one] for one in wanted if one in found]
