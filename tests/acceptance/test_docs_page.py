"""The description of the API, and the files of its page."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from ecritures.api.app import create_app
from ecritures.api.operations.docs import BUNDLE, STATIC
from ecritures.reading.loop_request import CODES
from helpers.node import NODE
from helpers.pages import reader
from helpers.paths import ROOT

PATHS = {
    "/loop-api-publiques/EcritureComptable",
    "/loop-api-publiques/compte",
    "/loop-api-publiques/etablissementComplet",
    "/loop-api-publiques/getFileUrlDeposit",
    "/loop-api-publiques/getImportHistory",
    "/loop-api-publiques/getImportStatus",
    "/loop-api-publiques/getImportStatus/{accountingImportRequestId}",
    "/loop-api-publiques/importFEC",
    "/loop-api-publiques/importJson",
    "/loop-api-publiques/importPerso",
    "/loop-api-publiques/importTRA",
    "/loop-api-publiques/journal",
    "/loop-api-publiques/section",
    "/v1/disruptions",
    "/v1/domains/{code}",
    "/v1/dossiers",
    "/v1/dossiers/{code}",
    "/v1/dossiers/{code}/accounts",
    "/v1/dossiers/{code}/aged",
    "/v1/dossiers/{code}/audit",
    "/v1/dossiers/{code}/attachments",
    "/v1/dossiers/{code}/attachments/{name}",
    "/v1/dossiers/{code}/balance",
    "/v1/dossiers/{code}/entries",
    "/v1/dossiers/{code}/entries/{name}",
    "/v1/dossiers/{code}/export",
    "/v1/dossiers/{code}/fec",
    "/v1/dossiers/{code}/fiscal-years",
    "/v1/dossiers/{code}/fiscal-years/{year}/carry-forward",
    "/v1/dossiers/{code}/fiscal-years/{year}/carry-forward/undo",
    "/v1/dossiers/{code}/fiscal-years/{year}/close",
    "/v1/dossiers/{code}/fiscal-years/{year}/reopen",
    "/v1/dossiers/{code}/journals",
    "/v1/dossiers/{code}/ledger",
    "/v1/dossiers/{code}/lettering",
    "/v1/dossiers/{code}/lettering/{name}",
    "/v1/dossiers/{code}/lines",
    "/v1/dossiers/{code}/locks",
    "/v1/dossiers/{code}/search",
    "/v1/dossiers/{code}/statements",
    "/v1/dossiers/{code}/sections",
    "/v1/dossiers/{code}/third-parties",
    "/v1/dossiers/{code}/validations",
    "/v1/dossiers/{code}/verify",
    "/v1/imports",
    "/v1/imports/{import_id}",
    "/v1/imports/{import_id}/anomalies",
    "/v1/imports/{import_id}/cancel",
    "/v1/imports/{import_id}/confirm",
    "/v1/imports/{import_id}/difference",
    "/v1/imports/{import_id}/restore",
    "/v1/imports/{import_id}/retry",
    "/v1/imports/{import_id}/undo",
    "/v1/keys",
    "/v1/keys/{key_name}",
    "/v1/models",
    "/v1/models/try",
    "/v1/models/{name}",
    "/v1/models/{name}/versions",
    "/v1/models/{name}/versions/{version}",
    "/v1/users",
    "/v1/users/{user_id}",
    "/v1/users/{user_id}/invitations",
    "/v1/webhooks",
    "/v1/webhooks/{webhook_id}",
    "/v1/webhooks/{webhook_id}/deliveries",
    "/v1/webhooks/{webhook_id}/deliveries/{delivery_id}/resend",
    "/v1/webhooks/{webhook_id}/rotate",
}
ERRORS = (ROOT / "docs/reference/errors.md").read_text("utf-8")
VENDORED = json.loads((STATIC / "VENDORED.json").read_text())


@pytest.mark.parametrize("name", VENDORED["sha256"])
def test_vendored_files_are_the_recorded_ones(name):
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()
    assert digest == VENDORED["sha256"][name]


def test_no_vendored_file_is_unrecorded():
    ours = {"VENDORED.json", "docs.js"}
    assert {path.name for path in STATIC.iterdir()} == set(VENDORED["sha256"]) | ours


def test_the_page_is_there_for_whoever_has_not_signed_in(service):
    with service.client() as client:
        answer = client.get("/docs")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"


def test_the_page_names_only_files_that_the_service_gives(service):
    with service.client() as client:
        page = client.get("/docs")
        named = re.findall(r'(?:src|href)="(/[^"]+)"', page.text)
        assert len([name for name in named if "static" in name]) == 8
        for name in named:
            assert client.get(name).status_code in {200, 303}
    assert "'unsafe-inline'" not in re.findall(
        r"script-src[^;]*", page.headers["content-security-policy"]
    )[0]  # fmt: skip


def test_the_recipe_holds_the_address_and_the_dossier_of_its_reader(service, key, other_key):
    with reader(service) as one:
        host = str(one.client.base_url).rstrip("/")
        page = one.get("/docs").text
        assert f"curl <b>{host}</b>/v1/imports" in page
        assert "dossier=<b>DOSSIER</b>" in page
        assert "CEGID003" not in page
        one.send("/sign-in", key=key)
        page = one.get("/docs").text
        assert "dossier=<b>CEGID003</b>" in page
        assert "AUTRE" not in page
        assert "dossier=<b>AUTRE" not in one.get("/docs?dossier=AUTRE").text
    assert other_key


def test_the_page_is_there_in_english(service):
    with service.client(None, **{"accept-language": "en"}) as client:
        assert "Import in four calls" in client.get("/docs").text


def test_the_program_comes_as_small_as_the_browser_takes_it(service):
    address = f"/docs/static/{BUNDLE}"
    with service.client() as client:
        small = client.get(address, headers={"accept-encoding": "gzip, br"})
        other = client.get(address, headers={"accept-encoding": "gzip"})
        assert small.headers["content-encoding"] == "br"
        assert int(small.headers["content-length"]) < 400_000
        assert other.content == (STATIC / BUNDLE).read_bytes()
        assert "Accept-Encoding" in small.headers["vary"]


def test_the_small_program_is_the_same():
    told = (
        "process.stdout.write(require('zlib').brotliDecompressSync(require('fs').readFileSync(0)))"
    )
    small = (STATIC / f"{BUNDLE}.br").read_bytes()
    done = subprocess.run([NODE, "-e", told], input=small, capture_output=True, check=True)
    assert done.stdout == (STATIC / BUNDLE).read_bytes()


def test_the_description_is_openapi_3_1_and_knows_how_to_authenticate(service):
    with service.client() as client:
        schema = client.get("/openapi.json").json()
    assert schema["openapi"] == "3.1.0"
    assert schema["components"]["securitySchemes"]["apiKey"]["name"] == "x-apikey"
    assert "HTTPValidationError" not in schema["components"]["schemas"]
    assert set(schema["paths"]) == PATHS
    for item in schema["paths"].values():
        for operation in item.values():
            assert {"apiKey": []} in operation["security"]


@pytest.fixture
def described(settings, database):
    return create_app(settings, database, lambda: None).openapi()


def operations(described):
    return [one for item in described["paths"].values() for one in item.values()]


def bodies(operation):
    """Yield the bodies of an operation: the request's, then those of its answers."""
    for one in (operation.get("requestBody", {}), *operation["responses"].values()):
        yield from one.get("content", {}).items()


