"""Amounts and counts as text."""

from __future__ import annotations

import pytest

from ecritures.core.amounts import counted


@pytest.mark.parametrize(
    ("number", "fr", "en"),
    [
        (0, "0 ligne", "0 lines"),
        (1, "1 ligne", "1 line"),
        (2, "2 lignes", "2 lines"),
        (1200, "1\u202f200 lignes", "1,200 lines"),
    ],
)
def test_a_count_agrees_with_its_noun(number, fr, en):
    assert counted(number, "ligne", "lignes") == fr
    assert counted(number, "line", "lines", "en") == en
