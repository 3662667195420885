"""Balances of a ledger that are worked out by hand: openings, years compared, ages, statements."""

from __future__ import annotations

from datetime import date

import pytest

from ecritures.app import balance
from ecritures.app.actions import closing, lettering
from ecritures.app.ledger_reads import ReadRequest
from ecritures.core.errors import RefusedRequestError
from ecritures.ledger.read.balance import By
from ecritures.ledger.read.filter_texts import FilterTexts
from helpers.fec import fec, line

AN = {"JournalCode": "AN", "JournalLib": "À-nouveaux"}


def booked(number, day, debited, credited, euros, **changes):
    """An entry of two lines on a day (AAAAMMJJ)."""
    dated = {"EcritureDate": day, "PieceDate": day} | changes
    return [
        line(number, debited, euros, "0,00", **dated),
        line(number, credited, "0,00", euros, **dated),
    ]


BOOKS = [
    *booked(1, "20231105", "411000", "706000", "100,00"),
    *booked(2, "20231220", "607000", "401000", "40,00"),
    *booked(3, "20240310", "411000", "706000", "300,00"),
    *booked(4, "20240402", "512000", "411000", "100,00"),
]


@pytest.fixture
def show(database, caller, dossier):
    """Read something of the ledger: `show(read, year="2024", …)`."""

    def read(what, *arguments, **given):
        of_firm = database.for_domain(caller.domain_id)
        request = ReadRequest(of_firm, caller, dossier.code, FilterTexts(**given))
        return what(request, *arguments)

    return read


@pytest.fixture
def years(database, caller, dossier):
    request = closing.DossierRequest(database.for_domain(caller.domain_id), caller, dossier.code)
    for year in (2023, 2024):
        closing.add_fiscal_year(request, date(year, 1, 1), date(year, 12, 31))


def rows_of(view, *names):
    return [tuple(row[name] for name in names) for row in view.get("accounts", view.get("rows"))]


AMOUNTS = ("openingCents", "movementDebitCents", "movementCreditCents", "closingCents")


@pytest.mark.usefixtures("years")
def test_a_year_without_openings_opens_with_the_closing_before(importing, show):
    importing.post(fec(BOOKS))
    view = show(balance.show_balance, year="2024")
    assert view["openingComputed"]
    assert rows_of(view, "account", *AMOUNTS) == [
        ("401000", -4000, 0, 0, -4000),
        ("411000", 10000, 30000, 10000, 30000),
        ("512000", 0, 10000, 0, 10000),
        ("706000", 0, 0, 30000, -30000),
        ("", -6000, 0, 0, -6000),
    ]
    assert view["accounts"][-1]["isResult"]
    assert (view["openingCents"], view["closingCents"]) == (0, 0)


@pytest.mark.usefixtures("years")
def test_a_period_that_begins_before_the_ledger_opens_with_its_first_year(importing, show):
    importing.post(
        fec([*booked(1, "20240101", "512000", "101000", "500,00", **AN), *BOOKS[4:]]),
    )
    for period in ({"start": "2023-12-31", "end": "2024-12-31"}, {"start": "2020-01-01"}):
        view = show(balance.show_balance, **period)
        assert rows_of(view, "account", *AMOUNTS) == [
            ("101000", -50000, 0, 0, -50000),
            ("411000", 0, 30000, 10000, 20000),
            ("512000", 50000, 10000, 0, 60000),
            ("706000", 0, 0, 30000, -30000),
        ]
    assert (
        rows_of(show(balance.show_balance, start="2020-01-01", end="2023-12-31"), "account") == []
    )


@pytest.mark.usefixtures("years")
def test_openings_open_the_year_and_are_no_movements(importing, show):
    openings = [
        line(9, "411000", "100,00", "0,00", EcritureDate="20240101", **AN),
        line(9, "401000", "0,00", "40,00", EcritureDate="20240101", **AN),
        line(9, "120000", "0,00", "60,00", EcritureDate="20240101", **AN),
    ]
    importing.post(fec([*openings, *BOOKS]))
    view = show(balance.show_balance, year="2024")
    assert not view["openingComputed"]
    assert rows_of(view, "account", *AMOUNTS) == [
        ("120000", -6000, 0, 0, -6000),
        ("401000", -4000, 0, 0, -4000),
        ("411000", 10000, 30000, 10000, 30000),
        ("512000", 0, 10000, 0, 10000),
        ("706000", 0, 0, 30000, -30000),
    ]
    assert (view["debitCents"], view["creditCents"]) == (50000, 50000)
    both = show(balance.show_balance, start="2023-01-01", end="2024-12-31")
    closings = {row["account"]: row["closingCents"] for row in both["accounts"]}
    assert closings["411000"] == 30000
    april = show(balance.show_balance, start="2024-04-01", end="2024-04-30")
    assert rows_of(april, "account", *AMOUNTS)[2] == ("411000", 40000, 0, 10000, 30000)


@pytest.mark.usefixtures("years")
def test_a_year_is_shown_beside_another(importing, show):
    importing.post(fec(BOOKS))
    view = show(balance.show_balance, By.CLASS, "2023", year="2024")
    told = {
        row["class"]: row["compared"] and row["compared"]["closingCents"] for row in view["rows"]
    }
    assert told == {"4": 6000, "5": None, "6": 4000, "7": -10000, "": None}
    assert view["compared"]["movementDebitCents"] == 14000
    quarter = {"start": "2024-10-01", "end": "2024-11-30"}
    same_days = show(balance.show_balance, By.CLASS, "2023", **quarter)
    assert same_days["compared"]["movementDebitCents"] == 10000
    with pytest.raises(RefusedRequestError, match="compare"):
        show(balance.show_balance, By.CLASS, "hier", year="2024")
    with pytest.raises(RefusedRequestError):
        show(balance.show_balance, By.MONTH, "2023", year="2024")


