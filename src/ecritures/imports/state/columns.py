"""What the columns of the state of an import hold; `state` writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ecritures.imports.request import Phase, Status

if TYPE_CHECKING:
    from datetime import datetime

    from ecritures.core.sentences import Sentence


def submitted(now: datetime, due_at: datetime | None = None) -> dict[str, Any]:
    """Return the state columns of a new import; `due_at`: when its first attempt is due."""
    start = due_at or now
    return {
        "status": Status.WAITING,
        "phase": Phase.WAITING,
        "attempt": 0,
        "due_at": start,
        "asked_at": start,
        "asked_attempt": 0,
        "updated_at": now,
        "lines_done": 0,
        "anomaly_count": 0,
    }


def waiting(due_at: datetime, now: datetime, message: Sentence | None) -> dict[str, Any]:
    """Return the state columns of an import that waits for its next attempt."""
    return {
        "status": Status.WAITING,
        "phase": Phase.WAITING,
        "due_at": due_at,
        "updated_at": now,
        **message_columns(message),
    }


def ended(status: Status, now: datetime, message: Sentence | None) -> dict[str, Any]:
    """Return the state columns of an import that has ended."""
    return {
        "status": status,
        "phase": Phase.ENDED,
        "ended_at": now,
        "updated_at": now,
        **message_columns(message),
    }


def message_columns(message: Sentence | None) -> dict[str, str | None]:
    """Return the columns of what the caller reads."""
    return {
        "message_code": message.code if message else None,
        "message_fr": message.fr if message else None,
        "message_en": message.en if message else None,
    }
