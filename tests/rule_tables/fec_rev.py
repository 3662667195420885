"""FEC-REV: what a reviewer wants to see of five hundred amounts or more."""

from __future__ import annotations

from helpers.fec import fec
from helpers.reading import File
from helpers.rules import INFORMATION, NO, opening, rows

SATURDAY, SUNDAY, MONDAY = "20240302", "20240303", "20240304"
ENOUGH = 250  # entries of two amounts


def natural(rank, count=100):
    """An amount in cents, of 10,00 to 99,99: together they begin as Benford's law says."""
    return int(10 ** (3 + rank % count / count))


def books(days, cents):
    """A file of an entry for each day and amount."""

    def content():
        lines = []
        for number, (day, amount) in enumerate(zip(days, cents, strict=True), 1):
            text = f"{amount // 100},{amount % 100:02d}"
            first, second = opening(number, EcritureDate=day)
            lines += [first | {"Debit": text}, second | {"Credit": text}]
        return fec(lines)

    return File(content)


def on(weekend, others, day=SATURDAY):
    """So many entries on a day, and so many on a Monday."""
    count = weekend + others
    return books([day] * weekend + [MONDAY] * others, [natural(n) for n in range(count)])


def round_amounts(count, others):
    """So many entries of multiples of 100,00, and others."""
    hundreds = [10_000 * (natural(n) // 100) for n in range(count)]
    return books([MONDAY] * (count + others), hundreds + [natural(n) for n in range(others)])


def beginning(cents, count=ENOUGH):
    """Entries that all are of the same amount."""
    return books([MONDAY] * count, [cents] * count)


RULES = [
    *rows(
        *("FEC-REV-01", INFORMATION, NO),
        (None, None, on(64, 188), on(63, 189), {"value": "25 %"}),  # a quarter, and not more
        (None, None, on(64, 188, SUNDAY), on(64, 188, MONDAY)),
        (None, None, on(ENOUGH, 0), on(ENOUGH - 1, 0), {"value": "100 %"}),
    ),
    *rows(
        *("FEC-REV-02", INFORMATION, NO),
        (None, None, round_amounts(64, 188), round_amounts(63, 189), {"value": "25 %"}),
    ),
    *rows(
        *("FEC-REV-03", INFORMATION, NO),
        (None, None, beginning(1234), on(0, ENOUGH)),
        (None, None, beginning(9_999_999), beginning(9_999_999, ENOUGH - 1)),
        (None, None, beginning(100), on(0, ENOUGH), {"value": "16 %"}),
    ),
]
