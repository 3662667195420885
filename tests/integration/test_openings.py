"""The openings that files bring are compared with the closing of the year before."""

from __future__ import annotations

from datetime import date

import pytest

from ecritures.app.actions import closing
from ecritures.directory.dossiers import get_dossier
from ecritures.imports.request import Status
from helpers.balances import read_balance
from helpers.fec import entry, fec, line

FILE = fec([*entry(1, EcritureDate="20240115"), *entry(2, EcritureDate="20240410")])

NOBODY = {"CompAuxNum": "", "CompAuxLib": ""}
AN = {"JournalCode": "AN", "JournalLib": "À-nouveaux", "EcritureDate": "20250101"}


@pytest.fixture
def years(database, caller, dossier):
    """Add fiscal years, each a calendar year."""

    def add(*names):
        request = closing.DossierRequest(
            database.for_domain(caller.domain_id), caller, dossier.code
        )
        for year in names:
            closing.add_fiscal_year(request, date(year, 1, 1), date(year, 12, 31))

    return add


def opening(year, *accounts, **changes):
    """A file of one opening entry: account and cents of each line."""
    amounts = [(account, max(cents, 0), max(-cents, 0)) for account, cents in accounts]
    rows = [
        line(
            1, account, JournalCode="AN", EcritureDate=f"{year}0101", **changes,
            debit=f"{debit // 100},{debit % 100:02}", credit=f"{credit // 100},{credit % 100:02}",
        )
        for account, debit, credit in amounts
    ]  # fmt: skip
    return fec(rows)


def post(importing, content, name="an", **options):
    return importing.post(content, url=f"https://files.example/{name}.txt", **options)


@pytest.mark.parametrize("with_years", [True, False])
def test_an_opening_that_is_the_closing_before_says_nothing(importing, years, with_years):
    if with_years:
        years(2024, 2025)
    importing.post(FILE)
    state = post(importing, opening(2025, ("401000", -24000), ("120000", 24000)))
    assert state.status is Status.DONE
    assert state.message is None or "diffèrent" not in state.message.fr
    assert state.plan["impact"]["openings"] == []


@pytest.mark.parametrize("with_years", [True, False])
def test_an_opening_that_differs_is_listed_and_told_but_posted(importing, years, with_years):
    if with_years:
        years(2024, 2025)
    importing.post(FILE)
    content = opening(2025, ("401000", -23000), ("512000", -1000), ("120000", 24000))
    expected = {
        "fiscalYear": "2025-01-01",
        "accounts": [
            {"account": "401000", "closingCents": -24000, "openingCents": -23000},
            {"account": "512000", "closingCents": 0, "openingCents": -1000},
        ],
        "count": 2,
    }
    dry = post(importing, content, dry_run=True)
    assert dry.plan["impact"]["openings"] == [expected]
    assert "Les à-nouveaux de l'exercice du 01/01/2025 diffèrent" in dry.message.fr
    state = post(importing, content)
    assert state.status is Status.DONE
    assert state.plan["impact"]["openings"] == [expected]
    assert state.plan["planDigest"] == dry.plan["planDigest"]
    assert state.message.fr.endswith(
        "Les à-nouveaux de l'exercice du 01/01/2025 diffèrent de la clôture précédente"
        " pour 2 comptes (401000, 512000)."
    )


def test_the_closing_of_a_year_without_openings_goes_on_from_the_year_before(importing, years):
    years(2023, 2024, 2025)
    importing.post(fec(entry(1, EcritureDate="20230115")))
    post(importing, fec(entry(2, EcritureDate="20240410")), "2024")
    right = opening(2025, ("401000", -24000), ("120000", 24000))
    assert post(importing, right, dry_run=True).plan["impact"]["openings"] == []
    wrong = opening(2025, ("401000", -12000), ("120000", 12000))
    assert post(importing, wrong, dry_run=True).plan["impact"]["openings"][0]["count"] == 2


def test_openings_are_not_counted_twice_in_the_closing(importing, years):
    years(2023, 2024, 2025)
    importing.post(fec(entry(1, EcritureDate="20230115")))
    post(importing, opening(2024, ("401000", -12000), ("120000", 12000)), "an24")
    post(importing, fec(entry(2, EcritureDate="20240410")), "2024")
    right = opening(2025, ("401000", -24000), ("120000", 24000), PieceRef="R")
    assert post(importing, right, "an25").plan["impact"]["openings"] == []


@pytest.mark.parametrize("with_years", [True, False])
def test_a_preview_says_that_a_later_opening_will_differ_from_the_year_it_adds_to(
    importing, years, with_years
):
    if with_years:
        years(2023, 2024)
    post(importing, opening(2024, ("401000", -24000), ("120000", 24000)))
    before = fec(entry(1, EcritureDate="20230115"))
    preview = post(importing, before, "2023", dry_run=True)
    assert "Les à-nouveaux de l'exercice du 01/01/2024 diffèrent" in preview.message.fr
    (found,) = preview.plan["impact"]["openings"]
    assert found["accounts"][1] == {
        "account": "401000", "closingCents": -12000, "openingCents": -24000,
    }  # fmt: skip
    same = fec(entry(1, "240,00", EcritureDate="20230115"))
    assert post(importing, same, "2023", dry_run=True).plan["impact"]["openings"] == []


