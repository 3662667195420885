"""The codes that lettering by hand gives."""

from __future__ import annotations

from itertools import product
from string import ascii_uppercase

from ecritures.ledger.lettering.matching import next_code


def test_the_first_free_code_is_given():
    assert next_code([]) == "AA"
    assert next_code(["AA", "AC", "B"]) == "AB"


def test_codes_get_longer_when_all_are_taken():
    taken = {"".join(letters) for letters in product(ascii_uppercase, repeat=2)}
    assert next_code(taken) == "AAA"
