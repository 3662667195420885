"""The output of commands."""

from __future__ import annotations

import json

import pytest

from ecritures.cli.support.output import Output, table


def test_a_table_aligns_its_columns_and_leaves_no_blank_at_the_end_of_a_line():
    rows = [("C", None), ("CABINET1", "Un nom")]
    assert list(table(("Code", "Nom"), rows)) == ["Code      Nom", "C", "CABINET1  Un nom"]


def test_only_what_is_shown_is_computed(capsys):
    def never():
        pytest.fail("computed for nothing")

    Output(as_json=True).show(lambda: {"a": 1}, never)
    assert json.loads(capsys.readouterr().out) == {"a": 1}

    Output(as_json=False).show(never, lambda: ["une ligne"])
    assert capsys.readouterr().out == "une ligne\n"


def test_each_text_is_in_the_language_of_the_command():
    assert Output(as_json=False, language="fr").say("oui", "yes") == "oui"
    assert Output(as_json=False, language="en").say("oui", "yes") == "yes"
