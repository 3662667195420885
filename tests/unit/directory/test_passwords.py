"""Passwords are kept as Argon2id digests."""

from __future__ import annotations

import pytest

from ecritures.core.errors import RefusedRequestError
from ecritures.directory.passwords import (
    CHARACTERS_MAX,
    checked_password,
    digest_of,
    is_outdated,
    is_password,
)

PASSWORD = "trois pommes et un âne"


def test_a_password_is_recognised_by_its_digest_and_no_other_is():
    digest = digest_of(PASSWORD)
    assert digest.startswith("$argon2id$")
    assert PASSWORD not in digest
    assert is_password(digest, PASSWORD)
    assert not is_password(digest, PASSWORD + ".")
    assert not is_password(digest, "")
    assert digest_of(PASSWORD) != digest  # its salt is its own


def test_nobody_has_a_password_when_none_was_chosen():
    assert not is_password(None, "")
    assert not is_password(None, PASSWORD)


def test_a_digest_that_is_none_fits_nothing():
    assert not is_password("damaged", PASSWORD)


def test_a_digest_of_another_cost_is_to_be_made_again():
    assert not is_outdated(digest_of(PASSWORD))
    assert is_outdated(digest_of(PASSWORD).replace("t=2", "t=1"))


@pytest.mark.parametrize("length", [0, 11, CHARACTERS_MAX + 1])
def test_a_password_too_short_or_too_long_is_refused(length):
    with pytest.raises(RefusedRequestError) as refused:
        checked_password("a" * length, 12)
    assert refused.value.sentence.code == "password-length"
    assert "12" in refused.value.sentence.fr


@pytest.mark.parametrize("length", [12, CHARACTERS_MAX])
def test_a_password_of_a_right_length_is_taken_as_it_is(length):
    assert checked_password(" " * length, 12) == " " * length
