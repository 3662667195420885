"""Blocks of a TRA are cut so that no line is apart from those that split it."""

from __future__ import annotations

import polars as pl
import pytest

from ecritures.formats.text.reader import TextBlock
from ecritures.formats.tra.pieces import MOVED_MAX, whole_pieces
from helpers.tra import document, header, line, pair, record

SPLIT = line("707000", "C", "1,00", TYPECPTE="A", AXE="A1", AUXILIAIRE="S1")
ONE, TWO = pair()


def blocks(*parts):
    first = 1
    for part in parts:
        text = "".join(f"{one}\n" for one in part).encode()
        yield TextBlock(first, text, pl.Series(part, dtype=pl.String))
        first += len(part)


@pytest.mark.parametrize(
    ("parts", "cut"),
    [
        ([[ONE, TWO], [ONE, TWO]], [(1, 2), (3, 2)]),
        ([[ONE, TWO], [SPLIT, SPLIT, ONE]], [(1, 4), (5, 1)]),
        ([[ONE, TWO], [SPLIT], [SPLIT], [ONE]], [(1, 4), (5, 1)]),
        ([[ONE, TWO], ["", SPLIT, document("a.pdf"), TWO]], [(1, 5), (6, 1)]),
        ([[ONE, TWO], [header(), SPLIT]], [(1, 2), (3, 2)]),
        ([[ONE], [record("JAL", code="VT"), SPLIT]], [(1, 1), (2, 2)]),
    ],
)
def test_lines_that_go_with_the_one_before_are_moved_to_it(parts, cut):
    found = list(whole_pieces(blocks(*parts)))
    assert [(one.first_line, one.lines.len()) for one in found] == cut
    whole = [text for part in parts for text in part]
    assert [text for one in found for text in one.lines] == whole


def test_no_more_lines_are_looked_through_than_a_bound():
    many = [SPLIT] * (MOVED_MAX + 5)
    found = list(whole_pieces(blocks([ONE], many)))
    assert [one.lines.len() for one in found] == [1 + MOVED_MAX, 5]
