"""`ecritures check`, as a program: what it writes, and its exit codes."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
import zipfile

import pytest

from ecritures.cli.support.sample import SAMPLE_NAME, sample_bytes


@pytest.fixture
def sample(tmp_path):
    path = tmp_path / SAMPLE_NAME
    path.write_bytes(sample_bytes())
    return path


@pytest.fixture
def unbalanced(tmp_path):
    lines = sample_bytes().split(b"\r\n")
    lines[1] = lines[1].replace(b"219,32", b"219,33")
    path = tmp_path / "unbalanced.txt"
    path.write_bytes(b"\r\n".join(lines))
    return path


def test_a_clean_file_is_summed_up_and_leaves_with_0(ecritures, sample):
    done = ecritures("check", sample)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Conforme à la norme : oui" in done.stdout
    assert "300 lignes, 84 écritures" in done.stdout
    assert "Aucune anomalie" in done.stdout


def test_json_is_one_document_with_the_promised_fields(ecritures, sample):
    done = ecritures("check", sample, "--json")
    found = json.loads(done.stdout)
    assert done.returncode == 0
    assert found == found | {
        "file": SAMPLE_NAME,
        "format": "fec",
        "layout": found["layout"],
        "encoding": "utf-8",
        "separator": "|",
        "grouping": found["grouping"],
        "lines": 300,
        "entries": 84,
        "conforming": True,
        "importable": True,
        "debitCents": 39632172,
        "creditCents": 39632172,
        "anomalyCounts": {},
        "anomalyDetails": {},
        "anomalies": [],
    }


def test_an_unbalanced_file_is_told_line_by_line_and_leaves_with_1(ecritures, unbalanced):
    done = ecritures("check", unbalanced, "--json")
    found = json.loads(done.stdout)
    assert done.returncode == 1
    assert (found["conforming"], found["importable"]) == (False, False)
    assert found["debitCents"] - found["creditCents"] == 1
    promised = {"code", "severity", "blocking", "line", "column", "value", "message", "entry"}
    assert found["anomalies"]
    assert all(promised <= set(one) for one in found["anomalies"])
    assert sum(found["anomalyCounts"].values()) == len(found["anomalies"])


def test_several_files_give_a_list_and_the_worst_exit_code(ecritures, sample, unbalanced):
    done = ecritures("check", sample, unbalanced, "--json")
    assert done.returncode == 1
    assert [one["importable"] for one in json.loads(done.stdout)] == [True, False]


def test_people_read_counts_by_code_then_the_first_anomalies(ecritures, unbalanced):
    french, english = ecritures("check", unbalanced), ecritures("check", unbalanced, "--lang", "en")
    assert "bloquante" in french.stdout
    assert "ligne 2" in french.stdout
    assert "Conforms to the norm: NO" in english.stdout
    assert "line 2" in english.stdout


@pytest.mark.parametrize("name", ["absent.txt", "."])
def test_what_cannot_be_read_is_one_sentence_and_2(ecritures, name):
    done = ecritures("check", name, "--json")
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    "arguments", [["check"], ["check", "--nonsense"], ["nonsense"], ["history", "--limit", "x"]]
)
def test_wrong_usage_is_one_sentence_and_2(ecritures, arguments):
    done = ecritures(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1
    assert "Traceback" not in done.stderr


def test_errors_speak_the_language_of_the_environment(ecritures):
    french, english = ecritures("check", "x.txt"), ecritures("check", "x.txt", ECRITURES_LANG="en")
    assert "n'existe pas" in french.stderr
    assert "does not exist" in english.stderr


def test_the_catalogue_is_listed(ecritures):
    rules = json.loads(ecritures("check", "--rules", "--json").stdout)
    assert {"code", "severity", "blocking", "title", "remedy", "source"} <= set(rules[0])
    assert len({rule["code"] for rule in rules}) == len(rules)


def test_checking_needs_neither_database_nor_web(ecritures, sample):
    """The heavy libraries stay out of a check, or it would be slow to start."""
    done = ecritures("check", sample, PYTHONPROFILEIMPORTTIME="1")
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert imported.isdisjoint({"sqlalchemy", "alembic", "fastapi", "uvicorn", "rich.console"})
    assert "polars" in imported
    assert not (sample.parent / "data").exists()


def test_commands_load_no_heavy_library_before_they_need_it(ecritures):
    done = ecritures("--help", PYTHONPROFILEIMPORTTIME="1")
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert imported.isdisjoint({"polars", "sqlalchemy", "alembic", "fastapi", "uvicorn"})


@pytest.mark.parametrize("locale", ["C", "C.UTF-8"])
def test_a_name_that_is_no_text_is_still_json(ecritures, sample, locale):
    odd = sample.rename(os.fsdecode(os.fsencode(sample.parent) + b"/caf\xe9.txt"))
    done = ecritures("check", odd, "--json", LC_ALL=locale, PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")
    assert json.loads(done.stdout)["lines"] == 300


def test_a_reader_that_stops_early_is_told_nothing(tmp_path):
    command = f"{sys.executable} -m ecritures check --rules | true"
    done = subprocess.run(
        ["bash", "-c", command], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_help_is_in_the_language_of_the_reader(ecritures):
    assert "Exemple : ecritures check" in ecritures("check", "--help").stdout
    assert "Example: ecritures check" in ecritures("check", "--help", "--lang", "en").stdout


@pytest.mark.parametrize("kind", ["zip", "gz"])
def test_the_file_of_an_archive_is_checked(ecritures, tmp_path, kind):
    archive = tmp_path / f"{SAMPLE_NAME}.{kind}"
    if kind == "gz":
        archive.write_bytes(gzip.compress(sample_bytes()))
    else:
        with zipfile.ZipFile(archive, "w") as packed:
            packed.writestr(f"export/{SAMPLE_NAME}", sample_bytes())

    done = ecritures("check", archive, "--json")

    found = json.loads(done.stdout)
    assert (done.returncode, found["file"], found["importable"]) == (0, SAMPLE_NAME, True)


def test_an_archive_of_several_files_says_so(ecritures, tmp_path):
    archive = tmp_path / "files.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("a.txt", "a")
        packed.writestr("b.txt", "b")

    done = ecritures("check", archive)

    assert done.returncode == 2
    assert "2 fichiers" in done.stderr


def test_a_bank_statement_is_sent_to_model_guess(ecritures, tmp_path):
    path = tmp_path / "releve.csv"
    path.write_text("Date;Libellé;Débit;Crédit;Solde\n02/01/2026;VIR;;100,00;1100,00\n")

    assert "ecritures model guess" in ecritures("check", path).stdout
