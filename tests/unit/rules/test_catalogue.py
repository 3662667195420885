"""What the catalogue says of an anomaly, and what may be asked of it."""

from __future__ import annotations

import pytest

from helpers.reading import CATALOGUE, Anomaly, Policy, RefusedRequestError, describe, noteworthy

DOT = Anomaly("FEC-MNT-01", "Debit", "10.00", "10,00")
EMPTY = Anomaly("FEC-FIC-01", None, None, None)


def test_a_sentence_says_the_column_the_value_and_what_to_do():
    assert describe(DOT) == (
        "Debit : « 10.00 » a un point décimal",
        "Écrire la virgule : 10,00",
    )
    assert describe(DOT, "en") == (
        "Debit: “10.00” has a decimal point",
        "Write a comma: 10,00",
    )


def test_a_sentence_leaves_out_what_is_not_known():
    nowhere = Anomaly("FEC-SEN-01", None, None, None)

    assert describe(EMPTY)[0] == "Le fichier est vide"
    assert describe(nowhere)[0] == "Sens inconnu : un champ vide"


@pytest.mark.parametrize("code", sorted(CATALOGUE))
@pytest.mark.parametrize("language", ["fr", "en"])
def test_no_sentence_announces_a_value_that_is_not_known(code, language):
    said, _ = describe(Anomaly(code, None, None, None), language)

    assert not said.rstrip().endswith(":")


def test_mere_information_is_not_noteworthy_unless_it_blocks():
    counts = {"FEC-MNT-01": 1, "FEC-STR-08": 2, "FEC-MNT-07": 3, "FEC-CPT-05": 4}

    assert noteworthy(counts) == {"FEC-MNT-01": 1, "FEC-STR-08": 2, "FEC-CPT-05": 4}


def test_a_rule_is_made_to_block_and_a_block_is_lifted():
    policy = Policy.of(block=["FEC-NUM-01"], unblock=["FEC-ECR-01"])

    assert policy.blocks("FEC-NUM-01")
    assert policy.blocks("FEC-EQU-02")
    assert not policy.blocks("FEC-ECR-01")
    assert not policy.blocks("FEC-NUM-02")
    assert policy.allows(["FEC-ECR-01", "FEC-NUM-02"])
    assert not policy.allows(["FEC-ECR-01", "FEC-NUM-01"])


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"block": ["FEC-XXX-01"]}, "rule-unknown"),
        ({"unblock": ["FEC-XXX-01"]}, "rule-unknown"),
        ({"unblock": ["FEC-MNT-01"]}, "rule-structural"),
    ],
)
def test_a_policy_names_rules_that_exist_and_lifts_no_structural_block(changes, code):
    with pytest.raises(RefusedRequestError) as refused:
        Policy.of(**changes)

    assert refused.value.sentence.code == code


def test_a_structural_rule_may_be_named_among_those_that_block():
    assert Policy.of(block=["FEC-MNT-01"]).blocks("FEC-MNT-01")


def test_the_policy_laid_over_another_decides_where_they_differ():
    under = Policy.of(block=["FEC-NUM-01", "FEC-NUM-02"], unblock=["FEC-ECR-01", "FEC-EXO-01"])
    over = Policy.of(block=["FEC-ECR-01"], unblock=["FEC-NUM-01"])

    both = over.over(under)

    assert both.summary() == {
        "block": ["FEC-ECR-01", "FEC-NUM-02"],
        "unblock": ["FEC-EXO-01", "FEC-NUM-01"],
    }


def test_a_text_of_the_file_is_no_count():
    said, _ = describe(Anomaly("MOD-MNT-01", "montant", "12 × a", None))
    assert said == "montant : « 12 × a » n'est pas un montant écrit comme le prévoit le modèle"
