"""What a program does all along a file is one finding that counts for all its lines."""

from __future__ import annotations

import polars as pl
import pytest

from ecritures.core.anomalies import Anomalies
from ecritures.core.habits import Habit, Tally


def lines(*numbers):
    return pl.DataFrame({"line": numbers}, schema={"line": pl.UInt32})


@pytest.fixture
def anomalies():
    return Anomalies()


def test_what_is_on_every_line_is_told_once_and_counted_exactly(anomalies):
    habit = Habit(anomalies, "FEC-OBL-02", "ValidDate", reported_as="expected")
    habit.add(lines(2, 3), 2)
    habit.add(lines(4), 1)
    habit.finish()

    assert anomalies.counts == {"FEC-OBL-02": 3}
    assert anomalies.frame().select("line", "column", "expected").rows() == [(2, "ValidDate", "3")]


def test_one_line_without_it_and_each_line_is_told(anomalies):
    habit = Habit(anomalies, "FEC-OBL-02", "ValidDate")
    habit.add(lines(2, 3), 2)
    habit.add(lines(4), 2)
    habit.add(lines(6), 1)
    habit.finish()

    assert anomalies.counts == {"FEC-OBL-02": 4}
    assert anomalies.frame()["line"].to_list() == [2, 3, 4, 6]


def test_two_lines_are_named_one_by_one(anomalies):
    habit = Habit(anomalies, "FEC-OBL-02", "ValidDate")
    habit.add(lines(2, 3), 2)
    habit.finish()

    assert anomalies.frame()["line"].to_list() == [2, 3]


def test_a_habit_may_have_a_code_of_its_own(anomalies):
    habit = Habit(anomalies, "FEC-STR-07", None, whole="FEC-STR-25")
    habit.add(lines(2, 3, 4), 3)
    habit.finish()

    assert anomalies.counts == {"FEC-STR-25": 1}
    assert anomalies.frame()["value"].to_list() == ["3"]


def test_details_that_are_held_are_capped_and_the_count_stays_exact():
    anomalies = Anomalies(details_max=2)
    habit = Habit(anomalies, "FEC-OBL-02", "ValidDate")
    habit.add(lines(*range(2, 7)), 5)
    habit.add(None, 1)
    habit.finish()

    assert anomalies.counts == {"FEC-OBL-02": 5}
    assert anomalies.frame().height == 2


def test_a_tally_names_the_columns_and_the_first_line(anomalies):
    tally = Tally(anomalies, "FEC-STR-16")
    tally.add(lines(4, 5)["line"], "CompteLib")
    tally.add(lines(3)["line"], "EcritureLib")
    tally.finish()

    found = anomalies.frame().select("line", "value", "expected").rows()
    assert found == [(3, "3", "CompteLib, EcritureLib")]
