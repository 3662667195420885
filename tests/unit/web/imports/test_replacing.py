"""What is replaced: as the form has it, in words, and what is offered for a file."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest

from ecritures.directory.dossiers import FiscalYear
from ecritures.web.imports.replacing import scope_in_form, scope_name, scope_text, scopes_of
from ecritures.web.words.writing import NO_BREAK, Writing

FRENCH, ENGLISH = (Writing(language, ZoneInfo("Europe/Paris")) for language in ("fr", "en"))


@pytest.mark.parametrize(
    ("scope", "text", "fr", "en"),
    [
        ({"fiscalYear": "2025"}, "2025", "l’exercice 2025", "the fiscal year 2025"),
        (
            {"fiscalYear": "2024-07-01"},
            "2024-07-01",
            "l’exercice qui commence le 01/07/2024",
            "the fiscal year that begins on 1 Jul 2024",
        ),
        (
            {"from": "2025-01-01", "to": "2025-03-31"},
            "2025-01-01:2025-03-31",
            "la période du 01/01/2025 au 31/03/2025",
            "the period from 1 Jan 2025 to 31 Mar 2025",
        ),
        (
            {"from": "2025-01-01", "to": "2025-01-01"},
            "2025-01-01:2025-01-01",
            "la journée du 01/01/2025",
            "the day 1 Jan 2025",
        ),
        (
            {"from": "2025-01-01"},
            "2025-01-01:",
            "tout à partir du 01/01/2025",
            "all from 1 Jan 2025 on",
        ),
        ({"to": "2025-01-01"}, ":2025-01-01", "tout jusqu’au 01/01/2025", "all until 1 Jan 2025"),
    ],
)
def test_what_is_replaced_is_named(scope, text, fr, en):
    assert scope_text(scope) == text
    assert [scope_name(text, one).replace(NO_BREAK, " ") for one in (FRENCH, ENGLISH)] == [fr, en]


def test_a_file_could_replace_its_days_and_the_year_around_them():
    years = [FiscalYear(date(n, 1, 1), date(n, 12, 31)) for n in (2024, 2025)]
    dossier = SimpleNamespace(fiscal_years=years)
    within = {"firstDate": "2025-01-02", "lastDate": "2025-03-31"}
    over = {"firstDate": "2024-12-31", "lastDate": "2025-03-31"}
    assert scopes_of(dossier, within) == ["2025-01-02:2025-03-31", "2025"]
    assert scopes_of(dossier, over) == ["2024-12-31:2025-03-31"]
    assert scopes_of(dossier, within, over) == ["2024-12-31:2025-03-31"]
    assert scopes_of(dossier, {}) == []
    years.append(FiscalYear(date(2025, 1, 1), date(2025, 6, 30)))  # two end in 2025
    assert scopes_of(dossier, within)[1:] == ["2025-01-01", "2025-01-01"]


def test_a_period_is_written_in_the_form_as_people_do():
    period = {"from": "2025-01-01", "to": "2025-03-31"}
    assert scope_in_form(period, FRENCH) == "01/01/2025 au 31/03/2025"
    assert scope_in_form(period, ENGLISH) == "2025-01-01:2025-03-31"
    assert scope_in_form({"fiscalYear": "2025"}, FRENCH) == "2025"
    assert scope_in_form(None, FRENCH) == ""


def test_the_journals_that_are_replaced_are_named():
    assert scope_name("2025", FRENCH, ["VE"]) == "l’exercice 2025, journal VE"
    assert scope_name("2025", ENGLISH, ["AC", "VE"]) == "the fiscal year 2025, journals AC, VE"
    assert scope_name("", FRENCH, ["VE"]) == "journal VE"


def test_no_period_is_named_where_only_journals_are_replaced():
    assert scope_text({"journals": ["VE"]}) == scope_text(None) == ""
