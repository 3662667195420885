"""Each code is raised by an input as small as can be, and not by one that differs very little."""

from __future__ import annotations

from collections import Counter

import pytest

from helpers.reading import CATALOGUE, read
from rule_tables import RULES

BLOCKING = {rule.code for rule in RULES if rule.blocking != "no"}
ERRORS = {rule.code for rule in RULES if rule.severity == "error"}


def named():
    """Every row, named by its code and its rank among those of the code."""
    ranks = Counter()
    rows = {}
    for rule in RULES:
        ranks[rule.code] += 1
        rows[f"{rule.code}-{ranks[rule.code]}"] = rule
    return rows


ROWS = named()
NAMED_AGAIN = {"FEC-FIC-07"}
"""What is expected is a model, which may be the only one found."""
FIRST_OF_EACH = [
    row if row.endswith("-1") else pytest.param(row, marks=pytest.mark.heavy) for row in ROWS
]
"""`make unit` tries the first row of each code, `make test` all of them."""


@pytest.mark.parametrize("row", FIRST_OF_EACH)
def test_is_raised_at_its_place_and_decides_the_two_verdicts(row):
    rule = ROWS[row]

    reading = read(rule.raised_by)

    found = reading.of(rule.code)
    assert [(one.line, one.column) for one in found] == [(line, rule.column) for line in rule.lines]
    assert {(one.severity, one.blocking) for one in found} == {(rule.severity, rule.blocking)}
    assert set(reading.counts) == {rule.code, *rule.also}
    assert reading.counts[rule.code] == (rule.counted or len(rule.lines))
    assert tuple(one.expected for one in found) == rule.all_expected
    if rule.code not in NAMED_AGAIN:
        assert [one for one in found if one.expected and one.expected == one.value] == []
    if rule.value is not None:
        assert found[0].value == rule.value

    codes = {rule.code, *rule.also}
    assert reading.importable == (not codes & BLOCKING)
    # The norm does not apply to files of other formats.
    is_fec = "model" not in rule.raised_by.told and not row.startswith(("TRA", "JSON"))
    assert reading.conforming == (not codes & ERRORS if is_fec else None)


@pytest.mark.heavy
@pytest.mark.parametrize("row", ROWS)
def test_is_not_raised_by_a_near_miss(row):
    rule = ROWS[row]

    reading = read(rule.not_by)

    assert rule.code not in rule.also_not
    assert set(reading.counts) == set(rule.also_not)


def test_each_code_of_the_catalogue_has_its_rows_and_no_other_has():
    assert {rule.code for rule in RULES} == CATALOGUE


def test_every_row_of_a_code_says_the_same_of_it():
    told = {(rule.code, rule.severity, rule.blocking) for rule in RULES}

    assert len(told) == len({rule.code for rule in RULES})
