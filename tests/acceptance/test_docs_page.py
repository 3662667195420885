"""The description of the API, and the files of its page."""

from __future__ import annotations

import hashlib
import json
import re

import pytest
from jsonschema import Draft202012Validator

from ecritures.api.loop.openapi import GET_IMPORT_STATUS, IMPORT_FEC
from ecritures.api.operations.docs import STATIC

VENDORED = json.loads((STATIC / "VENDORED.json").read_text())


@pytest.mark.parametrize("name", VENDORED["sha256"])
def test_vendored_files_are_the_recorded_ones(name):
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()
    assert digest == VENDORED["sha256"][name]


def test_no_vendored_file_is_unrecorded():
    ours = {"VENDORED.json", "docs.js"}
    assert {path.name for path in STATIC.iterdir()} == set(VENDORED["sha256"]) | ours


def test_the_root_leads_to_the_page(service):
    with service.client() as client:
        answer = client.get("/", follow_redirects=True)
    assert str(answer.url) == f"{service.url}/docs"
    assert answer.headers["content-type"] == "text/html; charset=utf-8"


def test_the_page_names_only_files_that_the_service_gives(service):
    with service.client() as client:
        page = client.get("/docs")
        named = re.findall(r'(?:src|href)="([^"]+)"', page.text)
        assert len(named) == 4
        for name in named:
            assert client.get(f"/{name}").status_code == 200
    assert "'unsafe-inline'" not in re.findall(
        r"script-src[^;]*", page.headers["content-security-policy"]
    )[0]  # fmt: skip


def test_the_description_is_openapi_3_1_and_knows_how_to_authenticate(service):
    with service.client() as client:
        schema = client.get("/openapi.json").json()
    assert schema["openapi"] == "3.1.0"
    assert schema["components"]["securitySchemes"]["apiKey"]["name"] == "x-apikey"
    assert "HTTPValidationError" not in schema["components"]["schemas"]
    assert {
        "/loop-api-publiques/importFEC",
        "/loop-api-publiques/importPerso",
        "/loop-api-publiques/getImportStatus",
        "/loop-api-publiques/getFileUrlDeposit",
        "/v1/imports",
        "/v1/imports/{import_id}",
        "/v1/imports/{import_id}/anomalies",
        "/v1/imports/{import_id}/cancel",
        "/v1/imports/{import_id}/retry",
        "/v1/models",
        "/v1/models/try",
        "/v1/models/{name}",
        "/v1/models/{name}/versions",
        "/v1/models/{name}/versions/{version}",
        "/v1/dossiers",
        "/v1/dossiers/{code}",
        "/v1/dossiers/{code}/balance",
    } == set(schema["paths"])
    for item in schema["paths"].values():
        for operation in item.values():
            assert {"apiKey": []} in operation["security"]


@pytest.mark.parametrize("route", [IMPORT_FEC, GET_IMPORT_STATUS])
def test_the_examples_of_the_compatible_routes_fit_their_schemas(route):
    for answer in route["responses"].values():
        content = answer["content"]["application/json"]
        validator = Draft202012Validator(content["schema"])
        examples = [example["value"] for example in content.get("examples", {}).values()]
        examples += [content["example"]] if "example" in content else []
        assert examples
        for example in examples:
            validator.validate(example)
