"""Events: what changed the ledger of a dossier, in a chain of digests.

Each event raises the dossier's `ledger_revision` by one, in the transaction of the change itself.
Its digest covers all that it says and the digest before, so that no event, batch or link can be
changed unnoticed while the last digest (the head) is known outside the database.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import UTC
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

import sqlalchemy as sa

from ecritures.core.errors import EcrituresError
from ecritures.database.tables import (
    attachments,
    batch_links,
    batches,
    dossiers,
    entry_links,
    events,
    fiscal_years,
    matching_lines,
    matchings,
)

if TYPE_CHECKING:
    from datetime import datetime


class StaleLedgerError(EcrituresError):
    """The ledger of the dossier changed since it was read: begin again."""

    def __init__(self) -> None:
        super().__init__(
            "ledger-moved",
            "Le grand livre de ce dossier a changé entre-temps : l'opération recommence.",
            "The ledger of this dossier has changed meanwhile: the operation starts again.",
        )


class EventKind(StrEnum):
    """What happened."""

    PUBLISHED = "published"
    REPLACED = "replaced"
    UNDONE = "undone"
    RESTORED = "restored"
    REVERSED = "reversed"
    VALIDATED = "validated"
    LOCKED = "locked"
    UNLOCKED = "unlocked"
    YEAR_ADDED = "fiscal-year-added"
    YEAR_CLOSED = "fiscal-year-closed"
    YEAR_FINAL = "fiscal-year-final"
    YEAR_REOPENED = "fiscal-year-reopened"
    CARRIED_FORWARD = "carried-forward"
    MATCHED = "matched"
    UNMATCHED = "unmatched"
    PURGED = "purged"
    DOSSIER_CHANGED = "dossier-changed"


@dataclass(frozen=True, slots=True)
class Event:
    """A change of the ledger of a dossier.

    Attributes:
        by: Who asked: a key, or the e-mail address of a person; None: an operator.
        batch_id: The batch it is about; its columns and links are part of the digest.
        details: Every other fact it establishes, in JSON: what `verify` recomputes tables from.
            Batches that come into force (`opened`) or leave it (`closed`), matchings that end
            (`unmatched`, `ended`), codes that are new (`codes`), and what its kind needs.
    """

    kind: EventKind
    by: str | None = None
    reason: str | None = None
    batch_id: int | None = None
    details: dict[str, Any] = field(default_factory=dict)


def next_revision(
    connection: sa.Connection, domain_id: int, dossier_id: int, expected: int | None = None
) -> int:
    """Take the next revision of a ledger: until its end, the transaction is the only writer.

    Args:
        connection: The transaction.
        domain_id: The firm.
        dossier_id: The dossier.
        expected: The revision that the caller has read; None: any, it reads afterwards.

    Raises:
        StaleLedgerError: The ledger is at another revision.
    """
    mine = [dossiers.c.domain_id == domain_id, dossiers.c.id == dossier_id]
    if expected is not None:
        mine.append(dossiers.c.ledger_revision == expected)
    revision = dossiers.c.ledger_revision
    taken = dossiers.update().where(*mine).values({revision: revision + 1}).returning(revision)
    found = connection.execute(taken).scalar_one_or_none()
    if found is None:
        raise StaleLedgerError
    return int(found)


def record_event(  # noqa: PLR0913, PLR0917 - a place in the chain, and the event
    connection: sa.Connection,
    domain_id: int,
    dossier_id: int,
    revision: int,
    event: Event,
    now: datetime,
) -> str:
    """Append an event, after everything it is about was written; return its digest.

    Args:
        connection: The transaction that took the revision.
        domain_id: The firm.
        dossier_id: The dossier.
        revision: As returned by `next_revision`.
        event: What happened.
        now: When.
    """
    of_dossier = events.c.domain_id == domain_id, events.c.dossier_id == dossier_id
    query = sa.select(events.c.digest).where(*of_dossier, events.c.revision == revision - 1)
    previous = connection.execute(query).scalar_one_or_none()
    details = (
        event.details if previous else event.details | _initially(connection, domain_id, dossier_id)
    )
    row = {
        "revision": revision,
        "kind": str(event.kind),
        "batch_id": event.batch_id,
        "at": now,
        "by": event.by,
        "reason": event.reason,
        "details": details,
        "previous_digest": previous,
    }
    described = describe_batch(connection, domain_id, event.batch_id)
    digest = event_digest(row, described, describe_matching(connection, domain_id, dossier_id, row))
    connection.execute(
        events.insert().values(domain_id=domain_id, dossier_id=dossier_id, **row, digest=digest)
    )
    return digest


def _initially(connection: sa.Connection, domain_id: int, dossier_id: int) -> dict[str, Any]:
    """Return what the first event of a chain says of what no event has established.

    A dossier may be created with fiscal years, or be older than the chain.
    """
    dossier, year = dossiers.c, fiscal_years.c
    through = sa.select(dossier.locked_through, dossier.closed_through).where(
        dossier.domain_id == domain_id, dossier.id == dossier_id
    )
    years = sa.select(year.start, year.end, year.state).where(
        year.domain_id == domain_id, year.dossier_id == dossier_id
    )
    locked, closed = connection.execute(through).one()
    said = {
        "fiscalYears": [
            [start.isoformat(), end.isoformat(), state]
            for start, end, state in connection.execute(years.order_by(year.start))
        ],
        "lockedThrough": locked.isoformat() if locked else None,
        "closedThrough": closed.isoformat() if closed else None,
    }
    return {"initially": said} if any(said.values()) else {}


class Head(NamedTuple):
    """The last event of a ledger: its digest is the anchor to be kept outside the database."""

    revision: int
    digest: str | None

    def summary(self) -> dict[str, int | str | None]:
        """Return it in JSON."""
        return {"revision": self.revision, "head": self.digest}


def head_of(connection: sa.Connection, domain_id: int, dossier_id: int) -> Head:
    """Return the head of the chain of a dossier."""
    query = (
        sa.select(events.c.revision, events.c.digest)
        .where(events.c.domain_id == domain_id, events.c.dossier_id == dossier_id)
        .order_by(events.c.revision.desc())
        .limit(1)
    )
    row = connection.execute(query).one_or_none()
    return Head(*row) if row is not None else Head(0, None)


def event_digest(
    row: dict[str, Any], batch: dict[str, Any] | None, matching: list[Any] | None
) -> str:
    """Return the digest of an event: SHA-256 of its canonical JSON.

    Args:
        row: Its columns, `previous_digest` among them.
        batch: What `describe_batch` says of its batch.
        matching: What `describe_matching` says of it.
    """
    document = row | {"at": row["at"].astimezone(UTC).isoformat(), "batch": batch}
    if matching is not None:
        document["matching"] = matching
    return hashlib.sha256(canonical(document).encode()).hexdigest()


def describe_batch(
    connection: sa.Connection, domain_id: int, batch_id: int | None
) -> dict[str, Any] | None:
    """Return what never changes of a published batch, its links included."""
    if batch_id is None:
        return None
    mine = batches.c.domain_id == domain_id, batches.c.id == batch_id
    row = connection.execute(sa.select(*(batches.c[name] for name in _FIXED)).where(*mine)).one()
    found: dict[str, Any] = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's documented name
    for name in ("first_date", "last_date"):
        found[name] = found[name].isoformat() if found[name] else None
    documents = _digest_of_rows(connection, attachments, domain_id, batch_id)
    return (
        found
        | {
            "links": _digest_of_rows(connection, batch_links, domain_id, batch_id),
            "reversals": _digest_of_rows(connection, entry_links, domain_id, batch_id),
        }
        | ({"attachments": documents} if documents else {})  # none before there were any
    )


def describe_matching(
    connection: sa.Connection, domain_id: int, dossier_id: int, row: dict[str, Any]
) -> list[Any] | None:
    """Return the rows of the matching that an event made, but when it ended; None: it made none."""
    if row["kind"] not in {EventKind.MATCHED, EventKind.UNMATCHED}:
        return None
    table, line = matchings.c, matching_lines.c
    made = sa.select(
        table.account_id, table.third_party_id, table.code, sa.cast(table.day, sa.String),
        table.by, table.from_revision,
    ).where(
        table.domain_id == domain_id, table.dossier_id == dossier_id, table.id == row["revision"]
    )  # fmt: skip
    held = sa.select(line.batch_id, line.line, line.matched).where(
        line.domain_id == domain_id,
        line.dossier_id == dossier_id,
        line.matching_id == row["revision"],
    )
    ordered = held.order_by(line.batch_id, line.line)
    rows = [list(found) for query in (made, ordered) for found in connection.execute(query)]
    return rows or None


def canonical(document: Any) -> str:  # noqa: ANN401 - any JSON value
    """Return JSON with one spelling: sorted names, no blanks."""
    return json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


_FIXED = (
    *("id", "origin", "source", "content_sha256", "entries", "lines", "debit_cents"),
    *("credit_cents", "first_date", "last_date", "content_digest", "details"),
)


_NOT_DIGESTED = {"domain_id", "batch_id", "stored_key"}


def _digest_of_rows(
    connection: sa.Connection, table: sa.Table, domain_id: int, batch_id: int
) -> str | None:
    """Return a digest of the rows of a batch in a table; None: there are none."""
    columns = [column for column in table.c if column.name not in _NOT_DIGESTED]
    query = sa.select(*columns).where(table.c.domain_id == domain_id, table.c.batch_id == batch_id)
    rows = [tuple(row) for row in connection.execute(query.order_by(*columns))]
    return hashlib.sha256(concatenated(rows).encode()).hexdigest() if rows else None


def concatenated(rows: list[tuple[Any, ...]]) -> str:
    """Return the canonical JSON of rows one after the other, as if each were written alone."""
    together = canonical(rows)  # several times faster
    if together.count("],[") == len(rows) - 1:  # no text of theirs looks like the end of a row
        return together[1:-1].replace("],[", "][")
    return "".join(map(canonical, rows))
