"""A filter chooses the rows that plain Python chooses, on both databases."""

from __future__ import annotations

import operator
from datetime import date
from decimal import Decimal

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecritures.core.errors import RefusedRequestError
from ecritures.database.filters.grammar import Comparison, Group, parse
from ecritures.database.filters.sql import (
    Field,
    Kind,
    compile_condition,
    compile_filter,
    compile_sort,
    read_selection,
)

ROWS = [
    (1, "A", 150, date(2024, 1, 31), True, "1:1"),
    (2, "a", -150, date(2024, 2, 1), False, "1:2"),
    (3, "Zoé", 0, None, False, None),
    (4, "É", 10**17, date(2023, 12, 31), True, "2:1"),
    (5, None, 1, date(9999, 12, 31), True, None),
    (6, "411%_'\"\\", 100, date(1, 1, 1), False, "é"),
]
TYPES = (sa.Integer, sa.String, sa.BigInteger, sa.Date, sa.Boolean, sa.String)
COLUMNS = ("number", "text", "cents", "day", "flag", "thing")
ROW = (
    sa.union_all(
        *(
            sa.select(
                *(
                    sa.cast(sa.literal(value, kind), kind).label(name)
                    if kind is not sa.Date
                    else sa.type_coerce(sa.literal(value, kind), kind).label(name)
                    for value, kind, name in zip(row, TYPES, COLUMNS, strict=True)
                )
            )
            for row in ROWS
        )
    )
    .subquery("row")
    .c
)
FIELDS = {
    name: Field(ROW[name], kind, (lambda text: text if ":" in text else None))
    for name, kind in zip(COLUMNS, Kind, strict=True)
    for kind in [
        {
            "number": Kind.INTEGER, "text": Kind.TEXT, "cents": Kind.CENTS, "day": Kind.DAY,
            "flag": Kind.BOOLEAN, "thing": Kind.ID,
        }[name]
    ]
}  # fmt: skip
SIGNS = {
    "==": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le,
    ">": operator.gt, ">=": operator.ge,
}  # fmt: skip


def holds(condition, row):
    """What a condition says of a row, by the rules of the language alone."""
    if isinstance(condition, Group):
        return (all if condition.every else any)(holds(part, row) for part in condition.parts)
    held, value = row[condition.field], condition.value
    if condition.operator in {"==", "!="}:
        return SIGNS[condition.operator](held, value)
    return held is not None and SIGNS[condition.operator](held, value)


def as_written(row):
    """A row as filters see it: cents are a number with two decimals."""
    row = dict(zip(COLUMNS, row, strict=True))
    return row | {
        "number": Decimal(row["number"]),
        "cents": Decimal(row["cents"]) / 100,
        "day": row["day"] and row["day"].isoformat(),
    }


NUMBERS = st.decimals(-(10**15) + 1, 10**15 - 1, places=3, allow_nan=False) | st.sampled_from(
    [Decimal(text) for text in ("1", "1.5", "1.50", "-1.5", "0", "1.499", "-1.501", "3", "0.01")]
)
TEXTS = st.text(
    st.characters(blacklist_categories=["Cs", "Cc"]), max_size=5
) | st.sampled_from([row[1] for row in ROWS if row[1]])  # fmt: skip
VALUES = {
    "number": NUMBERS, "cents": NUMBERS, "text": TEXTS, "flag": st.booleans(),
    "day": st.dates().map(date.isoformat), "thing": st.sampled_from(["1:1", "2:1", "9:9"]),
}  # fmt: skip


@st.composite
def comparisons(draw):
    field = draw(st.sampled_from(COLUMNS))
    is_null = draw(st.integers(0, 5)) == 0
    only_equal = is_null or field in {"flag", "thing"}
    sign = draw(st.sampled_from(["==", "!="] if only_equal else list(SIGNS)))
    return Comparison(field, sign, None if is_null else draw(VALUES[field]))


def groups(parts):
    made = st.tuples(st.booleans(), st.lists(parts, min_size=2, max_size=4))
    return made.map(lambda one: Group(one[0], tuple(one[1])))


CONDITIONS = st.recursive(comparisons(), groups, max_leaves=12)


