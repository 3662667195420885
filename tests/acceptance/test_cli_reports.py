"""`ecritures check --report` and `--rules`, as a program."""

from __future__ import annotations

import csv
import json
import re

import pytest

from ecritures.rules.catalogue import RULES
from helpers.fec import NAME, entries, fec


@pytest.fixture
def wrong(tmp_path):
    rows = entries(40)
    for row in rows[10:60]:
        row["PieceRef"] = ""
    rows[3]["Credit"] = "12.50"
    path = tmp_path / NAME
    path.write_bytes(fec(rows))
    return path


def test_every_form_is_written_in_one_reading(ecritures, wrong, tmp_path):
    names = ["a.csv", "a.json", "a.xlsx", "a.html", "a.txt"]
    done = ecritures("check", wrong, *(part for name in names for part in ("--report", name)))
    assert done.returncode == 1
    assert all(name in done.stderr for name in names)
    assert (tmp_path / "a.xlsx").read_bytes().startswith(b"PK")
    assert (tmp_path / "a.html").read_text("utf-8").startswith("<!doctype html>")
    with (tmp_path / "a.csv").open(encoding="utf-8-sig", newline="") as text:
        codes = [row["Code"] for row in csv.DictReader(text, delimiter=";")]
    assert (codes.count("FEC-OBL-02"), codes.count("FEC-MNT-01")) == (50, 1)
    assert json.loads((tmp_path / "a.json").read_text("utf-8"))["anomalyCounts"]["FEC-OBL-02"] == 50
    assert not list(tmp_path.glob("*.part"))


def test_rejected_entries_are_mended_and_checked_again(ecritures, wrong, tmp_path):
    ecritures("check", wrong, "--report", "rejets.txt")
    rejected = tmp_path / "rejets.txt"
    text = rejected.read_text("utf-8")
    assert text.count("\n") == 1 + 2 + 50
    rejected.write_text(text.replace("|12.50|", "|120,00|"), "utf-8")
    found = json.loads(ecritures("check", rejected, "--json").stdout)
    assert found["importable"] is True
    assert found["lines"] == 52


def test_json_on_standard_output_stays_alone(ecritures, wrong, tmp_path):
    done = ecritures("check", wrong, "--json", "--report", "a.html")
    assert json.loads(done.stdout)["lines"] == 80
    assert done.stderr == ""
    assert (tmp_path / "a.html").exists()


def test_a_capped_report_says_exact_totals(ecritures, wrong, tmp_path):
    done = ecritures("check", wrong, "--report", "a.html", ECRITURES_ANOMALY_DETAILS_MAX="5")
    assert re.search(r"50  .*\[FEC-OBL-02\]", done.stdout)
    page = (tmp_path / "a.html").read_text("utf-8")
    assert re.search(r"dont \d en détail", page)


@pytest.mark.parametrize(
    "arguments",
    [
        [NAME, "--report", "a.pdf"],
        [NAME, NAME, "--report", "a.csv"],
        [NAME, "--report", NAME],
        [NAME, "--report", "absent/a.csv"],
    ],
)
def test_a_report_that_cannot_be_is_one_sentence_and_2(ecritures, wrong, arguments):
    before = wrong.read_bytes()
    done = ecritures("check", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1
    assert wrong.read_bytes() == before


def test_a_file_that_is_no_fec_has_reports_but_no_rejected_entries(ecritures, tmp_path):
    (tmp_path / "x.bin").write_bytes(b"\x00\x01")
    done = ecritures("check", "x.bin", "--report", "a.txt", "--report", "a.html")
    assert done.returncode == 1
    assert "à corriger en entier" in done.stderr
    assert not (tmp_path / "a.txt").exists()
    assert (tmp_path / "a.html").exists()


def test_people_see_verdicts_then_what_blocks_then_the_rest(ecritures, wrong):
    told = ecritures("check", wrong).stdout
    places = [
        told.index(part)
        for part in (
            "Conforme à la norme : NON", "FEC, BIC/IS", "80 lignes", "1 bloquante", "50 erreurs",
            "Ce qui empêche l'import", "Point décimal dans un montant [FEC-MNT-01]", "ligne 5",
            "Écrire la virgule : 12,50", "Erreurs", "[FEC-OBL-02]", "--report anomalies.html",
        )
    ]  # fmt: skip
    assert places == sorted(places)
    assert "\x1b" not in told


def test_the_way_entries_were_found_is_told(ecritures, tmp_path):
    rows = [row | {"EcritureNum": "0"} for row in entries(6)]
    for place, row in enumerate(rows):
        row["EcritureDate"] = f"202401{10 + place // 2}"
    (tmp_path / NAME).write_bytes(fec(rows))
    told = ecritures("check", NAME).stdout
    assert "Écritures reconnues par journal, pièce et date : le numéro est « 0 » partout." in told


def test_the_rules_are_a_table_for_people_in_their_language(ecritures):
    french = ecritures("check", "--rules").stdout.splitlines()
    english = ecritures("check", "--rules", "--lang", "en").stdout.splitlines()
    assert len(french) == len(english) == len(RULES) + 1
    assert "Gravité" in french[0]
    assert "Severity" in english[0]