def test_months_follow_each_other(importing, show):
    importing.post(fec(BOOKS))
    view = show(balance.show_balance, By.MONTH, account=["411000"])
    assert rows_of(view, "month", *AMOUNTS) == [
        ("2023-11", 0, 10000, 0, 10000),
        ("2024-03", 10000, 30000, 0, 40000),
        ("2024-04", 40000, 0, 10000, 30000),
    ]


def customer(rows, code):
    named = {"CompAuxNum": code, "CompAuxLib": f"Client {code}"}
    return [row | (named if row["CompteNum"] == "411000" else {}) for row in rows]


SALES = [
    *customer(booked(1, "20240110", "411000", "706000", "100,00"), "C1"),
    *customer(booked(2, "20240220", "411000", "706000", "30,00"), "C1"),
    *customer(booked(3, "20240401", "411000", "706000", "7,00"), "C2"),
    *customer(booked(4, "20240415", "512000", "411000", "100,00"), "C1"),
]


def test_the_auxiliary_balance_has_a_row_for_each_third_party(importing, show):
    importing.post(fec(SALES))
    view = show(balance.show_balance, By.THIRD_PARTY)
    assert rows_of(view, "account", "thirdParty", "thirdPartyLabel", "closingCents") == [
        ("411000", "C1", "Client C1", 3000),
        ("411000", "C2", "Client C2", 700),
    ]
    one = show(balance.show_balance, By.THIRD_PARTY, third_party=["C2"])
    assert rows_of(one, "thirdParty", "closingCents") == [("C2", 700)]


def test_what_is_open_is_aged_on_a_day(importing, show, books, database, caller, dossier):
    batch = books.batch_of(importing.post(fec(SALES)).id)
    names = ("thirdParty", "notDueCents", "agesCents", "openCents")
    view = show(balance.show_aged, end="2024-04-30")
    assert rows_of(view, *names) == [
        ("C1", 0, [-10000, 0, 3000, 10000], 3000),
        ("C2", 0, [700, 0, 0, 0], 700),
    ]
    request = closing.DossierRequest(database.for_domain(caller.domain_id), caller, dossier.code)
    lettering.match(request, [f"{batch}:2", f"{batch}:9"])
    assert rows_of(show(balance.show_aged, end="2024-04-30"), *names)[0] == (
        "C1", 0, [0, 0, 3000, 0], 3000,
    )  # fmt: skip
    before = show(balance.show_aged, end="2024-03-31")  # the payment is dated later
    assert rows_of(before, *names) == [("C1", 0, [0, 3000, 10000, 0], 13000)]


@pytest.mark.usefixtures("years")
def test_the_statements_balance(importing, show):
    importing.post(fec(BOOKS))
    view = show(balance.show_statements, year="2024")
    assert view["indicative"]
    assert view["incomeStatement"]["resultCents"] == 30000
    sheet = view["balanceSheet"]
    assert (sheet["resultNotCarriedCents"], sheet["assetsCents"], sheet["liabilitiesCents"]) == (
        6000, 40000, 40000,
    )  # fmt: skip
    assert [(one["code"], one["cents"]) for one in sheet["assets"]] == [
        ("41", 30000),
        ("51", 10000),
    ]
    assert [(one["code"], one["cents"]) for one in sheet["liabilities"]] == [("40", 4000)]


@pytest.mark.usefixtures("years")
def test_openings_count_in_the_totals_of_months_too(importing, show):
    importing.post(
        fec([*booked(9, "20240101", "512000", "101000", "100,00", **AN),
             *booked(3, "20240310", "411000", "706000", "50,00")])
    )  # fmt: skip
    by_account, by_month = (
        show(balance.show_balance, by, year="2024") for by in (By.ACCOUNT, By.MONTH)
    )
    assert by_account["debitCents"] == by_month["debitCents"] == 15000
    assert rows_of(by_month, "month", "movementDebitCents") == [("2024-01", 0), ("2024-03", 5000)]


@pytest.mark.usefixtures("years")
def test_a_period_without_an_end_is_compared_with_one_year(importing, show):
    importing.post(fec(BOOKS))
    view = show(balance.show_balance, By.ACCOUNT, "2023", start="2024-01-01")
    compared = {row["account"]: row["compared"] for row in view["accounts"]}
    assert compared["411000"]["movementDebitCents"] == 10000


def test_commitments_are_in_no_balance_sheet(importing, show):
    importing.post(fec([*booked(1, "20240110", "801000", "809000", "100,00"), *BOOKS]))
    view = show(balance.show_statements)
    codes = {
        row["code"] for side in ("assets", "liabilities") for row in view["balanceSheet"][side]
    }
    assert codes == {"40", "41", "51"}


@pytest.mark.parametrize("given", [{"journal": "VE"}, {"piece": "F1"}, {"amount": "100"}])
def test_a_group_is_closed_by_all_its_lines_whatever_is_asked_for(importing, show, given):
    lettered = {"EcritureLet": "A", "DateLet": "20240210", "CompAuxNum": "C1", "CompAuxLib": "C"}
    sale = {"JournalCode": "VE", "JournalLib": "Ventes", "PieceRef": "F1"}
    importing.post(
        fec([line(1, "411000", "100,00", "0,00", **lettered, **sale),
             line(1, "706000", "0,00", "100,00", **sale),
             line(2, "512000", "100,00", "0,00"),
             line(2, "411000", "0,00", "60,00", **lettered),
             line(2, "411000", "0,00", "40,00", **lettered)])
    )  # fmt: skip
    assert show(balance.show_aged, end="2024-12-31", **given)["rows"] == []
