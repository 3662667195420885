"""`&&` is a part of a value, escaped or not."""

from __future__ import annotations

import pytest

from ecritures.api.loop.parameters import find_parameter, split_query
from ecritures.core.errors import RefusedRequestError

NAMES = ("codeDossier", "filter", "sort")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("codeDossier=A&sort=a", {"codeDossier": "A", "sort": "a"}),
        ("sort=a&&b:desc&codeDossier=A", {"sort": "a&&b:desc", "codeDossier": "A"}),
        ("sort=a%26%26b:desc", {"sort": "a&&b:desc"}),
        ('filter=a=="x"&&b!=null&sort=a', {"filter": 'a=="x"&&b!=null', "sort": "a"}),
        ("codeDossier=A&&CODEDOSSIER=B", {"codeDossier": "A", "CODEDOSSIER": "B"}),
        ("filter=a%3D%3D%22x+y%22&_=1", {"filter": 'a=="x y"', "_": "1"}),
        ("filter=a==%22x%26y%22", {"filter": 'a=="x&y"'}),
        ("", {"": ""}),
    ],
)
def test_an_address_is_split(query, found):
    assert dict(split_query(query, NAMES)) == found


@pytest.mark.parametrize("query", ["filter=%00", "filter=a%0Ab", "sort=%ED%A0%80&filter=%7F"])
def test_a_control_character_is_refused(query):
    with pytest.raises(RefusedRequestError, match="not text"):
        split_query(query, NAMES)


def test_a_parameter_is_found_whatever_its_letter_case():
    assert find_parameter([("SORT", " a "), ("sort", "a"), ("sort", " ")], "sort") == "a"
    assert find_parameter([("x", "a")], "sort") == ""
    with pytest.raises(RefusedRequestError, match="twice"):
        find_parameter([("sort", "a"), ("Sort", "b")], "sort")
