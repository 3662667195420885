"""What the page of an undo shows before its button: balances, letterings, checks."""

from __future__ import annotations

from datetime import date

import pytest

from helpers.fec import entry, fec, line
from helpers.ledgers import Books
from helpers.pages import said

AGAIN = "079555421FEC20241230.txt"
MANY = [
    row
    for number in range(1, 8)
    for row in (
        line(number, f"60700{number}", f"{number},00"),
        line(number, f"40100{number}", "", f"{number},00"),
    )
]


@pytest.fixture
def books(database, dossier):
    return Books(database, dossier)


def test_the_greatest_changes_of_balances_are_shown_and_the_others_counted(claire, post):
    address = post(fec(MANY))
    page = claire.get(f"{address}/undo")
    shown = said(page)
    assert "Les plus grands écarts sur 14 comptes" in shown
    assert "2 autres comptes changent aussi" in shown
    assert "7,00 D" in shown
    assert page.text.index("Soldes avant et après") < page.text.index("Annuler cet import")
    claire.send(f"{address}/undo")
    back = said(claire.get(f"{address}/undo"))
    assert "Rétablir cet import" in back
    assert "7,00 D" in back


def test_the_checks_that_passed_are_listed_and_those_that_did_not_are_obstacles(
    claire, post, books
):
    address = post(fec(entry(1)))
    shown = said(claire.get(f"{address}/undo"))
    assert "Toutes les dates sont ouvertes" in shown
    assert "Aucun lettrage à la main ne serait rompu" in shown
    books.set_dossier(locked_through=date(2099, 12, 31))
    shown = said(claire.get(f"{address}/undo"))
    assert "Toutes les dates sont ouvertes" not in shown
    assert "Rien n’a été remplacé depuis" in shown
    assert "Rien ne peut être fait" in shown


def test_the_letterings_that_would_be_broken_are_named(claire, post, books):
    first, second = post(fec(entry(1))), post(fec(entry(2)), name=AGAIN)
    old, new = (books.batch_of(one.rpartition("/")[2]) for one in (first, second))
    books.match("AB", (old, 2), (new, 2))
    page = claire.get(f"{first}/undo")
    assert "AB, 607000" in said(page)
    assert "/lettering?account=607000" in page.text
    claire.client.cookies.set("language", "en", domain=claire.client.base_url.host)
    shown = said(claire.get(f"{first}/undo"))
    assert "AB, 607000 matched on" in shown
    assert "Balances before and after" in shown
