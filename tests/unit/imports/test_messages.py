"""The messages of an import that is tried again, and of one that no longer is."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ecritures.imports.messages import given_up, internal_failure, outcome_of, tried_again
from ecritures.reading.check import check_file
from ecritures.sources import failures
from helpers.fec import entries, entry, fec

WHERE = "https://files.example/a"
FAILURES = [
    failures.server_error(WHERE, 500, None).sentence,
    failures.http_status_for_now(WHERE, 429, None).sentence,
    failures.silent(WHERE).sentence,
    failures.connection_refused(WHERE).sentence,
    failures.storage_down("x").sentence,
    failures.disk_full().sentence,
    failures.not_found(WHERE).sentence,
    internal_failure(),
]


@pytest.mark.parametrize("failure", FAILURES, ids=lambda one: one.code)
def test_it_promises_no_other_try_and_says_how_to_ask_for_one(failure):
    told = given_up(failure, 36, timedelta(hours=24), "number")

    assert told.code == failure.code
    assert "nouvel essai" not in told.fr
    assert "may succeed" not in told.en
    assert "will succeed" not in told.en
    assert "Essayé 36 fois en 24 heures, puis abandonné." in told.fr
    assert "Tried 36 times in 24 hours, then given up." in told.en
    for text in (told.fr, told.en):
        assert "ecritures retry number" in text
        assert "POST /v1/imports/number/retry" in text
        assert ".." not in text


def test_what_the_operator_can_do_is_kept():
    told = given_up(failures.storage_down("x").sentence, 2, timedelta(minutes=3), "n")
    assert told.fr.startswith(
        "Le stockage du service ne répond pas (x) : si cela dure, l’exploitant doit vérifier"
        " ECRITURES_STORAGE_URL et ses droits. Essayé 2 fois en 3 min, puis abandonné."
    )


@pytest.mark.parametrize("failure", FAILURES, ids=lambda one: one.code)
def test_a_failure_that_may_pass_says_that_another_try_follows_by_itself(failure):
    told = tried_again(failure)

    assert told.code == failure.code
    assert told.fr == f"{failure.fr} Un nouvel essai aura lieu automatiquement."
    assert told.en == f"{failure.en} It will be tried again automatically."


def test_large_counts_have_spaces_between_thousands(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(fec(entries(600)))
    told = outcome_of(check_file(path), dry_run=True)

    assert told is not None
    assert "1\u202f200 lignes pourraient" in told.fr
    assert "1,200 lines could" in told.en


def test_a_refusal_names_its_causes_in_words(tmp_path):
    """Callers of the Loop-compatible routes may show this sentence and nothing else."""
    path = tmp_path / "079555421FEC20241231.txt"
    path.write_bytes(fec([*entry(1)[:1], *entry(2)[:1]]))

    told = outcome_of(check_file(path), dry_run=False)

    assert told.fr == (
        "Rien n'a été importé : 3 anomalies bloquantes (Écriture déséquilibrée [FEC-ECR-01] × 2,"
        " Fichier déséquilibré [FEC-EQU-02]). Le rapport donne chaque ligne et son remède."
    )
