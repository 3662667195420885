"""Documents that are no models, and what is said about them."""

from __future__ import annotations

import json

import pytest

from ecritures.formats.layouts.loading import (
    ModelRefusedError,
    load_model,
    parse_document,
    read_model,
)
from ecritures.formats.layouts.preview import check_samples
from helpers.layouts import changed
from helpers.paths import ROOT


def refusal(document):
    with pytest.raises(ModelRefusedError) as raised:
        load_model(parse_document(document) if isinstance(document, str | bytes) else document)
    return raised.value


@pytest.mark.parametrize(
    ("document", "path"),
    [
        (changed(color="red"), "color"),
        (changed(fields__entryDate={}), "fields.entryDate.from"),
        (changed(fields__label={"from": "label", "accept": r"(a)\1"}), "fields.label.accept"),
        (changed(fields__label={"from": {"extract": "(?=a)", "of": "date"}}), "fields.label.from"),
        (changed(dates={"formats": ["JJ/MM"]}), "dates.formats.0"),
        (changed(amounts={"decimal": ";"}), "amounts.decimal"),
        (changed(input__records=[{"columns": {"a": {"start": 1}}}]), "input.records.0.columns.a"),
        (changed(input__skipLines="1"), "input.skipLines"),
    ],
)
def test_every_error_points_at_its_place(document, path):
    error = refusal(document)
    assert error.sentence.code == "model-invalid"
    assert error.errors[0]["path"].startswith(path)
    assert all(one["fr"] and one["en"] for one in error.errors)


def test_an_unknown_column_is_named_with_the_field_that_wants_it():
    error = refusal(changed(fields__label={"from": "libelle"}))
    assert "fields.label.from : colonne inconnue « libelle »" in error.sentence.fr


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (b"a: " + b"x" * (5 << 20), "model-too-large"),
        ("a: &a [x]\nb: *a\n", "model-unreadable"),
        ("[" * 1000, "model-unreadable"),
        ("{" * 100_000, "model-unreadable"),
        ('{"a":' * 41 + "1" + "}" * 41, "model-unreadable"),
        ('{"a":' + "[" * 40 + "]" * 40 + "}", "model-unreadable"),
        ('{"a":' * 40 + "1" + "}" * 40, "model-invalid"),  # deep enough for any model
        ("a: {b: [\n", "model-unreadable"),
        (b"\xff\xfe\x00", "model-unreadable"),
        ("!!python/object/apply:os.system [ls]", "model-unreadable"),
    ],
)
def test_a_document_that_is_a_trap_is_refused(text, code):
    assert refusal(text).sentence.code == code


def test_a_pattern_too_large_to_compile_is_refused():
    pattern = "((a{1,1000}){1,1000}){1,1000}"
    error = refusal(changed(fields__label={"from": "date", "accept": pattern}))
    assert error.errors[0]["path"] == "fields.label.accept"


def test_a_table_beside_the_model_is_read_in_and_none_elsewhere_is(tmp_path):
    document = changed(fields__journalCode={"from": "journal", "map": {"file": "jal.csv"}})
    path = tmp_path / "m.json"
    path.write_text(json.dumps(document))
    (tmp_path / "jal.csv").write_text("1;VT\n2;HA\n")
    assert read_model(path).fields.journal_code.map.table == {"1": "VT", "2": "HA"}
    document["fields"]["journalCode"]["map"]["file"] = "../jal.csv"
    path.write_text(json.dumps(document))
    with pytest.raises(ModelRefusedError):
        read_model(path)


def test_the_place_of_an_error_deep_in_a_document_stays_short():
    value = "journal"
    for _ in range(300):
        value = {"first": [value]}
    with pytest.raises(ModelRefusedError) as refused:
        load_model(changed(fields__label={"from": value}))
    assert len(refused.value.errors[0]["path"]) < 200


PAGE = (ROOT / "docs" / "how-to" / "import-models.md").read_text("utf-8")
EXAMPLES = [text.partition("```")[0] for text in PAGE.split("```yaml\n")[1:]]


@pytest.mark.parametrize("text", EXAMPLES, ids=[one.splitlines()[0] for one in EXAMPLES])
def test_each_example_of_the_documentation_works(text):
    model = load_model(parse_document(text))
    assert model.samples
    check_samples(model)
