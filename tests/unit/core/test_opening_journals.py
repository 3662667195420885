"""Which journals are those of openings."""

from __future__ import annotations

import pytest

from ecritures.core.opening_journals import OPENING_CODE, is_opening_journal


@pytest.mark.parametrize("code", ["an", "ANO", "AN0", "RAN", "OUV", OPENING_CODE])
def test_usual_codes_are_those_of_openings(code):
    assert is_opening_journal(code, "")


@pytest.mark.parametrize(
    "label",
    ["À-nouveaux", "A NOUVEAU", "Journal des à nouveaux", "Report à nouveau", "ANOUVEAUX",
     "Bilan d'ouverture", "BALANCE OUVERTURE", "SOLDES D'OUVERTURE", "Écritures d’ouverture"],
)  # fmt: skip
def test_a_label_says_so(label):
    assert is_opening_journal("99", label)


@pytest.mark.parametrize(
    ("code", "label"),
    [("ANX", ""), ("VE", "Ventes"), ("OD", "Nouveaux clients"), ("BQ", "Ouverture de compte"),
     ("", ""), ("OD", "Reprise"), ("SA", "Scanouveau")],
)  # fmt: skip
def test_other_journals_are_not(code, label):
    assert not is_opening_journal(code, label)
