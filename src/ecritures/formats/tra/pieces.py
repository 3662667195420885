"""The lines of a TRA, cut so that no line is apart from the analytic lines that split it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from ecritures.formats.tra.places import MARK, READABLE_WIDTH, STANDARD

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ecritures.formats.text.reader import TextBlock

NO_GENERAL = ("A", "O", "G", "V")
"""The kinds of lines (TYPECPTE) that stand behind a general line and belong to it."""
MOVED_MAX = 10_000
"""More lines in a row than these are not looked through for the end of a split."""


class Piece(NamedTuple):
    """Consecutive lines of a file.

    Attributes:
        first_line: The number of the first, from 1.
        lines: The lines.
        ascii_only: Whether every character is one byte.
    """

    first_line: int
    lines: pl.Series
    ascii_only: bool


def whole_pieces(blocks: Iterable[TextBlock]) -> Iterator[Piece]:
    """Yield the lines of blocks; each piece ends where no split goes on."""
    held: Piece | None = None
    for block in blocks:
        ahead = Piece(block.first_line, block.lines, block.data.isascii())
        if held is not None:
            held, ahead = _moved(held, ahead, _splitting(ahead.lines))
            if ahead.lines.is_empty():
                continue
            yield held
        held = ahead
    if held is not None:
        yield held


def _moved(held: Piece, ahead: Piece, count: int) -> tuple[Piece, Piece]:
    """Move the first lines of a piece to the end of the one before."""
    if not count:
        return held, ahead
    lines = pl.concat([held.lines, ahead.lines[:count]])
    return (
        Piece(held.first_line, lines, held.ascii_only and ahead.ascii_only),
        Piece(ahead.first_line + count, ahead.lines[count:], ahead.ascii_only),
    )


def _splitting(lines: pl.Series) -> int:
    """Return how many of the first lines belong to the general line before them."""
    for most in (1, MOVED_MAX):  # most blocks begin with a general line
        opens = _opens(lines.head(most)).arg_true()
        if opens.len():
            return int(opens[0])
    return min(lines.len(), MOVED_MAX)


def _opens(lines: pl.Series) -> pl.Series:
    """Return which lines are general ones, headers or records."""
    place = STANDARD["TYPECPTE"]
    kind = lines.str.slice(place.start - 1, place.length)
    readable = lines.str.len_chars() >= READABLE_WIDTH
    return (readable & ~kind.is_in(NO_GENERAL)) | lines.str.starts_with(MARK)
