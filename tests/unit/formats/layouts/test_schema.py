"""The published schema of import models."""

from __future__ import annotations

import json

import jsonschema
import pytest

from ecritures.formats.layouts.builtin import builtin_document, builtin_names
from helpers.layouts import changed
from helpers.paths import ROOT

SCHEMA = ROOT / "docs" / "reference" / "import-model.schema.json"


@pytest.mark.parametrize("name", builtin_names())
def test_the_published_schema_accepts_every_built_in_model(name):
    schema = json.loads(SCHEMA.read_text("utf-8"))
    validator = jsonschema.Draft202012Validator(schema)
    assert list(validator.iter_errors(builtin_document(name))) == []


def test_every_key_says_what_it_means_in_the_schema_and_in_the_page():
    schema = json.loads(SCHEMA.read_text("utf-8"))
    page = SCHEMA.with_name("import-model.md").read_text("utf-8")
    for name, part in {"ImportModel": schema, **schema["$defs"]}.items():
        assert f"\n## {name}\n" in page
        for key, described in part.get("properties", {}).items():
            assert described["description"], (name, key)
            assert f"| `{key}`" in page.partition(f"\n## {name}\n")[2].partition("\n## ")[0]


@pytest.mark.heavy
def test_the_published_schema_refuses_what_is_no_model():
    schema = json.loads(SCHEMA.read_text("utf-8"))
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(changed(color="red"), schema)
