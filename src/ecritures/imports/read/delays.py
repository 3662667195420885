"""Which imports a disruption delays, and what is said of one that waits."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from ecritures.core.sentences import Sentence
from ecritures.database.tables import attempts, imports
from ecritures.directory.disruptions import (
    Disruption,
    DisruptionKind,
    current_disruption,
    list_between,
)
from ecritures.imports.request import Status

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from ecritures.database import Database
    from ecritures.directory.keys import Caller
    from ecritures.imports.queries import Attempt, ImportState

WAIT_MAX = timedelta(days=7)
"""An import does not wait for longer; so older ones need not be read."""


def with_delays(database: Database, states: Sequence[ImportState]) -> list[ImportState]:
    """Return imports, each with the disruption that it waits for as its message.

    It is not kept: an import that runs, or has ended, says nothing of it.
    """
    waiting = any(state.status is Status.WAITING for state in states)
    current = current_disruption(database) if waiting else None
    if current is None:
        return list(states)
    message = waits_for(current)
    return [
        replace(state, message=message) if state.status is Status.WAITING else state
        for state in states
    ]


def waits_for(disruption: Disruption) -> Sentence:
    """Say why an import waits."""
    if disruption.kind is not DisruptionKind.PLANNED:
        since = _moment(disruption.started_at)
        return Sentence(
            "no-worker",
            f"Le service n’exécute plus d’import depuis le {since} : l’import attend.",
            f"The service has run no import since {since}: the import waits.",
        )
    reason = disruption.reason
    if disruption.until is None:
        return Sentence(
            "under-maintenance",
            f"Le service est en maintenance ({reason}) : l’import attend.",
            f"The service is under maintenance ({reason}): the import waits.",
        )
    until = _moment(disruption.until)
    return Sentence(
        "under-maintenance",
        f"Le service est en maintenance jusqu’au {until} ({reason}) : l’import attend.",
        f"The service is under maintenance until {until} ({reason}): the import waits.",
    )


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone():%d/%m/%Y %H:%M %Z}"


def delays_of(
    database: Database, states: Sequence[ImportState], tried: Mapping[str, Sequence[Attempt]]
) -> dict[str, list[Disruption]]:
    """Return the disruptions of the service that delayed some imports, first to last."""
    if not states:
        return {}
    now = database.clock.now()
    start = min(state.created_at for state in states)
    found = list_between(database, start, max(state.ended_at or now for state in states))
    return {
        state.id: [one for one in found if _delays(one, state, tried[state.id], now)]
        for state in states
    }


def _delays(one: Disruption, state: ImportState, tried: Sequence[Attempt], now: datetime) -> bool:
    start, end = one.started_at, one.ended_at or now
    if state.created_at >= end or (state.ended_at or now) <= start:
        return False
    runs = any(attempt.started_at < end and (attempt.ended_at or now) > start for attempt in tried)
    return one.kind is not DisruptionKind.PLANNED or not runs


def count_delayed(database: Database, one: Disruption, caller: Caller | None) -> int:
    """Return how many imports a disruption delayed, among those that a caller may see."""
    if one.imports_delayed is not None:
        return one.imports_delayed
    start, end = one.started_at, one.ended_at or database.clock.now()
    query = sa.select(sa.func.count()).where(
        imports.c.created_at.between(start - WAIT_MAX, end),
        imports.c.ended_at.is_(None) | (imports.c.ended_at > start),
    )
    if one.kind is DisruptionKind.PLANNED:  # what ran was not delayed
        runs = sa.exists().where(
            attempts.c.domain_id == imports.c.domain_id,
            attempts.c.import_id == imports.c.id,
            attempts.c.started_at < end,
            attempts.c.ended_at.is_(None) | (attempts.c.ended_at > start),
        )
        query = query.where(~runs)
    if caller is not None:
        query = query.where(imports.c.domain_id == caller.domain_id)
        if caller.dossier_ids is not None:
            query = query.where(imports.c.dossier_id.in_(caller.dossier_ids))
    with database.read() as connection:
        return connection.execute(query).scalar_one()
