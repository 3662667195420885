"""The closing of a year is carried forward: by balance, in detail, again."""

from __future__ import annotations

from datetime import date

import pytest

from ecritures.app.actions import closing
from ecritures.app.actions.carry_forward import CarryOptions, carry_fiscal_year, undo_carried
from ecritures.app.actions.undo import UndoOptions
from ecritures.app.actions.validate import ValidationFields, validate
from ecritures.core.errors import ConflictError, RefusedRequestError
from ecritures.core.policies import Definitive, Openings
from ecritures.database import tables
from ecritures.directory.dossiers import get_dossier
from ecritures.imports.request import Status
from ecritures.ledger.blockers import BlockedError
from helpers.balances import read_balance
from helpers.fec import entry, fec, line
from helpers.ledgers import kinds

YEARS = [(date(year, 1, 1), date(year, 12, 31)) for year in (2024, 2025)]


@pytest.fixture
def request_(database, caller, dossier):
    of_firm = database.for_domain(caller.domain_id)
    request = closing.DossierRequest(of_firm, caller, dossier.code, "Motif")
    for days in YEARS:
        closing.add_fiscal_year(request, *days)
    return request


@pytest.fixture
def carry(request_):
    """Carry 2024 forward."""
    return lambda **options: carry_fiscal_year(request_, "2024", CarryOptions(**options)).view


def refused(carry, **options):
    with pytest.raises((ConflictError, RefusedRequestError)) as caught:
        carry(**options)
    return caught.value.sentence.code


def third_party(number, account, debit, credit, code="", **changes):
    return [
        line(number, "411000", debit, credit, CompAuxNum=account, CompAuxLib=f"Client {account}",
             EcritureLet=code, DateLet="20240630" if code else "", **changes),
        line(number, "706000", credit, debit, **changes),
    ]  # fmt: skip


def held(books, view):
    batch = int(view["entry"].split("-")[0])
    names = {(row.kind, row.id): row.code for row in books.rows(tables.codes)}
    return [
        (
            names["account", row.account_id],
            names.get(("third-party", row.third_party_id), ""),
            row.debit_cents - row.credit_cents,
            row.piece_ref,
        )
        for row in books.rows(tables.lines, tables.lines.c.batch_id == batch)
    ]


def balances(database, dossier, start=None, end=None):
    fresh = get_dossier(database, dossier.domain_id, dossier.code)
    found = read_balance(database, fresh, start, end)
    return {one.account: one.balance_cents for one in found.accounts}


def test_by_balance_each_account_and_third_party_has_one_line_and_the_result_its_own(
    importing, carry, books, database, dossier
):
    importing.post(fec([*entry(1), *third_party(2, "C1", "0,00", "300,00")]))
    view = carry()
    assert (view["journal"], view["lines"], view["entriesReplaced"]) == ("AN", 3, 0)
    assert view["fiscalYear"]["start"] == "2025-01-01"
    assert [row[:3] for row in held(books, view)] == [
        ("129000", "", 42000),
        ("401000", "", -12000),
        ("411000", "C1", -30000),
    ]
    assert balances(database, dossier, *YEARS[1])["401000"] == -12000
    assert balances(database, dossier)["401000"] == -12000  # counted once
    (event,) = books.rows(tables.events, tables.events.c.kind == "carried-forward")
    assert event.details["fiscalYear"] == "2024-01-01"
    assert event.batch_id == int(view["entry"].split("-")[0])


def test_in_detail_open_items_are_kept_and_closed_groups_are_not(importing, carry, books):
    importing.post(
        fec(
            [
                *third_party(1, "C1", "100,00", "0,00", "AA"),
                *third_party(2, "C1", "0,00", "100,00", "AA"),
                *third_party(3, "C1", "50,00", "0,00", "AB"),
                *third_party(4, "C1", "0,00", "20,00", "AB"),
                *third_party(5, "C2", "70,00", "0,00"),
                *entry(6),
            ]
        )
    )
    view = carry(detail=True)
    assert [row for row in held(books, view) if row[0] == "411000"] == [
        ("411000", "C1", 5000, "F3"),
        ("411000", "C1", -2000, "F4"),
        ("411000", "C2", 7000, "F5"),
    ]
    assert [row[:3] for row in held(books, view) if row[0] != "411000"] == [
        ("129000", "", 2000),
        ("401000", "", -12000),
    ]
    assert view["debitCents"] == view["creditCents"]


