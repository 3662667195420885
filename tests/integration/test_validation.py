"""Validated entries are definitive: they are reversed, never removed."""

from __future__ import annotations

from datetime import date

import pytest

from ecritures.app.actions import validate as validation
from ecritures.app.actions.ledger_acts import read_ledger
from ecritures.core.errors import ConflictError, NotFoundError
from ecritures.database import tables
from ecritures.directory.domains import change_domain
from ecritures.imports.request import Status
from ecritures.ledger.blockers import BlockedError
from ecritures.ledger.fiscal_years.validate import list_acts
from ecritures.ledger.proof.verify import verify_ledger
from helpers.fec import entry, fec, line
from helpers.ledgers import kinds

pytestmark = pytest.mark.fake_clock

MARCH = date(2024, 3, 31)


def entry_of(number, day, **changes):
    return entry(number, EcritureDate=day, **changes)


FILE = fec([*entry_of(1, "20240115"), *entry_of(2, "20240410", amount="50,00")])
LATER = fec([*entry_of(3, "20240120"), *entry_of(4, "20240620", JournalCode="VE")])


@pytest.fixture
def validate(database, caller, dossier):
    def _validate(until=MARCH, journals=None):
        fields = validation.ValidationFields(until, journals, "Trimestre")
        of_firm = database.for_domain(caller.domain_id)
        return validation.validate(of_firm, caller, dossier.code, fields).view

    return _validate


def refused(act, *arguments, **options):
    with pytest.raises(BlockedError) as caught:
        act(*arguments, **options)
    return caught.value


def reversal_of(books):
    (batch,) = books.rows(tables.batches, tables.batches.c.origin == "reversal")
    mine = tables.entries.c.batch_id == batch.id
    return batch, books.rows(tables.entries, mine)


def test_an_act_covers_what_is_in_the_ledger_up_to_its_day(importing, books, validate):
    first = importing.post(FILE)
    view = validate()
    assert (view["entriesValidated"], view["ledgerRevision"]) == (1, 2)
    later = importing.post(LATER)
    assert kinds(refused(books.undo, first.id)) == {"validated": 1}
    books.undo(later.id)
    books.restore(later.id)
    assert validate()["entriesValidated"] == 1
    error = refused(books.undo, later.id)
    assert kinds(error) == {"validated": 1}
    assert "definitive=reverse" in error.sentence.fr
    assert validate(date(2024, 12, 31), ("VE",))["entriesValidated"] == 1
    assert validate(date(2024, 12, 31))["entriesValidated"] == 1
    assert validate(date(2024, 12, 31))["entriesValidated"] == 0


def test_an_act_does_not_cover_what_was_out_of_the_ledger(importing, books, validate):
    first = importing.post(FILE)
    second = importing.post(LATER)
    books.link(books.batch_of(second.id), books.batch_of(first.id), 1, 1, "removes")
    assert validate(date(2024, 5, 1))["entriesValidated"] == 2
    error = refused(books.undo, second.id)
    assert kinds(error) == {"validated": 1}
    assert [one.number for one in error.blockers[0].entries] == ["3"]


def test_an_unknown_journal_validates_nothing(importing, books, validate):
    importing.post(FILE)
    with pytest.raises(NotFoundError):
        validate(MARCH, ("XX",))
    assert len(books.rows(tables.events)) == 1


def test_acts_are_listed_the_last_first(importing, database, caller, dossier, validate):
    importing.post(FILE)
    validate()
    validate(date(2024, 6, 30), ("HA",))
    of_firm = database.for_domain(caller.domain_id)
    acts = read_ledger(of_firm, caller, dossier.code, list_acts)
    assert [(act.through.month, act.journals) for act in acts] == [(6, ("HA",)), (3, None)]


def test_a_binding_file_is_definitive_from_the_start(importing, books):
    first = importing.post(FILE)
    details = {"policies": {"fileValidation": "binding"}}
    books.update(tables.batches, books.batch_of(first.id), details=details)
    assert kinds(refused(books.undo, first.id)) == {"validated": 2}


