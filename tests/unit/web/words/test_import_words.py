"""The state of an import, as the pages show it."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from ecritures.core.sentences import Sentence
from ecritures.imports.messages import given_up
from ecritures.imports.read.attention import CANCELLED
from ecritures.ledger.planning.plan_refusals import other_plan
from ecritures.web.words.import_words import (
    is_repairable,
    message_of,
    outcome_of,
    state_of_import,
)
from ecritures.web.words.writing import Writing

ENDED = {"status": 3, "attempts": [{"outcome": "done"}], "undone": None, "messageCode": None,
         "refusals": []}  # fmt: skip


@pytest.mark.parametrize(
    ("view", "name"),
    [
        ({"dryRun": False, "importable": True}, "posted"),
        ({"dryRun": False, "importable": True, "undone": {"by": "x"}}, "undone"),
        ({"dryRun": True, "importable": True}, "ready"),
        ({"dryRun": True, "importable": False}, "refused"),
        ({"dryRun": True, "importable": True, "refusals": [{"code": "days-not-open"}]}, "refused"),
        ({"dryRun": True, "importable": True, "refusals": [{"code": "imported-before"}]}, "known"),
        ({"dryRun": False, "status": 4, "messageCode": "imported-before"}, "known"),
        ({"dryRun": False, "status": 1, "attempts": []}, "waiting"),
        ({"dryRun": False, "status": 1, "attempts": [{"outcome": "retry"}]}, "retry"),
        ({"dryRun": False, "status": 1, "attempts": [{"outcome": "interrupted"}]}, "retry"),
        ({"dryRun": False, "status": 1}, "waiting"),  # a preview that was confirmed
        ({"dryRun": False, "status": 1, "attempts": [{"outcome": "refused"}]}, "waiting"),
        ({"dryRun": False, "status": 1, "attempts": [{"outcome": None}]}, "waiting"),  # just begun
        ({"dryRun": False, "status": 2}, "running"),
        ({"dryRun": False, "status": 4, "attempts": [{"outcome": "refused"}]}, "refused"),
        ({"dryRun": False, "status": 4, "attempts": [{"outcome": "failed"}]}, "failed"),
        ({"dryRun": True, "status": 4, "messageCode": CANCELLED}, "cancelled"),
    ],
)
def test_each_way_an_import_stands_has_its_word(view, name):
    assert state_of_import(ENDED | view).name == name


FRENCH, ENGLISH = (Writing(language, ZoneInfo("Europe/Paris")) for language in ("fr", "en"))
FAILURE = Sentence("x", "L'hôte « l'un » ne répond pas.", "The host does not answer.")


def view_with(sentence, **more):
    told = {"message": sentence.fr, "messageEn": sentence.en}
    return ENDED | told | {"messageCode": sentence.code, "report": {}, "attempts": [told]} | more


@pytest.mark.parametrize(
    ("sentence", "fr", "en"),
    [
        (
            given_up(FAILURE, 3, timedelta(hours=24), "0f2d"),
            (
                "L’hôte « l'un » ne répond pas. Essayé 3 fois en 24 heures, puis abandonné."
                " Une fois la cause corrigée, relancez-le."
            ),
            (
                "The host does not answer. Tried 3 times in 24 hours, then given up."
                " Once the cause is put right, try it again."
            ),
        ),
        (
            other_plan("8f0a"),
            (
                "Rien n’a été importé : le dossier ou le fichier a changé depuis l’aperçu."
                " Relisez le nouvel aperçu avant de le confirmer."
            ),
            (
                "Nothing was imported: the dossier or the file has changed since the preview."
                " Read the new preview before you confirm it."
            ),
        ),
    ],
)
def test_a_page_says_nothing_that_only_programs_need(sentence, fr, en):
    view = view_with(sentence)
    plain = str.maketrans("\u00a0\u202f", "  ")
    assert message_of(view, FRENCH).translate(plain) == fr
    assert message_of(view, ENGLISH) == en


def test_the_rules_that_an_attempt_speaks_of_stand_apart_from_its_sentence():
    sentence = Sentence(
        "imported-with-anomalies",
        "Importé, avec 2 anomalies à voir dans le rapport (N (1) [FEC-NOM-01] × 2). Lettrages : 1.",
        "Imported, with 2 anomalies in the report (Name (1) [FEC-NOM-01] × 2). Lettering: 1.",
    )
    view = view_with(sentence, report={"anomalyCounts": {"FEC-NOM-01": 2}})
    told = outcome_of(view, view["attempts"][0], ENGLISH)
    assert told.text == "Imported, with 2 anomalies. Lettering: 1."
    assert [(one.rule.code, one.count) for one in told.findings] == [("FEC-NOM-01", 2)]
    refused = view | {"messageCode": "dry-run-refused", "dryRun": True, "importable": False}
    assert outcome_of(refused, view["attempts"][0], ENGLISH).is_refusal


@pytest.mark.parametrize(
    ("outcome", "fr"),
    [
        ("done", "2\u00a0écritures ajoutées aux livres."),
        ("interrupted", "Interrompu : l’import est repris depuis le début."),
        ("crashed", "Arrêté par une erreur du service : rien n’a été écrit."),
    ],
)
def test_what_came_out_of_an_attempt_without_a_message_is_told(outcome, fr):
    attempt = {"message": None, "messageEn": None, "outcome": outcome}
    impact = {"entries": {"added": 2}}
    view = ENDED | {"message": None, "messageEn": None, "report": {}, "impact": impact}
    told = outcome_of(view, attempt, FRENCH).text
    assert told.replace("\u202f", "\u00a0") in {fr, fr.replace(" :", "\u00a0:")}


@pytest.mark.parametrize(
    ("counts", "is_so"), [({"FEC-MNT-01": 2, "FEC-ECR-01": 1}, True), ({"FEC-ECR-01": 1}, False)]
)
def test_a_repaired_copy_is_offered_of_what_can_be_repaired(counts, is_so):
    assert is_repairable({"report": {"anomalyCounts": counts}}) is is_so
    assert not is_repairable({"report": {}})
