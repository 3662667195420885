"""Imports as rows: reading them, listing them, with their attempts and anomalies."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from ecritures.core.anomalies import Anomaly
from ecritures.core.errors import NotFoundError
from ecritures.core.sentences import Sentence
from ecritures.database.paging import Page, make_page, page_query
from ecritures.database.tables import anomalies, attempts, domains, dossiers, firms, imports
from ecritures.imports.read.attention import needs_attention
from ecritures.imports.request import Phase, SourceKind, Status

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from datetime import datetime

    from ecritures.database import Database
    from ecritures.directory.keys import Caller

ANOMALIES_AT_ONCE = 5000
STOPPED = ("cancelled", "interrupted", "handed-back")
"""How an attempt ends that others have stopped, found dead or taken back."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try at an import.

    Attributes:
        asked_by: Who had asked for it: a key, or the e-mail address of a person; None: an operator.
    """

    number: int
    started_at: datetime
    ended_at: datetime | None
    outcome: str | None
    message_fr: str | None
    message_en: str | None
    phase_seconds: dict[str, float] | None = None
    asked_by: str | None = None


@dataclass(frozen=True, slots=True)
class ImportState:
    """The current state of an import.

    Attributes:
        object_id: The 24 hex digits of `_id` in the Loop status.
        storage_prefix: Where the files of its domain are in the operator's storage.
        source_location: The address of the file, as long as it may be needed; a credential.
        content_sha256: The fingerprint of the file once unpacked; `source_sha256`: as it arrived.
        alone: Whether an attempt died: a process runs one such import at a time.
        stored_key: The file in the storage, until it is removed.
        requested_times: How many requests it answers: the same, sent again, joins it.
        due_at: When the next attempt is due, for an import that waits.
        asked_at: When the hours of attempts began: at the request, or at a retry by hand.
        asked_attempt: The last attempt before that.
        warnings: What may go wrong, found when it was requested.
        report: Verdicts, counts and totals of the last reading (see `reading.file_report.Report`).
        lines_expected: How many lines its file may have, while it is read.
        asked_by: Who asked last, also to retry or confirm: a key, or the e-mail address of a
            person; None: an operator.
        batch_id: What it published in the ledger.
        plan: `ledgerRevision`, `planDigest` and `impact`: what it does, or would do, to the ledger.
        undone: `at`, `by` and `reason`, while it is undone.
    """

    id: str
    object_id: str
    kind: str
    domain_id: int
    domain: str
    storage_prefix: str
    dossier_id: int
    dossier: str
    siret: str | None
    model: str | None
    dry_run: bool
    options: dict[str, Any]
    source_kind: SourceKind
    source_location: str | None
    stored_key: str | None
    source_name: str | None
    source_bytes: int | None
    source_sha256: str | None
    status: Status
    phase: Phase
    attempt: int
    due_at: datetime
    asked_at: datetime
    asked_attempt: int
    created_at: datetime
    updated_at: datetime
    ended_at: datetime | None
    message: Sentence | None
    warnings: list[Sentence]
    lines_done: int
    anomaly_count: int
    report: dict[str, Any] = field(default_factory=dict)
    request_id: str | None = None
    traceparent: str | None = None
    request_sha256: str | None = None
    requested_times: int = 1
    content_sha256: str | None = None
    alone: bool = False
    asked_by: str | None = None
    lines_expected: int | None = None
    batch_id: int | None = None
    plan: dict[str, Any] | None = None
    undone: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class ImportFilter:
    """Which imports to list. None: any.

    Attributes:
        kind: One of `KINDS`.
        since: Requested then or later.
        before: Requested before.
        dry_run: Whether they only say what they would do.
        undone: Whether what they posted is undone.
        attention_since: Those requested since then that somebody has to look at.
    """

    dossier: str | None = None
    status: Status | None = None
    kind: str | None = None
    since: datetime | None = None
    before: datetime | None = None
    dry_run: bool | None = None
    undone: bool | None = None
    attention_since: datetime | None = None

    def conditions(self) -> Iterator[sa.ColumnElement[bool]]:
        """Yield what each import must fulfil."""
        if self.dossier is not None:
            yield dossiers.c.code == self.dossier
        if self.status is not None:
            yield imports.c.status == int(self.status)
        if self.kind is not None:
            yield imports.c.kind == self.kind
        if self.since is not None:
            yield imports.c.created_at >= self.since
        if self.before is not None:
            yield imports.c.created_at < self.before
        if self.dry_run is not None:
            yield imports.c.dry_run.is_(self.dry_run)
        if self.undone is not None:
            yield imports.c.undone.is_not(None) if self.undone else imports.c.undone.is_(None)
        if self.attention_since is not None:
            yield needs_attention(self.attention_since)


def get_import(database: Database, import_id: str, caller: Caller | None = None) -> ImportState:
    """Return one import.

    Args:
        database: The database of the imports.
        import_id: Its uuid.
        caller: Who asks; None is this machine's own operator.

    Raises:
        NotFoundError: There is none, or it is not for this caller: the same answer.
    """
    with database.read() as connection:
        return read_import(connection, import_id, caller)


def read_import(
    connection: sa.Connection,
    import_id: str,
    caller: Caller | None = None,
    *,
    domain_id: int | None = None,
) -> ImportState:
    """Return one import, as the caller's transaction sees it.

    Raises:
        NotFoundError: There is none, or it is not for this caller: the same answer.
    """
    query = visible_to(_SELECT, caller).where(imports.c.id == import_id)
    if domain_id is not None:
        query = query.where(imports.c.domain_id == domain_id)
    elif caller is None:  # known by its id alone: one look-up a firm
        query = query.join(firms, firms.c.domain_id == imports.c.domain_id)
    row = connection.execute(query).one_or_none()
    if row is None:
        raise NotFoundError(
            "import-unknown",
            f"La demande d'import {import_id} n'existe pas sur le domaine.",
            f"Import request {import_id} does not exist in the domain.",
        )
    return state_of_row(row)


def list_imports(  # noqa: PLR0913 - a page: which, how many, from where
    database: Database,
    caller: Caller | None,
    wanted: ImportFilter,
    limit: int,
    after: tuple[datetime, str] | None = None,
    *,
    skip: int = 0,
) -> Page[ImportState]:
    """Return a page of imports, newest first; the key is (`created_at`, `id`)."""
    query = visible_to(_SELECT, caller).where(*wanted.conditions())
    key = (imports.c.created_at, imports.c.id)
    query = page_query(query, key, after, limit, descending=True).offset(skip)
    with database.read() as connection:
        found = [state_of_row(row) for row in connection.execute(query)]
    return make_page(found, limit, lambda last: (last.created_at, last.id))


def file_names(
    database: Database, domain_id: int, import_ids: Collection[str]
) -> dict[str, str | None]:
    """Return the names of the files of those of some imports that exist."""
    query = sa.select(imports.c.id, imports.c.source_name).where(
        imports.c.domain_id == domain_id, imports.c.id.in_(import_ids)
    )
    with database.read() as connection:
        return {row.id: row.source_name for row in connection.execute(query)}


def list_running(database: Database) -> list[tuple[str, int]]:
    """Return the id and attempt of every import that runs; `database` sees every firm."""
    query = sa.select(imports.c.id, imports.c.attempt).where(imports.c.status == Status.RUNNING)
    with database.read() as connection:
        return [(row.id, row.attempt) for row in connection.execute(query)]


def is_wanted(database: Database, domain_id: int, import_id: str, attempt: int) -> bool:
    """Return whether an attempt runs, or has ended by itself: nobody has stopped or replaced it."""
    one = attempts.c
    query = sa.select(one.number).where(
        one.domain_id == domain_id,
        one.import_id == import_id,
        one.number == attempt,
        sa.or_(one.outcome.is_(None), one.outcome.not_in(STOPPED)),
    )
    with database.read() as connection:
        return connection.execute(query).one_or_none() is not None


def list_attempts(database: Database, import_id: str) -> list[Attempt]:
    """Return the attempts of an import, first to last."""
    with database.read() as connection:
        return read_attempts(connection, read_import(connection, import_id))


def read_attempts(connection: sa.Connection, state: ImportState) -> list[Attempt]:
    """Return the attempts of an import, as a transaction of the caller's sees them."""
    return _read_attempts_of(connection, [state])[state.id]


