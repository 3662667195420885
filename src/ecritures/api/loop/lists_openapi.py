"""The OpenAPI description of the vendor's reference routes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ecritures.api.loop.openapi import COMMON, failures, success
from ecritures.app.loop_lists import LISTS, TAKE_DEFAULT, TAKE_MAX
from ecritures.core.object_ids import Thing, object_id
from ecritures.database.filters.grammar import CHARACTERS_MAX
from ecritures.database.filters.sql import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

_TYPES: Mapping[Kind, dict[str, Any]] = {
    Kind.TEXT: {"type": ["string", "null"]},
    Kind.INTEGER: {"type": "integer"},
    Kind.CENTS: {"type": "number"},
    Kind.DAY: {"type": ["string", "null"], "format": "date"},
    Kind.BOOLEAN: {"type": "boolean"},
    Kind.ID: {"type": ["string", "null"], "format": "uuid"},
}
_REVISION = {
    "type": "string",
    "pattern": "^0x[0-9A-F]{16}$",
    "description": "Change avec l'un des champs, et seulement alors.",
}

_WORDS: Mapping[str, tuple[str, str]] = {
    "compte": ("Comptes généraux", "Les comptes qui ont au moins une ligne dans le dossier."),
    "journal": ("Journaux", "Les journaux qui ont au moins une ligne dans le dossier."),
    "section": (
        "Sections analytiques",
        "Celles sur lesquelles une ligne du dossier est ventilée ; `code` : `SECTION@AXE`.",
    ),
    "etablissementComplet": (
        "Établissements",
        "`type` : 3 l'établissement principal, 2 un établissement secondaire.",
    ),
    "EcritureComptable": (
        "Lignes d'écritures",
        """\
Les lignes des écritures du dossier, telles qu'elles y sont maintenant : ni celles d'un import
annulé, ni celles qu'un autre a remplacées. `codeLettrage` est le lettrage en vigueur. `ecriture`
identifie l'écriture de la ligne, `ecritureOrigine` celle que son écriture contre-passe.""",
    ),
}

_EXAMPLES: Mapping[str, dict[str, Any]] = {
    "compte": {"numero": "411000", "libelle": "Clients"},
    "journal": {"code": "VE", "libelle": "Ventes"},
    "section": {
        "code": "NORD@A1",
        "description": "Région nord",
        "ferme": False,
        "axe": {"objectId": object_id(Thing.AXIS, 1, 1, 1, 2), "code": "A1"},
    },
    "etablissementComplet": {
        "type": 3,
        "raisonsociale": "Atelier Lumen",
        "siret": "07955542100027",
    },
    "EcritureComptable": {
        "ecriture": object_id(Thing.ENTRY, 1, 1, 1, 1),
        "ecritureOrigine": None,
        "date": "2024-01-15",
        "journalCode": "VE",
        "journalLib": "Ventes",
        "reference": "1",
        "compteNumero": "411000",
        "compteLib": "Clients",
        "tiers": "C001",
        "tiersLib": "Client 1",
        "libelle": "Facture 1",
        "refPiece": "F1",
        "datePiece": "2024-01-14",
        "debit": 120.5,
        "credit": 0.0,
        "codeLettrage": "AA",
        "dateLettrage": "2024-02-15",
        "SIRET": None,
    },
}
_LANGUAGE = (
    "Condition : `==`, `===`, `!=`, `!==`, `>=`, `<=`, `>`, `<`, `&&`, `||`, parenthèses ; textes "
    "et dates entre guillemets, nombres, `null`."
)
_FILTERS: Mapping[str, str] = {
    "compte": 'numero >= "411" && numero < "412"',
    "journal": 'code == "VE"',
    "section": 'code == "NORD@A1"',
    "etablissementComplet": "type == 3",
    "EcritureComptable": 'codeLettrage == null && compteNumero == "411000"',
}


def _parameters(route: str) -> list[dict[str, Any]]:
    fields = list(LISTS[route].fields)
    described: list[tuple[str, str, dict[str, Any], object]] = [
        ("codeDossier", "Code du dossier.", {"type": "string"}, "CEGID003"),
        (
            "filter",
            _LANGUAGE,
            {"type": "string", "maxLength": CHARACTERS_MAX},
            _FILTERS[route],
        ),
        ("sort", "Tri : `champ1&&champ2:desc`.", {"type": "string"}, f"{fields[1]}:desc"),
        ("skip", "Combien d'éléments passer.", {"type": "integer", "minimum": 0}, 0),
        (
            "take",
            "Combien d'éléments rendre.",
            {
                "type": "integer",
                "minimum": 1,
                "maximum": TAKE_MAX,
                "default": TAKE_DEFAULT,
            },
            TAKE_DEFAULT,
        ),
        ("select", "Seulement ces champs : `champ1&&champ2`.", {"type": "string"}, fields[1]),
    ]
    return [
        {
            "name": name,
            "in": "query",
            "required": name == "codeDossier",
            "description": text,
            "schema": schema,
            "examples": {"value": {"value": example}},
        }
        for name, text, schema, example in described
    ]


def _schema(route: str) -> dict[str, Any]:
    fields = {name: _TYPES[kind] for name, (_, kind) in LISTS[route].fields.items()}
    fields["objectId"] = {"type": "string", "format": "uuid"}
    if LISTS[route].made:
        axis = {"objectId": fields["objectId"], "code": {"type": "string"}}
        fields["axe"] = {"type": "object", "properties": axis}
    item = {
        "type": "object",
        "required": ["objectId", "revisionId"],
        "properties": fields | {"revisionId": _REVISION},
    }
    return {"type": "array", "maxItems": TAKE_MAX, "items": item}


def _example(route: str) -> list[dict[str, Any]]:
    if not _EXAMPLES[route]:
        return []
    thing = LISTS[route].things["objectId"]
    head = {"objectId": object_id(thing, 1, 1, 1, 2), "revisionId": "0x3F60C1A2B4D58E97"}
    return [head | _EXAMPLES[route]]


def _route(route: str) -> dict[str, Any]:
    summary, text = _WORDS[route]
    fields = ", ".join(f"`{name}`" for name in LISTS[route].fields)
    return {
        "operation_id": route,
        "summary": summary,
        "description": f"{text}\n\nChamps pour `filter`, `sort` et `select` : {fields}."
        " Un paramètre inconnu est ignoré.",
        "responses": success(
            "Un tableau, éventuellement vide",
            _schema(route),
            {"found": {"summary": summary, "value": _example(route)}},
        )
        | failures(
            COMMON
            | {
                400: "Dossier inconnu, ou paramètre refusé",
                403: "Droit absent, ou clé non liée au dossier",
            }
        ),
        "openapi_extra": {"parameters": _parameters(route)},
    }


ROUTES: Mapping[str, dict[str, Any]] = {route: _route(route) for route in LISTS}
"""Route → its description."""

RESPONSES = {
    route: {str(status): one for status, one in said["responses"].items()}
    for route, said in ROUTES.items()
}