def test_so_is_an_entry_whose_lines_have_labels_of_their_own(importing, books):
    """Its validation date is stored with its lines."""
    rows = entry_of(1, "20240115")
    rows[1]["EcritureLib"] = "Autre libellé"
    first = importing.post(fec(rows), options={"fileValidation": "binding"})
    assert kinds(refused(books.undo, first.id)) == {"validated": 1}
    undone = books.undo(first.id, definitive="reverse")
    assert (undone["entriesRemoved"], undone["reversalEntries"]) == (0, 1)


def test_validated_entries_are_reversed_and_drafts_removed(importing, books, validate):
    first = importing.post(FILE)
    importing.post(LATER)
    validate()
    undone = books.undo(first.id, definitive="reverse", reason="Doublon")
    assert (undone["entriesRemoved"], undone["reversalEntries"]) == (1, 1)
    assert books.balance() == {"607000": (48000 - 12000, 12000), "401000": (12000, 36000)}
    batch, (made,) = reversal_of(books)
    assert (made.label, made.number) == ("Contre-passation de HA 1 du 15/01/2024", "4")
    assert (made.entry_date, made.validation_date) == (date(2024, 1, 15), date(2026, 1, 1))
    assert (made.piece_ref, made.piece_date) == ("F1", date(2024, 1, 14))
    counts = batch.entries, batch.lines, batch.debit_cents, batch.credit_cents
    assert counts == (1, 2, 12000, 12000)
    (link,) = books.rows(tables.entry_links)
    assert (link.target_batch_id, link.target_entry) == (books.batch_of(first.id), 1)
    (event,) = books.rows(tables.events, tables.events.c.kind == "reversed")
    assert (event.batch_id, event.reason) == (batch.id, "Doublon")
    assert kinds(refused(books.restore, first.id)) == {"reversed": 1}


def test_the_totals_of_a_reversal_are_what_it_adds_less_what_it_removes(importing, books, validate):
    first = importing.post(FILE)
    validate()
    books.undo(first.id, definitive="reverse")
    batch, _ = reversal_of(books)
    rows = books.rows(tables.totals, tables.totals.c.batch_id == batch.id)
    assert {(row.month, row.debit_cents, row.credit_cents, row.lines) for row in rows} == {
        (202401, 12000, 0, 1),
        (202401, 0, 12000, 1),
        (202404, -5000, 0, -1),
        (202404, 0, -5000, -1),
    }


def test_a_file_whose_entries_were_reversed_may_come_again(importing, books, validate):
    first = importing.post(FILE)
    validate()
    books.undo(first.id, definitive="reverse")
    again = importing.post(FILE, url="https://files.example/again.txt")
    assert set(again.plan["impact"]["duplicates"].values()) == {0, None}
    assert books.balance() == {"607000": (29000, 12000), "401000": (12000, 29000)}
    books.undo(again.id)


def test_an_opening_that_was_reversed_leaves_room_for_another(importing, books, validate):
    openings = [row | {"JournalCode": "AN", "JournalLib": "À-nouveaux"}
                for row in entry_of(1, "20240115")]  # fmt: skip
    first = importing.post(fec(openings))
    validate()
    books.undo(first.id, definitive="reverse")
    corrected = fec([row | {"EcritureNum": "9"} for row in openings])
    again = importing.post(corrected, url="https://files.example/again.txt")
    assert again.status is Status.DONE, again.message
    third = importing.post(fec([row | {"EcritureNum": "10"} for row in openings]),
                           url="https://files.example/third.txt")  # fmt: skip
    assert third.message.code == "opening-present"


def test_a_reversal_is_neither_repeated_nor_taken_back(importing, books, validate):
    first = importing.post(FILE)
    validate()
    books.undo(first.id, definitive="reverse")
    with pytest.raises(ConflictError) as caught:
        books.undo(first.id, definitive="reverse")
    assert caught.value.sentence.code == "already-undone"
    assert kinds(refused(books.restore, first.id)) == {"reversed": 1}


def test_an_entry_reversed_by_another_act_is_not_reversed_again(importing, books, validate):
    first, second = importing.post(FILE), importing.post(LATER)
    validate()
    old, new = books.batch_of(first.id), books.batch_of(second.id)
    row = {"entry": 1, "target_batch_id": old, "target_entry": 1}
    with books.database.for_domain(books.dossier.domain_id).write() as connection:
        place = {"domain_id": books.dossier.domain_id, "batch_id": new}
        connection.execute(tables.entry_links.insert().values(**place, **row))
    assert kinds(refused(books.undo, first.id, definitive="reverse")) == {"reversed": 1}


