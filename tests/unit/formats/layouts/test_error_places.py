"""Where in the text of a model an error is."""

from __future__ import annotations

import pytest

from ecritures.formats.layouts.error_places import line_of

TEXT = "name: a\nfields:\n  label:\n    from: x\nlines:\n- debit: 1\n- debit: 2\n"


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("name", 1),
        ("fields.label.from", 4),
        ("fields.entryDate", 2),
        ("lines.1.debit", 7),
        ("lines.5", 5),
        ("nothing", None),
        ("(document)", None),
    ],
)
def test_the_deepest_part_that_is_there_is_named(path, line):
    assert line_of(TEXT, path) == line


def test_json_has_places_too():
    assert line_of('{"name": "a",\n "fields": {\n  "label": 3}}', "fields.label") == 3


def test_what_is_not_yaml_has_none():
    assert line_of("a: [", "a") is None
