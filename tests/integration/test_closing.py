"""Days are locked and fiscal years closed: what may change there, and what never may."""

from __future__ import annotations

from datetime import date

import pytest

from ecritures.app.actions import closing
from ecritures.core.errors import ConflictError, NotFoundError, RefusedRequestError
from ecritures.database import tables
from ecritures.directory.dossiers import YearState, get_dossier
from ecritures.imports.request import Status
from ecritures.ledger.blockers import BlockedError
from ecritures.ledger.entry_frames import read_journals
from ecritures.ledger.moves import Ledger
from ecritures.ledger.openings.openings import sums_between
from helpers.fec import entry, fec, line
from helpers.ledgers import kinds

YEAR = (date(2024, 1, 1), date(2024, 12, 31))
NEXT = (date(2025, 1, 1), date(2025, 12, 31))
FILE = fec([*entry(1, EcritureDate="20240115"), *entry(2, EcritureDate="20240410")])


@pytest.fixture
def ask(database, caller, dossier):
    """Call an action of `closing` on the dossier."""

    def _ask(act, *arguments, reason="Motif", **options):
        of_firm = database.for_domain(caller.domain_id)
        request = closing.DossierRequest(of_firm, caller, dossier.code, reason)
        return act(request, *arguments, **options).view

    return _ask


@pytest.fixture
def now(database, dossier):
    """The dossier as it is now."""
    return lambda: get_dossier(
        database.for_domain(dossier.domain_id), dossier.domain_id, "CEGID003"
    )


def refused(ask, act, *arguments, **options):
    with pytest.raises((ConflictError, RefusedRequestError)) as caught:
        ask(act, *arguments, **options)
    return caught.value.sentence.code


def opening(*accounts, number=1, journal="AN"):
    """A file of one opening entry: account and cents of each line."""
    rows = [
        line(
            number, account, JournalCode=journal, JournalLib="À-nouveaux", EcritureDate="20250101",
            debit=f"{max(cents, 0) / 100:.2f}".replace(".", ","),
            credit=f"{max(-cents, 0) / 100:.2f}".replace(".", ","),
        )
        for account, cents in accounts
    ]  # fmt: skip
    return fec(rows)


def test_a_lock_reaches_further_and_is_lifted_in_part_or_whole(ask, now, books):
    assert ask(closing.lock, date(2024, 3, 31))["lockedThrough"] == "2024-03-31"
    assert refused(ask, closing.lock, date(2024, 2, 29)) == "locked-already"
    ask(closing.lock, date(2024, 6, 30))
    assert ask(closing.unlock, date(2024, 4, 30))["lockedThrough"] == "2024-04-30"
    assert now().locked_through == date(2024, 4, 30)
    assert ask(closing.unlock, date(2024, 4, 30))["lockedThrough"] is None
    assert refused(ask, closing.unlock, None) == "not-locked"
    events = books.rows(tables.events)
    assert [(one.kind, one.details["lockedThrough"]) for one in events] == [
        ("locked", "2024-03-31"),
        ("locked", "2024-06-30"),
        ("unlocked", "2024-04-30"),
        ("unlocked", None),
    ]
    assert {one.reason for one in events} == {"Motif"}


def test_what_is_closed_is_never_unlocked(ask, books):
    books.set_dossier(closed_through=date(2023, 12, 31))
    assert refused(ask, closing.unlock, None) == "period-closed"
    ask(closing.lock, date(2024, 3, 31))
    assert refused(ask, closing.unlock, date(2023, 6, 30)) == "period-closed"
    assert ask(closing.unlock, None)["closedThrough"] == "2023-12-31"


def test_a_year_is_added_without_overlap_and_a_gap_is_told(ask, now):
    assert ask(closing.add_fiscal_year, *YEAR)["warnings"] == []
    overlapping = date(2024, 12, 31), date(2025, 6, 30)
    assert refused(ask, closing.add_fiscal_year, *overlapping) == "fiscal-year-overlaps"
    too_long = date(2026, 1, 1), date(2028, 1, 1)
    assert refused(ask, closing.add_fiscal_year, *too_long) == "fiscal-year-length"
    assert refused(ask, closing.add_fiscal_year, NEXT[1], NEXT[0]) == "fiscal-year-length"
    far = date(9999, 1, 1), date(9999, 12, 31)
    assert refused(ask, closing.add_fiscal_year, *far) == "day-too-late"
    view = ask(closing.add_fiscal_year, date(2025, 4, 1), date(2026, 9, 30))
    assert [one["code"] for one in view["warnings"]] == ["fiscal-year-long", "fiscal-year-gap"]
    assert "du 01/01/2025 au 31/03/2025" in view["warnings"][1]["message"]
    assert len(now().fiscal_years) == 2


