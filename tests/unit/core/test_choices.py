"""Which policies an import follows."""

from __future__ import annotations

import pytest

from ecritures.core.choices import (
    Origin,
    Policies,
    asked_policies,
    changed,
    check_defaults,
    kept_choices,
)
from ecritures.core.errors import RefusedRequestError
from ecritures.core.policies import POLICY_NAMES, default_of, read_policies


def test_settings_change_one_by_one():
    settings = {"unbalanced": "suspense", "block": ["X"]}
    said = {"differenceCents": 0, "unbalanced": None}
    assert changed(settings, said) == {"block": ["X"], "differenceCents": 0}


def test_one_word_chooses_for_the_three_verdicts_on_duplicates():
    three = {"duplicates": "allow", "duplicateEntries": "allow", "lookalikes": "allow"}
    assert changed({"lookalikes": "refuse"}, {"duplicates": "allow"}) == three
    apart = changed({}, {"duplicates": "skip", "duplicateEntries": "refuse"})
    assert apart == {"duplicates": "skip", "duplicateEntries": "refuse", "lookalikes": "skip"}
    assert changed(three, {"lookalikes": "skip"}) == {**three, "lookalikes": "skip"}
    assert changed(three, {"duplicates": None}) == {}


def test_the_closest_choice_wins_and_says_whose_it_is():
    found = Policies.of(
        {"openings": "allow"},
        {"openings": "refuse", "lateEntries": "first-open-day"},
        {"lateEntries": "refuse", "differenceCents": 0},
    )
    assert found.choices["openings"] == ("allow", Origin.REQUEST)
    assert found.choices["lateEntries"] == ("first-open-day", Origin.DOSSIER)
    assert found.choices["differenceCents"] == (0, Origin.DOMAIN)
    assert found.choices["mode"] == ("append", Origin.DEFAULT)
    assert kept_choices(found.options()) == dict(found.choices)


def test_an_import_keeps_every_value_but_the_grouping_that_nobody_chose():
    kept = Policies.of({}, {}, {}).options()
    assert kept.keys() == {*POLICY_NAMES, "policyOrigins"} - {"groupBy"}
    assert (kept["unbalanced"], kept["differenceCents"], kept["lookalikes"]) == (
        "refuse", 2, "allow",
    )  # fmt: skip
    assert Policies.of({}, {}, {"groupBy": "auto"}).options()["groupBy"] == "auto"
    assert kept_choices({})["groupBy"] == (default_of("groupBy"), Origin.DEFAULT)


def test_what_to_replace_means_that_the_request_replaces():
    found = Policies.of({"replace": {"fiscalYear": "2024-01-01"}}, {}, {"mode": "append"})
    assert found.choices["mode"] == ("replace", Origin.REQUEST)


@pytest.mark.parametrize(
    ("request_", "dossier", "domain", "named"),
    [
        ({"mode": "refuse-if-present", "replace": {"journals": ["VE"]}}, {}, {}, "mode="),
        ({"mode": "append", "replace": {"journals": ["VE"]}}, {}, {}, "mode=append"),
        ({"unbalanced": "suspense", "fileValidation": "binding"}, {}, {}, "fileValidation=binding"),
        ({"unbalanced": "suspense"}, {}, {"fileValidation": "binding"}, "unbalanced=suspense"),
        ({"differenceCents": 3}, {"unbalanced": "suspense"}, {}, "differenceCents=3"),
    ],
)
def test_choices_that_contradict_are_refused_naming_both(request_, dossier, domain, named):
    with pytest.raises(RefusedRequestError) as refused:
        Policies.of(request_, dossier, domain)
    assert refused.value.sentence.code == "policies-contradict"
    assert named in refused.value.sentence.fr
    assert named in refused.value.sentence.en


@pytest.mark.parametrize("one", ["mode=replace", "definitive=reverse"])
def test_what_removes_or_reverses_is_no_default(one):
    with pytest.raises(RefusedRequestError) as refused:
        check_defaults(read_policies([one]))
    assert refused.value.sentence.code == "policy-not-a-default"
    check_defaults({"mode": "refuse-if-present", "definitive": None})


def test_one_word_is_for_the_three_verdicts_and_one_verdict_replaces_it():
    assert asked_policies({"duplicates": "skip", "mode": None}) == {
        "duplicates": "skip", "duplicateEntries": "skip", "lookalikes": "skip",
    }  # fmt: skip
    assert asked_policies({"duplicates": "skip", "lookalikes": "allow", "differenceCents": 0}) == {
        "duplicates": "skip", "duplicateEntries": "skip", "lookalikes": "allow",
        "differenceCents": 0,
    }  # fmt: skip
    assert asked_policies({"duplicates": {"entries": "allow", "file": None}}) == {
        "duplicateEntries": "allow"
    }