def list_attempts_of(database: Database, states: Sequence[ImportState]) -> dict[str, list[Attempt]]:
    """Return the attempts of some imports, first to last, in one query."""
    with database.read() as connection:
        return _read_attempts_of(connection, states)


def _read_attempts_of(
    connection: sa.Connection, states: Sequence[ImportState]
) -> dict[str, list[Attempt]]:
    found: dict[str, list[Attempt]] = {state.id: [] for state in states}
    if found:
        key = sa.tuple_(attempts.c.domain_id, attempts.c.import_id)
        columns = (attempts.c[field.name] for field in fields(Attempt))
        query = sa.select(attempts.c.import_id, *columns)
        query = query.where(key.in_([(one.domain_id, one.id) for one in states]))
        for import_id, *attempt in connection.execute(query.order_by(attempts.c.number)):
            found[import_id].append(Attempt(*attempt))
    return found


def list_anomalies(
    database: Database,
    state: ImportState,
    *,
    after: tuple[int] | None = None,
    limit: int = 100,
    code: str | None = None,
) -> Page[Anomaly]:
    """Return a page of the anomalies of the last attempt, in line order; the key is an ordinal.

    Args:
        database: The database of the imports.
        state: The import.
        after: The last ordinal of the page before.
        limit: How many.
        code: That of the only rule wanted; None: all.
    """
    table = anomalies.c
    query = sa.select(
        table.ordinal,
        table.code,
        table.line,
        table.column,
        table.value,
        table.expected,
        table.entry,
    ).where(
        table.domain_id == state.domain_id,
        table.import_id == state.id,
        table.attempt == state.attempt,
    )
    if code is not None:
        query = query.where(table.code == code)
    with database.for_domain(state.domain_id).read() as connection:
        rows = connection.execute(page_query(query, [table.ordinal], after, limit)).all()
    page = make_page(rows, limit, lambda last: (last.ordinal,))
    return Page([Anomaly(*row[1:]) for row in page.items], page.next_key)