def test_another_run_replaces_the_first(importing, carry, books, database, dossier):
    importing.post(fec(entry(1)))
    first = carry()
    importing.post(fec(entry(2)), url="https://files.example/2.txt")
    second = carry(detail=True)
    assert second["entriesReplaced"] == 1
    assert balances(database, dossier, *YEARS[1])["401000"] == -24000
    third = carry()
    assert third["entriesReplaced"] == 1
    assert balances(database, dossier, *YEARS[1]) == {"129000": 24000, "401000": -24000}
    numbers = {
        row.number
        for row in books.rows(tables.entries)
        if str(row.batch_id) in {view["entry"].split("-")[0] for view in (first, second, third)}
    }
    assert numbers == {"1"}


def test_a_profit_goes_to_120_as_the_dossier_writes_it(importing, carry, books):
    importing.post(fec(third_party(1, "C1", "100,00", "0,00")))
    assert [row[:3] for row in held(books, carry())] == [
        ("120000", "", -10000),
        ("411000", "C1", 10000),
    ]


def test_an_opening_of_a_file_stays_unless_it_is_to_be_replaced(importing, carry):
    importing.post(fec(entry(1)))
    opening = entry(1, "5,00", JournalCode="RAN", EcritureDate="20250101")
    importing.post(fec(opening), url="https://files.example/an.txt")
    assert refused(carry) == "opening-present"
    view = carry(openings="replace")
    assert (view["journal"], view["entriesReplaced"]) == ("RAN", 1)


def test_the_next_year_must_be_there_and_open(importing, request_, carry):
    importing.post(fec(entry(1)))
    with pytest.raises(ConflictError) as caught:
        carry_fiscal_year(request_, "2025", CarryOptions())
    assert caught.value.sentence.code == "next-year-missing"
    assert refused(carry, journal="VE") == "journal-not-of-openings"
    closing.close_fiscal_year(request_, "2025")
    assert refused(carry) == "next-year-not-open"


def test_nothing_is_carried_from_an_empty_year(carry):
    assert refused(carry) == "nothing-to-carry-forward"


def test_validated_openings_are_not_replaced(importing, carry, request_):
    importing.post(fec(entry(1)))
    carry()
    closing.close_fiscal_year(request_, "2024", final=True, validate=True)
    carry()  # the closing of 2024 validates nothing of 2025
    fields = ValidationFields(date(2025, 1, 31))
    validate(request_.database, request_.caller, request_.code, fields)
    assert refused(carry) == "opening-validated"


def test_an_opening_on_a_closing_that_was_undone_leaves_with_the_next_run(
    importing, carry, books, database, dossier
):
    posted = importing.post(fec(entry(1)))
    assert carry()["lines"] > 0
    books.undo(posted.id)
    again = carry()
    assert (again["lines"], again["entriesReplaced"]) == (0, 1)
    assert balances(database, dossier) == {}
    assert refused(carry) == "nothing-to-carry-forward"


def test_openings_that_were_made_are_undone_run_by_run(importing, carry, request_, books):
    importing.post(fec(entry(1)))
    with pytest.raises(ConflictError) as caught:
        undo_carried(request_, "2024", UndoOptions())
    assert caught.value.sentence.code == "nothing-carried-forward"
    before = books.balance()
    carry()
    first = books.balance()
    importing.post(fec(entry(2)), url="https://files.example/more.txt")
    carry()
    undone = undo_carried(request_, "2024", UndoOptions()).view
    assert (undone["entriesRemoved"], undone["entriesRestored"]) == (1, 1)
    assert undone["fiscalYear"]["start"] == "2024-01-01"
    assert books.balance()["607000"] == (24000, 0)
    assert books.balance()["401000"] == (0, 36000)
    undo_carried(request_, "2024", UndoOptions())
    assert (len(first), books.balance()["401000"]) == (3, (0, 24000))
    assert before["401000"] == (0, 12000)


