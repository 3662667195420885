"""Store prepared requests: each is a new import, or a duplicate of an unfinished one."""

from __future__ import annotations

import math
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from operator import itemgetter
from typing import TYPE_CHECKING, Any, TypeVar

import sqlalchemy as sa
import structlog

from ecritures.core.errors import BusyError, EcrituresError
from ecritures.database import across_domains
from ecritures.database.rows import insert_rows
from ecritures.database.statements import limit_lock_wait
from ecritures.database.tables import dossiers, imports
from ecritures.imports.queries import read_import
from ecritures.imports.request import Phase, Status

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ecritures.config.settings import Settings
    from ecritures.imports.queries import ImportState

log = structlog.get_logger()

T = TypeVar("T")

QUEUE_RETRY_SECONDS = 30
COUNT_SECONDS = 1.0
LOCK_SECONDS_MAX = 5.0
"""How long a request waits for what another transaction holds, such as a publication."""


@dataclass(slots=True)
class Waiting:
    """How many imports wait, by domain, as last counted."""

    imports: Counter[int] = field(default_factory=Counter)
    counted_at: float = -math.inf


@dataclass(frozen=True, slots=True)
class QueueLimits:
    """What bounds the requests that come from outside.

    Attributes:
        queue_imports_max: How many imports may wait.
        domain_queue_imports_max: How many of one domain.
        window_seconds: A request with the same content as an unfinished one created less than this
            long ago is answered with that import. 0: never.
        lock_seconds_max: How long to wait for a dossier or an import that another transaction
            holds. 0: a dossier that is held is an error at once.
        waiting: The counts, kept from one round to the next.
    """

    queue_imports_max: int
    domain_queue_imports_max: int
    window_seconds: float = 0
    lock_seconds_max: float = 0
    waiting: Waiting = field(default_factory=Waiting, compare=False)

    @classmethod
    def from_settings(cls, settings: Settings, *, deduplicate: bool = False) -> QueueLimits:
        """Return those of the operator; `deduplicate` for callers without Idempotency-Key."""
        return cls(
            settings.queue_imports_max,
            settings.domain_queue_imports_max,
            settings.duplicate_window_seconds if deduplicate else 0,
        )


@dataclass(frozen=True, slots=True)
class Enqueued:
    """The import that a request has become, or that it has joined."""

    import_id: str
    deduplicated: bool

    def log(self) -> None:
        """Return whether it joined an existing import."""
        log.info("import asked for", import_id=self.import_id, deduplicated=self.deduplicated)


def or_raise(done: T | EcrituresError) -> T:
    """Return the result, or raise it if it is an error."""
    if isinstance(done, EcrituresError):
        raise done
    return done


def enqueue_import(
    connection: sa.Connection, row: dict[str, Any], limits: QueueLimits | None = None
) -> ImportState:
    """Store a prepared row.

    Raises:
        BusyError: Too many imports wait already.
    """
    [done] = enqueue_all(connection, [row], limits)
    recorded = or_raise(done)
    recorded.log()
    return read_import(connection, recorded.import_id, domain_id=row["domain_id"])


def enqueue_all(
    connection: sa.Connection, rows: Sequence[dict[str, Any]], limits: QueueLimits | None = None
) -> list[Enqueued | EcrituresError]:
    """Insert prepared rows of one firm; a repeated request gets the import of the first one."""
    duplicates = _find_duplicates(connection, rows, limits) if limits else {}
    room = _QueueQuota(connection, limits) if limits else None
    new: list[dict[str, Any]] = []
    repeated: list[dict[str, Any]] = []
    recorded: list[Enqueued | EcrituresError] = []
    for row in rows:
        duplicate = duplicates.get(row["request_sha256"])
        refusal = room.refusal(row["domain_id"]) if room and not duplicate else None
        if duplicate:
            repeated.append({"of_firm": row["domain_id"], "duplicate": duplicate})
        elif refusal is None:
            new.append(row)
            if limits and limits.window_seconds:
                duplicates[row["request_sha256"]] = row["id"]
        recorded.append(
            refusal or Enqueued(duplicate or row["id"], deduplicated=duplicate is not None)
        )
    if new:
        insert_rows(connection, imports, new)
    if repeated:
        limit_lock_wait(connection, LOCK_SECONDS_MAX)
        # In the order in which leases are renewed: two processes do not wait for each other.
        in_order = sorted(repeated, key=itemgetter("duplicate"))
        connection.execute(_COUNT_REQUEST, in_order)
    return recorded


_COUNT_REQUEST = (
    imports.update()
    .where(
        imports.c.domain_id == sa.bindparam("of_firm"), imports.c.id == sa.bindparam("duplicate")
    )
    .values(requested_times=imports.c.requested_times + 1)
)


