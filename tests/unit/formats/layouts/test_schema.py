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


@pytest.mark.heavy
def test_the_published_schema_refuses_what_is_no_model():
    schema = json.loads(SCHEMA.read_text("utf-8"))
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(changed(color="red"), schema)
