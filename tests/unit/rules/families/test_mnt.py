"""Amounts that a program writes wrong in a whole column are reported once for it."""

from __future__ import annotations

import pytest

from ecritures.core.anomalies import Anomalies, Anomaly
from ecritures.core.totals import Totals
from ecritures.rules.catalogue import describe
from ecritures.rules.families.mnt import SUM_CENTS_MAX, AmountChecks
from helpers.reading import read
from helpers.rules import flat, opening


def file_of(*amounts, zero="0,00"):
    lines = []
    for number, amount in enumerate(amounts, 1):
        debit, credit = opening(number, EcritureLib=f"Pièce {number}")
        lines += [
            debit | {"Debit": amount, "Credit": zero},
            credit | {"Debit": zero, "Credit": amount},
        ]
    return flat(lines)


@pytest.mark.parametrize(
    ("code", "amounts", "zero", "count", "example"),
    [
        ("FEC-MNT-01", ["12.50", "130.00", "7"], "0.00", 5, "12.50"),
        ("FEC-MNT-02", ["1 250,00", "2 250,00", "12 000,50"], "0,00", 3, "1 250,00"),
        ("FEC-MNT-03", ["12,50 €", "130,00 €", "7,00 €"], "0,00", 3, "12,50 €"),
        ("FEC-MNT-13", ["1,2E+05", "1E+05", "3E+02"], "0,00", 3, "1,2E+05"),
        ("FEC-MNT-11", [" 12,50", " 130,00", " 7,00"], " 0,00", 6, " 12,50"),
    ],
)
def test_a_habit_is_one_anomaly_a_column_with_its_count_and_an_example(
    code, amounts, zero, count, example
):
    reading = read(file_of(*amounts, zero=zero))

    found = reading.of(code)
    assert [(one.column, one.value) for one in found if one.column == "Debit"] == [
        ("Debit", f"{count}\u202f×\u202f{example}")
    ]
    assert len(found) == 2
    assert reading.counts[code] == 2 * count


@pytest.mark.parametrize(
    ("code", "amounts"),
    [
        ("FEC-MNT-01", ["12.50", "130.00", "9.00", "7,00"]),
        ("FEC-MNT-02", ["1 250,00", "2 250,00", "3 250,00", "1250,00"]),
        ("FEC-MNT-03", ["12,50 €", "130,00 €", "9,00 €", "7,00"]),
    ],
)
def test_one_amount_written_well_and_the_others_are_told_line_by_line(code, amounts):
    reading = read(file_of(*amounts))

    assert [one.line for one in reading.of(code)] == [2, 3, 4, 5, 6, 7]


@pytest.mark.parametrize(
    ("debit", "credit", "columns"),
    [
        (SUM_CENTS_MAX, SUM_CENTS_MAX, []),
        (SUM_CENTS_MAX + 1, 0, ["Debit"]),
        (0, -SUM_CENTS_MAX - 1, ["Credit"]),
    ],
)
def test_a_sum_that_no_database_holds_is_told_with_its_limit(debit, credit, columns):
    anomalies = Anomalies()

    AmountChecks(anomalies, is_fec=True).finish(Totals(2, debit, credit))

    rows = anomalies.frame().filter(code="FEC-MNT-08").to_dicts()
    found = [Anomaly(**row) for row in rows]
    assert [one.column for one in found] == columns
    for one in found:
        assert "(≤ 92\u202f233\u202f720\u202f368\u202f547\u202f758,07)" in describe(one)[0]
