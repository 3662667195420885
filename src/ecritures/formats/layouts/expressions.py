"""What the parts of a model share, and its small language: patterns, conditions, values.

The language is closed: everything it can say is listed here, and nothing is ever evaluated as code.
Patterns are those of Rust's `regex`, which runs in linear time and knows no backtracking.
"""

from __future__ import annotations

from functools import reduce
from typing import Annotated, Any, Literal, NoReturn

import polars as pl
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    model_validator,
)
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticCustomError

PATTERN_CHARS_MAX = 500
TEXT_CHARS_MAX = 1000
ITEMS_MAX = 100


class Part(BaseModel):
    """A part of a model: strict, frozen, written in camelCase, without unknown keys."""

    model_config = ConfigDict(
        strict=True, extra="forbid", frozen=True, alias_generator=to_camel, populate_by_name=True
    )


def refuse(fr: str, en: str) -> NoReturn:
    """Refuse a value that cannot be accepted, in both languages.

    Raises:
        PydanticCustomError: Always.
    """
    raise PydanticCustomError("model", "{fr}", {"fr": fr, "en": en})


def _computable(pattern: str) -> str:
    """Refuse what the linear-time engine cannot compute."""
    try:
        pl.Series([""]).str.contains(pattern)
    except pl.exceptions.ComputeError as error:
        reason = next((x for x in str(error).splitlines() if x.startswith("error:")), "")
        refuse(
            f"motif refusé ({reason or 'trop grand'}) : ni référence arrière, ni regard autour",
            f"pattern refused ({reason or 'too large'}): no back-reference, no look-around",
        )
    return pattern


Text = Annotated[str, Field(max_length=TEXT_CHARS_MAX)]
Name = Annotated[str, Field(min_length=1, max_length=200)]
Pattern = Annotated[
    str, Field(min_length=1, max_length=PATTERN_CHARS_MAX), AfterValidator(_computable)
]

_TESTS = ("equals", "in_", "starts_with", "ends_with", "contains", "matches", "empty")


class Test(Part):
    """One test of one text: exactly one of its forms.

    Attributes:
        equals: It is this text.
        in_: It is one of these texts.
        starts_with: It begins with this text.
        ends_with: It ends with this text.
        contains: This text is in it.
        matches: This pattern is found in it.
        empty: `true`: it has nothing but spaces; `false`: it has more.
    """

    equals: Text | None = None
    in_: Annotated[list[Text] | None, Field(alias="in", max_length=1000)] = None
    starts_with: Text | None = None
    ends_with: Text | None = None
    contains: Text | None = None
    matches: Pattern | None = None
    empty: bool | None = None

    @model_validator(mode="after")
    def _one_form(self) -> Test:
        if sum(getattr(self, name) is not None for name in _TESTS) != 1:
            refuse(
                "une condition a exactement un test : "
                "equals, in, startsWith, endsWith, contains, matches ou empty",
                "a condition has exactly one test: "
                "equals, in, startsWith, endsWith, contains, matches or empty",
            )
        return self

    def on(self, text: pl.Expr) -> pl.Expr:  # noqa: PLR0911 - one a form
        """Compile the test of a text column."""
        if self.equals is not None:
            return text == self.equals
        if self.in_ is not None:
            return text.is_in(self.in_)
        if self.starts_with is not None:
            return text.str.starts_with(self.starts_with)
        if self.ends_with is not None:
            return text.str.ends_with(self.ends_with)
        if self.contains is not None:
            return text.str.contains(self.contains, literal=True)
        if self.matches is not None:
            return text.str.contains(self.matches)
        blank = text.str.strip_chars() == ""
        return blank if self.empty else ~blank


class OfColumn(Test):
    """A test of a column, ignoring spaces around its text.

    Attributes:
        column: The name of the column.
    """

    column: Name


class All(Part):
    """Every condition holds.

    Attributes:
        all: The conditions.
    """

    all: Annotated[list[Condition], Field(min_length=1, max_length=ITEMS_MAX)]


class AnyOf(Part):
    """One condition at least holds.

    Attributes:
        any: The conditions.
    """

    any: Annotated[list[Condition], Field(min_length=1, max_length=ITEMS_MAX)]


class Not(Part):
    """The condition does not hold.

    Attributes:
        not_: The condition.
    """

    not_: Annotated[Condition, Field(alias="not")]


def _kind_of_condition(value: Any) -> str:  # noqa: ANN401 - anything a document may hold
    if isinstance(value, dict):
        return next((key for key in ("all", "any", "not") if key in value), "column")
    names: dict[type, str] = {All: "all", AnyOf: "any", Not: "not"}
    return names.get(type(value), "column")


Condition = Annotated[
    Annotated[All, Tag("all")]
    | Annotated[AnyOf, Tag("any")]
    | Annotated[Not, Tag("not")]
    | Annotated[OfColumn, Tag("column")],
    Discriminator(_kind_of_condition),
]


class Constant(Part):
    """The same text on every line.

    Attributes:
        constant: The text.
    """

    constant: Text


