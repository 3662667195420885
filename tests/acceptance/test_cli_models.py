"""`ecritures model`, and `check` and `import` by a model, as programs."""

from __future__ import annotations

import json
from zipfile import ZipFile

import pytest
import yaml

CSV = """date;journal;compte;libelle;montant;siret
31/01/2024;VT;411000;Facture 1;120,00;07955542100027
31/01/2024;VT;706000;Facture 1;-100,00;
31/01/2024;VT;445710;TVA;-20,00;
"""
MODEL = """name: Maison
title: Notre export
input:
  records:
    - columns: {date: date, journal: journal, account: compte, label: libelle, amount: montant,
                siret: siret}
dates: {formats: [JJ/MM/AAAA]}
fields:
  entryDate: {from: date}
  journalCode: {from: journal}
  accountNumber: {from: account}
  label: {from: label}
  amount: {from: amount}
  siret: {from: siret}
"""


@pytest.fixture(autouse=True)
def _files(tmp_path):
    (tmp_path / "export.csv").write_text(CSV)
    (tmp_path / "maison.yaml").write_text(MODEL)


def test_a_file_is_checked_by_a_model_without_a_database(ecritures):
    done = ecritures("check", "export.csv", "--model", "maison.yaml", "--json")
    report = json.loads(done.stdout)
    assert done.returncode == 0
    assert (report["format"], report["layout"]) == ("model", "Maison (delimited)")
    assert (report["debitCents"], report["creditCents"], report["entries"]) == (12000, 12000, 1)
    assert report["grouping"] == "journal-piece-date"


def test_an_unknown_model_is_one_sentence(ecritures):
    done = ecritures("check", "export.csv", "--model", "inconnu")
    assert done.returncode == 2
    assert "inconnu" in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_column_that_is_not_there_stops_the_file(ecritures):
    done = ecritures("check", "export.csv", "--model", "csv", "--json")
    report = json.loads(done.stdout)
    assert (done.returncode, report["importable"]) == (1, False)
    assert set(report["anomalyCounts"]) == {"MOD-COL-01"}
    assert [one["value"] for one in report["anomalies"]] == ["debit, credit"]


def test_a_model_is_kept_versioned_and_used_by_an_import(firm, tmp_path):
    assert firm("model", "add", "maison.yaml", "--domain", "CABINET1").returncode == 0
    (tmp_path / "maison.yaml").write_text(MODEL.replace("Notre export", "Autre titre"))
    added = firm("model", "add", "maison.yaml", "--domain", "CABINET1", "--json")
    assert json.loads(added.stdout)["version"] == 2
    shown = firm("model", "show", "MAISON", "--domain", "CABINET1", "--version", "1", "--json")
    assert json.loads(shown.stdout)["title"] == "Notre export"
    done = firm("import", "export.csv", "--dossier", "CEGID003", "--model", "maison", "--json")
    document = json.loads(done.stdout)
    assert (done.returncode, document["status"]) == (0, 3), done.stdout
    status = json.loads(firm("status", document["id"], "--json").stdout)
    assert (status["model"], status["modelVersion"]) == ("Maison", 2)
    balance = json.loads(firm("balance", "--dossier", "CEGID003", "--json").stdout)
    assert (balance["debitCents"], balance["creditCents"]) == (12000, 12000)


@pytest.mark.parametrize(
    ("siret", "code"),
    [
        ("07955542100028", "MOD-SIR-01"),
        ("35600000000048", "MOD-SIR-02"),
        ("07955542100019", "MOD-SIR-03"),
    ],
)
def test_the_establishment_of_a_line_must_be_one_of_the_dossier(firm, tmp_path, siret, code):
    (tmp_path / "export.csv").write_text(CSV.replace("07955542100027", siret))
    assert firm("model", "add", "maison.yaml", "--domain", "CABINET1").returncode == 0
    done = firm("import", "export.csv", "--dossier", "CEGID003", "--model", "maison", "--json")
    document = json.loads(done.stdout)
    assert (done.returncode, document["status"]) == (1, 4)
    assert document["anomalyCounts"][code] == 1


def test_a_file_is_checked_by_a_model_of_a_domain(firm):
    assert firm("model", "add", "maison.yaml", "--domain", "CABINET1").returncode == 0
    done = firm("check", "export.csv", "--model", "MAISON", "--domain", "CABINET1", "--json")
    assert (done.returncode, json.loads(done.stdout)["importable"]) == (0, True), done.stdout
    refused = firm("check", "export.csv", "--model", "maison")
    assert (refused.returncode, "--domain" in refused.stderr) == (2, True)


def test_an_import_by_an_unknown_model_is_refused(firm):
    done = firm("import", "export.csv", "--dossier", "CEGID003", "--model", "rien")
    assert done.returncode == 2
    assert "Le modèle d'import rien n'existe pas" in done.stderr


