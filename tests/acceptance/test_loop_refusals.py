"""The status of refusals on the Loop-compatible face, and the spelling of its addresses."""

from __future__ import annotations

import uuid

import pytest
from pydantic import ValidationError

from ecritures.config.settings import Settings
from helpers.loop_calls import BODY, asked, error_of, post, status

LOOP = "/loop-api-publiques"


def call(service, key, verb, name, **options):
    with service.client(key) as client:
        return client.request(verb, f"{LOOP}/{name}", **options)


def test_a_refused_import_has_status_400_unless_the_operator_chose(service, key):
    for name in ("importFEC", "importPerso", "importTRA"):
        answer = call(service, key, "POST", name, json={})
        assert (answer.status_code, error_of(answer)["code"]) == (400, "dossier-missing")


@pytest.mark.parametrize("chosen", [200, 400])
def test_the_operator_chooses_one_status_for_the_posts_alone(start_service, settings, key, chosen):
    service = start_service(settings.model_copy(update={"refusal_status": chosen}))
    assert post(service, key, {}).status_code == chosen
    for name in ("importPerso", "importTRA"):
        assert call(service, key, "POST", name, json={}).status_code == chosen
    assert call(service, key, "GET", "getFileUrlDeposit").status_code == 400
    assert call(service, key, "GET", "getImportStatus").status_code == 400
    assert status(service, key, str(uuid.uuid4())).status_code == 404
    assert post(service, None, {}).status_code == 401


@pytest.mark.parametrize("name", ["getImportStatus", "getstatus", "ImportStatus", "IMPORTSTATUS"])
def test_the_number_may_be_the_last_part_of_the_address(service, key, name):
    import_id = asked(service, key)
    found = call(service, key, "GET", f"{name}/{import_id.upper()}")
    assert (found.status_code, found.json()["id"]) == (200, import_id)
    for unknown in (uuid.uuid4(), "x"):
        answer = call(service, key, "GET", f"{name}/{unknown}")
        assert (answer.status_code, error_of(answer)["code"]) == (404, "import-unknown")


def test_a_number_given_twice_is_refused(service, key):
    numbers = [("accountingImportRequestId", str(uuid.uuid4())) for _ in range(2)]
    answer = call(service, key, "GET", "getImportStatus", params=numbers)
    assert (answer.status_code, error_of(answer)["code"]) == (400, "parameter-twice")
    assert call(service, key, "GET", "getImportStatus", params=numbers[:1] * 2).status_code == 404


def test_blanks_around_a_value_are_dropped(service, key):
    body = {name: f"  {value} " for name, value in BODY.items()} | {"SIRET": " 07955542100027 "}
    assert "accountingImportRequestId" in post(service, key, body).json()
    answer = call(service, key, "POST", "importPerso", json=body | {"MODELE": " quadra "})
    assert "accountingImportRequestId" in answer.json()


@pytest.mark.parametrize("path", [f"/{LOOP}/importFEC", f"//{LOOP}//importfec/"])
def test_a_slash_too_many_does_no_harm(service, key, path):
    with service.client(key) as client:
        answer = client.post(f"{service.url}{path}", json=BODY)
        lost = client.post(f"{service.url}/{LOOP}/rien", json=BODY)
    assert "accountingImportRequestId" in answer.json()
    assert (lost.status_code, error_of(lost)["code"]) == (404, "route-unknown")


@pytest.mark.parametrize(("said", "means"), [("400", 400), ("200", 200), ("", None), (" ", None)])
def test_the_environment_chooses_the_status(monkeypatch, said, means):
    monkeypatch.setenv("ECRITURES_REFUSAL_STATUS", said)
    assert Settings().refusal_status == means


def test_another_status_is_refused(monkeypatch):
    monkeypatch.setenv("ECRITURES_REFUSAL_STATUS", "404")
    with pytest.raises(ValidationError):
        Settings()
