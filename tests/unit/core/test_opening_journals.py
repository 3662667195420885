"""The journals of openings have one list."""

from __future__ import annotations

import pytest

from ecritures.core.opening_journals import OPENING_CODE, is_opening_code


@pytest.mark.parametrize("code", ["AN", "an", "Ran", "OUV"])
def test_a_journal_of_openings_is_known_by_its_code(code):
    assert is_opening_code(code)


@pytest.mark.parametrize("code", ["", "ANC", "VE", "BQ"])
def test_any_other_journal_is_none(code):
    assert not is_opening_code(code)


def test_a_journal_that_is_made_here_is_one_of_openings():
    assert is_opening_code(OPENING_CODE)