def test_a_reversal_of_a_closed_day_is_dated_on_the_first_open_day(importing, books):
    first = importing.post(FILE)
    books.set_dossier(closed_through=date(2024, 1, 31))
    assert kinds(refused(books.undo, first.id)) == {"closed": 1}
    books.set_dossier(locked_through=date(2024, 2, 29))
    assert kinds(refused(books.undo, first.id)) == {"closed": 1}
    books.undo(first.id, definitive="reverse")
    _, (made,) = reversal_of(books)
    assert made.entry_date == date(2024, 3, 1)
    assert "du 15/01/2024" in made.label


def test_what_has_no_number_of_digits_is_named_after_the_original(importing, books, validate):
    numbered = {"EcritureNum": "A-7"}
    first = importing.post(fec(entry_of(1, "20240115", **numbered)))
    validate()
    books.undo(first.id, definitive="reverse")
    _, (made,) = reversal_of(books)
    assert made.number == "CP-A-7"


def test_a_firm_may_want_negative_amounts(importing, books, validate, database, domain):
    with database.write() as connection:
        change_domain(connection, domain.code, {"reverseStyle": "negative"})
    signed = {"Montantdevise": "-30,00", "Idevise": "USD", "CompAuxNum": "F01"}
    rows = [line(1, "607000", debit="120,00"), line(1, "401000", credit="120,00", **signed)]
    first = importing.post(fec(rows))
    validate()
    books.undo(first.id, definitive="reverse")
    batch, _ = reversal_of(books)
    held = books.rows(tables.lines, tables.lines.c.batch_id == batch.id)
    assert [(row.debit_cents, row.credit_cents) for row in held] == [(-12000, 0), (0, -12000)]
    assert (held[1].currency_amount, held[1].currency) == (3000, "USD")
    assert held[1].third_party_id is not None
    assert books.balance() == {"607000": (0, 0), "401000": (0, 0)}


YEAR = {"replace": {"fiscalYear": "2024"}, "definitive": "reverse"}
OTHER = "https://files.example/other.txt"
CORRECTED = fec(
    [*entry_of(1, "20240115", amount="70,00"), *entry_of(2, "20240410", amount="60,00")]
)


def verified(database, caller, dossier):
    of_firm = database.for_domain(caller.domain_id)
    return verify_ledger(of_firm, dossier.domain_id, dossier.id).first_break is None


def test_a_replacement_reverses_the_validated_entries_it_would_change(
    importing, books, validate, database, caller, dossier
):
    importing.post(FILE)
    validate()
    refused_ = importing.post(CORRECTED, url=OTHER, options={"replace": YEAR["replace"]})
    assert refused_.message.code == "entries-validated"
    dry = importing.post(CORRECTED, url=OTHER, options=YEAR, dry_run=True)
    done = importing.post(CORRECTED, url=OTHER, options=YEAR)
    assert done.status is Status.DONE, done.message
    assert done.plan["planDigest"] == dry.plan["planDigest"]
    assert done.plan["impact"]["reversalEntries"] == 1
    assert "contre-passées : 1" in done.message.fr
    assert books.balance() == {
        "607000": (12000 + 7000 + 6000, 12000),
        "401000": (12000, 12000 + 7000 + 6000),
    }
    after = {one["account"]: one["afterCents"] for one in dry.plan["impact"]["balances"]}
    assert after == {"607000": 13000, "401000": -13000}
    _, (made,) = reversal_of(books)
    assert (made.label, made.number) == ("Contre-passation de HA 1 du 15/01/2024", "3")
    (link,) = books.rows(tables.batch_links, tables.batch_links.c.kind == "changes")
    assert (link.first_entry, link.last_entry) == (2, 2)  # the draft alone leaves
    assert done.plan["ledger"]["revision"] == 4
    assert verified(database, caller, dossier)


