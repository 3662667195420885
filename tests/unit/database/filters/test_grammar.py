"""A filter is a tree of comparisons, or the place where it is none."""

from __future__ import annotations

from contextlib import suppress
from decimal import Decimal

import lark
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecritures.core.errors import RefusedRequestError
from ecritures.database.filters import grammar
from ecritures.database.filters.grammar import (
    CHARACTERS_MAX,
    DEPTH_MAX,
    Comparison,
    Group,
    parse,
)


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ('code == "VE"', Comparison("code", "==", "VE", 1)),
        ("code=='VE'", Comparison("code", "==", "VE", 1)),
        ("a === null", Comparison("a", "==", None)),
        ("a !== null", Comparison("a", "!=", None)),
        ("a != -1.50", Comparison("a", "!=", Decimal("-1.50"))),
        ("a == true", Comparison("a", "==", value=True)),
        (' "x" <= a', Comparison("a", ">=", "x", 9)),
        ("1 < a", Comparison("a", ">", Decimal(1), 5)),
        ("null == a", Comparison("a", "==", None, 9)),
        ("nullable > 1", Comparison("nullable", ">", Decimal(1))),
        (r'a == "l\"eau \\ \'"', Comparison("a", "==", "l\"eau \\ '")),
        ("((a < 1))", Comparison("a", "<", Decimal(1), 3)),
    ],
)
def test_a_comparison(text, tree):
    assert parse(text) == tree


def one(field, place):
    return Comparison(field, "==", Decimal(1), place)


def test_and_binds_closer_than_or():
    assert parse("a==1 || b==1 && c==1") == Group(
        every=False, parts=(one("a", 1), Group(every=True, parts=(one("b", 9), one("c", 17)))),
        depth=2,
    )  # fmt: skip
    assert parse("(a==1||b==1)&&c==1") == Group(
        every=True, parts=(Group(every=False, parts=(one("a", 2), one("b", 8))), one("c", 15)),
        depth=2,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "place", "found"),
    [
        ("", 1, "n'est pas finie"),
        ("a", 2, "n'est pas finie"),
        ("a ==", 5, "n'est pas finie"),
        ("a == 1 &&", 10, "n'est pas finie"),
        ("(a == 1", 8, "n'est pas finie"),
        ("a = 1", 3, "« = 1 »"),
        ("a == b", 6, "« b »"),
        ("a == 1 b", 8, "« b »"),
        ("a == 1)", 7, "« ) »"),
        ("a & b", 3, "« & b »"),
        ('a == "x', 6, '« "x »'),
        ('a == "\\n"', 6, '« "\\n" »'),
        ('a == "\x00"', 6, "n'est pas attendu"),
        ("!a", 1, "« !a »"),
        ("f(1) == 1", 2, "« ( »"),
        ("a == 1;DROP TABLE lines", 7, "« ;DROP TABLE lines »"),
        ("a == 1 -- x", 8, "« -- x »"),
        ("a == 1e5", 7, "« e5 »"),
        ("a == 1234567890123456", 21, "« 6 »"),
        ("a == " + "x" * 100, 6, f"« {'x' * 30}… »"),
        ("a['b'] == 1", 2, "« ['b'] == 1 »"),
        ("a\n== 1", 2, "n'est pas attendu"),
    ],
)
def test_what_is_no_filter_is_refused_at_its_place(text, place, found):
    with pytest.raises(RefusedRequestError) as refused:
        parse(text)
    sentence = refused.value.sentence
    assert sentence.code == "filter-syntax"
    assert f"caractère {place} " in sentence.fr
    assert found in sentence.fr


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a" * (CHARACTERS_MAX + 1), "filter-long"),
        ("(a<1&&(a<1||" * DEPTH_MAX + "a<1" + "))" * DEPTH_MAX, "filter-deep"),
        ("(" * CHARACTERS_MAX, "filter-syntax"),
    ],
)
def test_what_would_take_too_much_is_refused(text, code):
    with pytest.raises(RefusedRequestError) as refused:
        parse(text)
    assert refused.value.sentence.code == code


def test_parentheses_alone_have_no_depth():
    assert parse("(" * 900 + "a<1" + ")" * 900) == Comparison("a", "<", Decimal(1), 901)


def test_a_long_list_of_conditions_is_one_group():
    assert len(parse("&&".join(["a<1"] * 390)).parts) == 390


@given(st.text(alphabet=st.sampled_from("ab1\"'\\ ()&|=!<>.-nul\x00é"), max_size=60))
def test_any_text_is_a_filter_or_is_refused(text):
    with suppress(RefusedRequestError):
        assert parse(text).depth < DEPTH_MAX


def test_the_grammar_has_no_ambiguity(caplog):
    """Lark logs what it decides by itself."""
    lark.logger.setLevel("DEBUG")
    try:
        lark.Lark(grammar._GRAMMAR, parser="lalr", debug=True)
    finally:
        lark.logger.setLevel("CRITICAL")
    assert "onflict" not in caplog.text