def test_the_first_opening_of_a_ledger_has_nothing_to_differ_from(importing):
    state = post(importing, opening(2025, ("401000", -24000), ("120000", 24000)))
    assert state.plan["impact"]["openings"] == []


@pytest.mark.parametrize("with_years", [True, False])
def test_the_balance_counts_openings_once(importing, years, database, dossier, with_years):
    if with_years:
        years(2024, 2025, 2026)
    importing.post(fec(entry(1, EcritureDate="20240115")))
    post(importing, opening(2025, ("401000", -12000), ("120000", 12000)), "an25")
    post(importing, fec(entry(2, EcritureDate="20250410")), "2025")
    post(importing, fec(entry(3, EcritureDate="20260410")), "2026")  # without any opening

    def payable(*days):
        fresh = get_dossier(database, dossier.domain_id, dossier.code)
        found = read_balance(database, fresh, *days)
        return sum(one.balance_cents for one in found.accounts if one.account == "401000")

    assert payable() == -36000
    assert payable(date(2024, 1, 1), date(2025, 12, 31)) == -24000
    assert payable(date(2024, 6, 15), date(2025, 12, 31)) == -12000  # movements of 2025
    assert payable(date(2025, 1, 1), date(2025, 12, 31)) == -24000
    assert payable(date(2025, 1, 1), date(2026, 12, 31)) == -36000
    assert payable(date(2025, 3, 10), date(2026, 12, 31)) == -24000
    assert payable(date(2026, 1, 1), date(2026, 12, 31)) == -12000


def test_an_opening_in_detail_is_compared_by_third_party(importing, years):
    years(2024, 2025)
    sales = [
        *entry(1, EcritureDate="20240115", CompAuxNum="F1", CompAuxLib="Un"),
        *entry(2, EcritureDate="20240410", CompAuxNum="F2", CompAuxLib="Deux"),
    ]
    importing.post(fec([row | ({} if row["CompteNum"] == "401000" else NOBODY) for row in sales]))
    rows = [
        line(1, "401000", "0,00", "100,00", CompAuxNum="F1", CompAuxLib="Un", **AN),
        line(1, "401000", "0,00", "140,00", CompAuxNum="F2", CompAuxLib="Deux", **AN),
        line(1, "120000", "240,00", "0,00", **AN),
    ]
    (found,) = post(importing, fec(rows)).plan["impact"]["openings"]
    assert (found["count"], found["accounts"]) == (
        2,
        [
            {"account": "401000", "thirdParty": "F1", "closingCents": -12000,
             "openingCents": -10000},
            {"account": "401000", "thirdParty": "F2", "closingCents": -12000,
             "openingCents": -14000},
        ],
    )  # fmt: skip


def balances(state):
    return {
        one["account"]: (one["beforeCents"], one["afterCents"])
        for one in state.plan["impact"]["balances"]
    }


@pytest.mark.parametrize("with_years", [True, False])
def test_a_preview_counts_the_openings_of_the_first_year_alone(importing, years, with_years):
    if with_years:
        years(2023, 2024)
    of_2023 = [
        line(1, "411000", "12,00", JournalCode="VE", EcritureDate="20230115"),
        line(1, "706000", credit="12,00", JournalCode="VE", EcritureDate="20230115"),
        line(2, "512000", "5,00", JournalCode="BQ", EcritureDate="20230215"),
        line(2, "411000", credit="5,00", JournalCode="BQ", EcritureDate="20230215"),
    ]
    importing.post(fec(of_2023))
    openings = opening(2024, ("411000", 700), ("512000", 500), ("120000", -1200))
    assert balances(post(importing, openings, dry_run=True)) == {}
    post(importing, openings)
    paid = fec(
        [
            line(3, "512000", "1,00", JournalCode="BQ", EcritureDate="20240110"),
            line(3, "411000", credit="1,00", JournalCode="BQ", EcritureDate="20240110"),
        ]
    )
    assert balances(post(importing, paid, "paid", dry_run=True)) == {
        "411000": (700, 600),
        "512000": (500, 600),
    }


def test_a_preview_of_the_first_openings_counts_them(importing, years):
    years(2023, 2024)
    first = opening(2023, ("411000", 700), ("101000", -700))
    assert balances(post(importing, first, dry_run=True)) == {
        "101000": (0, -700),
        "411000": (0, 700),
    }
    post(importing, opening(2024, ("411000", 700), ("101000", -700)), "an24")
    # The openings of 2024 repeat those of 2023, once these are there.
    assert balances(post(importing, first, dry_run=True)) == {}
