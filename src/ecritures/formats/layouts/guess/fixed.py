"""The columns of fixed-width lines: what stands between positions that are always blank."""

from __future__ import annotations

from itertools import groupby

FULL_SHARE = 0.8


def cut_fixed(
    lines: list[tuple[int, str]],
) -> tuple[int, list[dict[str, int]], list[list[str]]]:
    """Cut lines where all of them are blank.

    Args:
        lines: Numbers and texts.

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
    columns = _widened(runs, [line for _, line in kept])
    rows = [[line[start:end].strip() for start, end in columns] for _, line in kept]
    shown = [{"start": start + 1, "length": end - start} for start, end in columns]
    return kept[0][0], shown, rows


def _widened(runs: list[tuple[int, int]], lines: list[str]) -> list[tuple[int, int]]:
    """Give the blanks between columns to the one that is not aligned there."""
    columns: list[tuple[int, int]] = []
    for index, (start, end) in enumerate(runs):
        left_aligned = all(line[start] != " " for line in lines if line[start:end].strip())
        before = columns[-1][1] if columns else 0
        after = runs[index + 1][0] if index + 1 < len(runs) else end
        columns.append((max(start, before), after) if left_aligned else (before, end))
    return columns
