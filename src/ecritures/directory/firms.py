"""The counters of a firm: its rows are numbered from them, never from a sequence.

Counters in the firm's own row keep a firm's writes on one node of a distributed database.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from ecritures.database.tables import firms

if TYPE_CHECKING:
    from datetime import datetime


BATCH_EPOCH_SECONDS = 1_704_067_200
"""2024-01-01: batch numbers are seconds since then, so they fit an integer until 2092."""


def next_id(connection: sa.Connection, domain_id: int) -> int:
    """Return a number that no dossier or import model of the firm has ever had."""
    return _draw(connection, domain_id, firms.c.last_id, firms.c.last_id + 1)


def next_batch_id(connection: sa.Connection, domain_id: int, now: datetime) -> int:
    """Return a number that no batch of the firm has ever had; it follows the clock.

    All firms share the tables of the ledger, whose indexes are page ranges. Numbers must rise with
    time across all firms; otherwise every range would contain both low and high ones.
    """
    seconds = int(now.timestamp()) - BATCH_EPOCH_SECONDS
    last = firms.c.last_batch
    return _draw(connection, domain_id, last, sa.case((last >= seconds, last + 1), else_=seconds))


def _draw(
    connection: sa.Connection,
    domain_id: int,
    counter: sa.Column[int],
    value: sa.ColumnElement[int],
) -> int:
    draw = firms.update().where(firms.c.domain_id == domain_id).values({counter: value})
    drawn: int = connection.execute(draw.returning(counter)).scalar_one()
    return drawn
