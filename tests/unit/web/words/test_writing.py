"""Amounts, days and sentences are written as their reader expects."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from ecritures.web.words.writing import Writing

PARIS = ZoneInfo("Europe/Paris")
FRENCH, ENGLISH = Writing("fr", PARIS), Writing("en", PARIS)


@pytest.mark.parametrize(
    ("cents", "fr", "en"),
    [
        (0, "", ""),
        (None, "", ""),
        (1, "0,01", "0.01"),
        (123456, "1\u202f234,56", "1,234.56"),
        (-123456, "\u22121\u202f234,56", "\u22121,234.56"),
        (100000000000, "1\u202f000\u202f000\u202f000,00", "1,000,000,000.00"),
    ],
)
def test_amounts_are_blank_for_zero_and_grouped_by_thousands(cents, fr, en):
    assert (FRENCH.amount(cents), ENGLISH.amount(cents)) == (fr, en)


def test_percentages_have_the_decimal_mark_of_the_reader():
    assert FRENCH.percentage("33.33") == "33,33\u00a0%"
    assert ENGLISH.percentage("33.33") == "33.33%"


def test_zero_is_written_where_it_is_wanted():
    assert (FRENCH.amount(0, zero=True), ENGLISH.amount(0, zero=True)) == ("0,00", "0.00")


@pytest.mark.parametrize(
    ("cents", "fr", "en"),
    [
        (1200, "12,00\u00a0D", "12.00\u00a0Dr"),
        (-1200, "12,00\u00a0C", "12.00\u00a0Cr"),
        (0, "0,00", "0.00"),
        (None, "", ""),
    ],
)
def test_balances_say_their_side(cents, fr, en):
    assert (FRENCH.balance(cents), ENGLISH.balance(cents)) == (fr, en)


def test_days_and_instants_are_those_of_the_readers_zone():
    late = "2026-06-30T22:30:00.000Z"
    assert FRENCH.day(late) == "01/07/2026"
    assert ENGLISH.day("2026-01-15") == "15 Jan 2026"
    assert FRENCH.moment(late) == "01/07/2026 à 00:30"
    assert FRENCH.time(late, seconds=True) == "00:30:00"
    assert FRENCH.long_day(date(2026, 1, 15)) == "15\u00a0janvier 2026"
    assert FRENCH.month("202602") == "février 2026"
    assert FRENCH.day(None) == FRENCH.moment(None) == FRENCH.time("") == ""


@pytest.mark.parametrize(
    ("count", "fr", "en"),
    [
        (0, "0\u00a0ligne", "0\u00a0lines"),
        (1, "1\u00a0ligne", "1\u00a0line"),
        (2, "2\u00a0lignes", "2\u00a0lines"),
    ],
)
def test_zero_is_singular_in_french_alone(count, fr, en):
    nouns = ("ligne", "line"), ("lignes", "lines")
    assert (FRENCH.plural(count, *nouns), ENGLISH.plural(count, *nouns)) == (fr, en)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(1.94, "1,9\u00a0s"), (200, "3\u00a0min\u00a020\u00a0s"), (7500, "2\u00a0h\u00a005")],
)
def test_durations_have_the_unit_that_suits_them(seconds, text):
    assert FRENCH.seconds(seconds) == text


@pytest.mark.parametrize(
    ("size", "fr", "en"),
    [
        (12, "12\u00a0o", "12\u00a0B"),
        (1234, "1,2\u00a0Ko", "1.2\u00a0kB"),
        (382_000, "382\u00a0Ko", "382\u00a0kB"),
        (5_000_000_000_000, "5000\u00a0Go", "5000\u00a0GB"),
    ],
)
def test_sizes_have_the_unit_that_suits_them(size, fr, en):
    assert (FRENCH.size(size), ENGLISH.size(size)) == (fr, en)


def test_french_sentences_have_no_break_before_high_signs():
    assert FRENCH.text("Lu : « a » ; non ?", "x") == ("Lu\u00a0: «\u00a0a\u00a0»\u202f; non\u202f?")
    assert ENGLISH.text("x", "Read: “a”; no?") == "Read: “a”; no?"
    assert FRENCH.text("{n} lignes", "{n} lines", n=1234) == "1\u202f234 lignes"
    assert FRENCH.text("{gardé} tel quel", "x") == "{gardé} tel quel"


def test_a_siren_is_in_groups_of_three():
    assert FRENCH.siren("079508214") == "079\u202f508\u202f214"
    assert FRENCH.siren("07955542100027") == "079\u202f555\u202f421\u202f00027"
    assert FRENCH.siren("") == ""


def test_apostrophes_are_curly_but_in_what_is_quoted():
    assert FRENCH.spaced("l'écriture de « l'été »") == "l’écriture de «\u00a0l'été\u00a0»"
    assert ENGLISH.spaced("the firm's “l'été”, 1'240") == "the firm’s “l'été”, 1'240"


def test_de_elides_before_a_vowel():
    assert [FRENCH.of(name) for name in ("Atelier", "Émeraude", "Lumen", "")] == [
        "d’Atelier", "d’Émeraude", "de Lumen", "de ",
    ]  # fmt: skip
    assert ENGLISH.of("Atelier") == "of Atelier"
