"""The title and the remedy of each rule, as reports print them."""

from __future__ import annotations

import pytest

from ecritures.reports.words import (
    official_text,
    read_as,
    remedy,
    subject_text,
    title,
    totals_text,
)
from ecritures.rules.catalogue import RULES


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_rule_of_a_format_has_a_title_of_its_own_and_a_remedy_that_hold_no_value(language):
    titles = [title(rule, language) for rule in RULES.values()]
    remedies = [remedy(rule, language) for rule in RULES.values()]
    of_formats = {(code.partition("-")[0], one) for code, one in zip(RULES, titles, strict=True)}
    assert len(of_formats) == len(RULES)
    assert all(0 < len(one) <= 70 for one in titles)
    assert [one for one in titles + remedies if set(one) & set("{}…")] == []
    assert [one for one in titles if one != one.strip(" .:;,") or one[0].islower()] == []


def test_a_title_is_the_catalogue_s():
    rule = RULES["FEC-ECR-01"]
    assert title(rule, "fr") == "Écriture déséquilibrée"
    assert title(rule, "en") == "Unbalanced entry"


def test_a_remedy_is_the_general_one_where_the_rule_s_holds_a_value():
    assert remedy(RULES["FEC-STR-03"], "fr") == "Ajouter la colonne qui manque, à sa place"
    assert remedy(RULES["FEC-XML-05"], "en") == "Keep only one of these elements"
    assert remedy(RULES["FEC-CPT-05"], "fr") == RULES["FEC-CPT-05"].remedy_fr


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [
        ("une ligne est vide", "non conforme, parce qu'une ligne est vide"),
        ("la ligne 2 que une", "non conforme, parce que la ligne 2 que une"),
    ],
)
def test_the_reason_of_the_official_tool_makes_a_french_sentence(reason, sentence):
    summary = {"dgfip": "not-conforming", "dgfipReason": {"fr": reason}}

    assert official_text(summary, "fr") == sentence


def test_a_file_read_by_a_model_names_it_as_people_do():
    summary = {"format": "model", "layout": "quadra (fixed)", "encoding": "utf-8"}
    assert read_as(summary, "fr") == "modèle d'import quadra, longueur fixe, UTF-8"
    assert read_as(summary, "en") == "import model quadra, fixed width, UTF-8"


def test_entries_of_one_day_have_one_date():
    one = {"firstDate": "2026-01-15", "lastDate": "2026-01-15"}
    assert subject_text(one, "fr") == "écritures du 15/01/2026"
    assert subject_text(one | {"lastDate": "2026-01-16"}, "en").endswith("to 16/01/2026")


def test_a_file_without_lines_has_no_sums():
    assert totals_text({"lines": 0, "entries": 0}, "fr") == "0 ligne, 0 écriture"


def test_amounts_that_cannot_be_read_are_not_zero():
    summary = {"lines": 2, "entries": 1, "unreadableLines": 2, "debitCents": None}
    assert totals_text(summary, "fr") == "2 lignes, 1 écriture ; montants illisibles"
    some = summary | {"unreadableLines": 1, "debitCents": 1200, "creditCents": 0}
    assert totals_text(some, "fr").endswith(", sans 1 ligne au montant illisible")