def write(condition):
    """A condition as a caller writes it."""
    if isinstance(condition, Group):
        sign = " && " if condition.every else "||"
        return sign.join(f"({write(part)})" for part in condition.parts)
    value = condition.value
    if value is None or isinstance(value, bool):
        said = {None: "null", True: "true", False: "false"}[value]
    elif isinstance(value, Decimal):
        said = f"{value:f}"
    else:
        said = '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return f"{condition.field} {condition.operator} {said}"


def plain(condition):
    if isinstance(condition, Group):
        return condition.every, tuple(map(plain, condition.parts))
    return condition.field, condition.operator, condition.value


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(condition=CONDITIONS)
def test_a_filter_chooses_what_plain_python_chooses(database, condition):
    assert plain(parse(write(condition))) == plain(condition)
    expected = [row[0] for row in ROWS if holds(condition, as_written(row))]
    query = sa.select(ROW.number).where(compile_condition(condition, FIELDS))
    with database.read() as connection:
        assert sorted(connection.execute(query).scalars()) == expected


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("text", [5, 6, 1, 3, 2, 4]),
        ("TEXT:desc", [4, 2, 3, 1, 6, 5]),
        ("flag && number:desc", [6, 3, 2, 5, 4, 1]),
        ("day,number", [3, 6, 4, 1, 2, 5]),
        ("cents:asc", [2, 3, 5, 6, 1, 4]),
    ],
)
def test_rows_are_sorted_with_null_first(database, sort, order):
    query = sa.select(ROW.number).order_by(*compile_sort(sort, FIELDS))
    with database.read() as connection:
        assert list(connection.execute(query).scalars()) == order


@pytest.mark.parametrize(
    ("filter_", "code", "words"),
    [
        ("nothing == 1", "field-unknown", "« nothing »"),
        ('text == "A" && Nothing == 1', "field-unknown", "caractère 16 "),
        ("text == 1", "filter-value", "un texte entre guillemets"),
        ('number == "1"', "filter-value", "un nombre"),
        ("cents > null", "filter-value", "un nombre"),
        ("number == true", "filter-value", "un nombre"),
        ("flag == 1", "filter-value", "true ou false"),
        ("flag > true", "filter-value", "true ou false"),
        ('day == "20240131"', "filter-value", "AAAA-MM-JJ"),
        ('day == "2024-02-30"', "filter-value", "AAAA-MM-JJ"),
        ("day == 2024", "filter-value", "AAAA-MM-JJ"),
        ('thing > "1:1"', "filter-value", "un identifiant"),
    ],
)
def test_what_a_filter_cannot_say_is_refused(filter_, code, words):
    with pytest.raises(RefusedRequestError) as refused:
        compile_filter(filter_, FIELDS)
    assert refused.value.sentence.code == code
    assert words in refused.value.sentence.fr


@pytest.mark.parametrize(
    ("sort", "code", "place"),
    [
        ("nothing", "field-unknown", 1),
        ("text&&", "field-unknown", 7),
        ("text&&number; DROP TABLE lines", "field-unknown", 7),
        ("text:up", "sort-order-unknown", 1),
        ("text:desc:asc", "sort-order-unknown", 1),
        ("text&&TEXT:desc", "sort-key-twice", 7),
    ],
)
def test_what_a_sort_cannot_say_is_refused(sort, code, place):
    with pytest.raises(RefusedRequestError) as refused:
        compile_sort(sort, FIELDS)
    assert refused.value.sentence.code == code
    assert f"caractère {place} " in refused.value.sentence.fr


def test_a_selection_names_fields():
    assert read_selection("text && NUMBER,text", FIELDS) == ["text", "number", "text"]
    with pytest.raises(RefusedRequestError, match="character 6"):
        read_selection("text,*", FIELDS)


def test_texts_are_compared_by_their_characters_on_every_server():
    condition = compile_filter('text > "a"', FIELDS)
    assert 'COLLATE "C"' in str(condition.compile(dialect=sa.dialects.postgresql.dialect()))
    assert "COLLATE" not in str(condition.compile(dialect=sa.dialects.sqlite.dialect()))
