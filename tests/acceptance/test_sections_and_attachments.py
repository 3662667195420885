"""Analytic sections and attached documents: over HTTP, by command, on the pages."""

from __future__ import annotations

import io
import json
import re
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from ecritures.core.rights import Role
from ecritures.sources.storage import ObstoreStorage
from helpers.importing import Importing
from helpers.pages import reader
from helpers.people import add_person, enter
from helpers.tra import JOURNAL, document, line, pair, record, tra
from helpers.v1_calls import call, problem_of

DOSSIER = "/v1/dossiers/CEGID003"
PDF = b"%PDF <script>"
LINES = [
    *pair(),
    line("707000", "C", "80,00", TYPECPTE="A", AXE="A1", AUXILIAIRE="NORD"),
    line("707000", "C", "40,00", TYPECPTE="A", AXE="A1", AUXILIAIRE="SUD"),
    document("pièces\\F1 é.html"),
]


def packed():
    target = io.BytesIO()
    records = [JOURNAL, record("SAT", code="NORD", label="Région nord", axis="A1")]
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("ventes.tra", tra(LINES, records=records))
        archive.writestr("F1 é.html", PDF)
    return target.getvalue()


@pytest.fixture
def importing(settings, database, dossier, caller):
    """Imports into the storage of the service."""
    importing = Importing(settings, database, dossier, caller)
    importing.deps = replace(importing.deps, storage=ObstoreStorage.from_settings(settings))
    assert importing.post(packed(), kind="tra").message is None
    return importing


@pytest.fixture
def read(service, key, importing):  # noqa: ARG001 - the ledger has entries
    return lambda path, **params: call(service, key, "GET", f"{DOSSIER}{path}", params=params)


def test_an_entry_shows_its_splits_and_documents(read):
    (one,) = read("/entries").json()["items"]
    assert [line["splits"] for line in one["lines"]] == [
        [],
        [
            {"axis": "A1", "section": "NORD", "label": "Région nord", "amountCents": -8000,
             "percentage": None},
            {"axis": "A1", "section": "SUD", "label": "", "amountCents": -4000,
             "percentage": None},
        ],
    ]  # fmt: skip
    (attached,) = one["attachments"]
    assert (attached["name"], attached["bytes"], attached["kept"]) == ("F1 é.html", len(PDF), True)
    assert attached["entry"] == one["id"]


def test_sections_have_totals_and_follow_the_filter(read):
    page = read("/sections", limit=1).json()
    assert [(one["section"], one["balanceCents"]) for one in page["items"]] == [("NORD", -8000)]
    page = read("/sections", limit=1, cursor=page["nextCursor"]).json()
    assert [(one["axis"], one["section"]) for one in page["items"]] == [("A1", "SUD")]
    assert page["nextCursor"] is None
    assert read("/sections", account="411*").json()["items"] == []
    assert read("/sections", **{"as": "csv"}).text.splitlines()[1].startswith("A1;NORD;")


def test_a_document_is_listed_and_downloaded_to_be_saved(read, importing):
    (one,) = read("/attachments").json()["items"]
    assert read("/attachments", **{"import": importing.state.id}).json()["items"] == [one]
    answer = read(f"/attachments/{one['id']}")
    assert answer.content == PDF
    disposition = answer.headers["content-disposition"]
    assert disposition == "attachment; filename=\"F1__.html\"; filename*=UTF-8''F1%20%C3%A9.html"
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"] == "sandbox"
    assert problem_of(read("/attachments/1-1"))["code"] == "attachment-unknown"
    assert problem_of(read("/attachments/abc"))["code"] == "attachment-name"


def test_an_import_counts_its_documents(service, key, importing):
    answer = call(service, key, "GET", f"/v1/imports/{importing.state.id}")
    assert answer.json()["attachmentCount"] == 1


def test_nobody_else_reads_a_document(service, other_key, read):
    (one,) = read("/attachments").json()["items"]
    for path in ("/attachments", f"/attachments/{one['id']}"):
        assert call(service, other_key, "GET", f"{DOSSIER}{path}").status_code == 404
        assert call(service, None, "GET", f"{DOSSIER}{path}").status_code == 401


def test_a_document_changed_in_the_storage_is_not_given(read, importing):
    (one,) = read("/attachments").json()["items"]
    folder = Path(importing.deps.settings.effective_storage_url.removeprefix("file://"))
    (kept,) = [path for path in folder.rglob("*") if path.is_file() and path.read_bytes() == PDF]
    kept.write_bytes(PDF[:-1] + b"?")
    assert problem_of(read(f"/attachments/{one['id']}"))["code"] == "attachment-changed"
    kept.unlink()
    assert problem_of(read(f"/attachments/{one['id']}"))["code"] == "attachment-not-kept"


def test_the_pages_show_them_and_let_them_be_downloaded(service, database, domain, importing, read):
    (one,) = read("/attachments").json()["items"]
    add_person(database, domain, role=Role.READER)
    with reader(service) as page:
        page.carry(enter(database.for_all_domains()))
        shown = page.get(f"/dossiers/CEGID003/entries/{one['entry']}").text
        assert "Région nord" in shown
        link = f"/dossiers/CEGID003/attachments/{one['id']}"
        assert f'href="{link}"' in shown
        assert page.get(link).content == PDF
        sections = page.get("/dossiers/CEGID003/sections").text
        assert "Axe A1" in sections
        assert "Région nord" in sections
        assert "120,00\u00a0C" in sections[sections.index("<tfoot>") :]
        table = page.get("/dossiers/CEGID003/tables/sections?as=csv").text
        assert "NORD" in table
        of_import = page.get(f"/imports/{importing.state.id}").text
        assert re.search(r"Pièces jointes\s: 1", of_import), re.findall("Pi.{0,40}", of_import)
        assert f'href="{link}"' in of_import


def test_the_commands_list_and_copy_them(firm, tmp_path):
    path = tmp_path / "ventes.zip"
    path.write_bytes(packed())
    done = firm("import", str(path), "--dossier", "CEGID003", "--format", "tra", "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    made = json.loads(done.stdout)
    assert made["attachmentCount"] == 1
    assert json.loads(firm("status", made["id"], "--json").stdout)["attachmentCount"] == 1
    assert "1 pièce jointe : ecritures attachments" in firm("status", made["id"]).stdout
    found = json.loads(firm("section", "--dossier", "CEGID003", "--json").stdout)
    assert [one["section"] for one in found["items"]] == ["NORD", "SUD"]
    listed = json.loads(firm("attachments", "list", "--dossier", "CEGID003", "--json").stdout)
    (one,) = listed["items"]
    for returncode in (0, 1):  # nothing is replaced
        done = firm("attachments", "download", one["id"], "--dossier", "CEGID003", "-o", tmp_path)
        assert done.returncode == returncode, done.stderr
    assert (tmp_path / "F1 é.html").read_bytes() == PDF
    assert "Région nord" in firm("section", "--dossier", "CEGID003").stdout
