"""`ecritures check --fix` and `--description`, as a program."""

from __future__ import annotations

import json

import pytest

from ecritures.cli.support.sample import SAMPLE_NAME, sample_bytes
from helpers.fec_xml import document, entries


@pytest.fixture
def spoilt(tmp_path):
    path = tmp_path / SAMPLE_NAME
    path.write_bytes(sample_bytes().replace(b"219,32", b"219.32").replace(b"\r\n", b"\n"))
    return path


def test_a_copy_is_repaired_told_and_checked(ecritures, spoilt, tmp_path):
    before = spoilt.read_bytes()

    done = ecritures("check", spoilt, "--fix", "out.txt", "--json")
    found = json.loads(done.stdout)

    assert (done.returncode, done.stderr) == (0, "")
    assert (found["conforming"], found["importable"]) == (True, True)
    assert found["repairs"]["output"] == "out.txt"
    assert found["repairs"]["counts"]["line-ends"] == 301
    details = [one for one in found["repairs"]["details"] if one["repair"] == "decimal-point"]
    assert details[0] | {"line": 0} == {
        "line": 0,
        "column": details[0]["column"],
        "before": "219.32",
        "after": "219,32",
        "repair": "decimal-point",
    }
    assert len(details) == found["repairs"]["counts"]["decimal-point"]
    assert (tmp_path / "out.txt").read_bytes() == sample_bytes()
    assert spoilt.read_bytes() == before


def test_people_read_what_was_changed_then_the_verdicts(ecritures, spoilt):
    french = ecritures("check", spoilt, "--fix", "out.txt").stdout
    english = ecritures("check", spoilt, "--fix", "out.txt", "--lang", "en").stdout

    assert "Copie réparée : out.txt" in french
    assert "point décimal changé en virgule" in french
    assert "« 219.32 » → « 219,32 »" in french
    assert "Conforme à la norme : oui" in french
    assert "decimal point changed into a comma" in english


def test_what_is_not_safe_is_left_and_told(ecritures, spoilt):
    spoilt.write_bytes(sample_bytes().replace(b"219,32", b"1.234.56"))

    done = ecritures("check", spoilt, "--fix", "out.txt", "--json")

    assert done.returncode == 1
    assert json.loads(done.stdout)["importable"] is False


@pytest.mark.parametrize("output", [SAMPLE_NAME, f"./{SAMPLE_NAME}", "absent/out.txt"])
def test_a_copy_that_cannot_be_written_is_one_sentence_and_2(ecritures, spoilt, output):
    before = spoilt.read_bytes()

    done = ecritures("check", spoilt, "--fix", output)

    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1
    assert spoilt.read_bytes() == before


def test_one_file_at_a_time_is_repaired(ecritures, spoilt):
    done = ecritures("check", spoilt, spoilt, "--fix", "out.txt")
    assert (done.returncode, done.stdout) == (2, "")


def test_an_xml_document_is_checked_and_not_repaired(ecritures, tmp_path):
    path = tmp_path / "079555421FEC20241231.xml"
    path.write_bytes(document(entries()))

    checked, fixed = ecritures("check", path, "--json"), ecritures("check", path, "--fix", "o.xml")

    assert json.loads(checked.stdout)["layout"] == "xml-VII-1"
    assert checked.returncode == 0
    assert fixed.returncode == 2


def test_a_fixed_length_file_is_read_with_its_description(ecritures, tmp_path):
    rows = [line.split("|") for line in sample_bytes().decode().splitlines()]
    path, description = tmp_path / SAMPLE_NAME, tmp_path / "description.csv"
    path.write_text("".join("".join(f"{field:60}" for field in row) + "\r\n" for row in rows))
    description.write_text("".join(f"{name},{1 + 60 * n},60\n" for n, name in enumerate(rows[0])))

    done = ecritures("check", path, "--description", description, "--json")
    found = json.loads(done.stdout)

    assert (done.returncode, found["format"], found["lines"]) == (0, "fixed", 300)
    assert (found["debitCents"], found["anomalyCounts"]) == (39632172, {})


def test_a_wrong_description_is_one_sentence_and_2(ecritures, spoilt):
    done = ecritures("check", spoilt, "--description", spoilt)
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1


def test_it_is_offered_where_it_mends_what_was_found(ecritures, spoilt):
    offered = ecritures("check", spoilt).stdout
    assert "Réparable dans une copie : ecritures check FICHIER --fix COPIE" in offered
    assert "point décimal changé en virgule" in offered
    assert "fins de ligne" not in offered

    page = spoilt.with_name("report.html")
    ecritures("check", spoilt, "--report", page)
    assert "Réparable dans une copie" in page.read_text()
    assert "<li>point décimal changé en virgule</li>" in page.read_text()

    spoilt.write_bytes(sample_bytes().replace(b"219,32", b"219,32 USD"))
    left = ecritures("check", spoilt)
    assert left.returncode == 1
    assert "--fix" not in left.stdout
