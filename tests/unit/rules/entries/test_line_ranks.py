"""Numbers of entries that are followed by the rank of the line."""

from __future__ import annotations

import pytest

from helpers.reading import read
from helpers.rules import flat, opening


def numbered(*numbers, **changes):
    """Entries of two lines of one journal and day, without a document; each line's number."""
    lines = [line for _ in numbers[::2] for line in opening(PieceRef="", **changes)]
    told = enumerate(zip(lines, numbers, strict=True))
    return [row | {"EcritureNum": n, "EcritureLib": f"Ligne {at}"} for at, (row, n) in told]


@pytest.mark.parametrize("mark", ["-", ".", "/"])
def test_a_number_followed_by_ranks_is_that_of_an_entry(mark):
    numbers = [f"{n}{mark}{rank}" for n in (1, 2, 3) for rank in (1, 2)]

    assert read(flat(numbered(*numbers))).entries == 3


def test_errors_that_cancel_out_are_seen():
    rows = numbered("1-1", "1-2", "2-1", "2-2")
    rows[0] |= {"Debit": "11,00"}
    rows[2] |= {"Debit": "9,00"}

    reading = read(flat(rows))

    assert reading.counts["FEC-ECR-01"] == 2
    assert not reading.importable


def test_a_line_that_is_lost_changes_nothing_of_the_others():
    numbers = [f"{n}-{rank}" for n in range(1, 21) for rank in (1, 2)]
    rows = numbered(*numbers)
    del rows[3]

    reading = read(flat(rows))

    assert reading.entries == 20
    assert reading.counts["FEC-ECR-01"] == 1


@pytest.mark.parametrize(
    "numbers",
    [
        ("2024-1", "2024-2", "2024-3", "2024-4"),  # a year before the numbers of lines
        ("VT-1", "VT-2", "AC-3", "AC-4"),
        ("1-1", "1-3", "2-5", "2-7"),
    ],
)
def test_numbers_of_lines_behind_something_else_are_no_ranks(numbers):
    assert read(flat(numbered(*numbers))).entries == 1


def test_documents_under_one_number_are_entries_of_their_own():
    rows = numbered(*(f"{month}-{rank}" for month in (1, 2) for rank in (1, 2, 3, 4)))
    for at, row in enumerate(rows):
        row["PieceRef"] = f"F{at // 2}"
    assert read(flat(rows)).entries == 4

    rows[0] |= {"Debit": "11,00"}
    rows[2] |= {"Debit": "9,00"}
    assert read(flat(rows)).counts["FEC-ECR-01"] == 2


def test_a_document_of_each_number_changes_nothing():
    rows = numbered(*(f"{n}-{rank}" for n in (1, 2, 3) for rank in (1, 2)))
    for at, row in enumerate(rows):
        row["PieceRef"] = f"F{at // 2}" if at % 2 else "F0"
    assert read(flat(rows)).entries == 3
