"""The filter language of the Loop-compatible routes: comparisons, `&&`, `||` and parentheses.

It looks like JavaScript but is not: nothing is evaluated. A text becomes a tree of comparisons of
a field with a value, or the reason why it cannot.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import TypeAlias

import lark

from ecritures.core.errors import RefusedRequestError

CHARACTERS_MAX = 2000
DEPTH_MAX = 20
"""How deep `&&` and `||` may alternate."""

_SHOWN_MAX = 30
_GRAMMAR = r"""
start: disjunction
?disjunction: conjunction ("||" conjunction)*
?conjunction: _operand ("&&" _operand)*
_operand: comparison | "(" disjunction ")"
comparison: NAME OPERATOR _value | _value OPERATOR NAME
_value: STRING | NUMBER | NULL | TRUE | FALSE

OPERATOR: "===" | "!==" | "==" | "!=" | ">=" | "<=" | ">" | "<"
NAME: /[A-Za-z_][A-Za-z0-9_.]*/
STRING: /"(?:[^"\\\x00-\x1f\ud800-\udfff]|\\["'\\])*"|'(?:[^'\\\x00-\x1f\ud800-\udfff]|\\["'\\])*'/
NUMBER: /-?[0-9]{1,15}(?:\.[0-9]{1,15})?/
NULL: "null"
TRUE: "true"
FALSE: "false"
%ignore /[ \t]+/
"""
_MIRRORED = {">": "<", "<": ">", ">=": "<=", "<=": ">="}
_ESCAPED = re.compile(r"\\(.)")
_CONSTANTS = {"NULL": None, "TRUE": True, "FALSE": False}

Value: TypeAlias = str | Decimal | bool | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """A comparison of a field with a value.

    Attributes:
        operator: `==`, `!=`, `>=`, `<=`, `>` or `<`.
        place: Of the field in the text, from 1.
    """

    field: str
    operator: str
    value: Value
    place: int = 1
    depth = 0


@dataclass(frozen=True, slots=True)
class Group:
    """Conditions of which all, or any, must hold; two at least."""

    every: bool
    parts: tuple[Condition, ...]
    depth: int = 1


Condition: TypeAlias = Comparison | Group


def parse(text: str) -> Condition:
    """Return the condition that a text says.

    Raises:
        RefusedRequestError: It says none: `filter-syntax`, or `filter-long`.
    """
    if len(text) > CHARACTERS_MAX:
        raise RefusedRequestError(
            "filter-long",
            f"Le paramètre filter a {len(text)} caractères : {CHARACTERS_MAX} au plus.",
            f"Parameter filter has {len(text)} characters: {CHARACTERS_MAX} at most.",
        )
    try:
        return _parser().parse(text)  # type: ignore[return-value] # the transformer's
    except lark.UnexpectedToken as error:
        found = "" if error.token.type == "$END" else str(error.token)
        raise _unexpected(error.pos_in_stream if found else len(text), found) from None
    except lark.UnexpectedCharacters as error:
        raise _unexpected(error.pos_in_stream, text[error.pos_in_stream :]) from None


class _Maker(lark.Transformer[lark.Token, Condition]):
    """Makes the tree from the bottom, as the text is read: no recursion."""

    def start(self, parts: list[Condition]) -> Condition:
        return parts[0]

    def disjunction(self, parts: list[Condition]) -> Condition:
        return _group(parts, every=False)

    def conjunction(self, parts: list[Condition]) -> Condition:
        return _group(parts, every=True)

    def comparison(self, parts: list[lark.Token]) -> Condition:
        first, operator, last = parts
        said = operator.value[:2] if operator.value[-2:] == "==" else operator.value
        if first.type == "NAME":
            return Comparison(first.value, said, _value(last), _place(first))
        mirrored = _MIRRORED.get(said, said)
        return Comparison(last.value, mirrored, _value(first), _place(last))


@cache
def _parser() -> lark.Lark:
    return lark.Lark(_GRAMMAR, parser="lalr", lexer="contextual", transformer=_Maker())


def _group(parts: list[Condition], *, every: bool) -> Condition:
    depth = 1 + max(part.depth for part in parts)
    if depth > DEPTH_MAX:
        raise RefusedRequestError(
            "filter-deep",
            f"Le paramètre filter emboîte trop de parenthèses : {DEPTH_MAX} niveaux au plus.",
            f"Parameter filter nests too many parentheses: {DEPTH_MAX} levels at most.",
        )
    return Group(every, tuple(parts), depth)


def _value(token: lark.Token) -> Value:
    if token.type in _CONSTANTS:
        return _CONSTANTS[token.type]
    if token.type == "NUMBER":
        return Decimal(token.value)
    return _ESCAPED.sub(r"\1", token.value[1:-1])


def _place(token: lark.Token) -> int:
    return 1 + (token.start_pos or 0)


def _unexpected(before: int | None, found: str) -> RefusedRequestError:
    """Return the error that something is not where it may be; "": the text ends too early."""
    place = 1 + (before or 0)
    shown = found if len(found) <= _SHOWN_MAX else f"{found[:_SHOWN_MAX]}…"
    if not found:
        return RefusedRequestError(
            "filter-syntax",
            f"Paramètre filter, caractère {place} : l'expression n'est pas finie.",
            f"Parameter filter, character {place}: the expression is not complete.",
        )
    return RefusedRequestError(
        "filter-syntax",
        f"Paramètre filter, caractère {place} : « {shown} » n'est pas attendu ici.",
        f"Parameter filter, character {place}: “{shown}” is not expected here.",
    )