def examples_of(content, described):
    """Return the examples of a body, those that are components too."""
    found = [content["example"]] if "example" in content else []
    for one in content.get("examples", {}).values():
        name = one.get("$ref", "").removeprefix("#/components/examples/")
        found.append((described["components"]["examples"][name] if name else one)["value"])
    return found


def test_every_example_fits_its_schema(described):
    count = 0
    for operation in operations(described):
        for _, content in bodies(operation):
            examples = examples_of(content, described)
            whole = content["schema"] | {"components": described["components"]}
            for example in examples:
                Draft202012Validator(whole, format_checker=FormatChecker()).validate(example)
            count += len(examples)
    assert count > 50


ONLY_FILES = {"downloadAttachment"}


def test_every_operation_shows_an_answer(described):
    for operation in operations(described):
        success = min(operation["responses"])
        content = operation["responses"][success]["content"]
        if operation["operationId"] in ONLY_FILES:
            assert "application/json" not in content
            continue
        assert {"example", "examples"} & content["application/json"].keys()


def test_operations_have_short_names_of_their_own(described):
    names = [operation["operationId"] for operation in operations(described)]
    assert len(set(names)) == len(names)
    assert [name for name in names if not re.fullmatch("[a-zA-Z]{1,24}", name)] == []
    assert described["info"]["title"].isascii()


