"""The lists of the Loop-compatible API: what a dossier holds, filtered, sorted and cut.

The names of fields are the vendor's; those that this service holds are there, the others are not.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from ecritures.app.queries import dossier_named
from ecritures.core.object_ids import Thing, numbers_of, object_id
from ecritures.database.filters.sql import (
    Field,
    Kind,
    compile_filter,
    compile_sort,
    fields_named,
    read_selection,
)
from ecritures.directory.establishments import establishments_of
from ecritures.ledger.read.listed import (
    accounts_in_use,
    journals_in_use,
    lines_in_ledger,
    sections_in_use,
)
from ecritures.ledger.read.narrowing import Narrowing

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from ecritures.database import Database
    from ecritures.directory.dossiers import Dossier
    from ecritures.directory.keys import Caller

TAKE_DEFAULT = 100
TAKE_MAX = 1000
MAIN, SECONDARY = 3, 2
"""Types of establishments, as the vendor numbers them."""

_OBJECT_ID, _REVISION_ID = "objectId", "revisionId"
_NUMBER_MAX = (1 << 31) - 1
"""Of each of the two numbers of an identifier."""


@dataclass(frozen=True, slots=True)
class Slice:
    """Which part of a list: texts as they were given; "": not given."""

    filter: str = ""
    sort: str = ""
    select: str = ""
    skip: int = 0
    take: int = TAKE_DEFAULT


@dataclass(frozen=True, slots=True)
class LoopList:
    """A list.

    Attributes:
        rows: Selects all its rows, with these columns at least.
        fields: Name → column of the rows and what it holds.
        things: Fields that are identifiers → what they name.
        key: The unique key of the rows, and their default order.
        narrowing: What narrows them; None: they are few.
        made: Fields that are made of others, and neither filtered nor sorted by → how.
    """

    rows: Callable[[sa.Connection, Dossier, Collection[str]], sa.Select[Any]]
    fields: Mapping[str, tuple[str, Kind]]
    things: Mapping[str, Thing]
    key: tuple[str, ...]
    narrowing: type[Narrowing] | None = None
    made: Mapping[str, Callable[[Dossier, Mapping[str, Any]], Any]] = field(default_factory=dict)


def _axis(dossier: Dossier, section: Mapping[str, Any]) -> dict[str, str]:
    """Return the axis of a section; it has no number of ours, and is known by its code."""
    code = section["code"].rpartition("@")[2]
    number = int.from_bytes(hashlib.sha256(code.encode()).digest()[:8])
    numbers = number >> 33, number & _NUMBER_MAX
    return {
        _OBJECT_ID: object_id(Thing.AXIS, dossier.domain_id, dossier.id, *numbers),
        "code": code,
    }


def _sections(
    connection: sa.Connection, dossier: Dossier, _columns: Collection[str]
) -> sa.Select[Any]:
    rows = sections_in_use(connection, dossier).subquery()
    return sa.select(rows, sa.literal(value=False).label("closed"))  # none ever is, here


def _accounts(
    _connection: sa.Connection, dossier: Dossier, _columns: Collection[str]
) -> sa.Select[Any]:
    return accounts_in_use(dossier)


def _journals(
    _connection: sa.Connection, dossier: Dossier, _columns: Collection[str]
) -> sa.Select[Any]:
    return journals_in_use(dossier)


def _establishments(
    connection: sa.Connection, dossier: Dossier, _columns: Collection[str]
) -> sa.Select[Any]:
    rows = establishments_of(connection, dossier).subquery()
    kind = sa.case((rows.c.rank == 0, MAIN), else_=SECONDARY)
    return sa.select(rows, kind.label("type"))


_CODE = {_OBJECT_ID: ("id", Kind.ID)}

LISTS: Mapping[str, LoopList] = {
    "compte": LoopList(
        _accounts,
        _CODE | {"numero": ("code", Kind.TEXT), "libelle": ("label", Kind.TEXT)},
        {_OBJECT_ID: Thing.ACCOUNT},
        ("code",),
    ),
    "journal": LoopList(
        _journals,
        _CODE | {"code": ("code", Kind.TEXT), "libelle": ("label", Kind.TEXT)},
        {_OBJECT_ID: Thing.JOURNAL},
        ("code",),
    ),
    "section": LoopList(
        _sections,
        _CODE
        | {
            "code": ("code", Kind.TEXT),
            "description": ("label", Kind.TEXT),
            "ferme": ("closed", Kind.BOOLEAN),
        },
        {_OBJECT_ID: Thing.SECTION},
        ("code",),
        made={"axe": _axis},
    ),
    "etablissementComplet": LoopList(
        _establishments,
        {
            _OBJECT_ID: ("siret", Kind.ID),
            "type": ("type", Kind.INTEGER),
            "raisonsociale": ("company", Kind.TEXT),
            "siret": ("siret", Kind.TEXT),
        },
        {_OBJECT_ID: Thing.ESTABLISHMENT},
        ("rank",),
    ),
    "EcritureComptable": LoopList(
        lines_in_ledger,
        {
            _OBJECT_ID: ("line_id", Kind.ID),
            "ecriture": ("entry_id", Kind.ID),
            "ecritureOrigine": ("reversed_id", Kind.ID),
            "date": ("entry_date", Kind.DAY),
            "journalCode": ("journal", Kind.TEXT),
            "journalLib": ("journal_label", Kind.TEXT),
            "reference": ("number", Kind.TEXT),
            "compteNumero": ("account", Kind.TEXT),
            "compteLib": ("account_label", Kind.TEXT),
            "tiers": ("third_party", Kind.TEXT),
            "tiersLib": ("third_party_label", Kind.TEXT),
            "libelle": ("label", Kind.TEXT),
            "refPiece": ("piece_ref", Kind.TEXT),
            "datePiece": ("piece_date", Kind.DAY),
            "debit": ("debit_cents", Kind.CENTS),
            "credit": ("credit_cents", Kind.CENTS),
            "codeLettrage": ("lettering", Kind.TEXT),
            "dateLettrage": ("lettering_date", Kind.DAY),
            "SIRET": ("siret", Kind.TEXT),
        },
        {_OBJECT_ID: Thing.LINE, "ecriture": Thing.ENTRY, "ecritureOrigine": Thing.ENTRY},
        ("batch_id", "entry", "line"),
        Narrowing,
    ),
}
"""Route → its list."""


def show_list(
    database: Database, caller: Caller, route: str, code: str, wanted: Slice
) -> list[dict[str, Any]]:
    """Return a part of a list of a dossier as JSON.

    Raises:
        RefusedRequestError: There is no such dossier, or `wanted` cannot be understood.
        ForbiddenError: The key is not linked to the dossier.
    """
    dossier = dossier_named(database, caller, code)
    with database.read() as connection:
        return _read(connection, LISTS[route], dossier, wanted)


def _read(
    connection: sa.Connection, one: LoopList, dossier: Dossier, wanted: Slice
) -> list[dict[str, Any]]:
    names = [*one.fields, *one.made, _REVISION_ID]
    shown = read_selection(wanted.select, names) if wanted.select else names
    # Which rows first, then what they say: only a page of them is joined with all its names.
    used = fields_named(wanted.filter, wanted.sort, one.fields)
    key, fields = _open(connection, one, dossier, used)
    query = sa.select(*key)
    if wanted.filter:
        query = query.where(compile_filter(wanted.filter, fields))
    order = compile_sort(wanted.sort, fields) if wanted.sort else []
    query = query.order_by(*order, *key).offset(wanted.skip).limit(wanted.take)
    places = [tuple(row) for row in connection.execute(query)]
    key, fields = _open(connection, one, dossier, one.fields)
    columns = (field.column.label(name) for name, field in fields.items())
    near = [one.in_({place[n] for place in places}) for n, one in enumerate(key)]
    found = connection.execute(sa.select(*key, *columns).where(*near))  # more than the page has
    by_place = {tuple(row[: len(key)]): row._asdict() for row in found}
    ids = {name: _Ids(thing, dossier) for name, thing in one.things.items()}
    objects = [_object(by_place[place], fields, ids, one, dossier) for place in places]
    names = list(dict.fromkeys((_OBJECT_ID, _REVISION_ID, *shown)))
    return [{name: each[name] for name in names} for each in objects]


def _open(
    connection: sa.Connection, one: LoopList, dossier: Dossier, names: Collection[str]
) -> tuple[list[sa.ColumnElement[Any]], dict[str, Field]]:
    """Return the key of the rows of a list, and some of its fields."""
    chosen = {name: one.fields[name] for name in names}
    rows = one.rows(connection, dossier, [column for column, _ in chosen.values()])
    listed = rows.subquery("listed")
    narrowing = one.narrowing(connection, dossier, listed) if one.narrowing else None
    fields = {
        name: Field(
            listed.c[column],
            kind,
            _Ids(one.things[name], dossier).read if name in one.things else None,
            partial(narrowing.by, column) if narrowing else None,
        )
        for name, (column, kind) in chosen.items()
    }
    return [listed.c[name].label(f"key_{name}") for name in one.key], fields


@dataclass(frozen=True, slots=True)
class _Ids:
    """Identifiers of things of a dossier: by number, SIRET, or batch and number there."""

    thing: Thing
    dossier: Dossier

    def write(self, value: int | str) -> str:
        """Return the identifier of what a column names."""
        text = str(value)
        if self.thing is Thing.ESTABLISHMENT:
            numbers = int(text[:7]), int(text[7:])
        else:
            first, _, last = text.rpartition(":")
            numbers = int(first or 0), int(last)
        return object_id(self.thing, self.dossier.domain_id, self.dossier.id, *numbers)

    def read(self, text: str) -> int | str | None:
        """Return the value of the column that an identifier stands for."""
        found = numbers_of(text, self.thing, self.dossier.domain_id, self.dossier.id)
        if found is None:
            return None
        if self.thing is Thing.ESTABLISHMENT:
            return "{:07}{:07}".format(*found)
        return "{}:{}".format(*found) if self.thing in {Thing.ENTRY, Thing.LINE} else found[1]


def _object(
    row: Mapping[str, Any],
    fields: Mapping[str, Field],
    ids: Mapping[str, _Ids],
    of: LoopList,
    dossier: Dossier,
) -> dict[str, Any]:
    """Return an object; `revisionId` changes with any of its fields, and only then."""
    values = {
        name: None if row[name] is None else _as_json(row[name], field.kind, ids.get(name))
        for name, field in fields.items()
    }
    values |= {name: make(dossier, values) for name, make in of.made.items()}
    content = json.dumps(values, ensure_ascii=False).encode()
    return values | {_REVISION_ID: f"0x{hashlib.sha256(content).hexdigest()[:16].upper()}"}


def _as_json(value: Any, kind: Kind, ids: _Ids | None) -> Any:  # noqa: ANN401 - any value of JSON
    if ids is not None:
        return ids.write(value)
    if kind is Kind.CENTS:
        return value / 100
    return value.isoformat() if kind is Kind.DAY else value
