"""The columns of fixed-width lines: what stands between positions that are always blank."""

from __future__ import annotations

import re
from itertools import groupby, pairwise

from ecritures.formats.layouts.guess.cells import DATES, has_decimals, is_amount

FULL_SHARE = 0.8
_MEETS = (re.compile("[A-Z][0-9]"), re.compile("[0-9][A-Z]"))


def cut_fixed(
    lines: list[tuple[int, str]], *, packed: bool = False
) -> tuple[int, list[dict[str, int]], list[list[str]]]:
    """Cut lines where all of them are blank.

    Args:
        lines: Numbers and texts.
        packed: Whether fields may touch: then they are also cut around dates, and where letters
            meet digits on every line.

    Returns:
        The number of the first line cut, shorter ones above it being titles; the place of each
        column; and the cells.
    """
    longest = max(len(line.rstrip()) for _, line in lines)
    full = [len(line.rstrip()) >= FULL_SHARE * longest for _, line in lines]
    begin = full.index(True)
    kept = [(number, line.ljust(longest)) for number, line in lines[begin:]]
    filled = [any(line[at] != " " for _, line in kept) for at in range(longest)]
    runs: list[tuple[int, int]] = []
    for is_filled, group in groupby(range(longest), key=lambda at: filled[at]):
        places = list(group)
        if is_filled:
            runs.append((places[0], places[-1] + 1))
    if packed:
        runs = [part for run in runs for part in _unpacked(run, [line for _, line in kept])]
    columns = _widened(runs, [line for _, line in kept])
    rows = [[line[start:end].strip() for start, end in columns] for _, line in kept]
    shown = [{"start": start + 1, "length": end - start} for start, end in columns]
    return kept[0][0], shown, rows


def _widened(runs: list[tuple[int, int]], lines: list[str]) -> list[tuple[int, int]]:
    """Give the blanks between columns to the one that is not aligned there.

    Those before an amount are its own: a larger one must not lose its first digits to a text.
    """
    columns: list[tuple[int, int]] = []
    of_amounts = [_are_amounts([line[start:end].strip() for line in lines]) for start, end in runs]
    for index, (start, end) in enumerate(runs):
        left_aligned = all(line[start] != " " for line in lines if line[start:end].strip())
        before = columns[-1][1] if columns else 0
        after = runs[index + 1][0] if index + 1 < len(runs) else end
        if any(of_amounts[index + 1 : index + 2]):
            after = end
        is_text = left_aligned and not of_amounts[index]
        columns.append((max(start, before), after) if is_text else (before, end))
    return columns


def _are_amounts(cells: list[str]) -> bool:
    filled = [cell for cell in cells if cell]
    return all(is_amount(cell) and has_decimals(cell) for cell in filled)


def _unpacked(run: tuple[int, int], lines: list[str]) -> list[tuple[int, int]]:
    """Cut a run of filled positions around a date, and where letters meet digits on every line."""
    start, end = run
    texts = [text for line in lines if (text := line[start:end]).strip()]
    cuts = {0, end - start}
    for size, forms in ((8, ("AAAAMMJJ", "JJMMAAAA")), (6, ("JJMMAA",))):
        at = next(
            (
                at
                for form in forms
                for at in range(end - start - size + 1)
                if all(DATES[form].fullmatch(text[at : at + size]) for text in texts)
            ),
            None,
        )
        if at is not None:
            cuts |= {at, at + size}
            break
    for at in range(1, end - start):
        pairs = [text[at - 1 : at + 1] for text in texts]
        if all(map(_MEETS[0].fullmatch, pairs)) or all(map(_MEETS[1].fullmatch, pairs)):
            cuts.add(at)
    places = sorted(cuts)
    return [(start + one, start + other) for one, other in pairwise(places)]
