"""Take a request: check what it says, in the vendor's order, and write it down."""

from __future__ import annotations

import hashlib
import json
import secrets
import uuid
from dataclasses import astuple, dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
import structlog

from ecritures.checks.policy import Policy
from ecritures.database import across_domains
from ecritures.database.tables import dossiers, imports
from ecritures.directory.domains import get_domain
from ecritures.directory.dossiers import get_dossier
from ecritures.imports.deposits import resolve_uri
from ecritures.imports.models import find_model
from ecritures.imports.source_address import name_in_address
from ecritures.imports.store import read_import
from ecritures.model.errors import BusyError, NotFoundError, RefusedRequestError
from ecritures.model.imports import ImportRequest, Phase, SourceKind, Status
from ecritures.model.siret import is_siret
from ecritures.sources.sas import read_sas
from ecritures.traces import present_trace

if TYPE_CHECKING:
    from datetime import datetime

    from ecritures.database import Database
    from ecritures.directory.dossiers import Dossier
    from ecritures.directory.keys import Caller
    from ecritures.imports.store import ImportState
    from ecritures.settings import Settings

log = structlog.get_logger()

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
    row = prepare_import(database, caller, request)
    with database.write() as connection:
        return record_import(connection, row, limits)


def prepare_import(database: Database, caller: Caller, request: ImportRequest) -> dict[str, Any]:
    """Check a request and return the row that it will be.

    Raises:
        RefusedRequestError: As for `submit_import`.
        ForbiddenError: The key is not linked to the dossier.
    """
    kind, location = _source(request)
    if request.kind == PERSO and not request.model:
        raise RefusedRequestError(
            "model-missing",
            "Le modèle d'import n'est pas spécifié.",
            "The import model is not given.",
        )
    dossier = _dossier(database, caller, request)
    model, version = _model(database, dossier, request)
    now = database.clock.now()
    content = {
        "dossier_id": dossier.id,
        "kind": request.kind,
        "siret": _establishment(dossier, request.siret),
        "model": model,
        "dry_run": request.dry_run,
        "options": _options(database, caller, request.options) | version,
        "source_kind": kind,
        "source_location": location,
    }
    return {
        "id": str(uuid.uuid4()),
        "object_id": f"{int(now.timestamp()):08x}{secrets.token_hex(8)}",
        "domain_id": caller.domain_id,
        **content,
        "source_name": request.name or name_in_address(location),
        "status": Status.WAITING,
        "phase": Phase.WAITING,
        "due_at": now,
        "asked_at": now,
        "created_at": now,
        "updated_at": now,
        "request_id": structlog.contextvars.get_contextvars().get("request_id"),
        "traceparent": present_trace(),
        "request_sha256": hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest(),
        **_about_source(database, caller, kind, location, now),
    }


def record_import(
    connection: sa.Connection, row: dict[str, Any], limits: Limits | None = None
) -> ImportState:
    """Write a prepared row down, or join the same request that has not ended.

    Raises:
        BusyError: Too many imports wait already.
    """
    twin = _same_request(connection, row, limits.window_seconds) if limits else None
    if twin is not None:
        connection.execute(
            imports.update()
            .where(imports.c.id == twin)
            .values(requested_times=imports.c.requested_times + 1)
        )
    else:
        if limits:
            _check_room(connection, row["domain_id"], limits)
        connection.execute(imports.insert().values(row))
    log.info("import asked for", import_id=twin or row["id"], joined=twin is not None)
    return read_import(connection, twin or row["id"])


def _same_request(
    connection: sa.Connection, row: dict[str, Any], window_seconds: float
) -> str | None:
    if not window_seconds:
        return None
    # Twins that come at the same moment wait here for each other (SQLite has one writer anyway).
    dossier = sa.select(dossiers.c.id).where(dossiers.c.id == row["dossier_id"])
    connection.execute(dossier.with_for_update(key_share=True))
    same = (
        sa.select(imports.c.id)
        .where(
            imports.c.dossier_id == row["dossier_id"],
            imports.c.request_sha256 == row["request_sha256"],
            imports.c.status.in_((Status.WAITING, Status.RUNNING)),
            imports.c.created_at > row["created_at"] - timedelta(seconds=window_seconds),
        )
        .order_by(imports.c.created_at.desc())
        .limit(1)
    )
    return connection.execute(same).scalar_one_or_none()


def _check_room(connection: sa.Connection, domain_id: int, limits: Limits) -> None:
    waiting = sa.select(sa.func.count()).where(imports.c.status == Status.WAITING)
    of_domain = waiting.where(imports.c.domain_id == domain_id)
    if connection.execute(of_domain).scalar_one() >= limits.domain_queue_imports_max:
        raise BusyError(
            "domain-queue-full",
            "Trop d'imports du domaine attendent déjà : refaites la demande plus tard.",
            "Too many imports of the domain are waiting already: ask again later.",
            QUEUE_RETRY_SECONDS,
        )
    with across_domains(connection):
        in_all = connection.execute(waiting).scalar_one()
    if in_all >= limits.queue_imports_max:
        raise BusyError(
            "queue-full",
            "Trop d'imports attendent déjà : refaites la demande plus tard.",
            "Too many imports are waiting already: ask again later.",
            QUEUE_RETRY_SECONDS,
        )


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


def _options(database: Database, caller: Caller, asked: dict[str, Any]) -> dict[str, Any]:
    """Lay what the request says of the rules over what its domain says, and keep both as one."""
    settings = get_domain(database, caller.domain).settings
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


def _dossier(database: Database, caller: Caller, request: ImportRequest) -> Dossier:
    code = request.dossier or ""
    try:
        dossier = get_dossier(database, caller.domain_id, code)
    except NotFoundError as error:
        sentence = error.sentence
        raise RefusedRequestError(sentence.code, sentence.fr, sentence.en) from error
    caller.check_may_touch(dossier)
    return dossier


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
