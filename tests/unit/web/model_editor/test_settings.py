"""The settings of a model as a form, and back."""

from __future__ import annotations

import copy

import pytest

from ecritures.formats.layouts.builtin import builtin_document, builtin_names
from ecritures.formats.layouts.sample import SampleTable
from ecritures.web.model_editor.columns import is_editable
from ecritures.web.model_editor.settings import (
    conditions_of,
    fields_elsewhere,
    set_conditions,
    set_settings,
    settings_of,
)

TABLE = SampleTable("delimited", ["Cpt", "Mt"], [], 2)


EDITABLE = [name for name in builtin_names() if is_editable(builtin_document(name))]


@pytest.mark.parametrize("name", EDITABLE)
def test_a_form_that_changes_nothing_leaves_the_document_as_it_is(name):
    document = builtin_document(name)
    held = copy.deepcopy(document)
    set_settings(held, settings_of(held), None)
    assert {key: value for key, value in held.items() if value} == document


def test_most_built_in_models_can_be_edited():
    assert len(EDITABLE) > len(builtin_names()) / 2


def test_each_setting_goes_where_the_document_has_it():
    held = {"fields": {"accountNumber": {"from": "Cpt"}}}
    told = {
        "name": "caisse", "dates": "JJ/MM/AA, AAAAMMJJ", "thousands": " ", "unit": "cents",
        "credit-words": "C, R", "journal": "CA", "grouping": "number", "skip": "2",
        "third-parties": "CL = 411000\r\nFO = 401000", "roots": "530=531", "pad": "6",
        "map:accountNumber": "1 = 512000",
    }  # fmt: skip
    set_settings(held, told, TABLE)
    assert held == {
        "name": "caisse",
        "grouping": "number",
        "dates": {"formats": ["JJ/MM/AA", "AAAAMMJJ"]},
        "amounts": {
            "unit": "cents",
            "thousands": " ",
            "directions": {"debit": ["D"], "credit": ["C", "R"]},
        },
        "input": {"skipLines": 2},
        "accounts": {
            "thirdParties": [
                {"startsWith": "CL", "general": "411000"},
                {"startsWith": "FO", "general": "401000"},
            ],
            "replace": [{"root": "530", "by": "531"}],
            "pad": {"length": 6, "with": "0"},
        },
        "fields": {
            "accountNumber": {
                "from": "Cpt",
                "map": {"by": "exact", "unknown": "keep", "table": {"1": "512000"}},
            },
            "journalCode": {"from": {"constant": "CA"}},
        },
    }
    shown = settings_of(held)
    assert shown["third-parties"] == "CL = 411000\nFO = 401000"
    assert shown["map:accountNumber"] == "1 = 512000"
    set_settings(held, {"journal": "", "pad": "", "grouping": "", "map:accountNumber": ""}, TABLE)
    assert held["fields"] == {"accountNumber": {"from": "Cpt"}}
    assert "grouping" not in held
    assert "pad" not in held["accounts"]


def test_a_word_is_said_to_be_a_side():
    held = {"fields": {}}
    set_settings(held, {"say-credit": "R"}, None)
    assert held["amounts"]["directions"] == {"debit": ["D"], "credit": ["C", "R"]}


def test_conditions_are_those_of_lines_left_out():
    held = {"fields": {}}
    rows = {
        "where:0": "Cpt",
        "test:0": "empty",
        "where:1": "Mt",
        "test:1": "equals",
        "value:1": "0",
    }
    set_conditions(held, rows, TABLE)
    tests = [{"column": "Cpt", "empty": True}, {"column": "Mt", "equals": "0"}]
    assert held["input"]["records"][0]["keep"] == {"not": {"any": tests}}
    assert conditions_of(held) == [("Cpt", "empty", ""), ("Mt", "equals", "0")]
    set_conditions(held, {"where:0": ""}, TABLE)
    assert "keep" not in held["input"]["records"][0]


def test_a_condition_of_another_form_is_left_to_the_document():
    held = {"input": {"records": [{"keep": {"column": "Cpt", "empty": False}}]}}
    assert conditions_of(held) is None
    set_conditions(held, {"where:0": "Mt", "test:0": "empty"}, TABLE)
    assert held["input"]["records"][0]["keep"] == {"column": "Cpt", "empty": False}


def test_fields_made_of_more_than_a_column_are_named():
    constant = {"from": {"constant": "CA"}}
    held = {"fields": {"journalCode": constant, "label": {"from": {"join": ["a"]}}}}
    assert fields_elsewhere(held) == ["label"]
