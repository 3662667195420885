"""What differs between two versions of a model."""

from __future__ import annotations

from ecritures.web.model_editor.difference import Change, compared


def test_settings_are_compared_by_their_path():
    before = {"name": "a", "dates": {"formats": ["JJ/MM/AA"]}, "amounts": {"unit": "cents"}}
    after = {"name": "a", "dates": {"formats": ["JJ/MM/AA", "AAAAMMJJ"]}, "lines": [{"x": True}]}
    changes, same = compared(before, after)
    assert same == 1
    assert changes == [
        Change("dates.formats", "JJ/MM/AA", "JJ/MM/AA, AAAAMMJJ"),
        Change("amounts.unit", "cents", None),
        Change("lines.0.x", None, "true"),
    ]
