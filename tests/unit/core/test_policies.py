"""What a firm may choose about its imports."""

from __future__ import annotations

import pytest

from ecritures.core.errors import RefusedRequestError
from ecritures.core.policies import POLICIES, read_policies


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, values in POLICIES.items() for value in values]
)
def test_each_choice_can_be_made(name, value):
    assert read_policies([f"{name}={value}"]) == {name: value}


@pytest.mark.parametrize(
    "assignment",
    [
        "duplicates=perhaps",
        "unknown=allow",
        "duplicates",
        "",
        "differenceCents=101",
        "differenceCents=-1",
        "differenceCents=²",
        "other=default",
    ],
)
def test_what_is_no_choice_is_refused_with_those_there_are(assignment):
    with pytest.raises(RefusedRequestError) as refused:
        read_policies([assignment])

    assert refused.value.sentence.code == "policy-unknown"
    assert "duplicates=refuse|skip|allow" in refused.value.sentence.fr


def test_a_number_is_read_and_a_choice_can_be_taken_back():
    said = read_policies(["differenceCents=5", "unbalanced=default", "differenceCents=100"])
    assert said == {"differenceCents": 100, "unbalanced": None}
