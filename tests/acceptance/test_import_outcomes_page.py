"""What the pages of an import say of its outcome, and what they let one do next."""

from __future__ import annotations

import io
import re
import zipfile

import pytest

from ecritures.app.actions.import_models import add_model
from ecritures.core.rights import Role
from ecritures.web.imports.next_steps import _AFTER_REFUSAL
from helpers.fec import entry, fec, line
from helpers.pages import said

BOOKS = "/dossiers/CEGID003"
SHORT = [*entry(1), line(2, "411000", "50,00"), line(2, "706000", "0,00", "30,00")]
"""Entry 2 lacks 20,00 of credit."""


def test_lines_added_to_balance_are_shown_with_the_totals_of_the_file_and_of_the_books(
    claire, preview, run
):
    address = preview(fec(SHORT), unbalanced="suspense")
    shown = said(claire.get(f"{address}/preview"))
    assert "Lignes ajoutées pour équilibrer 1 ligne" in shown
    assert "HA 2 15/01/2024 471000 20,00" in shown
    assert "Fichier 170,00 150,00 Avec les lignes ajoutées 170,00 170,00" in shown
    assert "Fichier : débit 170,00, crédit 150,00" in shown
    assert "Équilibre, au centime" not in shown
    claire.send(f"{address}/preview", f"{address}/confirm")
    run()
    told = said(claire.get(address))
    assert "les mêmes que dans le fichier" not in told
    assert "des lignes ont été ajoutées pour les équilibrer" in told
    assert "Fichier 170,00 150,00 Avec les lignes ajoutées 170,00 170,00" in told
    assert "Débit = crédit 170,00 €" in told


def test_a_balanced_file_is_said_to_be_balanced(claire, preview):
    shown = said(claire.get(f"{preview(fec(entry(1)))}/preview"))
    assert "Équilibre, au centime Fichier : débit 120,00, crédit 120,00" in shown
    assert "Lignes ajoutées" not in shown


def test_an_entry_off_balance_is_mended_by_its_amounts_or_balanced_in_suspense(
    claire, preview, run
):
    address = preview(fec(SHORT))
    page = claire.get(f"{address}/mend")
    assert "il manque 20,00 € au crédit" in said(page)
    for key in ("4:Debit", "4:Credit", "5:Debit", "5:Credit"):
        assert f'name="cell:{key}"' in page.text
    assert 'name="cell:3:Debit"' not in page.text  # of an entry that balances
    changed = {"was:5:Credit": "30,00", "cell:5:Credit": "50,00"}
    mended = claire.send(f"{address}/mend", **changed).headers["location"]
    suspended = claire.send(f"{address}/mend", f"{address}/again-with", unbalanced="suspense")
    run()
    assert "Équilibre, au centime" in said(claire.get(f"{mended}/preview"))
    assert "471000" in said(claire.get(f"{suspended.headers['location']}/preview"))


def test_a_cell_that_is_wrong_in_an_entry_off_balance_is_in_the_form_once(claire, preview):
    both_sides = [*entry(1), line(2, "411000", "50,00"), line(2, "706000", "7,00", "30,00")]
    address = preview(fec(both_sides))
    page = claire.get(f"{address}/mend").text
    assert page.count('name="cell:5:Debit"') == page.count('name="was:5:Debit"') == 1
    assert "à corriger plus haut" in said(claire.get(f"{address}/mend"))


def test_the_page_of_mending_has_no_button_where_nothing_can_be_mended(claire, preview):
    address = preview(b"JournalCode|Rien\r\nVE|1\r\n")
    page = claire.get(f"{address}/mend").text
    assert 'form="mend"' not in page
    assert "Rien à réparer" not in page


TILL = "Date;Caisse;Compte;Montant;Sens;Texte\n" + "".join(
    f"0{day}/02/2024;C1;{account};{amount};{side};Recette {day}\n"
    for day in range(1, 6)
    for account, amount, side in (("531000", "12,00", "D"), ("707000", "12,00", "C"))
)
MODEL = """
name: caisse
input:
  kind: delimited
  dialect: {delimiter: ";"}
dates: {formats: [JJ/MM/AAAA]}
fields:
  journalCode: {from: {constant: CA}}
  entryDate: {from: Date}
  accountNumber: {from: Compte}
  amount: {from: Montant}
  direction: {from: Sens}
  label: {from: Texte}
  pieceRef: {from: Caisse}
"""


