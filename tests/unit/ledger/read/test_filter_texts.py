"""The filter as people write it."""

from __future__ import annotations

from datetime import date

import pytest

from ecritures.directory.dossiers import Dossier, FiscalYear
from ecritures.ledger.read.filter_texts import FilterError, FilterTexts, parse_filter

YEARS = (FiscalYear(date(2023, 7, 1), date(2024, 6, 30)),)
DOSSIER = Dossier(1, 1, "A", "A", "079555421", fiscal_years=YEARS)


def parsed(**given):
    return parse_filter(FilterTexts(**given), DOSSIER)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("1234,56", 123456, 123456),
        ("1 234,56 €", 123456, 123456),
        ("1\u202f234.5", 123450, 123450),
        ("1.234,56", 123456, 123456),
        ("1,234.56", 123456, 123456),
        ("-12", 1200, 1200),
        ("100..200", 10000, 20000),
        ("100 - 200,50", 10000, 20050),
        ("100..", 10000, None),
        ("..200", 0, 20000),
    ],
)
def test_amounts_are_read_as_people_write_them(text, low, high):
    (one,) = parsed(amount=[text]).amounts
    assert (one.low, one.high) == (low, high)


@pytest.mark.parametrize("text", ["abc", "1.234", "..", "12-", "--3", "1-2-3", "1" * 30])
def test_what_is_no_amount_is_refused(text):
    with pytest.raises(FilterError) as caught:
        parsed(amount=[text])
    assert caught.value.sentence.code == "filter-amount"


@pytest.mark.parametrize(
    ("pattern", "held", "other"),
    [
        ("411000", "411000", "4110001"),
        ("411*", "4110001", "412"),
        ("4", "401000", "512000"),
        ("411000-419999", "4199995", "420000"),
        ("411-419", "4191", "42"),
        ("401-DUPONT", "401-DUPONT", "402"),
        ("401-001", "401-001", "001"),
    ],
)
def test_accounts_are_exact_roots_ranges_or_classes(pattern, held, other):
    (one,) = parsed(account=[pattern]).accounts if pattern != "401-001" else [None]
    if one is None:  # a range that would end before it begins
        with pytest.raises(FilterError):
            parsed(account=[pattern])
        return
    assert (one.holds(held), one.holds(other)) == (True, False)


def test_a_year_is_the_fiscal_year_that_ends_in_it_else_the_calendar_year():
    assert (parsed(year="2024").start, parsed(year="2024").end) == (YEARS[0].start, YEARS[0].end)
    assert parsed(year="2025").start == date(2025, 1, 1)
    both = parsed(year="2024", start="2024-01-01", end="2024-12-31")
    assert (both.start, both.end) == (date(2024, 1, 1), date(2024, 6, 30))


def test_words_are_folded_and_values_given_once():
    found = parsed(label=["Échéance  LOYER", "loyer"], journal=["VE", "VE", " "])
    assert (found.words, found.journals) == (("echeance", "loyer"), ("VE",))


def test_a_cursor_tells_filters_and_lists_apart_but_not_revisions():
    one, other = parsed(journal=["VE"]), parsed(journal=["HA"])
    assert one.digest("lines") != other.digest("lines")
    assert one.digest("lines") != one.digest("entries")
    assert parsed(journal=["VE"], revision="3").digest("lines") == one.digest("lines")
