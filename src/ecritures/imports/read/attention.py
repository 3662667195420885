"""Which imports somebody has to look at."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from ecritures.database.tables import imports
from ecritures.imports.request import Status

if TYPE_CHECKING:
    from datetime import datetime

CANCELLED = "import-cancelled"
ATTENTION = timedelta(days=14)
"""For how long an import that needs somebody is shown as such."""


def needs_attention(since: datetime) -> sa.ColumnElement[bool]:
    """Return the condition that somebody has to look at an import, requested since then."""
    return sa.or_(failed(since), unconfirmed(since))


def failed(since: datetime) -> sa.ColumnElement[bool]:
    """Return the condition that an import ended with an error, and nobody has sent its file again.

    It was requested since a moment. A later import of a file of the same name into the same dossier
    takes the place of the earlier one.
    """
    wrong = imports.c.message_code.is_distinct_from(CANCELLED)
    return sa.and_(is_of(Status.ENDED_WITH_ERROR), wrong, _is_last(since))


def unconfirmed(since: datetime) -> sa.ColumnElement[bool]:
    """Return the condition that an import is a dry run that nobody has confirmed, as `failed`."""
    dry = sa.text("imports.dry_run")  # written as in the partial index
    return sa.and_(is_of(Status.DONE), dry, _is_last(since))


def is_of(status: Status) -> sa.ColumnElement[bool]:
    """Return the condition of a status, so that the partial indexes answer it."""
    return imports.c.status == sa.bindparam(None, int(status), literal_execute=True)


def _is_last(since: datetime) -> sa.ColumnElement[bool]:
    later = imports.alias("later")
    superseded = sa.exists().where(
        later.c.domain_id == imports.c.domain_id,
        later.c.dossier_id == imports.c.dossier_id,
        later.c.created_at > imports.c.created_at,
        later.c.source_name == imports.c.source_name,
    )
    return sa.and_(imports.c.created_at >= since, ~superseded)
