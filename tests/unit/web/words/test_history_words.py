"""What the history of a dossier says of a change."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from ecritures.web.imports.entry_changes import Difference
from ecritures.web.words.history_words import event_counts, event_differences, event_facts
from ecritures.web.words.writing import Writing

FRENCH, ENGLISH = (Writing(language, ZoneInfo("Europe/Paris")) for language in ("fr", "en"))


def test_a_policy_is_told_by_its_words_before_and_after():
    policies = [{"unbalanced": "refuse"}, {"unbalanced": "suspense", "differenceCents": 250}]
    told = event_differences({"details": {"changed": {"policies": policies}}}, ENGLISH)
    assert Difference("Unbalanced entries", "Refuse", "The whole difference, to 471") in told
    assert [one.before for one in told] == ["Refuse", "as the firm says"]
    assert [one.after for one in told] == ["The whole difference, to 471", "250"]


def test_what_a_dossier_is_called_is_told_before_and_after():
    changed = {"name": ["Lumen", "Lumen et fils"], "sirets": [["1", "2"], ["1"]]}
    assert event_differences({"details": {"changed": changed}}, FRENCH) == [
        Difference("Nom", "Lumen", "Lumen et fils"),
        Difference("Établissements", "1, 2", "1"),
    ]


@pytest.mark.parametrize(
    ("kind", "details", "told"),
    [
        ("locked", {"lockedThrough": "2024-03-31"}, ["jusqu’au 31/03/2024 compris"]),
        ("unlocked", {"lockedThrough": None}, ["plus aucun jour verrouillé"]),
        (
            "fiscal-year-closed",
            {"start": "2024-01-01", "end": "2024-12-31"},
            ["01/01/2024 – 31/12/2024"],
        ),
        ("published", {}, []),
    ],
)
def test_what_else_an_event_establishes_is_told(kind, details, told):
    assert event_facts({"kind": kind, "details": details}, FRENCH) == told


@pytest.mark.parametrize(
    ("kind", "entries", "details", "counts"),
    [
        ("replaced", 5, {"entries": {"added": 2, "changed": 3, "removed": 1, "unchanged": 9}},
         (2, 3, 1)),
        ("published", 4, {}, (4, 0, 0)),
        ("undone", 4, {"entriesRemoved": 4, "entriesRestored": 1}, (1, 0, 4)),
        ("restored", 4, {"entriesRemoved": 1, "entriesRestored": 4}, (4, 0, 1)),
        ("reversed", 2, {"entriesRemoved": 1, "entriesRestored": 0}, (2, 0, 1)),
        ("locked", None, {}, (0, 0, 0)),
    ],
)  # fmt: skip
def test_what_an_event_does_to_entries_is_counted(kind, entries, details, counts):
    assert event_counts({"kind": kind, "entries": entries, "details": details}) == counts
