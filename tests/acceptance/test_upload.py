"""A file sent with the request, and what people do to an import."""

from __future__ import annotations

import gzip

import pytest

from ecritures.config.settings import Settings
from ecritures.imports.dependencies import Dependencies
from ecritures.imports.execution.attempt import run_import
from ecritures.imports.queries import get_import
from ecritures.imports.request import Status
from helpers.fec import entries, fec
from helpers.v1_calls import SIRET, asked, call, problem_of

NAME = "079555421FEC20241231.txt"
FILE = fec(entries(3))


@pytest.fixture
def upload(service, key):
    def send(content=FILE, name=NAME, field="file", **fields):
        data = {"dossier": "CEGID003"} | fields
        files = {field: (name, content)}
        return call(service, key, "POST", "/v1/imports", data=data, files=files)

    return send


def test_a_file_is_sent_and_imported(upload, settings, database, service):
    answer = upload(siret=SIRET, dryRun="false")
    assert answer.status_code == 202
    view = answer.json()
    assert answer.headers["location"] == f"/v1/imports/{view['id']}"
    assert view["source"]["kind"] == "upload"
    assert view["source"]["name"] == NAME
    assert len(service.woken) == 1

    run_import(Dependencies.over(settings, database), view["id"])

    state = get_import(database, view["id"])
    assert (state.status, state.report["entries"]) == (Status.DONE, 3)
    assert (settings.data_dir / "storage" / state.stored_key).read_bytes() == FILE
    assert list(settings.scratch_dir.iterdir()) == []


def test_an_archive_is_sent_and_a_dry_run_asked_for(upload, settings, database):
    view = upload(gzip.compress(FILE), f"{NAME}.gz", dryRun="true").json()
    assert view["dryRun"] is True
    run_import(Dependencies.over(settings, database), view["id"])
    state = get_import(database, view["id"])
    assert (state.status, state.message.code) == (Status.DONE, "dry-run")


def test_only_the_name_of_a_path_is_kept(upload):
    for name in ("../../etc/x.txt", "C:\\Users\\x.txt"):
        assert upload(name=name).json()["source"]["name"] == "x.txt"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"dossier": "INCONNU"}, "dossier-unknown"),
        ({"dossier": ""}, "request-invalid"),
        ({"dryRun": "perhaps"}, "request-invalid"),
        ({"format": "pdf"}, "request-invalid"),
        ({"other": "x"}, "request-invalid"),
        ({"url": "https://files.example/x.txt"}, "source-ambiguous"),
        ({"field": "fichier"}, "file-field"),
    ],
)
def test_a_wrong_request_is_refused_and_its_file_dropped(upload, settings, fields, code):
    answer = upload(**fields)
    assert (answer.status_code, problem_of(answer)["code"]) == (422, code)
    kept = settings.data_dir / "storage"
    assert [path for path in kept.rglob("*") if path.is_file()] == []


def test_a_form_without_a_file_may_name_one(service, key):
    body = {"dossier": (None, "CEGID003"), "url": (None, "https://files.example/x.txt")}
    answer = call(service, key, "POST", "/v1/imports", files=body)
    assert answer.json()["source"]["kind"] == "url"


BOUNDARY = {"content-type": "multipart/form-data; boundary=b"}
PART = b'--b\r\nContent-Disposition: form-data; name="dossier"\r\n\r\nCEGID003\r\n'
SENT = b'--b\r\nContent-Disposition: form-data; name="file"; filename="x"\r\n\r\nx\r\n'


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"", 400),
        (b"garbage", 400),
        (PART, 400),
        (PART + SENT, 400),
        (PART + PART + b"--b--\r\n", 400),
        (PART + b"--b\r\n\r\nno name\r\n--b--\r\n", 400),
        (PART.replace(b"CEGID003", b"x" * 70_000) + b"--b--\r\n", 400),
        (PART + SENT + SENT + b"--b--\r\n", 422),
        (PART + SENT + b"--b--\r\n", 202),
    ],
)
def test_a_form_is_complete_and_names_each_field_once(service, key, content, status):
    answer = call(service, key, "POST", "/v1/imports", content=content, headers=BOUNDARY)
    assert answer.status_code == status


def test_a_form_has_a_boundary_and_a_body_a_known_type(service, key):
    for media_type, status in (("multipart/form-data", 400), ("text/plain", 415)):
        headers = {"content-type": media_type}
        answer = call(service, key, "POST", "/v1/imports", content=b"x", headers=headers)
        assert answer.status_code == status


def test_a_file_too_big_is_refused(start_service, key, settings):
    changes = {"upload_bytes_max": 100_000, "request_bytes_max": 1000}
    service = start_service(Settings(**(settings.model_dump() | changes)))
    files = {"dossier": (None, "CEGID003"), "file": ("x", bytes(102_000))}
    answer = call(service, key, "POST", "/v1/imports", files=files)
    assert (answer.status_code, problem_of(answer)["code"]) == (413, "body-too-large")


def test_an_unknown_caller_is_refused_before_a_file_is_read(service):
    files = {"dossier": (None, "CEGID003"), "file": ("x", FILE)}
    assert call(service, None, "POST", "/v1/imports", files=files).status_code == 401


def test_a_path_in_the_storage_is_named_by_uri(service, key):
    body = {"dossier": "CEGID003", "uri": "2024/x.txt"}
    view = call(service, key, "POST", "/v1/imports", json=body).json()
    assert (view["source"]["kind"], view["source"]["name"]) == ("uri", "x.txt")


def test_an_import_is_cancelled_then_can_be_neither_cancelled_nor_tried_again(service, key):
    path = f"/v1/imports/{asked(service, key)['id']}"
    answer = call(service, key, "POST", f"{path}/cancel")
    view = answer.json()
    assert (answer.status_code, view["status"], view["messageCode"]) == (200, 4, "import-cancelled")
    for action, code in (("cancel", "import-ended"), ("retry", "import-source-forgotten")):
        again = call(service, key, "POST", f"{path}/{action}")
        assert (again.status_code, problem_of(again)["code"]) == (409, code)


def test_a_waiting_import_is_tried_at_once_when_asked(service, key):
    path = f"/v1/imports/{asked(service, key)['id']}"
    answer = call(service, key, "POST", f"{path}/retry")
    assert (answer.status_code, answer.json()["status"]) == (200, 1)
    assert len(service.woken) == 2


@pytest.mark.parametrize("action", ["cancel", "retry"])
def test_the_import_of_another_domain_does_not_exist(service, key, other_key, action):
    path = f"/v1/imports/{asked(service, key)['id']}/{action}"
    assert call(service, other_key, "POST", path).status_code == 404
    assert call(service, None, "POST", path).status_code == 401
