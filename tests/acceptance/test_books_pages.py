"""What the pages of the books say: charts, statements, lettering, what a FEC leaves out."""

from __future__ import annotations

import re
from datetime import date

import pytest

from ecritures.app.actions import closing
from ecritures.config.settings import Settings
from helpers.fec import entry, fec, line
from helpers.importing import Importing
from helpers.pages import reader, said
from helpers.people import EMAIL, PASSWORD, add_person

BOOKS = "/dossiers/CEGID003"
SEARCH_BOX = 'action="/search">'
SOME = {"CompAuxNum": "C1", "CompAuxLib": "Client C1"}
OTHER = {"CompAuxNum": "C2", "CompAuxLib": "Client C2"}
DRAFT = {"ValidDate": "", "EcritureDate": "20240301", "JournalCode": "OD"}
BEFORE = {"EcritureDate": "20230115", "PieceDate": "20230115", "ValidDate": "20230131"}
FILE = fec(
    [
        line(1, "512000", "500,00", **BEFORE),
        line(1, "706000", credit="500,00", **BEFORE),
        line(2, "411000", "100,00", **SOME),
        line(2, "706000", credit="100,00"),
        line(3, "512000", "100,00"),
        line(3, "411000", credit="100,00", EcritureLet="B", DateLet="20240131", **OTHER),
        line(4, "411000", "100,00", EcritureLet="B", DateLet="20240131", **OTHER),
        line(4, "706000", credit="100,00"),
        *entry(5, "30,00", **DRAFT),
    ]
)


@pytest.fixture
def post(database, dossier, caller, tmp_path):
    return Importing(Settings(data_dir=tmp_path / "runs"), database, dossier, caller).post


@pytest.fixture
def claire(service, database, domain, dossier, caller, post):
    """A bookkeeper, whose dossier has two years, and no openings."""
    request = closing.DossierRequest(database.for_domain(domain.id), caller, dossier.code)
    for year in (2023, 2024):
        closing.add_fiscal_year(request, date(year, 1, 1), date(year, 12, 31))
    post(FILE)
    add_person(database, domain)
    with reader(service) as one:
        one.sign_in(EMAIL, PASSWORD)
        yield one


def told(answer):
    """The words of a page, as they are read."""
    assert answer.status_code == 200, answer.text
    return outcome_of(answer)


def outcome_of(answer):
    """The words of a page, whatever its status."""
    text = re.sub(r"<[^>]*>", " ", answer.text[answer.text.index("<main") :])
    return " ".join(text.split())


def test_cash_begins_at_the_opening_that_is_computed(claire):
    page = claire.get(f"{BOOKS}/charts?fiscal-year=2024-01-01")
    zero, opening = re.search(
        r'd="M0 ([\d.]+)H300"/><path class="ln" d="M0.0 ([\d.]+)L', page.text
    ).groups()
    assert float(opening) < float(zero)  # it is higher
    assert "à l’ouverture : 500,00" in told(page)
    assert "à l’ouverture : 0,00" in told(claire.get(f"{BOOKS}/charts?fiscal-year=2023-01-01"))


def test_the_lines_of_the_balance_sheet_add_up_to_its_sums(claire):
    page = claire.get(f"{BOOKS}/charts?fiscal-year=2024-01-01")
    words = told(page)
    assert "Résultat de la période, calculé 170,00" in words
    assert "Résultat des exercices précédents non reporté, calculé 500,00" in words
    assert "40 Fournisseurs 30,00" in words
    assert ("Actif 700,00" in words, "Passif 700,00" in words) == (True, True)


def test_a_balance_says_that_it_adds_years_and_that_accounts_differ_in_length(claire, post):
    assert "additionne" not in told(claire.get(f"{BOOKS}/balance"))
    page = told(claire.get(f"{BOOKS}/balance?fiscal-year=all"))
    assert "Cette balance additionne 2 exercices" in page
    assert "chiffres" not in page
    post(fec([line(6, "60700000", "10,00"), line(6, "401000", credit="10,00")]))
    words = told(claire.get(f"{BOOKS}/balance"))
    assert "5 comptes à 6 chiffres, 1 compte à 8 chiffres" in words


