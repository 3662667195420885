"""Examples of the refusals of `/v1`, for the description of the API."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from ecritures.api.http.problems import problem_body
from ecritures.core.sentences import Sentence

if TYPE_CHECKING:
    from collections.abc import Mapping

_ID: Final = "4dfa8727-0413-4e80-9fe2-3bea94b22833"
_INSTANCE: Final = "/v1/imports"

_OF_ANY: Mapping[int, tuple[tuple[str, str, str], ...]] = {
    400: (
        (
            "body-unreadable",
            "Le corps de la requête ne peut pas être lu.",
            "The body of the request cannot be read.",
        ),
    ),
    401: (
        (
            "key-refused",
            "Clé d'API absente ou refusée : l'en-tête x-apikey doit porter « clé:secret ».",
            "API key missing or refused: the x-apikey header must carry “key:secret”.",
        ),
    ),
    403: (
        (
            "right-missing",
            "Cette clé d'API n'a pas le droit « import » : demandez une clé qui l'a.",
            "This API key does not have the right “import”: ask for a key that has it.",
        ),
        (
            "dossier-forbidden",
            "La clé d'API n'est pas liée au dossier CEGID003.",
            "The API key is not linked to dossier CEGID003.",
        ),
    ),
    413: (
        (
            "body-too-large",
            "Le corps de la requête dépasse 1048576 octets.",
            "The body of the request is larger than 1048576 bytes.",
        ),
    ),
    415: (
        (
            "media-type-refused",
            (
                "Ce type de contenu n'est pas accepté : envoyer application/json ou"
                " multipart/form-data."
            ),
            "This media type is not accepted: send application/json or multipart/form-data.",
        ),
    ),
    422: (
        (
            "request-invalid",
            "La requête n'est pas valable : « errors » dit pourquoi, champ par champ.",
            "The request is not valid: “errors” says why, field by field.",
        ),
    ),
    429: (
        (
            "too-many-requests",
            "Trop de requêtes à la fois : attendez un instant.",
            "Too many requests at once: wait a moment.",
        ),
    ),
    500: (
        (
            "internal-error",
            "Le service a rencontré une erreur imprévue ; elle est notée dans son journal.",
            "An unexpected error occurred; it is recorded in the service's log.",
        ),
    ),
    503: (
        (
            "database-unavailable",
            (
                "La base de données du service ne répond pas comme il faut : le journal du service"
                " en dit plus."
            ),
            ("The database of the service is not working properly: the service's log says more."),
        ),
    ),
}
"""Refusals that say the same whatever the operation, by status."""

_CONFLICT = (
    "idempotency-conflict",
    "Cette Idempotency-Key a déjà servi pour une autre demande : prenez-en une nouvelle.",
    "This Idempotency-Key was already used for another request: use a new one.",
)
_DOSSIER = (
    "dossier-unknown",
    "Le dossier CEGID009 n'existe pas sur le domaine.",
    "Dossier CEGID009 does not exist in the domain.",
)
_YEAR = (
    "fiscal-year-unknown",
    (
        "Le dossier CEGID003 n'a pas d'exercice « 2031 » : donnez son premier jour, ou l'année"
        " où il finit."
    ),
    "Dossier CEGID003 has no fiscal year “2031”: give its first day, or the year in which it ends.",
)
_PURGED = (
    "revision-purged",
    (
        "La révision 12 du grand livre de CEGID003 n'est plus lisible : des lignes qu'elle"
        " contenait, retirées depuis, ne sont plus conservées. Reprenez à la révision actuelle."
    ),
    (
        "Revision 12 of the ledger of CEGID003 can no longer be read: lines that it held were"
        " withdrawn since, and are no longer kept. Start again at the present revision."
    ),
)
_EMPTY = (
    "export-empty",
    "Le dossier CEGID003 n'a aucune écriture dans cette période.",
    "Dossier CEGID003 has no entry in this period.",
)

_MISSING: Mapping[str, tuple[str, str, str]] = {
    "/v1/domains": (
        "domain-unknown",
        "Le domaine CABINET9 n'existe pas : « ecritures domain list » donne les domaines.",
        "Domain CABINET9 does not exist: “ecritures domain list” shows the domains.",
    ),
    "/v1/dossiers": _DOSSIER,
    "/v1/imports": (
        "import-unknown",
        f"La demande d'import {_ID} n'existe pas sur le domaine.",
        f"Import request {_ID} does not exist in the domain.",
    ),
    "/v1/keys": ("key-unknown", "Cette clé d'API n'existe pas.", "This API key does not exist."),
    "/v1/models": (
        "model-unknown",
        "Le modèle d'import PAIE n'existe pas sur le domaine.",
        "Import model PAIE does not exist in the domain.",
    ),
    "/v1/users": (
        "user-unknown",
        "Il n'y a pas de personne camille@cabinet.example dans le domaine.",
        "There is nobody camille@cabinet.example in the domain.",
    ),
    "/v1/webhooks": (
        "webhook-unknown",
        f"Le webhook {_ID} n'existe pas sur le domaine.",
        f"Webhook {_ID} does not exist in the domain.",
    ),
}
"""What the absence of a resource is called, by the beginning of its path."""

_OWN: Mapping[tuple[str, int], tuple[tuple[str, str, str], ...]] = {
    ("addFiscalYear", 409): (
        (
            "fiscal-year-overlaps",
            "Cet exercice chevauche celui du 01/01/2024 au 31/12/2024.",
            "This fiscal year overlaps that from 2024-01-01 to 2024-12-31.",
        ),
    ),
    ("downloadAttachment", 409): (
        (
            "attachment-changed",
            (
                "La pièce jointe facture.pdf n'est plus celle qui a été reçue : le stockage l'a"
                " changée. Prévenez l'exploitant du service."
            ),
            (
                "Attached document facture.pdf is no longer the one that was received: the storage"
                " changed it. Tell the operator of the service."
            ),
        ),
    ),
    ("cancelImport", 409): (
        (
            "import-ended",
            f"L'import {_ID} est déjà terminé : il n'y a plus rien à arrêter.",
            f"Import {_ID} has already ended: there is nothing left to cancel.",
        ),
    ),
    ("closeFiscalYear", 404): (_YEAR,),
    ("carryFiscalYearForward", 404): (_YEAR,),
    ("undoCarryForward", 404): (_YEAR,),
    ("reopenFiscalYear", 404): (_YEAR,),
    ("reopenFiscalYear", 409): (
        (
            "fiscal-year-final",
            "L'exercice du 01/01/2024 au 31/12/2024 est clôturé : il ne peut pas être rouvert.",
            "The fiscal year from 2024-01-01 to 2024-12-31 is final: it cannot be reopened.",
        ),
    ),
    ("closeFiscalYear", 409): (
        (
            "fiscal-year-closed",
            "L'exercice du 01/01/2024 au 31/12/2024 est déjà clos.",
            "The fiscal year from 2024-01-01 to 2024-12-31 is closed already.",
        ),
    ),
    ("confirmImport", 409): (
        (
            "nothing-to-confirm",
            f"L'import {_ID} n'est pas un aperçu terminé : il n'y a rien à confirmer.",
            f"Import {_ID} is no dry run that has ended: there is nothing to confirm.",
        ),
    ),
    ("createDossier", 409): (
        (
            "dossier-exists",
            "Le dossier CEGID003 existe déjà.",
            "Dossier CEGID003 exists already.",
        ),
    ),
    ("createKey", 404): (_DOSSIER,),
    ("createUser", 404): (_DOSSIER,),
    ("createUser", 409): (
        (
            "user-exists",
            "Une personne du cabinet a déjà l'adresse camille@cabinet.example.",
            "Somebody of the firm has the address camille@cabinet.example already.",
        ),
    ),
    ("createWebhook", 409): (
        (
            "webhooks-too-many",
            "Le domaine a déjà 20 webhooks : supprimez-en un.",
            "The domain already has 20 webhooks: remove one.",
        ),
    ),
    ("exportFec", 409): (_EMPTY,),
    ("exportLedger", 409): (_EMPTY,),
    ("getEntry", 404): (
        (
            "entry-unknown",
            "L'écriture 91631441-2 n'est pas dans le grand livre de CEGID003 à la révision 12.",
            "Entry 91631441-2 is not in the ledger of CEGID003 at revision 12.",
        ),
    ),
    ("listAnomalies", 409): (
        (
            "report-not-ready",
            "Le fichier de cet import n'a pas été lu : il n'y a pas de rapport.",
            "The file of this import was not read: there is no report.",
        ),
    ),
    ("lockPeriod", 409): (
        (
            "locked-already",
            "Le dossier CEGID003 est déjà verrouillé jusqu'au 31/03/2024.",
            "Dossier CEGID003 is locked up to 2024-03-31 already.",
        ),
    ),
    ("matchLines", 409): (
        (
            "line-matched",
            "Une de ces lignes est déjà lettrée à la main : délettrez-la d'abord.",
            "One of these lines is matched by hand already: unmatch it first.",
        ),
    ),
    ("resendDelivery", 404): (
        (
            "delivery-unknown",
            f"Le webhook {_ID} n'a pas de livraison {_ID}.",
            f"Webhook {_ID} has no delivery {_ID}.",
        ),
    ),
    ("restoreImport", 409): (
        (
            "not-undone",
            "Cet import n'est pas annulé : il n'y a rien à rétablir.",
            "This import is not undone: there is nothing to restore.",
        ),
    ),
    ("retryImport", 409): (
        (
            "import-not-failed",
            f"L'import {_ID} n'a pas échoué : il n'y a rien à reprendre.",
            f"Import {_ID} has not failed: there is nothing to retry.",
        ),
    ),
    ("undoImport", 409): (
        (
            "already-undone",
            "Cet import est déjà annulé : ses écritures ne sont plus au grand livre.",
            "This import is undone already: its entries are no longer in the ledger.",
        ),
    ),
    ("unlockPeriod", 409): (
        (
            "not-locked",
            "Le dossier CEGID003 n'a pas de période verrouillée.",
            "Dossier CEGID003 has no locked period.",
        ),
    ),
    ("unmatchLines", 404): (
        (
            "lettering-unknown",
            "Aucune ligne du grand livre n'est lettrée AA.",
            "No line of the ledger has the lettering AA.",
        ),
    ),
}
"""What one operation says besides, by its name and the status."""

_FIELDS = [{"field": "body.dossier", "message": "Ce champ manque.", "messageEn": "Field required"}]


def refusal_examples(
    operation: str, method: str, path: str, status: int
) -> dict[str, dict[str, str]]:
    """Return the examples of a refusal of an operation, as references to `REFUSALS`."""
    said = list(_OWN.get((operation, status), ()) + _OF_ANY.get(status, ()))
    resource = "/".join(path.split("/")[:3])
    if status == HTTPStatus.NOT_FOUND and resource in _MISSING:
        said.append(_MISSING[resource])
    elif status == HTTPStatus.CONFLICT and method != "get":
        said.append(_CONFLICT)
    elif status == HTTPStatus.GONE:
        said.append(_PURGED)
    return {
        code: {"$ref": f"#/components/examples/{_name(code, status)}"} for code, _fr, _en in said
    }


def _name(code: str, status: int) -> str:
    return f"{code}-{status}"


def _problem(code: str, fr: str, en: str, status: int) -> dict[str, Any]:
    body: dict[str, Any] = {**problem_body(status, Sentence(code, fr, en), _INSTANCE)}
    if code == "request-invalid":
        body["errors"] = _FIELDS
    return {"summary": code, "value": body}


_SAID = (
    *((status, one) for status, some in _OF_ANY.items() for one in some),
    *((status, one) for (_, status), some in _OWN.items() for one in some),
    *((404, one) for one in _MISSING.values()),
    *((409, _CONFLICT), (410, _PURGED)),
)
REFUSALS: Final = {_name(one[0], status): _problem(*one, status) for status, one in _SAID}
"""Each of them once: the examples of the description."""
