"""FEC-FIX: records of fixed length."""

from __future__ import annotations

from helpers.fec import COLUMNS
from helpers.rules import ALWAYS, ERROR, NO, opening, raw, rows

WIDTH = 12
DESCRIPTION = tuple((name, 1 + WIDTH * i, WIDTH) for i, name in enumerate(COLUMNS))
WHOLE = WIDTH * len(COLUMNS)
FIGURES = {"Debit", "Credit"}
FIRST, SECOND = (
    "".join(
        row[name].rjust(WIDTH, "0") if name in FIGURES else row[name][:WIDTH].ljust(WIDTH)
        for name in COLUMNS
    )
    for row in opening(1, EcritureLib="À-nouveau")
)
CREDIT_END = WIDTH * (COLUMNS.index("Credit") + 1)


def records(*lines, **told):
    told = told or {"description": DESCRIPTION}
    return raw("".join(f"{one}\r\n" for one in lines).encode(), **told)


GOOD = records(FIRST, SECOND)

RULES = [
    *rows("FEC-FIX-01", ERROR, ALWAYS, (None, None, records(FIRST, SECOND, format="fixed"), GOOD)),
    *rows(
        *("FEC-FIX-02", ERROR, ALWAYS),
        (
            *(3, None, records(FIRST, SECOND, FIRST[: CREDIT_END - 1])),
            GOOD,
            {"value": str(CREDIT_END - 1)},
        ),
        expected="216",
    ),
    *rows(
        *("FEC-FIX-03", ERROR, NO),
        (
            1,
            None,
            records(FIRST + "x", SECOND),
            records(FIRST + " ", SECOND),
            {"value": str(WHOLE + 1)},
        ),
        expected="216",
    ),
]
