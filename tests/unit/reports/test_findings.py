"""Where a finding is: its line and its entry, unless the sentence names it."""

from __future__ import annotations

import pytest

from ecritures.reports.findings import place_of


@pytest.mark.parametrize(
    ("entry", "message", "place"),
    [
        ("VE/2", "Debit : « x » n'est pas un montant", "ligne 4, écriture VE/2"),
        ("VE/2", "Écriture VE/2 : il manque 10,00 € au crédit", "ligne 4"),
        ("VE/2", "L'écriture VE/24 figure 2 fois", "ligne 4, écriture VE/2"),
        ("2", "ValidDate (10/02/2024) est antérieure", "ligne 4, écriture 2"),
        (None, "La ligne est vide", "ligne 4"),
    ],
)
def test_the_entry_is_named_once(entry, message, place):
    assert place_of({"line": 4, "entry": entry, "message": message}, "fr") == place


def test_the_file_as_a_whole_has_no_place():
    assert place_of({"line": None, "entry": "VE", "message": "Journal VE"}, "fr") == ""