class First(Part):
    """The first value that is not empty.

    Attributes:
        first: The values.
    """

    first: Annotated[list[Value], Field(min_length=1, max_length=ITEMS_MAX)]


class Join(Part):
    """Values joined together; empty ones are left out.

    Attributes:
        join: The values.
        with_: What stands between them.
    """

    join: Annotated[list[Value], Field(min_length=1, max_length=ITEMS_MAX)]
    with_: Annotated[Text, Field(alias="with")] = " "


class Choice(Part):
    """One value or another.

    Attributes:
        when: The condition.
        then: The value where it holds.
        otherwise: The value elsewhere.
    """

    when: Condition
    then: Value
    otherwise: Value = ""


class Slice(Part):
    """Some characters of a value.

    Attributes:
        of: The value.
        start: The first of them, from 1, or from the end when negative.
        length: How many; up to the end when absent.
    """

    of: Value
    start: Annotated[int, Field(ge=-1000, le=100_000)] = 1
    length: Annotated[int, Field(ge=1, le=100_000)] | None = None


class Extract(Part):
    """What a pattern finds in a value; "" if it finds nothing.

    Attributes:
        of: The value.
        extract: The pattern; its first group is taken, or all that it finds.
    """

    of: Value
    extract: Pattern


_VALUES = ("constant", "first", "join", "when", "extract", "of")


def _kind_of_value(value: Any) -> str:  # noqa: ANN401 - anything a document may hold
    if isinstance(value, dict):
        return next((key for key in _VALUES if key in value), "constant")
    names: dict[type, str] = {
        Constant: "constant",
        First: "first",
        Join: "join",
        Choice: "when",
        Extract: "extract",
        Slice: "of",
    }
    return names.get(type(value), "name")


Value = Annotated[
    Annotated[str, Field(max_length=200), Tag("name")]
    | Annotated[Constant, Tag("constant")]
    | Annotated[First, Tag("first")]
    | Annotated[Join, Tag("join")]
    | Annotated[Choice, Tag("when")]
    | Annotated[Extract, Tag("extract")]
    | Annotated[Slice, Tag("of")],
    Discriminator(_kind_of_value),
]
"""A column by its name, or an expression; the empty name is the empty text."""

for part in (All, AnyOf, Not, First, Join, Choice, Slice, Extract):
    part.model_rebuild()


def compile_condition(condition: All | AnyOf | Not | OfColumn) -> pl.Expr:
    """Compile a condition on columns."""
    match condition:
        case All():
            return pl.all_horizontal(map(compile_condition, condition.all))
        case AnyOf():
            return pl.any_horizontal(map(compile_condition, condition.any))
        case Not():
            return ~compile_condition(condition.not_)
        case OfColumn():
            if condition.empty is not None:  # which leaves spaces out itself
                return condition.on(pl.col(condition.column))
            return condition.on(pl.col(condition.column).str.strip_chars())


def compile_value(value: Any) -> pl.Expr:  # noqa: ANN401, PLR0911 - `Value`; one return a form
    """Compile a value into a text column."""
    match value:
        case str():
            return pl.col(value) if value else pl.lit("")
        case Constant():
            return pl.lit(value.constant)
        case First():
            *others, last = (compile_value(one).str.strip_chars() for one in value.first)
            return reduce(lambda rest, text: pl.when(text != "").then(text).otherwise(rest),
                          reversed(others), last)  # fmt: skip
        case Join():
            deduplicated = (_filled(one) for one in value.join)
            return pl.concat_str(deduplicated, separator=value.with_, ignore_nulls=True)
        case Choice():
            chosen = pl.when(compile_condition(value.when)).then(compile_value(value.then))
            return chosen.otherwise(compile_value(value.otherwise))
        case Extract():
            group = 1 if "(" in value.extract.replace("\\(", "").replace("(?", "") else 0
            return compile_value(value.of).str.extract(value.extract, group).fill_null("")
        case _:
            start = value.start - 1 if value.start > 0 else value.start
            return compile_value(value.of).str.slice(start, value.length)


def _filled(value: Any) -> pl.Expr:  # noqa: ANN401 - as above
    text = compile_value(value).str.strip_chars()
    return pl.when(text != "").then(text)


def columns_of(part: Any) -> set[str]:  # noqa: ANN401, PLR0911 - any part; one return a form
    """Return the columns that a value or a condition names."""
    match part:
        case str():
            return {part} if part else set()
        case OfColumn():
            return {part.column}
        case All():
            return set().union(*map(columns_of, part.all))
        case AnyOf():
            return set().union(*map(columns_of, part.any))
        case Not():
            return columns_of(part.not_)
        case First():
            return set().union(*map(columns_of, part.first))
        case Join():
            return set().union(*map(columns_of, part.join))
        case Choice():
            return columns_of(part.when) | columns_of(part.then) | columns_of(part.otherwise)
        case Slice() | Extract():
            return columns_of(part.of)
    return set()


Role = Literal["entry", "heading", "account", "journal", "complement", "ignore"]