def test_trying_shows_lines_anomalies_and_where_values_come_from(ecritures):
    done = ecritures("model", "try", "maison.yaml", "export.csv", "--json")
    tried = json.loads(done.stdout)
    assert done.returncode == 0
    assert [line["debit_cents"] for line in tried["lines"]] == [12000, 0, 0]
    assert tried["sources"]["account_number"] == "compte"
    assert tried["texts"][1]["amount"] == "-100,00"
    assert "compte" in ecritures("model", "try", "maison.yaml", "export.csv").stdout


def test_a_built_in_model_is_exported_changed_and_kept(firm, tmp_path):
    assert firm("model", "export", "quadra", "-o", "q.yaml").returncode == 0
    document = yaml.safe_load((tmp_path / "q.yaml").read_text())
    (tmp_path / "q.json").write_text(json.dumps(document | {"name": "quadra"}))
    assert firm("model", "add", "q.json", "--domain", "CABINET1").returncode == 0
    listed = json.loads(firm("model", "list", "--domain", "CABINET1", "--json").stdout)
    assert [one["version"] for one in listed if one["name"] == "quadra"] == [1]


def test_a_guess_is_printed_with_how_sure_it_is_and_is_a_model(ecritures, tmp_path):
    done = ecritures("model", "guess", "export.csv")
    assert "input.dialect.delimiter" in done.stderr
    (tmp_path / "g.yaml").write_text(done.stdout)
    checked = ecritures("check", "export.csv", "--model", "g.yaml", "--json")
    assert json.loads(checked.stdout)["debitCents"] == 12000


def test_a_guess_opens_an_archive_and_is_named_after_the_file_in_it(ecritures, tmp_path):
    with ZipFile(tmp_path / "envoi.zip", "w") as archive:
        archive.write(tmp_path / "export.csv", "export.csv")
    of_archive = ecritures("model", "guess", "envoi.zip")
    assert of_archive.stdout == ecritures("model", "guess", "export.csv").stdout


def test_a_model_that_is_none_is_refused_with_its_place(firm, tmp_path):
    (tmp_path / "faux.yaml").write_text(MODEL + "color: red\n")
    done = firm("model", "add", "faux.yaml", "--domain", "CABINET1")
    assert done.returncode == 2
    assert "color" in done.stderr


PAIRS = """Date;Compte débit;Compte crédit;Pièce;Montant
31/01/2024;606400;512000;A1;10,00
31/01/2024;625100;512000;A2;20,00
31/01/2024;606400;401000;A1;5,00
"""


@pytest.mark.parametrize("more", [[], ["--group-by", "running-balance"]])
def test_rows_of_two_accounts_are_guessed_checked_and_posted(firm, tmp_path, more):
    (tmp_path / "paires.csv").write_text(PAIRS)
    (tmp_path / "p.yaml").write_text(firm("model", "guess", "paires.csv").stdout)
    checked = firm("check", "paires.csv", "--model", "p.yaml", "--json", *more)
    report = json.loads(checked.stdout)
    assert (report["importable"], report["lines"]) == (True, 6)
    assert report["entries"] == (3 if more else 2)
    assert firm("model", "add", "p.yaml", "--domain", "CABINET1").returncode == 0
    done = firm("import", "paires.csv", "--dossier", "CEGID003", "--model", "paires", "--json")
    assert json.loads(done.stdout)["status"] == 3, done.stdout
    accounts = json.loads(firm("balance", "--dossier", "CEGID003", "--json").stdout)["accounts"]
    assert {one["account"]: one["debitCents"] - one["creditCents"] for one in accounts} == {
        "401000": -500,
        "512000": -3000,
        "606400": 1500,
        "625100": 2000,
    }


def test_an_xml_file_is_posted_by_a_built_in_model(firm, tmp_path):
    text = "".join(
        f"<LIGNE COMPTE='{account}' MONTANTREF=' .5' SENS='{side}'/>"
        for account, side in (("627000000", 1), ("512000000", -1))
    )
    piece = f"<PIECE DATEECR='2024-01-31' LIBPIECE='Frais'>{text}</PIECE>"
    (tmp_path / "e.ecx").write_text(f"<ECX><JOURNAL CODE='BQ'>{piece * 2}</JOURNAL></ECX>")
    done = firm("import", "e.ecx", "--dossier", "CEGID003", "--model", "sage-i7", "--json")
    assert json.loads(done.stdout)["status"] == 3, done.stdout
    balance = json.loads(firm("balance", "--dossier", "CEGID003", "--json").stdout)
    assert (balance["debitCents"], balance["creditCents"]) == (100, 100)
