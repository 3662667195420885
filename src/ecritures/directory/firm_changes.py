"""What was changed in the administration of a firm: its policies, its people, its keys."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from ecritures.database.paging import make_page
from ecritures.database.tables import firm_changes
from ecritures.directory.firms import next_id

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from ecritures.database.paging import Page


class ChangeKind(StrEnum):
    """What was done."""

    FIRM_CHANGED = "firm-changed"
    PERSON_ADDED = "person-added"
    PERSON_CHANGED = "person-changed"
    KEY_CREATED = "key-created"
    KEY_REVOKED = "key-revoked"


@dataclass(frozen=True, slots=True)
class FirmChange:
    """A change.

    Attributes:
        by: A key, or the e-mail address of a person; None: an operator.
        subject: The e-mail address of the person, or the key; empty: the firm itself.
        changed: By the name of what changed: the value before and the value after.
    """

    id: int
    at: datetime
    by: str | None
    kind: str
    subject: str
    changed: Mapping[str, Any]


def record_change(  # noqa: PLR0913, PLR0917 - a change, and who made it
    connection: sa.Connection,
    domain_id: int,
    kind: ChangeKind,
    by: str | None,
    subject: str,
    values: Mapping[str, tuple[Any, Any]],
    now: datetime,
) -> None:
    """Record a change, in the transaction that makes it; nothing where no value differs.

    Args:
        connection: The transaction.
        domain_id: The firm.
        kind: What was done.
        by: Who did it; None: an operator.
        subject: To whom, or to which key.
        values: By name: before and after.
        now: When.
    """
    changed = {name: list(pair) for name, pair in values.items() if pair[0] != pair[1]}
    if not changed:
        return
    connection.execute(
        firm_changes.insert().values(
            domain_id=domain_id,
            id=next_id(connection, domain_id),
            at=now,
            by=by,
            kind=str(kind),
            subject=subject,
            changed=changed,
        )
    )


def page_changes(
    connection: sa.Connection, domain_id: int, limit: int, after: tuple[int] | None = None
) -> Page[FirmChange]:
    """Return a page of the changes of a firm, the last first."""
    table = firm_changes.c
    query = sa.select(table.id, table.at, table.by, table.kind, table.subject, table.changed).where(
        table.domain_id == domain_id
    )
    if after is not None:
        query = query.where(table.id < after[0])
    rows = connection.execute(query.order_by(table.id.desc()).limit(limit + 1)).all()
    return make_page([FirmChange(*row) for row in rows], limit, lambda one: (one.id,))