def _find_duplicates(
    connection: sa.Connection, rows: Sequence[dict[str, Any]], limits: QueueLimits
) -> dict[str, str]:
    """Return the newest import of each requested content whose file has not arrived yet."""
    if not limits.window_seconds:
        return {}
    domain_id = rows[0]["domain_id"]
    asked = {row["request_sha256"]: row["dossier_id"] for row in rows}
    # Duplicates that arrive at the same moment wait here for each other.
    hold = _HOLD_AT_ONCE
    if limits.lock_seconds_max:
        limit_lock_wait(connection, limits.lock_seconds_max)
        hold = _HOLD
    connection.execute(hold, {"domain_id": domain_id, "touched": list(set(asked.values()))})
    since = rows[0]["created_at"] - timedelta(seconds=limits.window_seconds)
    found = connection.execute(
        _DUPLICATES, {"domain_id": domain_id, "asked": asked, "since": since}
    )
    return {row.key: row.duplicate for row in found if row.duplicate}


_TOUCHED = (
    sa.select(dossiers.c.id)
    .where(
        dossiers.c.domain_id == sa.bindparam("domain_id"),
        dossiers.c.id.in_(sa.bindparam("touched", expanding=True)),
    )
    .order_by(dossiers.c.id)
)
_HOLD = _TOUCHED.with_for_update(key_share=True)
_HOLD_AT_ONCE = _TOUCHED.with_for_update(key_share=True, nowait=True)


def _select_duplicates() -> sa.Select[Any]:
    """Look up each content by its index: there may be too many waiting imports to scan."""
    asked = sa.func.json_each(sa.bindparam("asked", type_=sa.JSON)).table_valued("key", "value")
    duplicate = (
        sa.select(imports.c.id)
        .where(
            imports.c.domain_id == sa.bindparam("domain_id"),
            imports.c.dossier_id == sa.cast(sa.cast(asked.c.value, sa.Text), sa.Integer),
            imports.c.request_sha256 == asked.c.key,
            (imports.c.status + 0).in_((Status.WAITING, Status.RUNNING)),  # not by their index
            # Later, another content may have come to the same place.
            imports.c.phase.in_((Phase.WAITING, Phase.DOWNLOAD)),
            imports.c.created_at > sa.bindparam("since", type_=imports.c.created_at.type),
        )
        .order_by(imports.c.created_at.desc())
        .limit(1)
    )
    return sa.select(asked.c.key, duplicate.scalar_subquery().label("duplicate"))


_DUPLICATES = _select_duplicates()


class _QueueQuota:
    """How many imports may still be requested.

    Counting is slow, so it is done now and then, and before any refusal. Requests in between are
    added; imports that leave the queue are seen by the next count.
    """

    def __init__(self, connection: sa.Connection, limits: QueueLimits) -> None:
        self._connection = connection
        self._limits = limits
        self._is_fresh = False
        self._taken: Counter[int] = Counter()  # by this round, which counting does not see
        if time.monotonic() - limits.waiting.counted_at >= COUNT_SECONDS:
            self._count()

    def refusal(self, domain_id: int) -> BusyError | None:
        """Take a place in the queue; return the error when there is none."""
        if self._why_full(domain_id) and not self._is_fresh:
            self._count()
        why = self._why_full(domain_id)
        if why is None:
            self._limits.waiting.imports[domain_id] += 1
            self._taken[domain_id] += 1
        return why

    def _why_full(self, domain_id: int) -> BusyError | None:
        waiting = self._limits.waiting.imports
        if waiting[domain_id] >= self._limits.domain_queue_imports_max:
            return BusyError(
                "domain-queue-full",
                "Trop d'imports du domaine attendent déjà : refaites la demande plus tard.",
                "Too many imports of the domain are waiting already: ask again later.",
                QUEUE_RETRY_SECONDS,
            )
        if waiting.total() >= self._limits.queue_imports_max:
            return BusyError(
                "queue-full",
                "Trop d'imports attendent déjà : refaites la demande plus tard.",
                "Too many imports are waiting already: ask again later.",
                QUEUE_RETRY_SECONDS,
            )
        return None

    def _count(self) -> None:
        query = sa.select(imports.c.domain_id, sa.func.count()).group_by(imports.c.domain_id)
        with across_domains(self._connection):
            rows = self._connection.execute(query.where(imports.c.status == Status.WAITING))
            counted = Counter({row[0]: row[1] for row in rows})
        self._limits.waiting.imports = counted + self._taken
        self._limits.waiting.counted_at = time.monotonic()
        self._is_fresh = True
