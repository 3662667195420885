"""What the pages say of a file that is not whole, known, or read: and what they let one do next."""

from __future__ import annotations

import html
import re

import pytest

from ecritures.app.actions.import_models import add_model
from helpers.fec import entry, fec
from helpers.pages import said

TABLE = """Date;Compte;Libellé;Débit;Crédit
31/01/2024;411000;Facture 12;120,00;
31/01/2024;706000;Facture 12;;120,00
"""
WITHOUT_LABELS = """
name: sans-libelle
input:
  kind: delimited
  dialect: {delimiter: ";"}
dates: {formats: [JJ/MM/AAAA]}
amounts: {decimal: ","}
fields:
  journalCode: {from: {constant: OD}}
  entryDate: {from: Date}
  accountNumber: {from: Compte}
  debit: {from: Débit}
  credit: {from: Crédit}
"""
TRUE = "Les livres seront fidèles au fichier"
AGAIN = "079555421FEC20241230.txt"


def unspaced(text):
    text = html.unescape(text).replace("'", "’")
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def buttons(page):
    return re.findall(r'<button class="btn[^>]*name="(\w+)" value="([^"]+)"', page.text)


def test_a_table_that_a_built_in_model_would_cut_leads_to_the_choice_of_a_model(claire, preview):
    page = claire.get(preview(TABLE.encode(), name="ventes.csv"))
    shown = said(page)
    assert "Ce fichier n’est pas un FEC" in shown
    assert "Lu comme" not in shown
    assert "quickbooks" not in shown.partition("Ce qui s’est passé")[2]


def test_a_column_that_is_not_read_is_named_in_the_verdict(claire, preview, run, database, domain):
    add_model(database, domain.id, WITHOUT_LABELS)
    address = preview(TABLE.encode(), name="ventes.csv")
    assert "Sans la colonne Libellé" in said(claire.get(f"{address}/preview"))
    assert claire.send(f"{address}/preview", f"{address}/confirm").status_code == 303
    run()
    shown = said(claire.get(address))
    assert "Importable, sans la colonne Libellé" in shown
    assert TRUE not in shown


def test_a_whole_file_is_said_to_be_true_and_a_refused_one_is_not(claire, preview, post):
    assert TRUE in said(claire.get(post(fec(entry(1)))))
    refused = said(claire.get(preview(fec([*entry(1), *entry(2)]), name=AGAIN)))
    assert "Lisible, mais refusé" in refused
    assert TRUE not in refused


def test_a_corrected_file_is_offered_to_replace_first(claire, preview, post, run):
    post(fec([*entry(1), *entry(2), *entry(3, JournalCode="OD")]))
    address = preview(fec([*entry(1), *entry(2, "70,00")]), name=AGAIN)
    page = claire.get(f"{address}/preview")
    assert buttons(page)[0] == ("replace", "2024-01-15:2024-01-15")
    assert "1 numéro est déjà pris avec un autre contenu" in said(page)
    assert "Les boutons qui suivent ne corrigent rien" in said(page)
    assert "Remplacer la journée du 15/01/2024, journal HA" in said(page)
    chosen = {"mode": "replace", "replace": "2024-01-15:2024-01-15", "journals": "HA"}
    made = claire.send(address, f"{address}/again-with", **chosen).headers["location"]
    run()
    replaced = claire.get(f"{made}/preview")
    assert "sera remplacée : la journée du 15/01/2024, journal HA" in said(replaced)
    assert "Modifiées 1 Retirées 0" in said(replaced)
    assert "écritures à ajouter 0, à modifier 1." in said(claire.get(made))
    assert 'name="journals" value="HA"' in replaced.text
    assert 'name="replace" value="15/01/2024 au 15/01/2024"' in replaced.text
    assert "déjà pris" not in said(replaced)
    # Without an entry that is known, nothing refuses the file: it is reported all the same.
    alone = claire.get(f"{preview(fec(entry(2, '70,00')), name=AGAIN)}/preview")
    assert "leurs numéros seront deux fois dans les livres" in said(alone)
    claire.send(f"{made}/preview", f"{made}/confirm")
    run()
    assert f'href="{made}/entries"' in claire.get(made).text
    kept = claire.get(f"{made}/entries")
    assert "Montant du compte 607000 : 120,00 D → 70,00 D" in said(kept)
    link = re.search(r'href="(/dossiers/CEGID003/entries/[^"]+revision=\d+)"', kept.text)
    assert "120,00" in said(claire.get(link[1]))


