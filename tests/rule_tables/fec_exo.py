"""FEC-EXO: the fiscal years of the dossier."""

from __future__ import annotations

from datetime import date

from helpers.rules import LIFTABLE, WARNING, flat, opening, rows

BOTH = (2, 3)
OPEN, CLOSED = False, True


def on(day, *, second=OPEN, years=2):
    """The entry on one day, in a dossier with the years 2023 and 2024."""
    told = [
        (date(2023, 1, 1), date(2023, 12, 31), OPEN),
        (date(2024, 1, 1), date(2024, 12, 31), second),
    ]
    dates = {"EcritureDate": day, "ValidDate": "20250131", "PieceDate": "20200101"}
    return flat(opening(1, **dates), fiscal_years=tuple(told[:years]))


RULES = [
    *rows(
        *("FEC-EXO-01", WARNING, LIFTABLE),
        (BOTH, "EcritureDate", on("20250101"), on("20241231"), {"value": "20250101"}),
        (BOTH, "EcritureDate", on("20221231"), on("20230101")),
        (BOTH, "EcritureDate", on("20250101"), on("20250101", years=0)),
    ),
    *rows(
        *("FEC-EXO-02", WARNING, LIFTABLE),
        (
            *(BOTH, "EcritureDate", on("20240101", second=CLOSED)),
            on("20231231", second=CLOSED),
            {"value": "20240101"},
        ),
        (BOTH, "EcritureDate", on("20241231", second=CLOSED), on("20241231")),
    ),
]
