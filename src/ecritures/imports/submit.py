"""Take a request: check what it says, in the vendor's order, and write it down."""

from __future__ import annotations

import hashlib
import json
import secrets
import uuid
from collections import Counter
from dataclasses import astuple, dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeVar

import sqlalchemy as sa
import structlog

from ecritures.checks.policy import Policy
from ecritures.database.tables import dossiers, imports
from ecritures.directory.domains import get_domain
from ecritures.directory.dossiers import dossier_unknown, find_dossiers
from ecritures.imports.deposits import resolve_uri
from ecritures.imports.models import find_model
from ecritures.imports.source_address import name_in_address
from ecritures.imports.store import get_import, read_import
from ecritures.model.errors import BusyError, EcrituresError, NotFoundError, RefusedRequestError
from ecritures.model.imports import ImportRequest, Phase, SourceKind, Status
from ecritures.model.siret import is_siret
from ecritures.sources.sas import read_sas
from ecritures.traces import present_trace

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from ecritures.database import Database
    from ecritures.directory.dossiers import Dossier
    from ecritures.directory.keys import Caller
    from ecritures.imports.store import ImportState
    from ecritures.settings import Settings

log = structlog.get_logger()

T = TypeVar("T")

QUEUE_RETRY_SECONDS = 30

PERSO = "perso"


@dataclass(frozen=True, slots=True)
class Limits:
    """What bounds the requests that come from outside.

    Attributes:
        queue_imports_max: How many imports may wait.
        domain_queue_imports_max: How many of one domain.
        window_seconds: For how long the same request joins the one that has not ended. 0: never.
    """

    queue_imports_max: int
    domain_queue_imports_max: int
    window_seconds: float = 0

    @classmethod
    def from_settings(cls, settings: Settings, *, joins: bool = False) -> Limits:
        """Return those of the operator; `joins` on a face that knows no Idempotency-Key."""
        return cls(
            settings.queue_imports_max,
            settings.domain_queue_imports_max,
            settings.duplicate_window_seconds if joins else 0,
        )


@dataclass(frozen=True, slots=True)
class Asked:
    """A request, who makes it, and the HTTP request and trace that it belongs to."""

    caller: Caller
    request: ImportRequest
    request_id: str | None = field(
        default_factory=lambda: structlog.contextvars.get_contextvars().get("request_id")
    )
    traceparent: str | None = field(default_factory=present_trace)


@dataclass(frozen=True, slots=True)
class Recorded:
    """The import that a request has become, or that it has joined."""

    import_id: str
    joined: bool

    def log(self) -> None:
        """Say so."""
        log.info("import asked for", import_id=self.import_id, joined=self.joined)


def submit_import(
    database: Database, caller: Caller, request: ImportRequest, limits: Limits | None = None
) -> ImportState:
    """Write a request down, so that it will be run; the runner is to be woken by the caller.

    Raises:
        RefusedRequestError: The request's content cannot be accepted; the literal messages of
            Cegid Loop, in its order.
        ForbiddenError: The key is not linked to the dossier.
        BusyError: Too many imports wait already.
    """
    [done] = submit_all(database, [Asked(caller, request)], limits)
    recorded = _or_raise(done)
    recorded.log()
    return get_import(database, recorded.import_id)


def submit_all(
    database: Database, asked: Sequence[Asked], limits: Limits | None = None
) -> list[Recorded | EcrituresError]:
    """Write requests down, in one transaction; those that are refused take no part in it."""
    prepared = prepare_all(database, asked)
    rows = [row for row in prepared if not isinstance(row, EcrituresError)]
    if not rows:
        return [one for one in prepared if isinstance(one, EcrituresError)]
    with database.write() as connection:
        recorded = iter(record_all(connection, rows, limits))
    return [one if isinstance(one, EcrituresError) else next(recorded) for one in prepared]


def prepare_import(database: Database, caller: Caller, request: ImportRequest) -> dict[str, Any]:
    """Check a request and return the row that it will be.

    Raises:
        RefusedRequestError: As for `submit_import`.
        ForbiddenError: The key is not linked to the dossier.
    """
    return _or_raise(prepare_all(database, [Asked(caller, request)])[0])


def prepare_all(
    database: Database, asked: Sequence[Asked]
) -> list[dict[str, Any] | EcrituresError]:
    """Check requests; return the row that each will be, or why it is refused."""
    known = _Directory(database, asked)
    now = database.clock.now()
    prepared: list[dict[str, Any] | EcrituresError] = []
    for one in asked:
        try:
            prepared.append(_row(database, known, one, now))
        except EcrituresError as error:
            prepared.append(error)
    return prepared


