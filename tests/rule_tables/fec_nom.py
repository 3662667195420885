"""FEC-NOM: the name of the file."""

from __future__ import annotations

from datetime import date

from helpers.rules import ERROR, LIFTABLE, NO, flat, opening, rows

SIREN, OTHER_SIREN = "079555421", "123456782"


def named(name, **told):
    """The entry, in a file of this name."""
    return flat(opening(), name=name, **told)


def of_year(closing, *days):
    """An entry on each of these days, in a file of the year that ends then."""
    lines = [
        row
        for number, day in enumerate(days, 1)
        for row in opening(number, EcritureDate=day, PieceDate="20200101", ValidDate="20251231")
    ]
    return flat(lines, name=f"{SIREN}FEC{closing}.txt")


RULES = [
    *rows(
        *("FEC-NOM-01", ERROR, NO),
        (
            None,
            None,
            named("compta.txt"),
            named(f"{SIREN}FEC20241231.txt"),
            {"value": "compta.txt"},
        ),
        (None, None, named(f"{SIREN[1:]}FEC20241231"), named(f"{SIREN}FEC20241231")),
        (None, None, named(f"{SIREN}FEC2024-12-31.txt"), named(f"{SIREN}fec20241231.TXT")),
        (None, None, named(f"{SIREN}FEC20241231-1.txt"), named(f"{SIREN}FEC20241231_1.txt")),
        expected="SIREN + FEC + AAAAMMJJ",
    ),
    *rows(
        *("FEC-NOM-02", ERROR, NO),
        (
            *(None, None, named("079555422FEC20241231.txt")),
            named(f"{SIREN}FEC20241231.txt"),
            {"value": "079555422"},
        ),
        (  # a SIREN that cannot exist is another company's all the same
            *(None, None, named("079555422FEC20241231.txt", siren=SIREN)),
            named(f"{SIREN}FEC20241231.txt", siren=SIREN),
            {"also": ("FEC-NOM-05",)},
        ),
        (
            None,
            None,
            named("079555422FEC20241231.txt", siren="079555422"),
            named(f"{SIREN}FEC20241231.txt"),
        ),
    ),
    *rows(
        *("FEC-NOM-03", ERROR, NO),
        (
            *(None, None, named(f"{SIREN}FEC20250229.txt"), named(f"{SIREN}FEC20240430.txt")),
            {"value": "20250229"},
        ),
        (None, None, named(f"{SIREN}FEC20241301.txt"), named(f"{SIREN}FEC20241201.txt")),
    ),
    *rows(
        *("FEC-NOM-04", ERROR, NO),
        (
            *(None, None, of_year("20231231", "20240101"), of_year("20241231", "20240101")),
            {"value": "20240101", "expected": "2023-12-31"},
        ),
        (  # half of the lines are not most of them
            *(None, None, of_year("20241231", "20241231", "20250101", "20250102")),
            of_year("20241231", "20241231", "20250101"),
            {"also_not": ("FEC-DAT-05",)},
        ),
        (
            *(None, None, of_year("20241231", "20200101"), of_year("20241231", "20230101")),
            {"also_not": ("FEC-ORD-05",)},
        ),
        expected="2024-12-31",
    ),
    *rows(
        *("FEC-NOM-05", ERROR, LIFTABLE),
        *(  # also in a name that is not quite what the law wants
            (
                *(None, None, named(name, siren=OTHER_SIREN), named(name, siren=SIREN)),
                {"value": SIREN, "also": ("FEC-NOM-01",), "also_not": ("FEC-NOM-01",)},
            )
            for name in (
                f"{SIREN}FEC20241231-1.txt",
                f"{SIREN}_fec.txt",
                f"Export {SIREN}FEC20241231 (2).csv",
                f"{SIREN[:3]} {SIREN[3:6]} {SIREN[6:]} FEC20241231.txt",
                f"{SIREN}00012FEC2024.txt",
            )
        ),
        (
            *(None, None, named(f"{SIREN}FEC20241231.txt", siren=OTHER_SIREN)),
            named(f"{SIREN}FEC20241231.txt", siren=SIREN),
            {"value": SIREN},
        ),
        (
            *(None, None, named(f"{SIREN}FEC20241231.txt", siren=OTHER_SIREN)),
            named(f"{SIREN}FEC20241231.txt"),
        ),
        (  # also where no company has it
            *(None, None, named("123456789FEC20241231.txt", siren=OTHER_SIREN)),
            named(f"{SIREN}FEC20241231.txt", siren=SIREN),
            {"value": "123456789", "also": ("FEC-NOM-02",)},
        ),
        expected="123456782",
    ),
    *rows(
        *("FEC-NOM-06", ERROR, NO),
        (
            *(None, None, named(f"{SIREN}FEC20241231.txt", closing_date=date(2024, 12, 30))),
            named(f"{SIREN}FEC20241231.txt", closing_date=date(2024, 12, 31)),
            {"value": "2024-12-31"},
        ),
        expected="2024-12-30",
    ),
]