def every_anomaly(
    database: Database, state: ImportState, code: str | None = None
) -> Iterator[Anomaly]:
    """Yield all, or those of one code, a page at a time: no transaction stays open for long."""
    after, limit = None, ANOMALIES_AT_ONCE
    while True:
        page = list_anomalies(database, state, after=after, limit=limit, code=code)
        yield from page.items
        if (after := page.next_key) is None:
            return


def count_details(database: Database, state: ImportState) -> dict[str, int]:
    """Return how many anomalies of each code are kept in detail."""
    table = anomalies.c
    query = (
        sa.select(table.code, sa.func.count().label("details"))
        .where(
            table.domain_id == state.domain_id,
            table.import_id == state.id,
            table.attempt == state.attempt,
        )
        .group_by(table.code)
    )
    with database.for_domain(state.domain_id).read() as connection:
        return {row.code: row.details for row in connection.execute(query)}


def visible_to(query: sa.Select[Any], caller: Caller | None) -> sa.Select[Any]:
    """Limit a query on imports to what a caller may see; None: this machine's operator."""
    if caller is None:
        return query
    query = query.where(imports.c.domain_id == caller.domain_id)
    if caller.dossier_ids is not None:
        query = query.where(imports.c.dossier_id.in_(caller.dossier_ids))
    return query


def select_imports() -> sa.Select[Any]:
    """Return the query of every import, each row for `state_of_row`."""
    return _SELECT


def state_of_row(row: sa.Row[Any]) -> ImportState:
    """Return an import from a row of `select_imports`."""
    values = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's documented name
    code, fr, en = (values.pop(f"message_{part}") for part in ("code", "fr", "en"))
    return ImportState(
        **values
        | {
            "status": Status(values["status"]),
            "phase": Phase(values["phase"]),
            "source_kind": SourceKind(values["source_kind"]),
            "report": values["report"] or {},
            "message": Sentence(code, fr, en) if code else None,
            "warnings": [Sentence(*warning) for warning in values["warnings"]],
        }
    )


_NOT_SHOWN = {"leased_until"}
_SELECT = (
    sa.select(
        *(column for column in imports.c if column.name not in _NOT_SHOWN),
        domains.c.code.label("domain"),
        domains.c.storage_prefix,
        dossiers.c.code.label("dossier"),
    )
    .join(domains, domains.c.id == imports.c.domain_id)
    .join(
        dossiers,
        (dossiers.c.domain_id == imports.c.domain_id) & (dossiers.c.id == imports.c.dossier_id),
    )
)