def test_a_journal_tells_its_numbers_its_last_day_and_its_months(claire, post):
    page = claire.get(f"{BOOKS}/journals")
    assert "2 à 4 sans trou 15/01/2024" in told(page)
    month = f'href="{BOOKS}/journals/HA?from=2024-01-01&amp;to=2024-01-31">3</a>'
    assert month in page.text
    assert claire.get(f"{BOOKS}/journals/HA?from=2024-01-01&to=2024-01-31").status_code == 200
    post(fec(entry(10, "5,00")))
    words = told(claire.get(f"{BOOKS}/journals"))
    assert "2 à 10 15/01/2024" in words
    post(fec(entry(12, "5,00", EcritureNum="ABC")))
    assert "2 à ABC 15/01/2024" in told(claire.get(f"{BOOKS}/journals"))


def test_third_parties_stay_listed_beside_the_one_chosen(claire):
    page = claire.get(f"{BOOKS}/lettering?account=411000&third-party=C2").text
    assert "Client C1" in page
    assert "Tout est lettré" in page


def test_a_lettering_of_a_file_is_unmatched_by_its_code(claire):
    page = f"{BOOKS}/lettering?account=411000&third-party=C2"
    assert ">Délettrer<" in claire.get(page).text
    fields = {"group": "B", "account": "411000", "third-party": "C2", "year": "2024-01-01"}
    assert claire.send(page, f"{BOOKS}/lettering/unmatch", **fields).status_code == 303
    assert ">Délettrer<" not in claire.get(page).text
    assert "compte 411000, tiers C2, lettrage B, 2 lignes" in told(claire.get(f"{BOOKS}/audit"))


def test_lines_that_do_not_balance_are_matched_only_when_that_is_asked_for(claire, post):
    post(fec([line(7, "411000", "20,00", **SOME), line(7, "706000", credit="20,00")]))
    page = f"{BOOKS}/lettering?account=411000&third-party=C1"
    ticked = re.findall(r'name="line" value="([^"]*)"', claire.get(page).text)
    assert len(ticked) == 2
    form = {"csrf_token": claire.token(page), "account": "411000", "third-party": "C1"}
    act = f"{BOOKS}/lettering/match"
    refused = claire.client.post(act, data=form | {"line": ticked, "letter": "XY"})
    assert (refused.status_code, "il reste 120,00 D" in outcome_of(refused)) == (409, True)
    assert refused.text.count('data-cents="10000" checked') == 1
    assert refused.text.count('data-cents="2000" checked') == 1
    assert 'name="letter" value="XY"' in refused.text
    form["csrf_token"] = claire.token(page)
    assert claire.client.post(act, data=form | {"line": ticked, "partial": "on"}).status_code == 303
    words = told(claire.get(page))
    assert "1 groupe garde un reste" in words
    assert "Tout est lettré" not in words
    assert "Client C1 411000 C1" in words


def test_accounts_third_parties_and_days_are_searched_in_the_dossier_of_the_page(claire):
    box = f'{SEARCH_BOX}<input type="hidden" name="dossier" value="CEGID003">'
    assert box in re.sub(r"<svg.*?</svg>", "", claire.get(f"{BOOKS}/balance").text)
    words = told(claire.get("/search?q=411000&dossier=CEGID003"))
    assert "2 comptes ou tiers" not in words
    assert "1 compte ou tiers, 3 lignes d’écriture" in words
    assert "Chercher dans tous les dossiers" in words
    page = claire.get("/search?q=c1")
    assert f'href="{BOOKS}/ledger?third-party=C1&amp;fiscal-year=all"' in page.text
    assert "2 lignes d’écriture" in told(claire.get("/search?q=15/01/2023"))


def test_charts_show_the_months_without_entries(claire, post):
    late = {"EcritureDate": "20240415", "PieceDate": "20240415"}
    post(fec([line(8, "601000", "20,00", **late), line(8, "512000", credit="20,00", **late)]))
    page = claire.get(f"{BOOKS}/charts?fiscal-year=2024-01-01").text
    assert [name for name in ("janv", "févr", "mars", "avr") if name in page.lower()] == [
        *("janv", "févr", "mars", "avr")
    ]


def test_other_forms_are_called_as_accountants_know_them(claire):
    page = claire.get(f"{BOOKS}/export").text
    forms = re.findall(r'<option value="([\w-]+)">([^<]*)<', page.partition('name="as"')[2])
    assert len(forms) == len({name for name, _ in forms})
    assert dict(forms)["quadra"] == "QuadraCompta ASCII"
    assert dict(forms)["tra"] == "Cegid, fichier TRA"
    assert all(called != name for name, called in forms)
    for name in dict(forms):
        answer = claire.get(f"{BOOKS}/export/file?year=2024&as={name}&drafts=include&answer=zip")
        assert answer.status_code == 200, (name, answer.text)


