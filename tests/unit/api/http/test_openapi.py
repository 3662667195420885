"""The description of the API: its examples."""

from __future__ import annotations

import json
from importlib.resources import files

import pytest
from jsonschema import Draft202012Validator

from ecritures.api.app import create_app
from ecritures.config.settings import Settings
from ecritures.database import Database
from ecritures.formats.layouts.loading import load_model

MULTIPART = "multipart/form-data"


@pytest.fixture(scope="module")
def described(tmp_path_factory):
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('api')}/unused.db")
    yield create_app(Settings(), database, lambda: None).openapi()
    database.close()


def operations_of(described):
    return [one for item in described["paths"].values() for one in item.values()]


def bodies_of(described):
    """The JSON bodies of requests: operation, description."""
    return [
        (one["operationId"], content)
        for one in operations_of(described)
        for media_type, content in one.get("requestBody", {}).get("content", {}).items()
        if media_type != MULTIPART
    ]


def test_every_refusal_has_an_example_for_each_of_its_codes(described):
    listed = json.loads(files("ecritures.api.http").joinpath("refusals.json").read_text("utf-8"))
    for one in operations_of(described):
        codes = listed["operations"][one["operationId"]]
        for status, response in one["responses"].items():
            if status < "400":
                continue
            for content in response["content"].values():
                wanted = {*codes.get(status, ())}
                if content["schema"]["$ref"].endswith("ErrorEnvelope") and status == "400":
                    wanted |= {*codes.get("422", ())}
                    wanted |= set() if "404" in one["responses"] else {*codes.get("404", ())}
                assert content["examples"].keys() == wanted, (one["operationId"], status)
                assert wanted, (one["operationId"], status)


def test_the_examples_of_refusals_are_there_and_say_their_code(described):
    examples = described["components"]["examples"]
    used = set()
    for one in operations_of(described):
        for response in one["responses"].values():
            for content in response.get("content", {}).values():
                for code, example in content.get("examples", {}).items():
                    if "$ref" in example:
                        name = example["$ref"].rpartition("/")[2]
                        value = examples[name]["value"]
                        assert value.get("error", value)["code"] == code
                        used.add(name)
    assert used == examples.keys()


@pytest.mark.parametrize(
    ("operation", "status", "codes"),
    [
        ("importFEC", "400", {"source-ambiguous", "source-missing", "dossier-unknown"}),
        ("importFEC", "401", {"key-refused"}),
        ("undoImport", "409", {"already-undone", "undo-blocked", "idempotency-conflict"}),
        ("downloadAttachment", "409", {"attachment-changed"}),
        ("compte", "400", {"filter-syntax", "field-unknown", "number-refused"}),
        ("createImport", "422", {"request-invalid", "siret-unknown"}),
    ],
)
def test_the_codes_of_an_operation_are_found(described, operation, status, codes):
    (one,) = (one for one in operations_of(described) if one["operationId"] == operation)
    (content,) = one["responses"][status]["content"].values()
    assert content["examples"].keys() >= codes


def test_every_body_of_a_request_has_an_example_of_its_form(described):
    for operation, content in bodies_of(described):
        given = [one["value"] for one in content.get("examples", {}).values()]
        given += [content["example"]] if "example" in content else []
        assert given, operation
        schema = content["schema"] | {"components": described["components"]}
        for value in given:
            assert [*Draft202012Validator(schema).iter_errors(value)] == [], operation


def test_the_model_of_the_examples_can_be_used(described):
    examples = {operation: content.get("example") for operation, content in bodies_of(described)}
    assert load_model(examples["addModel"]["document"]).name == "paie"
