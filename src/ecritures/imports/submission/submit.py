"""Submit a request: check it, in the vendor's order, and store it."""

from __future__ import annotations

import hashlib
import json
import secrets
import uuid
from dataclasses import astuple, dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

import structlog

from ecritures.config.traces import present_trace
from ecritures.core.choices import Policies
from ecritures.core.errors import EcrituresError, NotFoundError, RefusedRequestError, SourceError
from ecritures.core.siret import is_siret
from ecritures.directory.domains import read_domain
from ecritures.directory.dossiers import dossier_unknown, find_dossiers
from ecritures.imports.queries import get_import
from ecritures.imports.request import ImportRequest, SourceKind
from ecritures.imports.state.columns import submitted
from ecritures.imports.submission.deposits import resolve_uri
from ecritures.imports.submission.enqueue import Enqueued, QueueLimits, enqueue_all, or_raise
from ecritures.imports.submission.import_models import BUILT_IN_VERSION, find_model
from ecritures.imports.submission.posting_options import posting_options
from ecritures.rules.policy import Policy
from ecritures.sources.addresses import check_form
from ecritures.sources.file_name import name_in_address
from ecritures.sources.sas import read_sas

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from ecritures.database import Database
    from ecritures.directory.dossiers import Dossier
    from ecritures.directory.keys import Caller
    from ecritures.imports.queries import ImportState

log = structlog.get_logger()

T = TypeVar("T")

PERSO = "perso"

_in_order = json.JSONEncoder(sort_keys=True).encode


def present_request_id() -> str | None:
    """Return the HTTP request that is being answered, as the logs name it."""
    return structlog.contextvars.get_contextvars().get("request_id")


@dataclass(frozen=True, slots=True)
class Submission:
    """A request, who makes it, and the HTTP request and trace that it belongs to."""

    caller: Caller
    request: ImportRequest
    request_id: str | None = field(default_factory=present_request_id)
    traceparent: str | None = field(default_factory=present_trace)


def submit_import(
    database: Database, caller: Caller, request: ImportRequest, limits: QueueLimits | None = None
) -> ImportState:
    """Store a request, so that it will be run; the caller wakes the runner.

    Raises:
        RefusedRequestError: The request's content cannot be accepted; the literal messages of
            Cegid Loop, in its order.
        ForbiddenError: The key is not linked to the dossier.
        BusyError: Too many imports wait already.
    """
    [done] = submit_all(database, [Submission(caller, request)], limits)
    recorded = or_raise(done)
    recorded.log()
    return get_import(database, recorded.import_id)


def submit_all(
    database: Database, submissions: Sequence[Submission], limits: QueueLimits | None = None
) -> list[Enqueued | EcrituresError]:
    """Store requests in one transaction; those that are refused take no part in it."""
    prepared = prepare_all(database, submissions)
    rows = [row for row in prepared if not isinstance(row, EcrituresError)]
    if not rows:
        return [one for one in prepared if isinstance(one, EcrituresError)]
    with database.write() as connection:
        recorded = iter(enqueue_all(connection, rows, limits))
    return [one if isinstance(one, EcrituresError) else next(recorded) for one in prepared]


def prepare_import(database: Database, caller: Caller, request: ImportRequest) -> dict[str, Any]:
    """Check a request and return the row that it will be.

    Raises:
        RefusedRequestError: As for `submit_import`.
        ForbiddenError: The key is not linked to the dossier.
    """
    return or_raise(prepare_all(database, [Submission(caller, request)])[0])


def prepare_all(
    database: Database, submissions: Sequence[Submission]
) -> list[dict[str, Any] | EcrituresError]:
    """Check requests; return the row that each will be, or why it is refused."""
    known = _Directory(database, submissions)
    now = database.clock.now()
    prepared: list[dict[str, Any] | EcrituresError] = []
    for one in submissions:
        try:
            prepared.append(_row(database, known, one, now))
        except EcrituresError as error:
            prepared.append(error)
    return prepared


