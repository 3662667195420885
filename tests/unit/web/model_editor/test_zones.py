"""The zones of fixed-width lines."""

from __future__ import annotations

import pytest

from ecritures.web.model_editor.zones import Zone, set_zones, zones_in, zones_of


@pytest.fixture
def held():
    columns = {"d": {"start": 4, "length": 8}, "a": {"start": 14, "length": 6, "optional": True}}
    fields = {"entryDate": {"from": "d"}, "accountNumber": {"from": "a"}}
    return {"input": {"kind": "fixed", "records": [{"columns": columns}]}, "fields": fields}


def form(zones, **more):
    told = {}
    for at, zone in enumerate(zones):
        told |= {f"from:{at}": str(zone.start), f"to:{at}": str(zone.end)}
        told |= {f"key:{at}": zone.key, f"zone:{at}": zone.field}
    return told | more


def test_what_lies_between_the_zones_is_shown(held):
    assert zones_of(held, 30) == [
        Zone(1, 3),
        Zone(4, 11, "d", "entryDate"),
        Zone(12, 13),
        Zone(14, 19, "a", "accountNumber"),
        Zone(20, 30),
    ]


def test_a_form_that_changes_nothing_gives_the_same_zones(held):
    shown = zones_of(held, 30)
    assert zones_in(form(shown), shown, 30) == shown


def test_a_zone_moves_and_keeps_what_is_known_of_it(held):
    shown = zones_of(held, 30)
    told = form(shown, **{"to:3": "21", "zone:4": "label"})
    set_zones(held, zones_in(told, shown, 30))
    columns = held["input"]["records"][0]["columns"]
    assert columns["a"] == {"start": 14, "length": 8, "optional": True}
    assert columns["label"] == {"start": 20, "length": 11}
    assert held["fields"]["label"] == {"from": "label"}


def test_a_zone_that_holds_nothing_any_more_is_no_field(held):
    shown = zones_of(held, 30)
    set_zones(held, zones_in(form(shown, **{"zone:1": ""}), shown, 30))
    assert set(held["fields"]) == {"accountNumber"}


def test_lines_cut_anew_keep_their_fields_where_they_overlap_most(held):
    shown = zones_of(held, 30)
    cut = zones_in(form(shown, cuts="3,10,18,30"), shown, 30)
    assert [(zone.start, zone.end, zone.field) for zone in cut] == [
        (1, 3, ""),
        (4, 10, "entryDate"),
        (11, 18, "accountNumber"),
        (19, 30, ""),
    ]
    set_zones(held, cut)
    assert zones_of(held, 30)[3] == Zone(19, 30, "zone19", "")


def test_a_zone_is_called_as_its_field(held):
    shown = [Zone(1, 3, "zone1", "journalCode")]
    set_zones(held, shown)
    assert held["fields"]["journalCode"] == {"from": "journalCode"}


@pytest.mark.parametrize("text", ["", "0", "-1", "x", "9" * 30, "²"])
def test_what_is_no_position_is_left_out(held, text):
    shown = zones_of(held, 30)
    found = zones_in(form(shown, **{"from:0": text}), shown, 30)
    assert found == shown[1:]