def test_an_opening_that_differs_from_a_final_closing_does_not_come_back(
    importing, carry, request_, books
):
    importing.post(fec(entry(1)))
    carry()
    importing.post(fec(entry(2, "0,07")), url="https://files.example/more.txt")
    carry()
    closing.close_fiscal_year(request_, "2024", final=True, validate=True)
    before = books.balance()
    with pytest.raises(BlockedError) as blocked:
        undo_carried(request_, "2024", UndoOptions())
    said = blocked.value.sentence
    assert (said.code, kinds(blocked.value)) == ("closing-blocked", {"opening-differs": 2})
    assert said.fr == (
        "Annulation impossible : l'à-nouveau de 2 comptes (12, 401000) différerait de la clôture"
        " définitive de l'exercice du 01/01/2024. Gardez l'à-nouveau qui est en place, ou"
        " remplacez-le."
    )
    assert books.balance() == before


def test_the_only_opening_of_a_final_year_may_be_taken_out(importing, carry, request_):
    importing.post(fec(entry(1)))
    carry()
    closing.close_fiscal_year(request_, "2024", final=True, validate=True)
    assert undo_carried(request_, "2024", UndoOptions()).view["entriesRemoved"] == 1


def test_an_import_whose_openings_were_replaced_is_undone_after_the_carry_forward(
    importing, carry, request_, books
):
    importing.post(fec(entry(1)))
    journal = {"JournalCode": "AN", "JournalLib": "À-nouveaux", "EcritureDate": "20250101"}
    openings = fec([row | journal for row in entry(7)])
    brought = importing.post(openings, url="https://files.example/openings.txt")
    carry(openings=Openings.REPLACE)
    with pytest.raises(BlockedError) as blocked:
        books.undo(brought.id)
    assert kinds(blocked.value) == {"replaced-since": 1}
    undo_carried(request_, "2024", UndoOptions())
    assert books.undo(brought.id)["entriesRemoved"] == 1


def test_an_undo_may_not_bring_back_a_wrong_opening_of_a_final_year(importing, request_, books):
    importing.post(fec(entry(1)))
    journal = {"JournalCode": "AN", "JournalLib": "À-nouveaux", "EcritureDate": "20250101"}
    right = [
        row | journal | {"CompteNum": row["CompteNum"].replace("607000", "129000")}
        for row in entry(1)
    ]
    wrong = [row | {"Debit": row["Debit"].replace("120", "99")} for row in right]
    wrong = [row | {"Credit": row["Credit"].replace("120", "99")} for row in wrong]
    importing.post(fec(wrong), url="https://files.example/wrong.txt")
    posted = importing.post(
        fec(right), url="https://files.example/right.txt", options={"openings": "replace"}
    )
    assert posted.status is Status.DONE
    closing.close_fiscal_year(request_, "2024", final=True, validate=True)

    with pytest.raises(BlockedError) as blocked:
        books.undo(posted.id)

    assert blocked.value.sentence.code == "closing-blocked"
    assert books.balance()["129000"] == (12000, 0)


def test_validated_openings_that_were_made_are_reversed(importing, carry, request_, books):
    importing.post(fec(entry(1)))
    carry()
    fields = ValidationFields(date(2025, 12, 31), None, None)
    validate(request_.database, request_.caller, request_.code, fields)
    with pytest.raises(BlockedError):
        undo_carried(request_, "2024", UndoOptions())
    options = UndoOptions(definitive=Definitive.REVERSE)
    assert undo_carried(request_, "2024", options).view["reversalEntries"] == 1
    assert books.balance()["401000"] == (12000, 24000)
