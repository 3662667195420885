"""What no date of a column is comes from one habit of a program: it is reported once."""

from __future__ import annotations

import pytest

from helpers.reading import read, sentence
from helpers.rules import flat, opening


def file_of_days(*days, field="EcritureDate", write=str):
    lines = [
        line
        for number, day in enumerate(days, 1)
        for line in opening(number, **{field: write(day), "EcritureLib": f"Pièce {number}"})
    ]
    return flat(lines)


@pytest.mark.parametrize("written", ["2024-03-01", "01/03/2024", "2024-03-01 00:00:00"])
def test_dates_that_are_all_written_otherwise_are_one_anomaly_with_its_count(written):
    reading = read(file_of_days(*[written] * 3))

    assert [(one.line, one.column, one.value) for one in reading.of("FEC-DAT-09")] == [
        (2, "EcritureDate", f"6\u202f×\u202f{written}")
    ]
    assert reading.counts["FEC-DAT-09"] == 6
    assert not reading.importable


def test_one_date_that_can_be_read_and_the_others_are_told_line_by_line():
    reading = read(file_of_days("01/03/2024", "20240301", "01/03/2024"))

    assert [one.line for one in reading.of("FEC-DAT-09")] == [2, 3, 6, 7]


def test_a_column_that_a_spreadsheet_has_turned_into_numbers_says_which_day_they_are():
    reading = read(file_of_days(*["45352"] * 3, field="PieceDate"))

    [found] = reading.of("FEC-DAT-11")
    assert found.value == "6\u202f×\u202f45352"
    assert "soit le 01/03/2024" in sentence(found)
    assert reading.importable


def test_dates_left_empty_are_said_to_be_empty():
    reading = read(file_of_days("", "", ""))

    [found] = reading.of("FEC-DAT-09")
    assert sentence(found).endswith("à commencer par un champ vide")
