"""Years that begin or end within a month, and years that the dossier does not have."""

from __future__ import annotations

from datetime import date

import pytest

from ecritures.app import balance
from ecritures.app.actions import closing
from ecritures.app.ledger_reads import ReadRequest
from ecritures.ledger.read.filter_texts import FilterTexts
from helpers.fec import fec, line

AN = {"JournalCode": "AN", "JournalLib": "À-nouveaux"}
OPENS = ("account", "openingCents", "closingCents")


def booked(number, day, debited, credited, euros, **changes):
    """An entry of two lines on a day (AAAAMMJJ)."""
    dated = {"EcritureDate": day, "PieceDate": day} | changes
    return [
        line(number, debited, euros, "0,00", **dated),
        line(number, credited, "0,00", euros, **dated),
    ]


@pytest.fixture
def years(database, caller, dossier):
    """Add fiscal years to the dossier."""
    request = closing.DossierRequest(database.for_domain(caller.domain_id), caller, dossier.code)

    def add(*days):
        for start, end in days:
            closing.add_fiscal_year(request, date.fromisoformat(start), date.fromisoformat(end))

    return add


@pytest.fixture
def opens(database, caller, dossier):
    """Read what accounts open and close with."""

    def read(**given):
        of_firm = database.for_domain(caller.domain_id)
        request = ReadRequest(of_firm, caller, dossier.code, FilterTexts(**given))
        view = balance.show_balance(request)
        rows = [tuple(row[name] for name in OPENS) for row in view["accounts"]]
        return view["openingComputed"], rows

    return read


def test_without_fiscal_years_a_year_begins_on_the_day_of_its_opening(importing, opens):
    importing.post(
        fec([*booked(1, "20240110", "411000", "707000", "50,00"),
             *booked(2, "20240705", "411000", "707000", "7,00"),
             *booked(1, "20240715", "411000", "120000", "57,00", **AN),
             *booked(3, "20240720", "411000", "707000", "1,00")])
    )  # fmt: skip
    opened = [("120000", -5700, -5700), ("411000", 5700, 5800), ("707000", 0, -100)]
    assert opens(start="2024-07-15") == (False, opened)
    before = [("411000", 0, 5700), ("707000", 0, -5700)]
    assert opens(end="2024-07-14") == (True, before)


def test_a_day_after_the_last_fiscal_year_is_in_none_of_its_days(importing, years, opens):
    years(("2024-07-01", "2025-06-30"))
    importing.post(
        fec([*booked(1, "20240710", "411000", "707000", "50,00"),
             *booked(2, "20250310", "411000", "707000", "7,00")])
    )  # fmt: skip
    importing.post(
        fec([*booked(1, "20250701", "411000", "120000", "57,00", **AN),
             *booked(3, "20250720", "411000", "707000", "1,00")]),
        options={"outsideFiscalYears": "accept"},
    )  # fmt: skip
    opened = [("120000", -5700, -5700), ("411000", 5700, 5800), ("707000", 0, -100)]
    assert opens(start="2025-07-01") == (False, opened)


def test_an_opening_belongs_to_the_year_of_its_day(importing, years, opens):
    years(("2023-07-15", "2024-07-14"), ("2024-07-15", "2025-07-14"))
    importing.post(
        fec([*booked(1, "20230715", "512000", "101000", "100,00", **AN),
             *booked(1, "20240310", "411000", "707000", "50,00"),
             *booked(2, "20240810", "411000", "707000", "7,00"),
             *booked(2, "20240710", "512000", "101000", "3,00", **AN)])
    )  # fmt: skip
    assert opens(year="2025") == (
        True,
        [("101000", -10300, -10300), ("411000", 5000, 5700), ("512000", 10300, 10300),
         ("707000", 0, -700), ("", -5000, -5000)],
    )  # fmt: skip


def test_a_first_year_of_some_days_keeps_its_opening(importing, years, opens):
    years(("2024-07-01", "2024-07-20"), ("2024-07-21", "2025-07-20"))
    importing.post(
        fec([*booked(1, "20240701", "512000", "101000", "100,00", **AN),
             *booked(1, "20240710", "411000", "707000", "50,00")])
    )  # fmt: skip
    opened = [("101000", -10000, -10000), ("411000", 0, 5000), ("512000", 10000, 10000)]
    assert opens(end="2024-07-20") == (False, [*opened, ("707000", 0, -5000)])
    computed, rows = opens(year="2025")
    assert computed
    assert rows[:3] == [
        ("101000", -10000, -10000),
        ("411000", 5000, 5000),
        ("512000", 10000, 10000),
    ]