def _row(database: Database, known: _Directory, asked: Asked, now: datetime) -> dict[str, Any]:
    caller, request = asked.caller, asked.request
    kind, location = _source(request)
    if request.kind == PERSO and not request.model:
        raise RefusedRequestError(
            "model-missing",
            "Le modèle d'import n'est pas spécifié.",
            "The import model is not given.",
        )
    dossier = known.dossier(caller, request.dossier or "")
    model, version = _model(database, dossier, request)
    content = {
        "dossier_id": dossier.id,
        "kind": request.kind,
        "siret": _establishment(dossier, request.siret),
        "model": model,
        "dry_run": request.dry_run,
        "options": _options(known.settings(caller), request.options) | version,
        "source_kind": kind,
        "source_location": location,
    }
    return {
        "id": str(uuid.uuid4()),
        "object_id": f"{int(now.timestamp()):08x}{secrets.token_hex(8)}",
        "domain_id": caller.domain_id,
        **content,
        "stored_key": None,
        "source_name": request.name or name_in_address(location),
        "status": Status.WAITING,
        "phase": Phase.WAITING,
        "due_at": now,
        "asked_at": now,
        "created_at": now,
        "updated_at": now,
        "warnings": [],
        "request_id": asked.request_id,
        "traceparent": asked.traceparent,
        "request_sha256": hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest(),
        **_about_source(database, caller, kind, location, now),
    }


def record_import(
    connection: sa.Connection, row: dict[str, Any], limits: Limits | None = None
) -> ImportState:
    """Write a prepared row down.

    Raises:
        BusyError: Too many imports wait already.
    """
    [done] = record_all(connection, [row], limits)
    recorded = _or_raise(done)
    recorded.log()
    return read_import(connection, recorded.import_id)


def record_all(
    connection: sa.Connection, rows: Sequence[dict[str, Any]], limits: Limits | None = None
) -> list[Recorded | EcrituresError]:
    """Write prepared rows down; each may join the same request that has not ended."""
    twins = _same_requests(connection, rows, limits.window_seconds) if limits else {}
    room = _Room(connection, limits) if limits else None
    new: list[dict[str, Any]] = []
    joins: list[dict[str, Any]] = []
    recorded: list[Recorded | EcrituresError] = []
    for row in rows:
        twin = twins.get(_content(row))
        refusal = room.refusal(row["domain_id"]) if room and not twin else None
        if twin:
            joins.append({"twin": twin})
        elif refusal is None:
            new.append(row)
            if limits and limits.window_seconds:
                twins[_content(row)] = row["id"]
        recorded.append(refusal or Recorded(twin or row["id"], joined=twin is not None))
    if new:
        connection.execute(imports.insert(), new)
    if joins:
        connection.execute(_JOIN, joins)
    return recorded


_JOIN = (
    imports.update()
    .where(imports.c.id == sa.bindparam("twin"))
    .values(requested_times=imports.c.requested_times + 1)
)


def _content(row: dict[str, Any]) -> tuple[int, str]:
    return row["dossier_id"], row["request_sha256"]


def _same_requests(
    connection: sa.Connection, rows: Sequence[dict[str, Any]], window_seconds: float
) -> dict[tuple[int, str], str]:
    """Return the newest import that has not ended of each content that was asked for."""
    if not window_seconds:
        return {}
    touched = {row["dossier_id"] for row in rows}
    if connection.dialect.name != "sqlite":  # it has one writer anyway
        # Twins that come at the same moment wait here for each other.
        held = sa.select(dossiers.c.id).where(dossiers.c.id.in_(touched)).order_by(dossiers.c.id)
        connection.execute(held.with_for_update(key_share=True))
    same = (
        sa.select(imports.c.dossier_id, imports.c.request_sha256, imports.c.id)
        .where(
            imports.c.dossier_id.in_(touched),
            imports.c.request_sha256.in_({row["request_sha256"] for row in rows}),
            imports.c.status.in_((Status.WAITING, Status.RUNNING)),
            imports.c.created_at > rows[0]["created_at"] - timedelta(seconds=window_seconds),
        )
        .order_by(imports.c.created_at)
    )
    return {_content(row._asdict()): row.id for row in connection.execute(same)}


class _Room:
    """How many imports may still be asked for."""

    def __init__(self, connection: sa.Connection, limits: Limits) -> None:
        query = sa.select(imports.c.domain_id, sa.func.count()).group_by(imports.c.domain_id)
        waiting = connection.execute(query.where(imports.c.status == Status.WAITING))
        self._waiting: Counter[int] = Counter({row[0]: row[1] for row in waiting})
        self._limits = limits

    def refusal(self, domain_id: int) -> BusyError | None:
        """Take a place; return why there is none."""
        if self._waiting[domain_id] >= self._limits.domain_queue_imports_max:
            return BusyError(
                "domain-queue-full",
                "Trop d'imports du domaine attendent déjà : refaites la demande plus tard.",
                "Too many imports of the domain are waiting already: ask again later.",
                QUEUE_RETRY_SECONDS,
            )
        if self._waiting.total() >= self._limits.queue_imports_max:
            return BusyError(
                "queue-full",
                "Trop d'imports attendent déjà : refaites la demande plus tard.",
                "Too many imports are waiting already: ask again later.",
                QUEUE_RETRY_SECONDS,
            )
        self._waiting[domain_id] += 1
        return None


