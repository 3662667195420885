"""The lines that each row makes, as a form and back."""

from __future__ import annotations

from ecritures.web.model_editor.lines import ELSEWHERE, RowLine, lines_of, set_lines


def test_lines_are_shown_by_their_accounts_amounts_and_sides():
    document = {
        "lines": [
            {"accountNumber": {"from": {"constant": "531000"}}, "debit": {"from": "TTC"}},
            {"accountNumber": {"from": {"first": ["A", "B"]}}, "skipZero": True},
        ]
    }
    assert lines_of(document, []) == [
        RowLine("531000", "TTC", "debit"),
        RowLine(ELSEWHERE, "", ""),
    ]


def test_only_what_a_form_has_changed_changes():
    composed = {"accountNumber": {"from": {"first": ["A", "B"]}}, "credit": {"from": "HT"}}
    first = {"accountNumber": {"from": {"constant": "531000"}}, "debit": {"from": "TTC"}}
    document = {"lines": [first, composed]}
    set_lines(document, {"line:0:account": "530000", "line:1:account": ELSEWHERE}, None)
    assert document["lines"] == [
        {"accountNumber": {"from": {"constant": "530000"}}, "debit": {"from": "TTC"}},
        composed,
    ]


def test_emptied_lines_are_removed():
    document = {"lines": [{"accountNumber": {"from": {"constant": "1"}}}]}
    set_lines(document, {"line:0:account": ""}, None)
    assert "lines" not in document
