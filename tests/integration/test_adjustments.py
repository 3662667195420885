"""What the policies of an import change in its lines: late entries, balance, numbers."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa

from ecritures.database import tables
from ecritures.directory.dossier_changes import DossierChanges, change_dossier
from ecritures.directory.dossiers import get_dossier
from ecritures.imports.request import Status
from ecritures.ledger.read.balance import By
from ecritures.ledger.read.balance import read_balance as read_trial_balance
from ecritures.ledger.read.conditions import Conditions
from ecritures.ledger.read.filters import Filter
from ecritures.ledger.read.line_rows import page_lines
from ecritures.ledger.read.snapshot import open_snapshot
from helpers.balances import read_balance
from helpers.fec import entry, fec, line
from helpers.transitions import read_all

ADDRESS = "https://files.example/other/079555421FEC20241231.txt"


@pytest.fixture
def post(importing):
    def run(content, *, dry_run=False, **options):
        address = f"{ADDRESS}?{id(content)}"
        return importing.post(content, url=address, options=options, dry_run=dry_run)

    return run


@pytest.fixture
def lock(database):
    """Lock the dossier through a day."""

    def run(day):
        with database.write() as connection:
            connection.execute(tables.dossiers.update().values(locked_through=day))

    return run


@pytest.fixture
def entries(database):
    """The entries of the ledger, in order."""
    entry, line = tables.entries.c, tables.lines.c
    query = (
        sa.select(
            entry.number,
            entry.entry_date,
            sa.func.max(sa.func.coalesce(line.piece_date, entry.piece_date), type_=sa.Date),
        )
        .join(tables.lines, (line.batch_id == entry.batch_id) & (line.entry == entry.entry))
        .group_by(entry.batch_id, entry.entry, entry.number, entry.entry_date)
        .order_by(entry.batch_id, entry.entry)
    )
    return lambda: [tuple(row) for row in read_all(database, query)]


def balance(database, dossier):
    return {row.account: row.balance_cents for row in read_balance(database, dossier).accounts}


def unbalanced(number=2, *, short="119,99"):
    return [line(number, "607000", debit="120,00"), line(number, "401000", credit=short)]


def test_entries_of_a_locked_period_are_refused(post, lock, database, dossier):
    lock(date(2024, 1, 31))
    late = post(fec(entry(1)))
    assert (late.status, late.message.code) == (Status.ENDED_WITH_ERROR, "days-not-open")
    assert "15/01/2024" in late.message.fr
    assert post(fec(entry(2, EcritureDate="20240201"))).status is Status.DONE
    assert balance(database, dossier)["607000"] == 12000


def test_late_entries_move_to_the_first_open_day(post, lock, entries):
    lock(date(2024, 1, 31))
    content = fec(entry(1) + entry(2, EcritureDate="20240203"))
    dry = post(content, dry_run=True, lateEntries="first-open-day")
    done = post(content, lateEntries="first-open-day")
    assert done.status is Status.DONE
    assert done.plan["impact"]["lateEntries"] == 1
    assert dry.plan["planDigest"] == done.plan["planDigest"]
    assert entries() == [
        ("1", date(2024, 2, 1), date(2024, 1, 15)),
        ("2", date(2024, 2, 3), date(2024, 1, 14)),
    ]


def test_an_entry_off_balance_is_refused(post):
    assert post(fec(entry(1) + unbalanced())).message.code == "import-refused"


@pytest.mark.parametrize(
    ("short", "account", "cents"), [("119,99", "758000", -1), ("120,02", "658000", 2)]
)
def test_a_difference_of_cents_is_settled(post, database, dossier, short, account, cents):
    done = post(fec(entry(1) + unbalanced(short=short)), unbalanced="difference", differenceCents=2)
    assert (done.status, done.plan["impact"]["linesAdded"]) == (Status.DONE, 1)
    found = balance(database, dossier)
    assert found[account] == cents
    assert sum(found.values()) == 0
    made = sa.select(tables.lines.c.entry, tables.lines.c.line).where(tables.lines.c.made)
    assert [tuple(row) for row in read_all(database, made)] == [(2, 6)]


def test_larger_differences_are_refused_by_name(post, database, dossier):
    state = post(
        fec(entry(1) + unbalanced(short="100,00")), unbalanced="difference", differenceCents=2
    )
    assert (state.status, state.message.code) == (Status.ENDED_WITH_ERROR, "unbalanced-too-much")
    assert "HA 2" in state.message.fr
    assert balance(database, dossier) == {}


def test_any_difference_may_go_to_the_suspense_account(post, database, dossier):
    done = post(fec(entry(1) + unbalanced(short="100,00")), unbalanced="suspense")
    assert done.status is Status.DONE
    assert balance(database, dossier)["471000"] == -2000


def test_entries_without_a_number_may_get_the_next_of_their_journal(post, entries):
    post(fec(entry(7)))
    content = fec(entry("", PieceRef="A") + entry("", PieceRef="B", amount="9,00"))
    done = post(content, missingNumbers="assign")
    assert done.plan["impact"]["numbersAssigned"] == 2
    assert [number for number, *_ in entries()] == ["7", "8", "9"]
    assert post(fec(entry("", PieceRef="A"))).plan["impact"]["duplicates"]["lookalikes"] == 1


@pytest.mark.parametrize("dry_run", [True, False])
def test_a_difference_has_the_numbers_that_entries_get(post, entries, dry_run):
    post(fec(entry(7) + entry("", PieceRef="A")), missingNumbers="assign")
    content = fec(entry(7) + entry("", PieceRef="A") + entry("", PieceRef="B", amount="9,00"))
    options = {"missingNumbers": "assign", "replace": {"fiscalYear": "2024"}}
    done = post(content, dry_run=dry_run, **options)
    found = done.plan["impact"]["difference"]
    assert [one["number"] for one in found["added"]] == ["10"]
    assert [number for number, *_ in entries()] == ["7", "8", *([] if dry_run else ["10"])]


def test_late_entries_move_within_their_year(post, lock, entries, database, dossier):
    """The first open day is the one after the lock, not that after the fiscal year."""
    with database.write() as connection:
        year = {"start": date(2024, 1, 1), "end": date(2024, 12, 31), "state": "open"}
        place = {"domain_id": dossier.domain_id, "dossier_id": dossier.id}
        connection.execute(tables.fiscal_years.insert().values(place | year))
    lock(date(2024, 3, 31))
    assert post(fec(entry(1)), lateEntries="first-open-day").status is Status.DONE
    assert entries()[0][1] == date(2024, 4, 1)


def test_an_added_line_takes_the_document_of_its_entry(importing, database, dossier):
    rows = [row | {"JournalLib": "Achats"} for row in entry(1, ValidDate="20240201")]
    rows[1]["Credit"] = "119,99"
    importing.post(fec(rows), options={"unbalanced": "difference"})
    with open_snapshot(database, dossier) as snapshot:
        *first, added = page_lines(Conditions(snapshot, Filter()), 10).items
    assert added.is_made
    same = [(one.journal_label, one.piece, one.piece_date, one.validation_date)
            for one in (first[0], added)]  # fmt: skip
    assert same[0] == same[1]
    assert all(same[0]), same


def test_lines_are_of_the_establishment_of_the_request(importing, database, domain, dossier):
    second = "07955542100035"
    with database.write() as connection:
        change_dossier(connection, domain, dossier.code,
                       DossierChanges(sirets=[*dossier.sirets, second]))  # fmt: skip
    importing.post(fec(entry(1)), siret=second)
    importing.post(fec(entry(2)), url=ADDRESS, siret=dossier.sirets[0])
    fresh = get_dossier(database, domain.id, dossier.code)
    with open_snapshot(database, fresh) as snapshot:
        of_second = page_lines(Conditions(snapshot, Filter(sirets=(second,))), 10).items
        rows = read_trial_balance(snapshot, Filter(), By.ESTABLISHMENT).rows
    assert [one.number for one in of_second] == ["1", "1"]
    assert {row.key: row.debit_cents for row in rows} == {
        (dossier.sirets[0],): 12000, (second,): 12000,
    }  # fmt: skip


def test_no_line_is_counted_as_added_to_an_entry_that_is_left_out(post):
    options = {"unbalanced": "suspense", "duplicateEntries": "skip"}
    post(fec(unbalanced()), **options)
    done = post(fec(unbalanced() + unbalanced(3, short="100,00")), **options)
    impact = done.plan["impact"]
    assert (impact["entries"]["skipped"], impact["entries"]["added"]) == (1, 1)
    assert (impact["linesAdded"], impact["addedCreditCents"]) == (1, 2000)
    assert [one["number"] for one in impact["addedLines"]] == ["3"]
