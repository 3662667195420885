"""Identifiers are UUIDs that name one thing, and are read back."""

from __future__ import annotations

import uuid

import pytest

from ecritures.core.object_ids import Thing, numbers_of, object_id

LARGEST = (1 << 31) - 1


@pytest.mark.parametrize("thing", Thing)
@pytest.mark.parametrize("numbers", [(0, 1), (LARGEST, LARGEST), (795554, 2100027)])
def test_an_identifier_is_read_back(thing, numbers):
    text = object_id(thing, 7, 12, *numbers)
    assert (str(uuid.UUID(text)), uuid.UUID(text).version) == (text, 8)
    assert uuid.UUID(text).variant == uuid.RFC_4122
    assert numbers_of(text, thing, 7, 12) == numbers
    assert numbers_of(text.upper(), thing, 7, 12) == numbers


@pytest.mark.parametrize(
    "place", [(Thing.ENTRY, 7, 12), (Thing.LINE, 8, 12), (Thing.LINE, 7, 13)], ids=str
)
def test_an_identifier_names_nothing_of_another_kind_firm_or_dossier(place):
    assert numbers_of(object_id(Thing.LINE, 7, 12, 3, 4), *place) is None


@pytest.mark.parametrize("text", ["", "x", str(uuid.UUID(int=0)), "1' OR '1'='1", "é" * 36])
def test_anything_else_names_nothing(text):
    assert numbers_of(text, Thing.LINE, 7, 12) is None


def test_identifiers_do_not_change():
    """Clients keep them."""
    assert object_id(Thing.LINE, 1, 2, 3, 4) == "50000010-0000-8002-8000-000180000004"
