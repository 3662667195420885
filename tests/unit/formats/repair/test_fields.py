"""Repairs of single fields: amounts and dates."""

from __future__ import annotations

import pytest

from helpers.fec import fec
from helpers.repair import changed, told

AMOUNTS = ["Debit", "Credit", "Montantdevise"]
DATES = ["EcritureDate", "PieceDate", "DateLet", "ValidDate"]


@pytest.mark.parametrize("column", AMOUNTS)
@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        ("12.5", "12,5", "decimal-point"),
        ("-1234.56", "-1234,56", "decimal-point"),
        ("12.50-", "12,50-", "decimal-point"),
        ("12.5000", "12,5000", "decimal-point"),
        ("1 234,56", "1234,56", "thousands"),
        ("1\u00a0234\u202f567,00", "1234567,00", "thousands"),
        ("1.234.567,89", "1234567,89", "thousands"),
        ("1'234,5", "1234,5", "thousands"),
        (" 12,00 ", "12,00", "spaces"),
        ("\u00a012,00", "12,00", "spaces"),
        ('"12,00"', "12,00", "quotes"),
    ],
)
def test_an_amount_is_repaired_and_told(repair, column, before, after, kind):
    output, repairs = repair(fec(changed(**{column: before})))

    assert output == fec(changed(**{column: after}))
    assert told(repairs) == [(4, column, before, after, kind)]


@pytest.mark.parametrize(
    ("before", "after"),
    [("12,50 €", "12,50"), ("12,50EUR", "12,50"), ("1 200,50\u202f€", "1200,50")],
)
def test_the_euro_sign_of_an_amount_in_euros_is_removed(repair, before, after):
    output, repairs = repair(fec(changed(Debit=before)))

    assert output == fec(changed(Debit=after))
    assert repairs.counts["euro-signs"] == 1


@pytest.mark.parametrize("text", ["€", "12,50 $", "12,50 € HT"])
def test_another_sign_or_word_is_left(repair, text):
    assert repair(fec(changed(Debit=text)))[0] == fec(changed(Debit=text))


def test_of_two_different_marks_the_last_is_the_decimal_one(repair):
    output, repairs = repair(fec(changed(Debit="1,234.56")))

    assert output == fec(changed(Debit="1234,56"))
    assert [row[-1] for row in told(repairs)] == ["thousands", "decimal-point"]


@pytest.mark.parametrize(
    "amount",
    ["1.234", "1,234", "1,234,567", "1 234", "12 34,00", "1e3", "12.", ".5", "--1", "1'234"],
)
def test_an_amount_that_could_mean_two_things_is_left(repair, amount):
    content = fec(changed(Debit=amount))
    assert repair(content)[0] == content


@pytest.mark.parametrize("column", DATES)
@pytest.mark.parametrize("date", ["2024-03-15", "2024/03/15", "15/03/2024", "15-03-2024"])
def test_a_date_with_separators_is_repaired_and_told(repair, column, date):
    output, repairs = repair(fec(changed(**{column: date})))

    assert output == fec(changed(**{column: "20240315"}))
    assert told(repairs) == [(4, column, date, "20240315", "dates")]


@pytest.mark.parametrize(
    "date", ["15032024", "03/15/2024", "2024-02-30", "15/03/24", "15/03-2024", "2024-3-15"]
)
def test_a_date_that_could_mean_two_things_is_left(repair, date):
    content = fec(changed(PieceDate=date))
    assert repair(content)[0] == content
