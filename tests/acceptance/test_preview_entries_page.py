"""What a preview shows of the entries: the first lines, what changes in each, what was mended."""

from __future__ import annotations

import re

from helpers.fec import entry, fec, line
from helpers.pages import said

AGAIN = "079555421FEC20241230.txt"
JANUARY = {"mode": "replace", "replace": "2024-01-01:2024-01-31"}


def test_the_first_lines_are_shown_as_they_are_understood(claire, preview):
    address = preview(fec([*entry(1), *entry(2, "1234,56")]))
    assert f'hx-get="{address}/entries"' in claire.get(f"{address}/preview").text
    before, shown = (said(claire.get(f"{address}/{page}")) for page in ("preview", "entries"))
    for words in (
        "Écriture Libellé et changements Montant Ce qui arrive HA 1 15/01/2024",
        "Premières lignes, telles qu’elles sont lues 4 lignes, 2 écritures",
    ):
        assert (words in before, words in shown) == (True, True)
    assert "15/01/2024 HA 2 607000 Facture 2 à régler" in shown
    assert "HA 2 15/01/2024 Facture 2 à régler 1 234,56 ajoutée 1 234,56 ajoutée" in shown


def test_what_changes_in_an_entry_is_told_before_it_is_replaced(claire, preview, post, run):
    post(fec([*entry(1), *entry(2), *entry(3, EcritureLib="Loyer")]))
    address = preview(fec([*entry(1), *entry(2, "70,00")]), name=AGAIN)
    made = claire.send(address, f"{address}/again-with", **JANUARY).headers["location"]
    run()
    shown = said(claire.get(f"{made}/entries")).partition("Premières lignes")[0]
    assert "Montant du compte 607000 : 120,00 D → 70,00 D" in shown
    assert "Montant du compte 401000 : 120,00 C → 70,00 C" in shown
    assert "HA 3 15/01/2024 Loyer 120,00 retirée la voir 120,00 retirée la voir" in shown
    assert "HA 1 " not in shown  # stays as it is


def test_the_entries_of_a_file_that_is_refused_are_read_but_not_listed(claire, preview, post):
    post(fec(entry(1)))
    address = preview(fec([*entry(1), *entry(2)]), name=AGAIN)
    shown = said(claire.get(f"{address}/entries"))
    assert "Facture 2 à régler" in shown
    assert "Ce qui change" not in shown


def test_a_part_of_a_page_is_no_page(claire, preview):
    address = preview(fec(entry(1)))
    part = claire.client.get(f"{address}/entries", headers={"hx-request": "true"}).text
    assert "<html" not in part
    assert 'id="first-lines"' in part


def test_what_a_correction_has_changed_is_on_the_preview(claire, preview, run):
    short = [*entry(1), line(2, "411000", "50,00"), line(2, "706000", "0,00", "30.00")]
    address = preview(fec(short))
    changed = {"was:5:Credit": "30.00", "cell:5:Credit": "50,00"}
    made = claire.send(f"{address}/mend", **changed).headers["location"]
    run()
    assert f'hx-get="{made}/mended"' in claire.get(f"{made}/preview").text
    shown = said(claire.get(f"{made}/mended"))
    assert "5 HA 2 Credit 30.00 50,00" in shown
    assert claire.get(f"{address}/mended").status_code == 404  # it is no mended copy


def test_a_line_that_a_repair_leaves_out_does_not_shift_the_others(claire, preview, run):
    content = fec([*entry(1), *entry(2)]).split(b"\r\n")
    content[2:2] = [b"", content[0]]
    content[-2] = content[-2].replace(b"120,00", b"120.00")
    address = preview(b"\r\n".join(content))
    made = claire.send(f"{address}/mend", repair="on").headers["location"]
    run()
    shown = said(claire.get(f"{made}/mended")).partition("Après ")[2]
    assert "4 toute la ligne JournalCode" in shown
    assert shown.endswith("7 HA 2 Credit 120.00 120,00")


def test_the_repaired_file_is_downloaded_where_its_findings_are_listed(claire, preview):
    address = preview(fec([*entry(1), *entry(2, "70.00")]))
    assert f'href="{address}/repaired"' in claire.get(address).text
    answer = claire.get(f"{address}/repaired")
    assert "70,00" in answer.text
    assert 'filename="079555421FEC20241231-repare.txt"' in answer.headers["content-disposition"]
    whole = preview(fec(entry(3)), name=AGAIN)
    assert claire.get(f"{whole}/repaired").headers["location"] == f"{whole}/mend"


def test_a_corrected_file_is_offered_to_replace_on_the_page_of_its_import(claire, preview, post):
    post(fec(entry(2)))
    address = preview(fec(entry(2, "70,00")), name=AGAIN)
    assert 'name="replace" value="2024-01-15:2024-01-15"' in claire.get(address).text


def test_a_replacement_that_removes_much_is_confirmed_once_it_was_seen(claire, preview, post, run):
    post(fec([*entry(1), *entry(2), *entry(3)]))
    chosen = JANUARY | {"duplicates": ""}
    address = preview(fec(entry(1)), name=AGAIN, **chosen)
    page = claire.get(f"{address}/preview")
    assert "2 écritures sur 3 disparaîtraient. Si c’est voulu, cochez la case" in said(page)
    assert "ifPlan" not in page.text
    assert 'type="checkbox" required' in page.text
    assert f'href="{address}/preview"' in claire.get(address).text
    plan = page.text.partition('name="plan" value="')[2].partition('"')[0]
    claire.send(f"{address}/preview", f"{address}/confirm", plan=plan)
    run()
    assert "import terminé" in said(claire.get(address))


def test_all_that_is_ready_is_imported_though_each_file_changes_the_dossier(claire, preview, run):
    sales = {"JournalCode": "VE", "JournalLib": "Ventes"}
    addresses = [
        preview(fec(entry(1))),
        preview(fec(entry(1, "7,00", **sales)), name=AGAIN),
        preview(
            fec([line(2, "512000", "5,00", **sales), line(2, "758000", "0,00", "5,00", **sales)])
        ),
    ]
    page = claire.get("/imports/new").text
    ready = dict(re.findall(r'name="(import-[^"]+)" value="([^"]*)"', page))
    assert len(ready) == len(addresses)
    claire.send("/imports/new", "/imports/confirm", **ready)
    run()
    assert ["Importé" in said(claire.get(one)) for one in addresses] == [True] * 3