def test_a_file_that_is_no_fec_leads_to_a_model_and_is_recognised_once_there_is_one(
    claire, preview, run, database, domain
):
    address = preview(TILL.encode(), name="caisse.csv")
    page = claire.get(address)
    assert "Ce fichier n’est pas un FEC" in said(page)
    assert "découpé par un séparateur" not in claire.get(f"{address}/mend").text
    begun = claire.send(address, f"/models/new/{address.rpartition('/')[2]}")
    assert "Recette 1" in said(begun)
    add_model(database, domain.id, MODEL)
    again = claire.send(address, f"{address}/again-with", model="caisse").headers["location"]
    run()
    assert "s’ajouter" in said(claire.get(f"{again}/preview"))
    dropped = preview(TILL.replace("C1", "C2").encode(), name="caisse-2.csv")
    shown = said(claire.get(f"{dropped}/preview"))
    assert "s’ajouter" in shown
    assert "caisse" in shown.partition("Lu comme")[2]


LATE = {"EcritureDate": "20250305", "PieceDate": "20250305", "ValidDate": "20250331"}


@pytest.fixture
def year(claire):
    """The dossier has 2024 alone."""
    day = {"start": "2024-01-01", "end": "2024-12-31"}
    done = claire.send(f"{BOOKS}/fiscal-years", f"{BOOKS}/fiscal-years/add", **day)
    assert done.status_code == 303


@pytest.mark.usefixtures("year")
def test_a_year_that_is_not_open_is_created_from_the_page(claire, preview, run, enter_as):
    address = preview(fec([*entry(1), *entry(2, **LATE)]))
    page = said(claire.get(address))
    assert "4 lignes lues" in page
    assert "Créer l’exercice 2025 et refaire l’aperçu" in page
    collaborator = enter_as(Role.COLLABORATOR, ["CEGID003"])
    assert "Créer l’exercice" not in said(collaborator.get(address))
    assert collaborator.send(address, f"{address}/years").status_code == 403
    made = claire.send(address, f"{address}/years").headers["location"]
    run()
    shown = claire.get(f"{made}/preview")
    assert "FEC-EXO" not in shown.text
    assert "4 lignes lues" in said(shown)
    assert "2025" in said(claire.get(f"{BOOKS}/fiscal-years"))


@pytest.mark.usefixtures("year")
def test_a_year_that_the_import_creates_is_no_anomaly(claire, preview):
    address = preview(fec([*entry(1), *entry(2, **LATE)]), outsideFiscalYears="create")
    shown = claire.get(f"{address}/preview")
    assert "FEC-EXO" not in shown.text
    assert "1 exercice à créer" in said(shown)


def test_the_same_file_again_is_told_in_words_with_what_can_be_chosen(claire, preview, post):
    first = post(fec(entry(1)))
    again = preview(fec(entry(1)))
    for page in (claire.get(again), claire.get(f"{again}/preview")):
        shown = said(page)
        assert "Déjà importé" in shown
        assert f'href="{first}"' in page.text
        assert "par claire@example.com" in shown
        assert "L’importer une seconde fois" in shown
        assert "Ajoutées" not in shown
        for raw in ("duplicates=allow", "(UTC)", "imported-before", "Essai à blanc"):
            assert raw not in shown
    home = said(claire.get("/"))
    assert "Aperçu prêt" not in home
    assert "Ce fichier est déjà dans le dossier" in home
    twice = claire.send(again, f"{again}/again-with", duplicates="allow").headers["location"]
    assert twice != again


def test_a_day_that_does_not_exist_is_said_not_to(claire, preview):
    address = preview(fec(entry(1, EcritureDate="20240231")))
    page = said(claire.get(address))
    assert "le 31/02/2024 n’existe pas" in page
    assert "ecritures check" not in page
    assert "AAAAMMJJ" in page
    claire.client.cookies.set("language", "en", domain=claire.client.base_url.host)
    page = said(claire.get(address))
    assert "31/02/2024 does not exist" in page
    assert "AAAAMMJJ" not in page


def test_a_mended_copy_and_its_original_lead_to_each_other(claire, preview, run):
    address = preview(fec(SHORT))
    changed = {"was:5:Credit": "30,00", "cell:5:Credit": "50,00"}
    mended = claire.send(f"{address}/mend", **changed).headers["location"]
    run()
    assert f'href="{mended}"' in claire.get(address).text
    page = claire.get(mended).text
    assert f'href="{address}"' in page
    assert "079555421FEC20241231.txt" in page


def test_the_story_of_an_import_leads_to_what_it_found(claire, preview, post):
    address = post(fec(entry(1)), name="ventes.txt", kind="fec")
    page = claire.get(address)
    assert "FEC-NOM-01 ×" not in page.text
    link = re.search(r'À voir : <a href="(\?severity=\w+#FEC-NOM-01)">', unspaced(page.text))
    assert link is not None
    assert 'id="FEC-NOM-01"' in claire.get(f"{address}{link[1]}").text
    refused = claire.get(preview(fec(SHORT)))
    story = refused.text.partition('<ol class="story">')[2]
    assert "À corriger : <a href=" in unspaced(story)
    assert story.count('<li class="ok">') == 1  # the request, not the attempt


