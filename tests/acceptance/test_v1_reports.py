"""Reports downloaded from the product's own API, over a real connection."""

from __future__ import annotations

import gzip
import io
import json

import pytest
from python_calamine import CalamineWorkbook

from ecritures.imports.dependencies import Dependencies
from ecritures.imports.execution.attempt import run_import
from ecritures.imports.files.source_files import store_upload
from ecritures.imports.request import ImportRequest
from ecritures.imports.submission.submit import submit_import
from ecritures.sources.fake import FakeDownloader
from ecritures.sources.files import sha256_of
from helpers.fec import entries, fec
from helpers.v1_calls import asked, call, problem_of


@pytest.fixture
def refused(settings, database, caller, dossier, tmp_path):
    """An import whose file has one line wrong: its number, and the file."""
    rows = entries(3)
    rows[3]["Credit"] = "12.50"
    path = tmp_path / "Comptes été 079555421FEC20241231.txt"
    path.write_bytes(fec(rows))
    settings.scratch_dir.mkdir(exist_ok=True)
    request = ImportRequest("fec", dossier.code, path=str(path))
    state = submit_import(database, caller, request)
    run_import(Dependencies(settings, database, FakeDownloader({})), state.id)
    return state.id, path


@pytest.mark.parametrize(
    ("form", "media_type"),
    [
        ("csv", "text/csv; charset=utf-8"),
        ("json", "application/json"),
        ("html", "text/html; charset=utf-8"),
        ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ],
)
def test_a_report_is_downloaded_with_its_type_and_name(service, key, refused, form, media_type):
    import_id, _ = refused
    path = f"/v1/imports/{import_id}/anomalies"
    answer = call(service, key, "GET", path, params={"as": form})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == media_type
    assert answer.content
    name = answer.headers["content-disposition"]
    assert f'079555421FEC20241231-anomalies.{form}"' in name
    assert "filename*=UTF-8''Comptes%20%C3%A9t%C3%A9%20079555421FEC20241231-anomalies" in name


def test_what_is_downloaded_is_what_was_found(service, key, refused):
    import_id, _ = refused
    path = f"/v1/imports/{import_id}/anomalies"
    page = call(service, key, "GET", path).json()
    told = json.loads(call(service, key, "GET", path, params={"as": "json"}).content)
    assert told["anomalies"] == page["items"]
    assert told["anomalyCounts"] == page["anomalyCounts"]
    assert told["anomalyCounts"]["FEC-MNT-01"] == 1
    english = call(service, key, "GET", path, params={"as": "html", "lang": "en"}).text
    assert "Not importable" in english
    book = call(service, key, "GET", path, params={"as": "xlsx"}).content
    rows = CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(1).to_python()
    assert [5, "FEC-MNT-01"] in [row[:2] for row in rows]


def test_rejected_entries_want_the_file_itself(service, key, refused):
    import_id, _ = refused
    path = f"/v1/imports/{import_id}/anomalies"
    answer = call(service, key, "GET", path, params={"as": "fec"})
    assert (answer.status_code, problem_of(answer)["code"]) == (409, "source-not-kept")


def test_rejected_entries_are_downloaded_while_the_file_is_kept(
    service, key, refused, settings, database, caller, dossier
):
    _, source = refused
    deps = Dependencies.over(settings, database)
    source.write_bytes(gzip.compress(source.read_bytes()))
    kept = store_upload(deps, dossier.domain_id, source, sha256_of(source))
    request = ImportRequest("fec", dossier.code, upload=kept, name=f"{source.name}.gz")
    state = submit_import(database, caller, request)
    run_import(deps, state.id)
    path = f"/v1/imports/{state.id}/anomalies"
    answer = call(service, key, "GET", path, params={"as": "fec"})
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert "-rejets.txt" in answer.headers["content-disposition"]
    assert [line.split("|")[18] for line in answer.text.splitlines()[1:]] == ["4", "5"]


def test_rejected_entries_are_those_of_then_when_the_dossier_has_changed_since(
    service, key, settings, database, caller, dossier, tmp_path
):
    deps = Dependencies.over(settings, database)
    rows = entries(3)
    rows[3]["Credit"] = "12.50"

    def imported(name, rows):
        path = tmp_path / name
        path.write_bytes(fec(rows))
        kept = store_upload(deps, dossier.domain_id, path, sha256_of(path))
        request = ImportRequest("fec", dossier.code, upload=kept, name=name)
        state = submit_import(database, caller, request)
        run_import(deps, state.id)
        return state.id

    def lines(import_id):
        path = f"/v1/imports/{import_id}/anomalies"
        answer = call(service, key, "GET", path, params={"as": "fec"})
        return [line.split("|")[18] for line in answer.text.splitlines()[1:]]

    def year(verb):
        answer = call(service, key, "POST", f"/v1/dossiers/{dossier.code}/fiscal-years{verb}")
        assert answer.status_code == 200, answer.text

    call(
        service,
        key,
        "POST",
        f"/v1/dossiers/{dossier.code}/fiscal-years",
        json={"start": "2024-01-01", "end": "2024-12-31"},
    )
    good, bad = imported("good.txt", entries(2)), imported("bad.txt", rows)
    year("/2024/close")
    late = imported("late.txt", entries(3))
    assert (lines(good), lines(bad)) == ([], ["4", "5"])
    year("/2024/reopen")
    assert lines(late) == ["2", "3", "4", "5", "6", "7"]


def test_there_is_no_report_before_the_file_was_read(service, key):
    path = f"/v1/imports/{asked(service, key)['id']}/anomalies"
    for form in ("csv", "fec"):
        answer = call(service, key, "GET", path, params={"as": form})
        assert (answer.status_code, problem_of(answer)["code"]) == (409, "report-not-ready")


def test_a_report_of_another_domain_does_not_exist(service, other_key, refused):
    import_id, _ = refused
    path = f"/v1/imports/{import_id}/anomalies"
    answer = call(service, other_key, "GET", path, params={"as": "csv"})
    assert (answer.status_code, problem_of(answer)["code"]) == (404, "import-unknown")


def test_an_unknown_form_is_refused(service, key, refused):
    import_id, _ = refused
    path = f"/v1/imports/{import_id}/anomalies"
    assert call(service, key, "GET", path, params={"as": "pdf"}).status_code == 422