def test_a_closed_year_gives_nothing_back_until_it_is_reopened(ask, now, importing, books):
    ask(closing.add_fiscal_year, *YEAR)
    first = importing.post(FILE)
    view = ask(closing.close_fiscal_year, "2024")
    assert (view["fiscalYear"]["state"], view["warnings"][0]["code"]) == ("closed", "drafts-left")
    assert refused(ask, closing.close_fiscal_year, "2024") == "fiscal-year-closed"
    with pytest.raises(BlockedError) as caught:
        books.undo(first.id)
    assert kinds(caught.value) == {"locked": 2}
    assert ask(closing.reopen_fiscal_year, "2024-01-01")["fiscalYear"]["state"] == "open"
    assert refused(ask, closing.reopen_fiscal_year, "2024") == "fiscal-year-open"
    assert now().fiscal_years[0].state is YearState.OPEN
    books.undo(first.id)


def test_the_final_closing_needs_every_entry_validated(ask, now, importing, books):
    ask(closing.add_fiscal_year, *YEAR)
    first = importing.post(FILE)
    with pytest.raises(BlockedError) as caught:
        ask(closing.close_fiscal_year, "2024", final=True)
    assert kinds(caught.value) == {"drafts": 2}
    assert caught.value.sentence.fr.startswith("Clôture impossible : 2 écritures en brouillard")
    view = ask(closing.close_fiscal_year, "2024", final=True, validate=True)
    assert (view["entriesValidated"], view["ledgerRevision"]) == (2, 4)
    assert (now().closed_through, now().ledger_revision) == (YEAR[1], 4)
    assert refused(ask, closing.reopen_fiscal_year, "2024") == "fiscal-year-final"
    assert refused(ask, closing.close_fiscal_year, "2024", final=True) == "fiscal-year-final"
    with pytest.raises(BlockedError) as caught:
        books.undo(first.id)
    assert kinds(caught.value) == {"validated": 2, "closed": 2}
    with pytest.raises(ConflictError, match="add the next fiscal year"):
        books.undo(first.id, definitive="reverse")
    ask(closing.add_fiscal_year, *NEXT)
    assert books.undo(first.id, definitive="reverse")["reversalEntries"] == 2
    (batch,) = books.rows(tables.batches, tables.batches.c.origin == "reversal")
    assert batch.first_date == batch.last_date == NEXT[0]
    final = books.rows(tables.events, tables.events.c.kind == "fiscal-year-final")
    (details,) = [dict(row.details) for row in final]
    assert len(details.pop("fecDigest")) == 64
    assert details == {
        "start": "2024-01-01",
        "end": "2024-12-31",
        "state": "final",
        "closedThrough": "2024-12-31",
    }


def test_years_are_closed_for_ever_in_their_order(ask):
    ask(closing.add_fiscal_year, *YEAR)
    ask(closing.add_fiscal_year, *NEXT)
    assert refused(ask, closing.close_fiscal_year, "2025", final=True) == "earlier-year-not-final"
    ask(closing.close_fiscal_year, "2024", final=True)
    ask(closing.close_fiscal_year, "2025", final=True)


def test_an_unknown_year_is_told(ask):
    with pytest.raises(NotFoundError):
        ask(closing.close_fiscal_year, "2024")


@pytest.mark.parametrize(
    ("opened", "differing"),
    [
        ([("401000", -24000), ("120000", 24000)], None),  # the result, before it is assigned
        ([("401000", -24000), ("129000", 24000)], None),
        ([("401000", -23000), ("120000", 23000)], ("12", "401000")),
        ([("401000", -24000), ("512000", 24000)], ("12", "512000")),
    ],
)
def test_the_final_closing_needs_the_next_opening_to_be_equal(ask, importing, opened, differing):
    ask(closing.add_fiscal_year, *YEAR)
    ask(closing.add_fiscal_year, *NEXT)
    importing.post(FILE)
    posted = importing.post(opening(*opened), url="https://files.example/an.txt")
    assert posted.status is Status.DONE
    if differing is None:
        ask(closing.close_fiscal_year, "2024", final=True, validate=True)
        return
    with pytest.raises(BlockedError) as caught:
        ask(closing.close_fiscal_year, "2024", final=True, validate=True)
    (blocker,) = caught.value.blockers
    assert (blocker.kind, blocker.accounts) == ("opening-differs", differing)
    assert ask(closing.close_fiscal_year, "2024")["warnings"][-1]["code"] == "opening-differs"