def test_what_a_fec_leaves_out_is_counted_and_a_provisional_one_is_offered(claire):
    page = claire.get(f"{BOOKS}/export")
    assert "Exercice 2024 : 1 écriture reste de côté" in told(page)
    assert "Exercice 2023" not in told(page)
    offered = re.search(r'href="([^"]*drafts=include[^"]*)"', page.text)[1].replace("&amp;", "&")
    answer = claire.get(offered)
    assert answer.status_code == 200
    assert "PROVISOIRE" in answer.headers["content-disposition"].upper()
    claire.send(f"{BOOKS}/fiscal-years", f"{BOOKS}/fiscal-years/validate", until="2024-12-31")
    assert "de côté" not in told(claire.get(f"{BOOKS}/export")).replace("Les laisser de côté", "")


def test_what_is_done_to_the_years_is_said_and_a_lock_is_not_lifted_by_an_empty_field(claire):
    page = f"{BOOKS}/fiscal-years"
    done = claire.send(page, f"{page}/validate", until="2024-12-31").headers["location"]
    assert re.search(r"\d+ écritures validées\.", said(claire.get(done)))
    for count in ("²", "9" * 5000, "-1", "x"):
        assert claire.get(f"{page}?done=validated&count={count}").status_code == 422
    claire.send(page, f"{page}/lock", until="2024-01-31")
    refused = claire.send(page, f"{page}/lock", until="")
    assert "Donnez une date qui existe." in said(refused)
    assert "Verrouillé jusqu’au 31/01/2024." in said(claire.get(page))
    done = claire.send(page, f"{page}/lock", lift="1").headers["location"]
    assert "Le verrou est levé. " in said(claire.get(done))
    assert "Rien n’est verrouillé." in said(claire.get(page))


def test_the_total_of_lines_found_is_not_called_the_balance_of_the_account(claire):
    whole = told(claire.get(f"{BOOKS}/ledger?fiscal-year=all&account=512000"))
    assert "Solde 600,00" in whole
    found = told(claire.get(f"{BOOKS}/ledger?fiscal-year=all&account=512000&amount=100"))
    assert "Cumul des lignes trouvées 100,00" in found
    assert "Solde" not in found
    assert "Ouverture" not in found


def test_an_account_of_openings_alone_leads_to_their_entry(claire, post):
    day = {"EcritureDate": "20240101", "JournalCode": "AN", "JournalLib": "A nouveaux"}
    post(fec([line(1, "101000", credit="9,00", **day), line(1, "512000", "9,00", **day)]))
    page = claire.get(f"{BOOKS}/ledger?account=101000&fiscal-year=2024-01-01")
    assert "Total 101000, l’ouverture seule" in told(page)
    found = re.search(r'<td><a href="([^"]*)">Ouverture</a>', page.text)[1].replace("&amp;", "&")
    assert "AN 1" in told(claire.get(found))


def test_classes_have_names_in_both_languages_and_cash_its_lowest_month_end(claire):
    assert "5 Comptes financiers" in told(claire.get(f"{BOOKS}/balance"))
    assert "au plus bas en fin de mois :" in told(claire.get(f"{BOOKS}/charts"))
    claire.client.cookies.set("language", "en", domain=claire.client.base_url.host)
    assert "5 Cash and banks" in told(claire.get(f"{BOOKS}/balance"))
    assert "lowest at the end of a month:" in told(claire.get(f"{BOOKS}/charts"))


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        ("fr", "1 retirée Voir la différence 1 1 1"),
        ("en", "1 added 1 changed 1 removed See the difference 1 1 1"),
    ],
)
def test_the_history_counts_what_a_replacement_does(claire, post, language, shown):
    def file(numbers, amount):
        rows = (entry(one, amount if one == 22 else "5,00", JournalCode="ZA") for one in numbers)
        return fec([row for some in rows for row in some])

    post(file(range(21, 41), "5,00"))
    january = {"from": "2024-01-01", "to": "2024-01-31", "journals": ["ZA"]}
    post(file((*range(21, 40), 41), "7,00"), options={"replace": january})
    claire.client.cookies.set("language", language, domain=claire.client.base_url.host)
    page = claire.get(f"{BOOKS}/audit")
    assert shown.lower() in told(page).lower()
    assert '/entries">' in page.text
