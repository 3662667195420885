"""FEC-DAT: dates that are none, and dates that do not agree."""

from __future__ import annotations

from datetime import date

from helpers.rules import (
    ALWAYS,
    ERROR,
    GOOD,
    INFORMATION,
    NO,
    WARNING,
    flat,
    lettered,
    one,
    opening,
    purchase,
    rows,
    three,
)

BOTH = (2, 3)
YEAR = {"closing_date": date(2024, 12, 31)}


def dated(**changes):
    """The entry with dates changed on both lines."""
    return flat(opening(1, **changes))


def bought(day, **told):
    """The entry, and a purchase of another day."""
    lines = [*opening(), *purchase(EcritureDate=day, ValidDate="20250131", PieceDate="20200101")]
    return flat(lines, **told)


RULES = [
    *rows(
        *("FEC-DAT-01", ERROR, NO),
        (2, "PieceDate", flat(one(PieceDate="2024-02-29")), GOOD, {"value": "2024-02-29"}),
        (2, "PieceDate", flat(one(PieceDate="29/02/2024")), GOOD),
        (
            *(2, "PieceDate", flat(one(PieceDate="29022024")), flat(one(PieceDate="31022024"))),
            {"also_not": ("FEC-DAT-02",)},
        ),
        (BOTH, "ValidDate", dated(ValidDate="202403"), dated(ValidDate="20240301")),
        (2, "DateLet", flat(lettered({"DateLet": "A"})), flat(lettered())),
        (  # zeros are no date, and no wrong day either
            *(2, "PieceDate", flat(one(PieceDate="00000000")), flat(one(PieceDate="20240230"))),
            {"also_not": ("FEC-DAT-02",)},
        ),
        (
            *(2, "PieceDate", flat(one(PieceDate="--------")), flat(one(PieceDate=""))),
            {"also_not": ("FEC-OBL-02",)},
        ),
        expected="AAAAMMJJ",
    ),
    *rows(
        *("FEC-DAT-02", ERROR, NO),
        (2, "PieceDate", flat(one(PieceDate="20240230")), GOOD, {"value": "20240230"}),
        (
            *(2, "PieceDate", flat(one(PieceDate="20230229")), flat(one(PieceDate="2024-02-30"))),
            {"also_not": ("FEC-DAT-01",)},
        ),
        (BOTH, "ValidDate", dated(ValidDate="20241301"), dated(ValidDate="20241201")),
        (
            *(2, "DateLet", flat(lettered({"DateLet": "20240431"}))),
            flat(lettered({"DateLet": "20240430"})),
        ),
        expected="AAAAMMJJ",
    ),
    *rows(
        *("FEC-DAT-04", WARNING, NO),
        (
            *(2, "PieceDate"),
            flat(one(PieceDate="18991231")),
            flat(one(PieceDate="19000101")),
            {"value": "18991231"},
        ),
        (BOTH, "ValidDate", dated(ValidDate="21000101"), dated(ValidDate="20991231")),
        (
            *(2, "DateLet", flat(lettered({"DateLet": "21000101"}))),
            flat(lettered({"DateLet": "20991231"})),
        ),
        (
            *(BOTH, "EcritureDate"),
            dated(EcritureDate="18991231", PieceDate="19000101"),
            dated(EcritureDate="19000101", PieceDate="19000101"),
            {"also": ("FEC-DAT-07", "FEC-DEV-04"), "also_not": ("FEC-DEV-04",)},
        ),
    ),
    *rows(
        *("FEC-DAT-05", ERROR, NO),
        (
            *((4, 5), "EcritureDate", bought("20250101", **YEAR), bought("20241231", **YEAR)),
            {"value": "20250101"},
        ),
        ((4, 5), "EcritureDate", bought("20221130", **YEAR), bought("20230101", **YEAR)),
        (  # as the name of the file says
            *((4, 5), "EcritureDate"),
            bought("20250101", name="079555421FEC20241231.txt"),
            bought("20250101", name="079555421FEC20250101.txt"),
        ),
        (  # more than half of the lines: the file is of another year
            *((4, 5), "EcritureDate", bought("20250101", **YEAR)),
            flat(opening(1, EcritureDate="20250101", ValidDate="20250131"), **YEAR),
            {"also_not": ("FEC-NOM-04",)},
        ),
        expected="2024-12-31",
    ),
    *rows(
        *("FEC-DAT-06", WARNING, NO),
        (
            *(BOTH, "ValidDate"),
            dated(ValidDate="20240229"),
            dated(ValidDate="20240301"),
            {"value": "20240229"},
        ),
        expected="20240301",
    ),
    *rows(
        *("FEC-DAT-07", INFORMATION, NO),
        (
            *(2, "PieceDate"),
            flat(one(PieceDate="20240302")),
            flat(one(PieceDate="20240301")),
            {"value": "20240302"},
        ),
        expected="20240301",
    ),
    *rows(
        *("FEC-DAT-08", INFORMATION, NO),
        (
            *(2, "DateLet", flat(lettered({"DateLet": "20240229"}))),
            flat(lettered({"DateLet": "20240301"})),
            {"value": "20240229"},
        ),
        expected="20240301",
    ),
    *rows(
        *("FEC-DAT-09", ERROR, ALWAYS),
        (BOTH, "EcritureDate", dated(EcritureDate="20240230"), GOOD, {"value": "20240230"}),
        (BOTH, "EcritureDate", dated(EcritureDate=""), dated(EcritureDate=" 20240301 ")),
        (BOTH, "EcritureDate", dated(EcritureDate="2024-03-01"), GOOD),
        (BOTH, "EcritureDate", dated(EcritureDate="00000000"), GOOD),
        (
            *(4, "EcritureDate"),
            flat(three(EcritureDate="", Montantdevise="1,00", Idevise="USD")),
            flat(three(Montantdevise="1,00", Idevise="USD")),
        ),
        expected="AAAAMMJJ",
    ),
    *rows(
        *("FEC-DAT-10", ERROR, ALWAYS),
        (BOTH, "EcritureDate", dated(EcritureDate="45352"), GOOD, {"value": "45352"}),
        (
            *(BOTH, "EcritureDate", dated(EcritureDate="45352.5")),
            dated(EcritureDate="95352"),
            {"also_not": ("FEC-DAT-09",)},
        ),
        expected="AAAAMMJJ",
    ),
    *rows(
        *("FEC-DAT-11", ERROR, NO),
        (2, "PieceDate", flat(one(PieceDate="45352")), GOOD, {"value": "45352"}),
        (2, "DateLet", flat(lettered({"DateLet": "45352"})), flat(lettered())),
        expected="AAAAMMJJ",
    ),
]
