"""Filters, sort keys and selections by the names of fields, compiled to SQL whose values are bound.

A name is looked up in the fields of the list; only the column found there enters a statement.
"""

from __future__ import annotations

import operator
import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from ecritures.core.errors import RefusedRequestError
from ecritures.database.filters.grammar import Comparison, parse

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from sqlalchemy.sql.compiler import SQLCompiler

    from ecritures.database.filters.grammar import Condition


class Kind(StrEnum):
    """What a field holds, and so what it is compared with."""

    TEXT = "text"
    INTEGER = "integer"
    CENTS = "cents"  # written as a number of euros
    DAY = "day"
    BOOLEAN = "boolean"
    ID = "id"  # equal or not, no more


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a list.

    Attributes:
        column: Its value; of an id, what `read` returns.
        read: Of an id: the value of the column for a text; None: no object has that id.
        narrow: For an operator and a value: a condition that holds wherever that comparison does,
            and that an index or a cheaper scan can evaluate; None if there is no such condition.
    """

    column: sa.ColumnElement[Any]
    kind: Kind = Kind.TEXT
    read: Callable[[str], Any] | None = None
    narrow: Callable[[str, Any], sa.ColumnElement[bool] | None] | None = None


_ORDERS: Mapping[str, Callable[[Any, Any], Any]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}
_WANTED: Mapping[Kind, tuple[str, str]] = {
    Kind.TEXT: ("un texte entre guillemets", "a text in quotes"),
    Kind.INTEGER: ("un nombre", "a number"),
    Kind.CENTS: ("un nombre", "a number"),
    Kind.DAY: ("une date entre guillemets (AAAA-MM-JJ)", "a date in quotes (YYYY-MM-DD)"),
    Kind.BOOLEAN: ("true ou false, par == ou !=", "true or false, by == or !="),
    Kind.ID: ("un identifiant entre guillemets, par == ou !=", "an id in quotes, by == or !="),
}
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_SEPARATOR = re.compile(r"&&|,")
_SHOWN_MAX = 30


def fields_named(filter_: str, sort: str, fields: Collection[str]) -> set[str]:
    """Return the fields that a filter and sort keys name; either may be empty.

    Raises:
        RefusedRequestError: The filter is not in the language, or one is not a field.
    """
    compared = _comparisons(parse(filter_)) if filter_ else ()
    found = {_named(one.field, fields, "filter", one.place) for one in compared}
    for part, place in _parts(sort) if sort else ():
        found.add(_named(part.partition(":")[0].strip(), fields, "sort", place))
    return found


def _comparisons(condition: Condition) -> Iterator[Comparison]:
    if isinstance(condition, Comparison):
        yield condition
    else:
        for part in condition.parts:
            yield from _comparisons(part)


def compile_filter(text: str, fields: Mapping[str, Field]) -> sa.ColumnElement[bool]:
    """Return the condition that a filter says.

    As in JavaScript, null equals null only; it is neither before nor after anything. Texts are
    compared character by character, whatever the language of the database.

    Raises:
        RefusedRequestError: It is not in the language, names a field that is not there, or
            compares one with a value of another kind.
    """
    return compile_condition(parse(text), fields)


def compile_condition(condition: Condition, fields: Mapping[str, Field]) -> sa.ColumnElement[bool]:
    """Return a condition as SQL; raises as `compile_filter`."""
    if isinstance(condition, Comparison):
        return _compare(condition, fields)
    parts = [compile_condition(part, fields) for part in condition.parts]
    return sa.and_(*parts) if condition.every else sa.or_(*parts)


def compile_sort(text: str, fields: Mapping[str, Field]) -> list[sa.ColumnElement[Any]]:
    """Return the keys that `field1&&field2:desc` says; null comes before everything else.

    Raises:
        RefusedRequestError: One is not a field, comes twice, or its order is neither `asc` nor
            `desc`.
    """
    keys: dict[str, sa.ColumnElement[Any]] = {}
    for part, place in _parts(text):
        name, _, order = (one.strip() for one in part.partition(":"))
        name = _named(name, fields, "sort", place)
        column = _ordered(fields[name])
        if order not in {"", "asc", "desc"}:
            raise RefusedRequestError(
                "sort-order-unknown",
                f"Paramètre sort, caractère {place} : l'ordre « {_short(order)} » n'existe pas ;"
                " écrire asc ou desc.",
                f"Parameter sort, character {place}: there is no order “{_short(order)}”; write"
                " asc or desc.",
            )
        if name in keys:
            raise RefusedRequestError(
                "sort-key-twice",
                f"Paramètre sort, caractère {place} : le champ {name} est donné deux fois.",
                f"Parameter sort, character {place}: field {name} is given twice.",
            )
        is_down = order == "desc"
        keys[name] = column.desc().nulls_last() if is_down else column.asc().nulls_first()
    return list(keys.values())


def read_selection(text: str, fields: Collection[str]) -> list[str]:
    """Return the names of fields that `field1&&field2`, or `field1,field2`, says.

    Raises:
        RefusedRequestError: One is not a field.
    """
    return [_named(part.strip(), fields, "select", place) for part, place in _parts(text)]


class ByCharacters(FunctionElement[str]):
    """A text in the order of its characters, whatever the language of the database."""

    name = "by_characters"
    type = sa.String()
    inherit_cache = True


@compiles(ByCharacters)
def _as_it_is(element: ByCharacters, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401 - SQLAlchemy's
    return compiler.process(element.clauses, **options)


@compiles(ByCharacters, "postgresql")
def _collated(element: ByCharacters, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401 - SQLAlchemy's
    return f'({compiler.process(element.clauses, **options)}) COLLATE "C"'


def _ordered(field: Field) -> sa.ColumnElement[Any]:
    return ByCharacters(field.column) if field.kind is Kind.TEXT else field.column


def _compare(one: Comparison, fields: Mapping[str, Field]) -> sa.ColumnElement[bool]:
    field = fields[_named(one.field, fields, "filter", one.place)]
    if one.operator in _ORDERS:
        return _in_order(one, field)
    is_equal = one.operator == "=="
    if one.value is None:
        return field.column.is_(None) if is_equal else field.column.is_not(None)
    value = _value(one, field)
    if value is None or (isinstance(value, Decimal) and value % 1):  # no row has it
        return sa.false() if is_equal else sa.true()
    bound = _bound(value)
    if not is_equal:
        return field.column.is_distinct_from(bound)
    return _narrowed(field, "==", value, field.column == bound)


def _in_order(one: Comparison, field: Field) -> sa.ColumnElement[bool]:
    if one.value is None or field.kind in {Kind.BOOLEAN, Kind.ID}:
        raise _value_refused(one, field)
    value, sign = _value(one, field), one.operator
    if isinstance(value, Decimal) and value % 1:  # between two whole numbers
        value, sign = value // 1 - (value < 0), ">" if sign in {">", ">="} else "<="
    return _narrowed(field, sign, value, _ORDERS[sign](_ordered(field), _bound(value)))


def _narrowed(
    field: Field,
    sign: str,
    value: Any,  # noqa: ANN401 - of the type of the column
    found: sa.ColumnElement[bool],
) -> sa.ColumnElement[bool]:
    also = field.narrow(sign, value) if field.narrow and value != "" else None
    return found if also is None else sa.and_(also, found)


def _bound(value: Any) -> Any:  # noqa: ANN401 - of the type of the column
    """Return a value to be bound: a number as a large one, whatever its column holds."""
    is_number = type(value) is int or isinstance(value, Decimal)
    return sa.literal(int(value), sa.BigInteger) if is_number else value


def _value(one: Comparison, field: Field) -> Any:  # noqa: ANN401 - of the type of the column
    """Return a value to be bound; a number as whole cents or units if it is whole, not rounded."""
    value, kind = one.value, field.kind
    if kind in {Kind.INTEGER, Kind.CENTS} and isinstance(value, Decimal):
        exact = value * 100 if kind is Kind.CENTS else value
        return exact if exact % 1 else int(exact)
    if kind is Kind.BOOLEAN and isinstance(value, bool):
        return value
    if isinstance(value, str):
        if kind is Kind.TEXT:
            return value
        if kind is Kind.ID and field.read is not None:
            return field.read(value)
        if kind is Kind.DAY and (day := _day(value)):
            return day
    raise _value_refused(one, field)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        return None


def _value_refused(one: Comparison, field: Field) -> RefusedRequestError:
    fr, en = _WANTED[field.kind]
    return RefusedRequestError(
        "filter-value",
        f"Paramètre filter, caractère {one.place} : le champ {one.field} se compare à {fr}.",
        f"Parameter filter, character {one.place}: field {one.field} is compared with {en}.",
    )


def _parts(text: str) -> Iterator[tuple[str, int]]:
    """Yield the parts of a list, and their places."""
    start = 0
    for end in [*_SEPARATOR.finditer(text), None]:
        yield text[start : end.start() if end else None], start + 1
        start = end.end() if end else 0


def _named(name: str, fields: Collection[str], parameter: str, place: int) -> str:
    """Return the name of a field; the letter case does not matter."""
    for known in fields:
        if known.lower() == name.lower():
            return known
    names = ", ".join(fields)
    raise RefusedRequestError(
        "field-unknown",
        f"Paramètre {parameter}, caractère {place} : le champ « {_short(name)} » n'existe pas sur"
        f" cette route. Ses champs : {names}.",
        f"Parameter {parameter}, character {place}: there is no field “{_short(name)}” on this"
        f" route. Its fields: {names}.",
    )


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN_MAX else f"{text[:_SHOWN_MAX]}…"
