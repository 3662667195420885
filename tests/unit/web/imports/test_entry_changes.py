"""What differs between an entry of the books and the one that takes its place."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

from ecritures.web.imports.entry_changes import EntryLine, differences
from ecritures.web.words.writing import Writing

FRENCH = Writing("fr", ZoneInfo("Europe/Paris"))
LOSS = EntryLine("2024-01-15", "607000", "", 12000, "Facture 1", "F1", "2024-01-14", "")
DEBT = replace(LOSS, account="401000", third_party="ARMOR", cents=-12000)


def told(before, after):
    found = differences(before, after, FRENCH)
    return [(one.what, one.before.replace("\u202f", " "), one.after) for one in found]


def plain(found):
    return [tuple(text.replace("\u00a0", " ") for text in one) for one in found]


def test_the_same_lines_in_another_order_do_not_differ():
    assert told([LOSS, DEBT], [DEBT, LOSS]) == []


def test_an_amount_is_told_by_its_account():
    after = [replace(LOSS, cents=43781), replace(DEBT, cents=-43781)]
    assert plain(told([LOSS, DEBT], after)) == [
        ("Montant du compte 607000", "120,00 D", "437,81 D"),
        ("Montant du compte 401000", "120,00 C", "437,81 C"),
    ]


def test_what_every_line_changes_is_told_once():
    after = [replace(one, date="2024-01-16") for one in (LOSS, DEBT)]
    assert told([LOSS, DEBT], after) == [("Date", "15/01/2024", "16/01/2024")]


def test_another_account_is_no_other_amount():
    assert told([LOSS, DEBT], [replace(LOSS, account="613200"), DEBT]) == [
        ("Compte", "607000", "613200")
    ]


def test_a_line_that_comes_or_goes_is_told_with_its_amount():
    more = replace(LOSS, account="445660", cents=2400)
    assert plain(told([LOSS], [LOSS, more])) == [("Ligne du compte 445660", "", "24,00 D")]
    assert plain(told([LOSS, more], [LOSS])) == [("Ligne du compte 445660", "24,00 D", "")]