@pytest.mark.parametrize("definitive", ["refuse", "reverse"])
def test_validated_entries_keep_their_lettering_when_the_file_has_another(
    importing, books, validate, definitive
):
    importing.post(FILE)
    validate()
    letters = {"EcritureLet": "A", "DateLet": "20240430"}
    lettered = fec(
        [
            *entry_of(1, "20240115", **letters),
            *entry_of(2, "20240410", amount="50,00", **letters),
        ]
    )
    options = {"replace": YEAR["replace"], "definitive": definitive}
    done = importing.post(lettered, url=OTHER, options=options)
    assert done.status is Status.DONE, done.message
    assert done.plan["impact"]["entries"] == {
        "added": 0, "skipped": 0, "unchanged": 1, "changed": 1, "removed": 0
    }  # fmt: skip
    assert done.plan["impact"]["lettering"]["notTaken"] == 1
    assert "dont le fichier a un autre lettrage : 1." in done.message.fr
    assert not books.rows(tables.batches, tables.batches.c.origin == "reversal")


def test_what_was_reversed_is_left_alone_by_later_replacements(importing, books, validate):
    importing.post(FILE)
    validate()
    importing.post(CORRECTED, url=OTHER, options=YEAR)
    before = books.balance()
    again = importing.post(CORRECTED, url="https://files.example/third.txt", options=YEAR)
    assert again.status is Status.DONE, again.message
    assert again.plan["impact"]["entries"]["unchanged"] == 2
    assert again.plan["impact"]["reversalEntries"] == 0
    assert books.balance() == before


def test_the_undo_of_such_a_replacement_posts_again_what_it_reversed(
    importing, books, validate, database, caller, dossier
):
    importing.post(FILE)
    validate()
    done = importing.post(CORRECTED, url=OTHER, options=YEAR)
    error = refused(books.undo, done.id)
    assert kinds(error) == {"validated": 1}
    undone = books.undo(done.id, definitive="reverse")
    counts = (undone["entriesRemoved"], undone["entriesRestored"], undone["reversalEntries"])
    assert counts == (2, 2, 0)
    assert books.balance() == {
        "607000": (12000 + 12000 + 5000, 12000),
        "401000": (12000, 12000 + 12000 + 5000),
    }
    assert verified(database, caller, dossier)
    assert kinds(refused(books.restore, done.id)) == {"reversed": 2}
    # What was posted again is a draft, though its batch is one of reversals.
    assert validate()["entriesValidated"] == 1
    assert validate(date(2024, 12, 31))["entriesValidated"] == 1


def test_an_import_that_had_replaced_entries_is_reversed_and_they_come_back(
    importing, books, validate, database, caller, dossier
):
    importing.post(FILE)
    done = importing.post(CORRECTED, url=OTHER, options={"replace": YEAR["replace"]})
    validate()
    assert kinds(refused(books.undo, done.id)) == {"validated": 1}
    undone = books.undo(done.id, definitive="reverse")
    counts = (undone["entriesRemoved"], undone["entriesRestored"], undone["reversalEntries"])
    assert counts == (1, 2, 1)
    assert books.balance() == {
        "607000": (7000 + 12000 + 5000, 7000),
        "401000": (7000, 7000 + 12000 + 5000),
    }
    _, entries = reversal_of(books)
    assert [one.number for one in entries] == ["3", "1", "2"]
    assert verified(database, caller, dossier)


def test_what_would_come_back_into_a_closed_period_prevents_the_reversal(
    importing, books, validate
):
    importing.post(FILE)
    done = importing.post(CORRECTED, url=OTHER, options={"replace": YEAR["replace"]})
    validate()
    books.set_dossier(closed_through=date(2024, 1, 31))
    error = refused(books.undo, done.id, definitive="reverse")
    assert kinds(error) == {"validated": 1, "closed": 2}


def test_validated_openings_are_reversed_when_others_replace_them(importing, books, validate):
    journal = {"JournalCode": "AN", "JournalLib": "À-nouveaux"}
    first = fec([row | journal for row in entry_of(1, "20240101")])
    importing.post(first)
    validate()
    second = fec([row | journal for row in entry_of(2, "20240101", amount="80,00")])
    options = {"openings": "replace", "definitive": "reverse"}
    done = importing.post(second, url=OTHER, options=options)
    assert done.status is Status.DONE, done.message
    assert done.plan["impact"]["reversalEntries"] == 1
    assert books.balance() == {"607000": (20000, 12000), "401000": (12000, 20000)}
