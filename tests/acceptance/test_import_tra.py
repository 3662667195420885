"""TRA files: asked for over both faces of HTTP, checked and imported by command."""

from __future__ import annotations

import gzip
import json

import pytest

from ecritures.imports.queries import get_import
from helpers.loop_calls import URL, error_of
from helpers.tra import pair, tra
from helpers.v1_calls import ASKED, call, problem_of
from helpers.workbooks import zipped

ROUTE = "/loop-api-publiques/importTRA"
BODY = {"codeIbs": "CEGID003", "URI": "", "URL": URL}


@pytest.mark.parametrize("name", ["importTRA", "importtra", "IMPORTTRA"])
def test_a_tra_is_asked_for_as_a_fec_is(service, key, database, name):
    answer = call(service, key, "POST", f"/loop-api-publiques/{name}", json=BODY)
    assert answer.status_code == 200
    import_id = answer.json()["accountingImportRequestId"]
    assert get_import(database, import_id).kind == "tra"
    found = call(service, key, "GET", f"/loop-api-publiques/ImportStatus/{import_id}").json()
    assert (found["id"], found["status"]) == (import_id, 1)


def test_what_is_refused_is_said_in_the_words_of_the_vendor(service, key):
    for body, code in (
        ({}, "dossier-missing"),
        ({"codeIbs": "CEGID003"}, "source-missing"),
        (BODY | {"URI": "a/b.tra"}, "source-ambiguous"),
        (BODY | {"codeIbs": "RIEN"}, "dossier-unknown"),
        (BODY | {"SIRET": "1"}, "siret-invalid"),
    ):
        answer = call(service, key, "POST", ROUTE, json=body)
        assert (answer.status_code, error_of(answer)["code"]) == (400, code)
    assert call(service, None, "POST", ROUTE, json=BODY).status_code == 401


def test_the_own_interface_takes_the_format(service, key):
    answer = call(service, key, "POST", "/v1/imports", json=ASKED | {"format": "tra"})
    assert (answer.status_code, answer.json()["kind"]) == (202, "tra")
    content = {"file": ("x.tra", tra(pair()))}
    fields = {"dossier": "CEGID003", "format": "tra"}
    answer = call(service, key, "POST", "/v1/imports", data=fields, files=content)
    assert (answer.status_code, answer.json()["kind"]) == (202, "tra")
    both = ASKED | {"format": "tra", "model": "quadra"}
    assert problem_of(call(service, key, "POST", "/v1/imports", json=both))["status"] == 422


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        *(("x.txt", tra(pair()), "tra"), ("x.TRA", b"x", "tra"), ("x.txt", b"JournalCode|", "fec")),
        ("x.zip", zipped({"F1.pdf": b"%PDF", "sub/ventes.TRA": tra(pair())}), "tra"),
        ("x.zip", zipped({"F1.pdf": b"%PDF", "export.txt": tra(pair())}), "tra"),
        ("x.zip", zipped({"F1.pdf": b"%PDF", "fec.txt": b"JournalCode|"}), "fec"),
        ("x.gz", gzip.compress(tra(pair())), "tra"),
    ],
)
def test_the_own_interface_knows_the_format_of_a_file(service, key, name, content, kind):
    sent = {"data": {"dossier": "CEGID003"}, "files": {"file": (name, content)}}
    answer = call(service, key, "POST", "/v1/imports", **sent)
    assert (answer.status_code, answer.json()["kind"]) == (202, kind)
    sent["data"]["format"] = "fec"
    assert call(service, key, "POST", "/v1/imports", **sent).json()["kind"] == "fec"


def test_the_own_interface_knows_the_format_of_an_address_by_its_name(service, key):
    asked = ASKED | {"url": "https://files.example/ecritures.tra?sig=1"}
    assert call(service, key, "POST", "/v1/imports", json=asked).json()["kind"] == "tra"


def test_a_tra_is_known_by_its_first_line(ecritures, tmp_path):
    path = tmp_path / "ecritures.txt"
    path.write_bytes(tra(pair()))
    done = ecritures("check", str(path), "--json")
    found = json.loads(done.stdout)
    assert (done.returncode, found["format"], found["layout"]) == (0, "tra", "JRL-STD")
    assert (found["conforming"], found["importable"], found["entries"]) == (None, True, 1)
    path.write_bytes(tra(pair({"amount": "1,005"})))
    done = ecritures("check", str(path), "--format", "tra", "--lang", "en")
    assert done.returncode == 1
    assert "more than two decimals" in done.stdout
    assert ecritures("check", str(path), "--format", "fec").returncode == 1


def test_a_tra_is_imported_by_command(ecritures, tmp_path):
    ecritures("domain", "create", "CABINET1")
    ecritures(
        "dossier", "create", "D1", "--domain", "CABINET1", "--name", "x", "--siren", "079555421"
    )
    for name, more in (("ventes.tra", {}), ("ventes.txt", {"NUMEROPIECE": "2", "amount": "7,00"})):
        path = tmp_path / name
        path.write_bytes(tra(pair(**more)))
        done = ecritures("import", str(path), "--dossier", "D1", "--json")
        found = json.loads(done.stdout)
        assert (done.returncode, found["format"], found["lines"]) == (0, "tra", 2), done.stderr
    path.write_bytes(tra(pair(NUMEROPIECE="3")))
    done = ecritures("import", str(path), "--dossier", "D1", "--format", "fec", "--json")
    assert (done.returncode, json.loads(done.stdout)["anomalyCounts"]) == (1, {"FEC-FIC-06": 1})


def test_rejected_entries_of_a_tra_come_back_as_a_fec(ecritures, tmp_path):
    path, out = tmp_path / "x.tra", tmp_path / "rejected.txt"
    path.write_bytes(tra([*pair({"amount": "120,01"}), *pair(NUMEROPIECE="2")]))
    assert ecritures("check", str(path), "--report", str(out)).returncode == 1
    head, *rows = out.read_text("utf-8").splitlines()
    assert head.split("|")[:3] == ["JournalCode", "JournalLib", "EcritureNum"]
    assert [row.split("|")[2] for row in rows] == ["1", "1"]
    assert "120,01" in rows[0]