def test_the_compatible_routes_have_the_tag_and_the_titles_of_the_vendor(described):
    fec, perso = (
        described["paths"][f"/loop-api-publiques/{name}"]["post"]
        for name in ("importFEC", "importPerso")
    )
    assert fec["tags"] == perso["tags"] == ["Api-import-ecritures"]
    assert fec["summary"] == "Import des écritures au format FEC"
    assert perso["summary"] == "Import entries in custom format"
    assert {tag for one in operations(described) for tag in one["tags"]} == {
        tag["name"] for tag in described["tags"] if tag["description"]
    }


def test_every_refusal_is_one_of_two_components(described):
    for path, item in described["paths"].items():
        wanted = "ErrorEnvelope" if path.startswith("/loop") else "Problem"
        for operation in item.values():
            refusals = {s: one for s, one in operation["responses"].items() if s >= "400"}
            assert {"429", "500", "503"} <= set(refusals)
            for answer in refusals.values():
                [content] = answer["content"].values()
                assert content["schema"] == {"$ref": f"#/components/schemas/{wanted}"}


def test_every_refusal_has_an_example(described):
    without = [
        (operation["operationId"], status)
        for operation in operations(described)
        for status, answer in operation["responses"].items()
        if status >= "400" and not all(examples_of(*one) for one in contents(answer, described))
    ]
    assert without == []


def contents(answer, described):
    return [(one, described) for one in answer["content"].values()]


def test_an_example_of_a_refusal_is_one_that_its_status_has(described):
    statuses = dict(re.findall(r"^\| `([\w-]+)` \| ([\d, ]+) \|", ERRORS, re.MULTILINE))
    for operation in operations(described):
        for status, answer in operation["responses"].items():
            problem = answer["content"].get("application/problem+json")
            for one in examples_of(problem, described) if problem else ():
                assert (str(one["status"]), status) == (status, status)
                assert status in statuses[one["code"]].split(", ")


def test_the_sentences_of_the_examples_are_those_of_the_errors(described):
    for one in described["components"]["examples"].values():
        told = one["value"].get("error", one["value"])
        if told["code"] in CODES.values():  # the sentence is that of a rule
            continue
        [row] = re.findall(rf"^\| `{told['code']}` \|.*$", ERRORS, re.MULTILINE)
        french, english = row.split(" | ")[3:5]
        for said, templates in (
            (told.get("detail", told.get("message")), french),
            (told.get("detailEn"), english),
        ):
            patterns = [
                re.sub(r"\\\{.*?\\\}", ".+", re.escape(text))
                for text in templates.removesuffix(" |").split("<br>")
            ]
            fits = any(re.fullmatch(pattern, said or "") for pattern in patterns)
            assert said is None or fits, (said, templates)


def test_the_headers_of_answers_are_described(described):
    create = described["paths"]["/v1/imports"]["post"]["responses"]
    assert {"request-id", "x-request-id", "Location", "Idempotency-Replayed"} == set(
        create["202"]["headers"]
    )
    assert "Retry-After" in create["503"]["headers"]
    assert all("request-id" in one["headers"] for one in create.values())


def test_the_address_of_the_service_is_the_operators(settings, database):
    public = settings.model_copy(update={"public_url": "https://e.example/api/"})
    described = create_app(public, database, lambda: None).openapi()
    assert [one["url"] for one in described["servers"]] == ["https://e.example/api"]