def test_a_model_is_begun_with_the_file_of_an_archive(claire, preview):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("caisse.csv", TILL)
    address = preview(packed.getvalue(), name="caisse.zip")
    begun = claire.send(address, f"/models/new/{address.rpartition('/')[2]}")
    assert begun.status_code == 200
    assert "Recette 1" in said(begun)
    assert 'value="caisse"' in begun.text


def unspaced(text):
    return text.replace("\u00a0", " ").replace("\u202f", " ")


OPENING = {"JournalCode": "AN", "JournalLib": "À-nouveaux", "EcritureDate": "20240101"}
WHOLE = TILL.replace("12,00", "1200")


def lock(claire):
    claire.send(f"{BOOKS}/fiscal-years", f"{BOOKS}/fiscal-years/lock", until="2024-01-31")


def validate(claire):
    claire.send(f"{BOOKS}/fiscal-years", f"{BOOKS}/fiscal-years/validate", until="2024-12-31")


REFUSALS = {
    "entries-known": ([*entry(1), *entry(2)], [*entry(1), *entry(3)], {}, None),
    "entries-alike": (
        entry(1, EcritureNum=""),
        [*entry(1, EcritureNum="", PieceRef="B"), *entry(2, "7,00", EcritureNum="")],
        {"lookalikes": "refuse"},
        None,
    ),
    "opening-present": (
        [*entry(1, **OPENING), *entry(2)],
        entry(9, "70,00", **OPENING),
        {},
        None,
    ),
    "days-not-open": (entry(1), entry(2), {}, lock),
    "entries-validated": (
        entry(1),
        [*entry(1, "70,00"), *entry(2)],
        {"mode": "replace", "replace": "2024-01-01:2024-12-31"},
        validate,
    ),
    "unbalanced-too-much": (entry(9), SHORT, {"unbalanced": "difference"}, None),
}


@pytest.mark.parametrize("code", REFUSALS)
def test_every_choice_that_a_refusal_offers_is_taken(claire, preview, post, run, code):
    before, lines, asked, then = REFUSALS[code]
    post(fec(before))
    if then is not None:
        then(claire)
    address = preview(fec(lines), name="079555421FEC20241230.txt", **asked)
    buttons = pressed(claire, run, address)
    assert buttons == {(policy, value) for policy, value, _, _ in _AFTER_REFUSAL[code]}


@pytest.mark.usefixtures("year")
def test_the_unit_of_amounts_is_said_where_the_file_does_not(
    claire, preview, run, database, domain
):
    add_model(database, domain.id, f"{MODEL}amounts: {{unit: ask}}\n")
    address = preview(WHOLE.encode(), name="caisse.csv", model="caisse")
    assert pressed(claire, run, address) >= {("unit", "euros"), ("unit", "cents")}


def pressed(claire, run, address):
    """Press each button of a refusal, once each; return them."""
    page = (
        claire.get(f"{address}/preview").text.partition('id="next"')[2].partition("</section>")[0]
    )
    buttons = set(re.findall(r'<button class="btn" name="(\w+)" value="([\w-]+)">', page))
    for policy, value in buttons:
        made = claire.send(address, f"{address}/again-with", **{policy: value})
        assert made.status_code == 303, (policy, value)
        run()
        shown = claire.get(f"{made.headers['location']}/preview")
        assert "/confirm" in shown.text, (policy, value, said(shown)[:400])
    return buttons


def test_a_preview_names_the_accounts_and_says_that_the_dossier_has_no_years(claire, post, preview):
    post(fec(entry(1, CompteLib="Achats de marchandises")))
    shown = said(claire.get(f"{preview(fec(entry(2)), name='079555421FEC20241230.txt')}/preview"))
    assert "607000 Achats de marchandises Achats de marchandises 120,00 D 240,00 D" in shown
    assert "Le dossier n’a pas d’exercice" in shown
    assert "Dans les exercices ouverts" not in shown


@pytest.mark.usefixtures("year")
def test_a_preview_within_open_years_says_so(claire, preview):
    assert "Dans les exercices ouverts" in said(claire.get(f"{preview(fec(entry(1)))}/preview"))


def test_no_downloads_are_offered_of_a_file_that_never_came(claire, run, preview):
    form = {"csrf_token": claire.token("/imports/new"), "dossier": "CEGID003"}
    form["url"] = "https://127.0.0.1/fec.txt"
    asked = claire.client.post("/imports/new", data=form)
    assert asked.status_code == 303, said(asked)
    run()
    told = claire.get(asked.headers["location"])
    assert "Fichier" in said(told)
    assert "Télécharger" not in said(told)
    assert "Télécharger" in said(claire.get(preview(fec(SHORT))))