def test_a_plan_that_has_changed_is_previewed_again(claire, preview, run):
    first, second = preview(fec(entry(1))), preview(fec(entry(1, "70,00")), name=AGAIN)
    for address in (first, second):
        plan = re.search(r'name="plan" value="(\w+)"', claire.get(f"{address}/preview").text)
        claire.send(f"{address}/preview", f"{address}/confirm", plan=plan[1])
        run()
    page = claire.get(second)
    assert "a changé depuis l’aperçu" in said(page)
    assert not re.search(r"[0-9a-f]{64}", said(page).partition("Empreinte")[0])
    assert "Essayer maintenant" not in said(page)
    assert "Refaire l’aperçu" in said(page)
    assert TRUE not in said(page)
    assert "Aucune anomalie" not in said(page)
    assert "le rapport les donne toutes" not in said(page)
    again = claire.send(second, f"{second}/again-with").headers["location"]
    run()
    assert "1 écriture s’ajoutera" in said(claire.get(f"{again}/preview"))


@pytest.mark.parametrize(
    ("mode", "scope", "told"),
    [
        ("replace", "", "Dites quel exercice ou quelle période remplacer"),
        ("replace", "2025-02-31:2025-03-31", "n’est pas une date"),
        ("replace", "2025-03-01:2025-01-31", "finit avant son début"),
        ("replace", "trimestre", "n’a pas d’exercice « trimestre »"),
        ("append", "2025", "Une période est écrite, mais « Ajouter » est choisi"),
    ],
)
def test_what_is_wrong_with_a_period_is_said_at_its_field(claire, preview, mode, scope, told):
    address = preview(fec(entry(1)))
    chosen = {"mode": mode, "replace": scope, "dossier": "CEGID003"}
    sent = chosen | {"csrf_token": claire.token("/imports/new")}
    for answer in (
        claire.send(f"{address}/preview", f"{address}/again", **chosen),
        claire.client.post("/imports/new", data=sent, files={"file": (AGAIN, fec(entry(2)))}),
    ):
        assert answer.status_code == 422
        field = answer.text.partition('<label for="replace">')[2].partition("</div>")[0]
        assert told in unspaced(field)
        assert f'value="{scope}"' in field
        checked = re.search(r'name="mode" value="(\w+)" checked', answer.text)
        assert checked[1] == mode


def test_only_what_can_help_is_offered(claire, preview):
    pdf = said(claire.get(preview(b"%PDF-1.7\n%x\n", name="releve.pdf")))
    empty = said(claire.get(preview(b"", name=AGAIN)))
    other = said(claire.get(preview(fec(entry(1)), name="552100554FEC20241231.txt")))
    for page in (pdf, empty, other):
        assert "Créer un modèle" not in page
        assert "Corriger" not in page
    assert "Lu comme" not in pdf
    wrong = said(claire.get(preview(fec(entry(1, EcritureDate="20240231")), name=AGAIN)))
    assert "Corriger" in wrong


def test_a_mended_copy_replaces_the_days_and_journals_of_its_original(claire, post, run):
    address = post(fec([*entry(1), *entry(2)]))
    post(fec(entry(3, JournalCode="OD")))
    cells = {"2:Debit": "120,00", "3:Credit": "120,00", "4:EcritureDate": "20240115",
             "5:EcritureDate": "20240115"}  # fmt: skip
    now = {name: "70,00" if "Date" not in name else "20240116" for name in cells}
    form = {f"was:{name}": value for name, value in cells.items()}
    form |= {f"cell:{name}": value for name, value in now.items()}
    made = claire.send(f"{address}/mend", **form).headers["location"]
    run()
    page = claire.get(f"{made}/preview")
    assert buttons(page)[0] == ("replace", "2024-01-15:2024-01-16")
    assert "Remplacer la période du 15/01/2024 au 16/01/2024, journal HA" in said(page)
