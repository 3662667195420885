"""One sentence says how the entries of a file were found, and why."""

from __future__ import annotations

import pytest

from ecritures.core.grouping import Grouping, GroupingReason, HowGrouped
from ecritures.reports.grouping_words import grouping_sentence


def summary(how, entries=3):
    return {
        "grouping": str(how.rule),
        "groupingReason": str(how.reason),
        "groupingDetails": how.details(),
        "entries": entries,
    }


@pytest.mark.parametrize(
    ("how", "fr"),
    [
        (
            HowGrouped(Grouping.NUMBER, GroupingReason.NUMBERED),
            "Écritures reconnues par journal et numéro.",
        ),
        (
            HowGrouped(Grouping.FILE_NUMBER, GroupingReason.PROPOSED),
            "Écritures reconnues par numéro : règle du modèle d'import.",
        ),
        (
            HowGrouped(Grouping.PIECE_DATE, GroupingReason.ONE_NUMBER, "0"),
            "Écritures reconnues par journal, pièce et date : le numéro est « 0 » partout.",
        ),
        (
            HowGrouped(Grouping.FILE_NUMBER, GroupingReason.NUMBERED_BY_FILE),
            "Écritures reconnues par numéro : la numérotation est commune aux journaux.",
        ),
    ],
)
def test_the_rule_and_the_reason_are_one_sentence(how, fr):
    assert grouping_sentence(summary(how), "fr") == fr


@pytest.mark.parametrize("rule", [rule for rule in Grouping if rule != Grouping.AUTO])
@pytest.mark.parametrize("reason", GroupingReason)
def test_every_rule_and_reason_has_words_in_both_languages(rule, reason):
    how = HowGrouped(rule, reason, "7", pieces=("F1", "F2"), mixed=True, off_balance=12)

    french, english = (grouping_sentence(summary(how), language) for language in ("fr", "en"))

    assert french.startswith("Écritures reconnues")
    assert english.startswith("Entries found")
    assert "F1, F2" in french
    assert "12 écritures" in french
    assert "{" not in french + english


def test_nothing_is_said_of_a_file_without_entries():
    how = HowGrouped(Grouping.NUMBER, GroupingReason.NUMBERED)

    assert grouping_sentence(summary(how, entries=0), "fr") == ""
