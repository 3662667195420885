"""Take a request: check what it says, in the vendor's order, and write it down."""

from __future__ import annotations

import secrets
import uuid
from dataclasses import astuple
from typing import TYPE_CHECKING, Any

from ecritures.checks.policy import Policy
from ecritures.database.tables import imports
from ecritures.directory.domains import get_domain
from ecritures.directory.dossiers import get_dossier
from ecritures.imports.deposits import resolve_uri
from ecritures.imports.source_address import name_in_address
from ecritures.imports.store import get_import
from ecritures.model.errors import NotFoundError, RefusedRequestError
from ecritures.model.imports import ImportRequest, Phase, SourceKind, Status
from ecritures.model.siret import is_siret
from ecritures.sources.sas import read_sas

if TYPE_CHECKING:
    from ecritures.database import Database
    from ecritures.directory.dossiers import Dossier
    from ecritures.directory.keys import Caller
    from ecritures.imports.store import ImportState


def submit_import(database: Database, caller: Caller, request: ImportRequest) -> ImportState:
    """Write a request down, so that it will be run; the runner is to be woken by the caller.

    Raises:
        RefusedRequestError: The request's content cannot be accepted; the literal messages of
            Cegid Loop, in its order.
        ForbiddenError: The key is not linked to the dossier.
    """
    kind, location = _source(request)
    dossier = _dossier(database, caller, request)
    siret = _establishment(dossier, request.siret)
    import_id = str(uuid.uuid4())
    now = database.clock.now()
    row = {
        "id": import_id,
        "object_id": f"{int(now.timestamp()):08x}{secrets.token_hex(8)}",
        "domain_id": caller.domain_id,
        "dossier_id": dossier.id,
        "kind": request.kind,
        "siret": siret,
        "model": request.model,
        "dry_run": request.dry_run,
        "options": _options(database, caller, request.options),
        "source_kind": kind,
        "source_location": location,
        "source_name": request.name or name_in_address(location),
        "status": Status.WAITING,
        "phase": Phase.WAITING,
        "due_at": now,
        "asked_at": now,
        "created_at": now,
        "updated_at": now,
        **_about_source(database, caller, kind, location),
    }
    with database.write() as connection:
        connection.execute(imports.insert().values(row))
    return get_import(database, import_id)


def _about_source(
    database: Database, caller: Caller, kind: SourceKind, location: str
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
    now = database.clock.now()
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
