"""Which column is which field, in the document of a model."""

from __future__ import annotations

from ecritures.formats.layouts.sample import SampleTable
from ecritures.web.model_editor.columns import (
    assign,
    columns_of,
    is_editable,
    key_of,
    place_by_position,
)

TABLE = SampleTable("delimited", ["Jour", "Compte", "Mt"], [], 3)


def document(**fields):
    return {"input": {"records": [{"columns": {"day": "JOUR", "a": 2}}]}, "fields": fields}


def test_columns_are_found_by_name_and_by_position():
    held = document(entryDate={"from": "day"}, accountNumber={"from": "a"})
    found = [(one.key, one.field) for one in columns_of(held, TABLE)]
    assert found == [("day", "entryDate"), ("a", "accountNumber"), (None, "")]


def test_columns_without_places_go_by_their_names():
    held = {"fields": {"label": {"from": "Compte"}}}
    assert columns_of(held, TABLE)[1].field == "label"
    assign(held, TABLE, {2: "amount"})
    assert held["fields"]["amount"] == {"from": "Mt"}


def test_a_field_that_moves_keeps_its_settings():
    held = document(entryDate={"from": "day", "cut": 10})
    assign(held, TABLE, {0: "", 2: "entryDate"})
    assert held["fields"] == {"entryDate": {"from": "Mt", "cut": 10}}
    assert held["input"]["records"][0]["columns"]["Mt"] == "Mt"


def test_a_column_left_out_is_no_field():
    held = document(entryDate={"from": "day"})
    assign(held, TABLE, {0: ""})
    assert held["fields"] == {}


def test_an_expression_is_left_alone():
    made = {"join": ["day", "a"]}
    held = document(label={"from": made})
    assign(held, TABLE, {0: "entryDate"})
    assert held["fields"] == {"label": {"from": made}, "entryDate": {"from": "day"}}


def test_a_column_without_a_name_is_placed_by_its_position():
    held = {"input": {"records": [{}]}, "fields": {}}
    table = SampleTable("delimited", [], [], 2)
    assert key_of(held, table, columns_of(held, table)[1]) == "column2"
    assert held["input"]["records"][0]["columns"] == {"column2": 2}


def test_places_become_positions_when_there_is_no_header():
    held = document(entryDate={"from": "day"}, accountNumber={"from": "a"})
    place_by_position(held, TABLE)
    assert held["input"]["records"][0]["columns"] == {"day": 1, "a": 2}


def test_a_document_of_another_shape_is_not_edited():
    assert is_editable(document())
    two = {"input": {"records": [{}, {}]}}
    odd = [3, [], {"fields": 3}, {"input": {"kind": "xml"}}, {"lines": [3]}, two]
    odd += [{"fields": {"label": {"map": 3}}}, {"dates": {"formats": 2}}]
    assert not any(map(is_editable, odd))