def _row(
    database: Database, known: _Directory, submission: Submission, now: datetime
) -> dict[str, Any]:
    caller, request = submission.caller, submission.request
    kind, location = _source(request)
    if request.kind == PERSO and not request.model:
        raise RefusedRequestError(
            "model-missing",
            "Le modèle d'import n'est pas spécifié.",
            "The import model is not given.",
        )
    dossier = known.dossier(caller, request.dossier or "")
    model, version = _model(database, dossier, request)
    options = (
        _options(known.policy(caller), request.options)
        | known.policies(caller, dossier, request).options()
        | version
    )
    posting_options(dossier, options)  # it can be carried out
    for siret in request.line_sirets:
        _establishment(dossier, siret)
    content = {
        "dossier_id": dossier.id,
        "kind": request.kind,
        "siret": _establishment(dossier, request.siret),
        "model": model,
        "dry_run": request.dry_run,
        "options": options,
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
        "created_at": now,
        "warnings": [],
        **submitted(now),
        "request_id": submission.request_id,
        "traceparent": submission.traceparent,
        "request_sha256": _fingerprint(
            caller, content | {"source_location": request.content_sha256 or location}
        ),
        "asked_by": caller.by or None,
        "requested_times": 1,
        **_about_source(database, caller, kind, location, now),
    }


def _fingerprint(caller: Caller, content: dict[str, Any]) -> str | None:
    """Return what equal requests of one caller share; None for a command, which repeats nothing."""
    if content["source_kind"] is SourceKind.PATH:
        return None
    return hashlib.sha256(_in_order(content | {"key": caller.by}).encode()).hexdigest()


class _Directory:
    """What requests made together concern, read once."""

    def __init__(self, database: Database, submissions: Sequence[Submission]) -> None:
        codes: dict[int, set[str]] = {}
        for one in submissions:
            codes.setdefault(one.caller.domain_id, set()).add(one.request.dossier or "")
        with database.read() as connection:
            self._dossiers = {
                domain_id: find_dossiers(connection, domain_id, for_domain)
                for domain_id, for_domain in codes.items()
            }
            self._settings = {
                code: read_domain(connection, code).settings
                for code in {one.caller.domain for one in submissions}
            }

    def dossier(self, caller: Caller, code: str) -> Dossier:
        """Return a dossier that the caller may touch."""
        found = self._dossiers[caller.domain_id].get(code)
        if found is None:
            sentence = dossier_unknown(code).sentence
            raise RefusedRequestError(sentence.code, sentence.fr, sentence.en)
        caller.check_may_touch(found)
        return found

    def policy(self, caller: Caller) -> Policy:
        """Return the rule settings of the caller's domain.

        Raises:
            RefusedRequestError: They are no longer valid: a rule was renamed, or may not be chosen.
        """
        return _policy(self._settings[caller.domain])

    def policies(self, caller: Caller, dossier: Dossier, request: ImportRequest) -> Policies:
        """Return the policies of an import, as the request, the dossier and the domain choose.

        Raises:
            RefusedRequestError: Two of them contradict each other.
            ForbiddenError: The key has no right to ask for one.
        """
        found = Policies.of(request.options, dossier.settings, self._settings[caller.domain])
        for right in found.rights(dry_run=request.dry_run):
            caller.require(right)
        return found


def _about_source(
    database: Database, caller: Caller, kind: SourceKind, location: str, now: datetime
) -> dict[str, Any]:
    """Return what the way a file is named says: its place in the storage, delays, warnings."""
    if kind is SourceKind.UPLOAD:
        return {"stored_key": location}
    if kind is SourceKind.URI:
        key, is_deposit = resolve_uri(database, caller.domain_id, location)
        return {"source_location": key, "stored_key": key if is_deposit else None}
    if kind is not SourceKind.URL:
        return {}
    try:
        check_form(location)
    except SourceError as error:
        said = error.sentence
        raise RefusedRequestError(said.code, said.fr, said.en) from None
    sas = read_sas(location)
    if sas is None:
        return {}
    start = max(now, sas.starts_at or now)
    warnings = [astuple(warning) for warning in sas.warnings(start)]
    return {"warnings": warnings, **submitted(now, start)}


def _policy(said: dict[str, Any]) -> Policy:
    return Policy.of(said.get("block", ()), said.get("unblock", ()))


def _options(for_domain: Policy, asked: dict[str, Any]) -> dict[str, Any]:
    """Combine the rule settings of the request with those of its domain."""
    if not asked:
        return for_domain.summary()
    return asked | _policy(asked).over(for_domain).summary()


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
    """Find the model by its name; the import keeps its current version."""
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
    return found.name, {"modelVersion": found.version or BUILT_IN_VERSION}


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
        raise siret_unknown(siret, dossier.code)
    return siret


def siret_unknown(siret: str, code: str) -> RefusedRequestError:
    """Return the refusal of an establishment that a dossier does not have."""
    return RefusedRequestError(
        "siret-unknown",
        f"L'établissement correspondant au SIRET {siret} n'est pas reconnu pour le dossier {code}",
        f"The establishment of SIRET {siret} is not known to dossier {code}.",
    )