def _or_raise(done: T | EcrituresError) -> T:
    if isinstance(done, EcrituresError):
        raise done
    return done


class _Directory:
    """What requests made together concern, read once."""

    def __init__(self, database: Database, asked: Sequence[Asked]) -> None:
        codes: dict[int, set[str]] = {}
        for one in asked:
            codes.setdefault(one.caller.domain_id, set()).add(one.request.dossier or "")
        self._dossiers = {
            domain_id: find_dossiers(database, domain_id, of_domain)
            for domain_id, of_domain in codes.items()
        }
        self._settings = {
            code: get_domain(database, code).settings
            for code in {one.caller.domain for one in asked}
        }

    def dossier(self, caller: Caller, code: str) -> Dossier:
        """Return a dossier that the caller may touch."""
        found = self._dossiers[caller.domain_id].get(code)
        if found is None:
            sentence = dossier_unknown(code).sentence
            raise RefusedRequestError(sentence.code, sentence.fr, sentence.en)
        caller.check_may_touch(found)
        return found

    def settings(self, caller: Caller) -> dict[str, Any]:
        """Return what the caller's domain has set."""
        return self._settings[caller.domain]


def _about_source(
    database: Database, caller: Caller, kind: SourceKind, location: str, now: datetime
) -> dict[str, Any]:
    """Return what the way a file is named says: its place in the storage, delays, warnings."""
    if kind is SourceKind.UPLOAD:
        return {"stored_key": location}
    if kind is SourceKind.URI:
        key, is_deposit = resolve_uri(database, caller.domain_id, location)
        return {"source_location": key, "stored_key": key if is_deposit else None}
    sas = read_sas(location) if kind is SourceKind.URL else None
    if sas is None:
        return {}
    start = max(now, sas.starts_at or now)
    warnings = [astuple(warning) for warning in sas.warnings(start)]
    return {"due_at": start, "asked_at": start, "warnings": warnings}


def _options(settings: dict[str, Any], asked: dict[str, Any]) -> dict[str, Any]:
    """Lay what the request says of the rules over what its domain says, and keep both as one."""
    of_domain = Policy.of(settings.get("block", ()), settings.get("unblock", ()))
    of_request = Policy.of(asked.get("block", ()), asked.get("unblock", ()))
    return asked | of_request.over(of_domain).summary()


def _source(request: ImportRequest) -> tuple[SourceKind, str]:
    if not request.dossier:
        raise RefusedRequestError(
            "dossier-missing", "Le codeIbs n'est pas spécifié.", "codeIbs is not given."
        )
    given = [
        (kind, value)
        for kind, value in (
            (SourceKind.URL, request.url),
            (SourceKind.URI, request.uri),
            (SourceKind.PATH, request.path),
            (SourceKind.UPLOAD, request.upload),
        )
        if value
    ]
    if not given:
        raise RefusedRequestError(
            "source-missing",
            "Le chemin d'accès URI ou l'URL du fichier n'est pas spécifié.",
            "Neither the URI nor the URL of the file is given.",
        )
    if len(given) > 1:
        raise RefusedRequestError(
            "source-ambiguous",
            "Ambiguité sur le chemin d'accès, seul un des deux champs doit être renseigné.",
            "Ambiguous path: only one of the two fields may be given.",
        )
    return given[0]


def _model(
    database: Database, dossier: Dossier, request: ImportRequest
) -> tuple[str | None, dict[str, Any]]:
    """Find the model by its name; the import keeps the version it is now at."""
    if not request.model:
        return None, {}
    try:
        found = find_model(database, dossier.domain_id, request.model)
    except NotFoundError as error:
        name = request.model
        raise RefusedRequestError(
            "model-unknown",
            f"Le modèle d'import {name} n'existe pas sur le domaine.",
            f"Import model {name} does not exist in the domain.",
        ) from error
    return found.name, {"modelVersion": found.version}


def _establishment(dossier: Dossier, siret: str | None) -> str | None:
    if not siret:
        return dossier.sirets[0] if dossier.sirets else None
    if not is_siret(siret):
        raise RefusedRequestError(
            "siret-invalid",
            "Le numéro SIRET est invalide : il doit comporter 14 chiffres "
            "et respecter l'algorithme de Luhn",
            "The SIRET number is invalid: it must be 14 digits and satisfy Luhn's algorithm.",
        )
    if siret not in dossier.sirets:
        raise RefusedRequestError(
            "siret-unknown",
            f"L'établissement correspondant au SIRET {siret} n'est pas reconnu "
            f"pour le dossier {dossier.code}",
            f"The establishment of SIRET {siret} is not known to dossier {dossier.code}.",
        )
    return siret