def test_a_year_without_openings_goes_on_from_the_one_before(ask, importing, now):
    ask(closing.add_fiscal_year, date(2023, 1, 1), date(2023, 12, 31))
    ask(closing.add_fiscal_year, *YEAR)
    ask(closing.add_fiscal_year, *NEXT)
    importing.post(fec(entry(1, EcritureDate="20230615", amount="60,00")))
    importing.post(FILE, url="https://files.example/2024.txt")
    opened = opening(("401000", -30000), ("120000", 30000))
    importing.post(opened, url="https://files.example/an.txt")
    ask(closing.close_fiscal_year, "2023", final=True, validate=True)
    ask(closing.close_fiscal_year, "2024", final=True, validate=True)
    states = [year.state for year in now().fiscal_years]
    assert states == [YearState.FINAL, YearState.FINAL, YearState.OPEN]


def test_entries_of_a_closed_year_that_are_there_already_prevent_nothing(ask, importing):
    ask(closing.add_fiscal_year, *YEAR)
    ask(closing.add_fiscal_year, *NEXT)
    importing.post(FILE)
    ask(closing.close_fiscal_year, "2024")
    more = [*entry(1, EcritureDate="20240115"), *entry(3, EcritureDate="20250115")]
    added = importing.post(fec(more), options={"duplicateEntries": "skip"})
    assert (added.status, added.plan["impact"]["entries"]["skipped"]) == (Status.DONE, 1)
    changed = [*entry(1, EcritureDate="20240115"), *entry(2, "1,00", EcritureDate="20240410")]
    scope = {"replace": {"fiscalYear": "2024"}}
    refused = importing.post(fec(changed), options=scope)
    assert (refused.status, refused.message.code) == (Status.ENDED_WITH_ERROR, "days-not-open")
    same = importing.post(FILE, options=scope)
    assert (same.status, same.plan["impact"]["entries"]["unchanged"]) == (Status.DONE, 2)


def test_what_a_closing_would_find_is_what_it_then_refuses(ask, importing, database, caller):
    def shown():
        of_firm = database.for_domain(caller.domain_id)
        return closing.show_closing(of_firm, caller, "CEGID003", "2024")

    ask(closing.add_fiscal_year, date(2023, 1, 1), date(2023, 12, 31))
    ask(closing.add_fiscal_year, *YEAR)
    ask(closing.add_fiscal_year, *NEXT)
    suspense = [line(3, "471000", "5,00"), line(3, "401000", "", "5,00")]
    importing.post(fec([*entry(1), *entry(2, EcritureDate="20240410"), *suspense]))
    seen = shown()
    assert (seen["before"]["state"], seen["begins"]["hasOpening"]) == ("open", False)
    assert seen["drafts"] == [{"journal": "HA", "entries": 3}]
    assert (seen["resultCents"], seen["suspense"]) == (24000, {"471000": 500})
    assert seen["ends"]["closingCents"] == 0
    assert seen["ends"]["classes"] == [
        {"accountClass": "1", "closingCents": 24000, "openingCents": None},
        {"accountClass": "4", "closingCents": -24000, "openingCents": None},
    ]
    importing.post(opening(("401000", -23000), ("120000", 23000)), url="https://files.example/an")
    seen = shown()["ends"]
    assert seen["differing"] == ["12", "401000", "471000"]
    assert [one["openingCents"] for one in seen["classes"]] == [23000, -23000]
    ask(closing.close_fiscal_year, "2023", final=True)
    with pytest.raises(BlockedError) as caught:
        ask(closing.close_fiscal_year, "2024", final=True)
    assert kinds(caught.value) == {"drafts": 3, "opening-differs": 3}


def test_sums_of_whole_months_are_those_of_their_days(importing, books, database, dossier):
    year = {"replace": {"from": "2024-01-01", "to": "2024-03-31"}}
    late = entry(3, EcritureDate="20240331", amount="7,00")
    importing.post(fec([*entry(1), *entry(2, EcritureDate="20240410"), *late]))
    changed = [*entry(1), *entry(3, EcritureDate="20240331", amount="9,00")]
    assert importing.post(fec(changed), url="https://files.example/2", options=year).plan
    assert books.balance()["607000"] == (12000 + 12000 + 900, 0)
    with database.for_domain(dossier.domain_id).read() as connection:
        ledger = Ledger(database.for_domain(dossier.domain_id), connection, dossier, 2)
        for start, end in ((None, date(2024, 3, 31)), (date(2024, 3, 1), date(2024, 4, 30))):
            by_day = sums_between(ledger, start, end, list(read_journals(ledger)))
            assert sums_between(ledger, start, end) == by_day != {}
