"""What the page of a closing shows before its button: checks, drafts and the next opening."""

from __future__ import annotations

import pytest

from helpers.fec import entry, fec, line
from helpers.pages import said

YEARS = "/dossiers/CEGID003/fiscal-years"
CLOSE = f"{YEARS}/2024-01-01/close"
CARRY = f"{YEARS}/2024-01-01/carry"
SUSPENSE = [line(3, "471000", "5,00"), line(3, "401000", "", "5,00")]


@pytest.fixture
def books(claire, post):
    claire.send(YEARS, f"{YEARS}/add", start="2024-01-01", end="2024-12-31")
    claire.send(YEARS, f"{YEARS}/add", start="2025-01-01", end="2025-12-31")
    post(fec([*entry(1), *entry(2, JournalCode="OD"), *SUSPENSE]))


@pytest.mark.usefixtures("books")
def test_checks_drafts_and_balances_stand_before_the_button(claire):
    page = claire.get(CLOSE)
    shown = said(page)
    assert "perte de 240,00" in shown
    assert "Tout s’équilibre" in shown
    assert "3 écritures à valider" in shown
    assert "Le compte 471 n’est pas soldé 471000 : 5,00 D" in shown
    assert "Les à-nouveaux ne sont pas passés" in shown
    assert "Tiers 240,00 C à passer" in shown
    assert 'href="/dossiers/CEGID003/journals/OD?fiscal-year=2024-01-01"' in page.text
    after = page.text.partition("Ouverture de l’exercice suivant")[2]
    assert "Clore l’exercice</button>" in after


@pytest.mark.usefixtures("books")
def test_the_openings_that_carry_the_closing_forward_are_compared_with_it(claire):
    claire.send(CARRY, how="balance")
    shown = said(claire.get(CLOSE))
    assert "Les à-nouveaux reprennent cette clôture" in shown
    assert "Tiers 240,00 C 240,00 C" in shown
    following = said(claire.get(f"{YEARS}/2025-01-01/close"))
    assert "L’ouverture est la clôture de 2024 3 comptes, au centime" in following
    assert "2024 n’est pas clos définitivement" in following
    assert "Clôture 2024 et ouverture 2025" in following


@pytest.mark.usefixtures("books")
def test_in_english(claire):
    claire.client.cookies.set("language", "en", domain=claire.client.base_url.host)
    shown = said(claire.get(CLOSE))
    assert "Everything balances" in shown
    assert "Third parties 240.00 Cr to be posted" in shown


@pytest.mark.usefixtures("books")
def test_a_year_is_closed_for_ever_with_its_drafts_validated(claire):
    done = claire.send(CLOSE, how="final", validate="on")
    assert "done=closed" in done.headers["location"]
    assert "validate" not in claire.get(f"{YEARS}/2025-01-01/close").text


@pytest.mark.usefixtures("books")
def test_a_closing_is_carried_forward_in_detail_or_by_balance_and_taken_back(claire):
    shown = said(claire.get(CARRY))
    assert "3 comptes reçoivent une ouverture" in shown
    assert "Annuler le report" not in shown
    claire.send(CARRY, how="detail")
    assert "Les à-nouveaux d’un report précédent sont remplacés" in said(claire.get(CARRY))
    done = claire.send(CARRY, f"{YEARS}/2024-01-01/uncarry")
    assert "done=uncarried" in done.headers["location"]
    assert "Les à-nouveaux ne sont pas passés" in said(claire.get(CLOSE))


@pytest.mark.usefixtures("books")
@pytest.mark.parametrize("address", [CLOSE, CARRY])
def test_what_is_none_of_the_choices_is_refused_on_the_page(claire, address):
    refused = claire.send(address, how="zzz", reason="Parce que")
    assert refused.status_code == 409
    assert "Choisissez l’une des possibilités proposées" in said(refused)
    assert 'value="Parce que"' in refused.text


@pytest.mark.usefixtures("books")
def test_a_year_that_is_refused_keeps_its_days(claire):
    refused = claire.send(YEARS, f"{YEARS}/add", start="2026-01-01", end="2025-12-31")
    assert 'value="2026-01-01"' in refused.text
    assert 'value="2025-12-31"' in refused.text


@pytest.mark.usefixtures("books")
def test_a_year_that_is_closed_says_so(claire):
    claire.send(CLOSE, how="closed")
    shown = said(claire.get(CLOSE))
    assert "L’exercice est clos, et peut être rouvert." in shown
    assert "Clore définitivement l’exercice 2024" in shown
