"""What an import does to the ledger is planned: duplicates, replacement, dry runs."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa

from ecritures.app.actions.imports import confirm_import
from ecritures.core.changes import Change
from ecritures.core.errors import ConflictError
from ecritures.database import tables
from ecritures.imports.queries import get_import
from ecritures.imports.read.difference import page_difference
from ecritures.imports.request import Status
from ecritures.ledger.loading.loader import BatchLoader
from helpers.balances import read_balance
from helpers.fec import entry, fec
from helpers.transitions import count_rows, read_all

ELSEWHERE = "https://files.example/other/079555421FEC20241231.txt"
YEAR = {"replace": {"fiscalYear": "2024"}}


def numbered(*numbers, **changes):
    return fec([row for number in numbers for row in entry(number, **changes)])


def in_month(month, *numbers, **changes):
    return numbered(*numbers, EcritureDate=f"2024{month:02}15", **changes)


@pytest.fixture
def post(importing):
    """Import a file; options are those of the import."""

    def run(content, *, dry_run=False, **options):
        return importing.post(content, url=f"{ELSEWHERE}?{id(content)}", options=options,
                              dry_run=dry_run)  # fmt: skip

    return run


@pytest.fixture
def total(database, dossier):
    """Tell the debit of the ledger, in cents."""
    return lambda: read_balance(database, dossier).debit_cents


def counts(state):
    return {name: count for name, count in state.plan["impact"]["entries"].items() if count}


def test_entries_of_another_file_that_are_there_already_are_refused(post, total):
    post(numbered(1, 2))
    again = post(numbered(2, 3))
    assert (again.status, again.message.code) == (Status.ENDED_WITH_ERROR, "entries-known")
    assert "1 écriture du fichier est déjà dans le dossier" in again.message.fr
    assert "HA 2" in again.message.fr
    assert again.plan["impact"]["duplicates"]["entries"] == 1
    assert total() == 24000


def test_known_entries_can_be_left_out_or_added_again(post, total):
    post(numbered(1, 2))
    seen = post(numbered(2, 3), dry_run=True, duplicateEntries="skip").message
    assert "écritures à ajouter 1, à laisser de côté 1" in seen.fr
    skipped = post(numbered(2, 3), duplicateEntries="skip")
    assert (skipped.status, counts(skipped)) == (Status.DONE, {"added": 1, "skipped": 1})
    assert skipped.message.code == "imported-without-known"
    assert [one["number"] for one in skipped.plan["impact"]["difference"]["skipped"]] == ["2"]
    assert total() == 36000
    post(numbered(3, 4), duplicateEntries="allow")
    assert total() == 60000


def test_equal_entries_are_counted(post, total):
    """Two equal entries in the ledger, three in the file: one is new."""
    post(fec(entry(1, EcritureDate="20240110") + entry(2) + entry(3)))
    lines = [*entry(2), *entry(5), *entry(3)]
    found = post(fec(lines), duplicateEntries="skip")
    assert counts(found) == {"added": 1, "skipped": 2}
    assert total() == 48000


def test_entries_without_a_number_that_look_alike_are_told_and_posted(post, total):
    post(numbered("", PieceRef="A"))
    again = post(numbered("", PieceRef="B"))
    assert again.status is Status.DONE
    assert again.plan["impact"]["duplicates"]["lookalikes"] == 1
    assert total() == 24000
    refused = post(numbered("", PieceRef="C"), lookalikes="refuse").message
    assert refused.code == "entries-alike"
    assert re.search(r"\(HA \d\d/\d\d/\d{4}\)", refused.fr)
    assert counts(post(numbered("", PieceRef="D"), lookalikes="skip")) == {"skipped": 1}
    assert total() == 24000


def test_a_number_used_again_with_other_contents_is_told(post):
    post(numbered(1))
    again = post(numbered(1, amount="7,00"))
    assert again.status is Status.DONE
    assert again.plan["impact"]["duplicates"] == {
        "file": None,
        "entries": 0,
        "lookalikes": 0,
        "numberReused": 1,
    }


def test_what_is_there_of_the_same_days_and_journal_may_be_refused(post, total):
    post(in_month(1, 1))
    refused = post(in_month(1, 2), mode="refuse-if-present")
    assert (refused.status, refused.message.code) == (Status.ENDED_WITH_ERROR, "entries-present")
    assert post(in_month(2, 3), mode="refuse-if-present").status is Status.DONE
    other = in_month(1, 4, JournalCode="VE", JournalLib="Ventes")
    assert post(other, mode="refuse-if-present").status is Status.DONE
    assert total() == 36000


def test_replacing_a_year_by_the_same_file_changes_nothing(post, total, database, dossier):
    content = numbered(1, 2, 3)
    post(content)
    again = post(content, **YEAR)
    assert (again.status, again.message.code) == (Status.DONE, "replaced")
    assert counts(again) == {"unchanged": 3}
    assert total() == 36000
    assert [row.account for row in read_balance(database, dossier).accounts] == ["401000", "607000"]


def test_a_replacement_keeps_what_did_not_change(post, total, database, dossier):
    post(in_month(2, 1, 2, 3))
    lines = [
        *entry(1, EcritureDate="20240215"),
        *entry(2, "50,00", EcritureDate="20240215"),
        *entry(4, "9,00", EcritureDate="20240215", CompteNum="622000"),
    ]
    lines[-2]["CompteNum"], lines[-1]["CompteNum"] = "622000", "401000"
    done = post(fec(lines), **YEAR)
    assert done.message.fr.startswith("Remplacement fait : écritures inchangées 1, modifiées 1")
    assert counts(done) == {"unchanged": 1, "changed": 1, "added": 1, "removed": 1}
    assert total() == 12000 + 5000 + 900
    balance = {row.account: row.balance_cents for row in read_balance(database, dossier).accounts}
    assert balance == {"401000": -17900, "607000": 17000, "622000": 900}


def test_only_the_scope_is_replaced(post, total):
    post(in_month(1, 1, 2))
    post(in_month(2, 3, 4))
    post(in_month(2, 5, JournalCode="VE", JournalLib="Ventes"))
    february = {"from": "2024-02-01", "to": "2024-02-29"}
    done = post(in_month(2, 3, amount="1,00"), replace=february | {"journals": ["HA"]})
    assert counts(done) == {"changed": 1, "removed": 1}
    assert total() == 24000 + 100 + 12000
    outside = post(in_month(3, 9), replace=february)
    assert (outside.status, outside.message.code) == (Status.ENDED_WITH_ERROR, "outside-scope")
    assert total() == 24000 + 100 + 12000


def test_a_replacement_that_removes_much_needs_its_plan(post, total):
    post(numbered(1, 2, 3))
    much = post(numbered(1), **YEAR)
    assert (much.status, much.message.code) == (Status.ENDED_WITH_ERROR, "replace-removes-much")
    dry = post(numbered(1), dry_run=True, **YEAR)
    assert (dry.status, [one["code"] for one in dry.plan["refusals"]]) == (
        Status.DONE,
        ["replace-removes-much"],
    )
    assert total() == 36000
    done = post(numbered(1), ifPlan=dry.plan["planDigest"], **YEAR)
    assert (done.status, counts(done)) == (Status.DONE, {"unchanged": 1, "removed": 2})
    assert total() == 12000


def test_a_dry_run_says_what_would_happen_and_writes_nothing(post, total):
    post(numbered(1))
    dry = post(numbered(2, 3, JournalCode="VE", JournalLib="Ventes"), dry_run=True)
    impact = dry.plan["impact"]
    assert dry.plan["ledgerRevision"] == 1
    assert impact["entries"]["added"] == 2
    assert impact["journalsCreated"] == ["VE"]
    assert impact["accountsCreated"] == []
    assert impact["balances"] == [
        {"account": "401000", "beforeCents": -12000, "afterCents": -36000},
        {"account": "607000", "beforeCents": 12000, "afterCents": 36000},
    ]
    assert total() == 12000


def test_a_dry_run_is_confirmed_with_the_same_id(importing, post, total, database):
    dry = post(numbered(1, 2), dry_run=True)
    confirm_import(database, dry.id)
    done = importing.run(dry.id)
    assert (done.id, done.status, done.dry_run) == (dry.id, Status.DONE, False)
    assert done.plan["planDigest"] == dry.plan["planDigest"]
    assert total() == 24000
    with pytest.raises(ConflictError):
        confirm_import(database, dry.id)


def test_a_plan_that_no_longer_holds_is_not_carried_out(importing, post, total, database):
    post(numbered(1))
    dry = post(numbered(1, 2), dry_run=True, duplicateEntries="skip")
    post(numbered(2))
    confirm_import(database, dry.id)
    refused = importing.run(dry.id)
    assert (refused.status, refused.message.code) == (Status.ENDED_WITH_ERROR, "plan-changed")
    assert total() == 24000
    confirm_import(database, dry.id)
    assert counts(importing.run(dry.id)) == {"skipped": 2}
    assert total() == 24000


@pytest.mark.parametrize("block_bytes", [10**6, 300])
def test_a_confirmed_replacement_that_keeps_nothing_is_read_once(
    importing, post, total, database, monkeypatch, block_bytes
):
    importing.configure(block_bytes=block_bytes)
    post(numbered(1, 2))
    dry = post(fec(entry(7, "50,00") + entry(8, "60,00")), dry_run=True, **YEAR)
    monkeypatch.delattr(BatchLoader, "load_again")
    confirm_import(database, dry.id)
    assert counts(importing.run(dry.id)) == {"added": 2, "removed": 2}
    assert total() == 11000


@pytest.mark.parametrize("block_bytes", [10**6, 300])
def test_a_confirmed_replacement_keeps_what_has_come_meanwhile(
    importing, post, total, database, block_bytes
):
    importing.configure(block_bytes=block_bytes)
    post(numbered(1, 2))
    dry = post(numbered(7, 8), dry_run=True, **YEAR)
    came = post(numbered(7))
    confirm_import(database, dry.id)
    refused = importing.run(dry.id)
    assert refused.message.code == "plan-changed"
    assert total() == 36000
    assert count_rows(database, tables.batches) == 2
    confirm_import(database, dry.id)
    done = importing.run(dry.id)
    assert counts(done) == {"added": 1, "removed": 2, "unchanged": 1}
    assert total() == 24000
    kept = sa.select(tables.entries.c.number, tables.entries.c.batch_id)
    assert ("7", came.batch_id) in [(*row,) for row in read_all(database, kept)]
    assert ("7", done.batch_id) not in [(*row,) for row in read_all(database, kept)]


def test_what_the_ledger_did_elsewhere_does_not_change_a_plan(importing, post, total, database):
    dry = post(in_month(3, 7), dry_run=True)
    post(in_month(5, 1))
    confirm_import(database, dry.id)
    assert importing.run(dry.id).status is Status.DONE
    assert total() == 24000


def test_new_codes_of_others_do_not_change_a_plan(importing, post, database):
    post(numbered(1))
    new = {"CompteNum": "615000", "CompteLib": "Entretien"}
    dry = post(in_month(3, 7, **new), dry_run=True)
    post(in_month(9, 8, CompteNum="618000", CompteLib="Divers"))
    confirm_import(database, dry.id)
    done = importing.run(dry.id)
    assert (done.status, done.plan["planDigest"]) == (Status.DONE, dry.plan["planDigest"])
    other = post(in_month(3, 7, CompteNum="616000", CompteLib="Assurances"), dry_run=True)
    assert other.plan["planDigest"] != dry.plan["planDigest"]


def test_a_confirmed_file_that_was_posted_meanwhile_keeps_no_plan(importing, post, database):
    content = numbered(1, 2)
    dry = post(content, dry_run=True, duplicates="skip", duplicateEntries="skip")
    post(content)
    confirm_import(database, dry.id)
    done = importing.run(dry.id)
    assert (done.status, done.plan) == (Status.DONE, None)
    assert differences(database, done)[1].items == []


def test_a_second_opening_of_a_year_is_refused_unless_it_replaces_or_is_allowed(post, total):
    opening = {"JournalCode": "AN", "JournalLib": "À-nouveaux", "EcritureDate": "20240101"}
    post(fec(entry(1, **opening) + entry(2)))
    second = fec(entry(9, "70,00", **opening))
    refused = post(second)
    assert (refused.status, refused.message.code) == (Status.ENDED_WITH_ERROR, "opening-present")
    assert "01/01/2024" in refused.message.fr
    replaced = post(second, openings="replace")
    assert counts(replaced) == {"added": 1, "removed": 1}
    assert total() == 12000 + 7000
    third = post(fec(entry(10, "1,00", **opening)), openings="allow")
    assert third.status is Status.DONE
    assert total() == 12000 + 7100


@pytest.mark.parametrize("journal", ["AN", "99"])
def test_openings_of_later_years_are_not_added_to_the_movements_they_repeat(post, total, journal):
    opening = {"JournalCode": journal, "JournalLib": "À-nouveaux", "EcritureDate": "20250101"}
    post(numbered(1, 2))
    post(fec(entry(1, "240,00", **opening) + entry(2, "5,00", EcritureDate="20250215")))
    assert total() == 24000 + 500


def test_what_a_replacement_changed_is_kept_with_both_versions(post):
    first = post(numbered(1, 2, 3))
    done = post(fec(entry(1) + entry(2, "50,00") + entry(4)), **YEAR)
    difference = done.plan["impact"]["difference"]
    assert [one["number"] for one in difference["added"]] == ["4"]
    [changed] = difference["changed"]
    assert (changed["number"], changed["before"]) == ("2", f"{first.batch_id}-2")
    assert [(one["number"], one["entry"]) for one in difference["removed"]] == [
        ("3", f"{first.batch_id}-3")
    ]


def test_an_opening_that_the_file_has_too_is_kept_when_others_are_replaced(post, total):
    opening = {"JournalCode": "AN", "JournalLib": "À-nouveaux", "EcritureDate": "20240101"}
    post(fec(entry(1, **opening) + entry(2, **opening)))
    again = fec(entry(1, **opening) + entry(3, "5,00", **opening))
    done = post(again, duplicateEntries="skip", openings="replace")
    assert counts(done) == {"added": 1, "removed": 1, "skipped": 1}
    assert total() == 12500


def test_the_openings_of_a_year_count_when_all_that_came_before_was_removed(post, total):
    opening = {"JournalCode": "AN", "JournalLib": "À-nouveaux"}
    post(fec(entry(1, EcritureDate="20240610") + entry(9, EcritureDate="20250610")))
    post(fec(entry(2, EcritureDate="20250101", **opening)))
    dry = post(fec(entry(3, EcritureDate="20250610")), dry_run=True, replace={"journals": ["HA"]})
    kept = fec(entry(3, EcritureDate="20250610"))
    post(kept, replace={"journals": ["HA"]}, ifPlan=dry.plan["planDigest"])
    assert total() == 24000


def test_a_replacement_brings_the_lettering_of_the_file(post, database):
    post(numbered(1, 2))
    lettered = numbered(1, EcritureLet="A", DateLet="20240131") + numbered(2).split(b"\r\n", 1)[1]
    done = post(lettered, **YEAR)
    assert counts(done) == {"changed": 1, "unchanged": 1}
    assert counts(post(lettered, **YEAR)) == {"unchanged": 2}
    letters = sa.select(tables.lines.c.lettering).where(tables.lines.c.lettering.is_not(None))
    assert [row.lettering for row in read_all(database, letters)] == ["A", "A"]


def test_a_file_whose_entries_were_all_replaced_may_come_again(post, total):
    content = numbered(1, 2)
    post(content)
    post(fec(entry(1, "5,00") + entry(2, "6,00")), **YEAR)
    again = post(content)
    assert (again.status, again.plan["impact"]["duplicates"]["numberReused"]) == (Status.DONE, 2)
    assert total() == 24000 + 1100


def differences(database, state, **options):
    wanted = {"change": None, "after": None, "limit": 100} | options
    found = page_difference(database, get_import(database, state.id), **wanted)
    return found.counts, found.page


def test_the_whole_difference_of_an_import_is_kept(post, database, dossier):
    database = database.for_domain(dossier.domain_id)
    first = post(numbered(*range(1, 304)))
    assert differences(database, first)[1].items == []
    changed = [row for number in range(1, 151) for row in entry(number, "9,00")]
    kept = [row for number in range(151, 250) for row in entry(number)]
    done = post(fec(changed + kept + entry(900)), **YEAR)
    counts, page = differences(database, done, limit=120)
    assert counts == {"added": 1, "changed": 150, "removed": 54, "skipped": 0, "reused": 0}
    joined = [*page.items]
    while page.next_key is not None:
        page = differences(database, done, limit=60, after=page.next_key)[1]
        joined += page.items
    assert [one["number"] for one in joined] == [
        "900",
        *(str(number) for number in range(1, 151)),
        *(str(number) for number in range(250, 304)),
    ]
    assert (joined[0].get("before"), joined[0]["after"]) == (None, f"{done.batch_id}-250")
    assert (joined[1]["before"], joined[1]["after"]) == (
        f"{first.batch_id}-1",
        f"{done.batch_id}-1",
    )
    assert joined[-1] == {
        "change": "removed",
        "journal": "HA",
        "number": "303",
        "date": "2024-01-15",
        "entry": f"{first.batch_id}-303",
    }
    assert (
        differences(database, done, change=Change.REMOVED, limit=1)[1].items[0]["number"] == "250"
    )
    again = post(numbered(250, amount="3,00"))
    assert [one["entry"] for one in differences(database, again)[1].items if "entry" in one] == []
