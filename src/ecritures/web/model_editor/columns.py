"""Which column of a sample is which field, in the document of a model: read and changed.

A document that is edited with controls has one kind of lines, and its parts have the right shape;
it need not be a valid model yet. Others are edited as text.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ecritures.formats.layouts.rows.placement import plain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ecritures.formats.layouts.sample import SampleTable

FIELDS: dict[str, tuple[str, str]] = {
    "entryDate": ("Date", "Date"),
    "journalCode": ("Journal", "Journal"),
    "accountNumber": ("Compte", "Account"),
    "thirdPartyNumber": ("Tiers", "Third party"),
    "entryNumber": ("Numéro d’écriture", "Entry number"),
    "pieceRef": ("Pièce", "Document"),
    "label": ("Libellé", "Label"),
    "debit": ("Débit", "Debit"),
    "credit": ("Crédit", "Credit"),
    "amount": ("Montant", "Amount"),
    "direction": ("Sens", "Side"),
    "sign": ("Signe", "Sign"),
    "journalLabel": ("Nom du journal", "Name of the journal"),
    "accountLabel": ("Nom du compte", "Name of the account"),
    "thirdPartyLabel": ("Nom du tiers", "Name of the third party"),
    "pieceDate": ("Date de la pièce", "Date of the document"),
    "lettering": ("Lettrage", "Matching"),
    "letteringDate": ("Date de lettrage", "Date of matching"),
    "validationDate": ("Date de validation", "Date of validation"),
    "currencyAmount": ("Montant en devise", "Amount in currency"),
    "currency": ("Devise", "Currency"),
    "siret": ("Établissement", "Establishment"),
}
_PARTS = ("input", "fields", "dates", "amounts", "accounts")
_SHAPES: tuple[tuple[str, str, type], ...] = (
    ("input", "dialect", dict),
    ("dates", "formats", list),
    ("amounts", "directions", dict),
    ("accounts", "thirdParties", list),
    ("accounts", "replace", list),
    ("accounts", "pad", dict),
)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the sample.

    Attributes:
        at: Its place, from 0.
        name: Its name in the header; else its number.
        key: What the document calls it; None: it does not name it.
        field: The field that it is; empty: none.
    """

    at: int
    name: str
    key: str | None
    field: str


def is_editable(document: Any) -> bool:  # noqa: ANN401 - any document
    """Return whether controls can change a document."""
    if not isinstance(document, dict):
        return False
    if not all(isinstance(document.get(part, {}), dict) for part in _PARTS):
        return False
    if not all(isinstance(spec, dict) for spec in document.get("fields", {}).values()):
        return False
    if not all(_fits(document, *one) for one in _SHAPES):
        return False
    source = document.get("input", {})
    records = source.get("records", [{}])
    if source.get("kind", "delimited") not in {"delimited", "sheet", "fixed"}:
        return False
    return (
        isinstance(records, list)
        and len(records) == 1
        and isinstance(records[0], dict)
        and records[0].get("role", "entry") == "entry"
        and isinstance(records[0].get("columns", {}), dict)
        and all(_fits({"map": spec}, "map", "table", dict) for spec in _maps(document))
        and _are_lines(document.get("lines"))
    )


def _are_lines(lines: Any) -> bool:  # noqa: ANN401 - any document
    """Return whether controls can show the lines that each row makes."""
    return lines is None or (
        isinstance(lines, list)
        and all(isinstance(one, dict) for one in lines)
        and all(isinstance(spec, dict | bool) for one in lines for spec in one.values())
    )


def _fits(document: dict[str, Any], part: str, name: str, kind: type) -> bool:
    return isinstance(document.get(part, {}).get(name, kind()), kind)


def _maps(document: dict[str, Any]) -> list[Any]:
    maps = [spec.get("map") or {} for spec in document.get("fields", {}).values()]
    return [one if isinstance(one, dict) else {"table": None} for one in maps]


def record_of(document: dict[str, Any]) -> dict[str, Any]:
    """Return the one kind of lines of a document, which is made where it is missing."""
    records = document.setdefault("input", {}).setdefault("records", [{}])
    found: dict[str, Any] = records[0]
    return found


def field_of_keys(document: dict[str, Any]) -> dict[str, str]:
    """Return column → the first field that is made of it alone."""
    found: dict[str, str] = {}
    for name, spec in document.get("fields", {}).items():
        key = spec.get("from")
        if name in FIELDS and isinstance(key, str) and key:
            found.setdefault(key, name)
    return found


def columns_of(document: dict[str, Any], table: SampleTable) -> list[Column]:
    """Return the columns of a sample, as the document places them."""
    places = record_of(document).get("columns", {})
    named = {plain(name): at for at, name in reversed(list(enumerate(table.header)))}
    keys: dict[int, str] = {}
    fields = field_of_keys(document)
    by_name = places or dict.fromkeys(fields)
    for key, place in by_name.items():
        at = _index(key if place is None else place, named)
        if at is not None and (at not in keys or key in fields):
            keys[at] = key
    columns = []
    for at in range(table.width):
        name = table.header[at] if at < len(table.header) and table.header[at] else str(at + 1)
        key = keys.get(at)
        columns.append(Column(at, name, key, fields.get(key, "") if key else ""))
    return columns


def _index(place: Any, named: Mapping[str, int]) -> int | None:  # noqa: ANN401 - any document
    if isinstance(place, int):
        return place - 1
    if isinstance(place, str):
        return named.get(plain(place))
    if not isinstance(place, dict):
        return None
    if isinstance(place.get("position"), int):
        return int(place["position"]) - 1
    names = place.get("names") or [place.get("name")]
    shown = (named.get(plain(name)) for name in names if isinstance(name, str))
    return next((at for at in shown if at is not None), None)


def assign(document: dict[str, Any], table: SampleTable, wanted: Mapping[int, str]) -> None:
    """Say which field each column is; the settings of a field that moves are kept.

    Args:
        document: The model, which is changed.
        table: The sample.
        wanted: The place of a column → its field; empty: none.
    """
    columns = columns_of(document, table)
    fields = document.setdefault("fields", {})
    changed = [one for one in columns if wanted.get(one.at, one.field) != one.field]
    taken = {wanted[one.at] for one in changed}
    for one in changed:
        if one.field and one.field not in taken:
            fields.pop(one.field, None)
    for one in changed:
        field = wanted[one.at]
        if field in FIELDS:
            fields[field] = fields.get(field, {}) | {"from": key_of(document, table, one)}


def key_of(document: dict[str, Any], table: SampleTable, column: Column) -> str:
    """Return what the document calls a column, which gets a place where it has none."""
    if column.key:
        return column.key
    record = record_of(document)
    header = table.header[column.at] if column.at < len(table.header) else ""
    is_named = bool(header) and table.header.count(header) == 1
    if is_named and not record.get("columns"):
        return header
    places = record.setdefault("columns", {})
    for key in field_of_keys(document):  # the others went by their names until now
        places.setdefault(key, key)
    key = column.name if is_named else f"column{column.at + 1}"
    while key in places:
        key += "_"
    places[key] = header if is_named else column.at + 1
    return key


def place_by_position(document: dict[str, Any], table: SampleTable) -> None:
    """Place every column by its position: the file has no line of names."""
    columns = columns_of(document, table)
    record_of(document)["columns"] = {one.key: one.at + 1 for one in columns if one.key}
