"""The words of the policies: every policy and every value has them, in both languages."""

from __future__ import annotations

from ecritures.core.choices import NEVER_A_DEFAULT
from ecritures.core.policies import DIFFERENCE_CENTS, POLICIES, POLICY_NAMES
from ecritures.web.forms import FormErrors
from ecritures.web.words.policy_words import POLICY_GROUPS, POLICY_WORDS, chosen_policies


def test_every_policy_has_words_for_each_of_its_values():
    assert set(POLICY_WORDS) == set(POLICY_NAMES)
    for name, values in POLICIES.items():
        assert list(POLICY_WORDS[name].values) == [str(one) for one in values]
    assert not POLICY_WORDS[DIFFERENCE_CENTS].values


def test_everything_is_said_twice():
    for words in POLICY_WORDS.values():
        for fr, en in (words.name, words.about, *words.values.values()):
            assert fr
            assert en


def test_every_policy_with_a_choice_is_shown_once():
    shown = [name for _, names in POLICY_GROUPS for name in names]
    assert len(shown) == len(set(shown))
    for name in set(POLICY_NAMES) - set(shown):
        assert len(POLICY_WORDS[name].defaults(name)) == 1


def test_what_each_request_must_ask_for_is_no_choice():
    for name, value in NEVER_A_DEFAULT:
        assert value not in dict(POLICY_WORDS[name].defaults(name))


def test_an_empty_field_takes_a_choice_back():
    form = {"mode": "", "openings": "allow", DIFFERENCE_CENTS: "5", "name": "x"}
    errors = FormErrors()
    chosen = chosen_policies(form, errors)
    assert chosen == {"mode": None, "openings": "allow", DIFFERENCE_CENTS: 5}
    assert not errors


def test_every_value_that_is_none_is_refused_beside_its_policy():
    errors = FormErrors()
    chosen_policies({"openings": "<b>", DIFFERENCE_CENTS: "-1", "mode": "x" * 9}, errors)
    assert set(errors) == {"policy-openings", f"policy-{DIFFERENCE_CENTS}", "policy-mode"}
    assert "centimes" in errors[f"policy-{DIFFERENCE_CENTS}"].fr
