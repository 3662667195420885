"""What a cell looks like: a day, an amount, an account."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_DAY, _MONTH, _YEAR = r"(0[1-9]|[12]\d|3[01])", r"(0[1-9]|1[0-2])", r"(19|20)\d\d"
DATES = {
    form: re.compile(pattern)
    for form, pattern in {
        "JJ/MM/AAAA": rf"{_DAY}/{_MONTH}/{_YEAR}",
        "MM/JJ/AAAA": rf"{_MONTH}/{_DAY}/{_YEAR}",
        "AAAA-MM-JJ": rf"{_YEAR}-{_MONTH}-{_DAY}",
        "JJ-MM-AAAA": rf"{_DAY}-{_MONTH}-{_YEAR}",
        "JJ.MM.AAAA": rf"{_DAY}\.{_MONTH}\.{_YEAR}",
        "JJ/MM/AA": rf"{_DAY}/{_MONTH}/\d\d",
        "AAAAMMJJ": rf"{_YEAR}{_MONTH}{_DAY}",
        "JJMMAAAA": rf"{_DAY}{_MONTH}{_YEAR}",
        "JJMMAA": rf"{_DAY}{_MONTH}\d\d",
    }.items()
}
TIME = re.compile(r"[T ]\d{1,2}:\d\d(:\d\d(\.\d+)?)?Z?$")
_BLANK = "[ \u00a0\u2009\u202f]"
GROUPED = re.compile(rf"\d{{1,3}}(?P<mark>{_BLANK}|['’.,])\d{{3}}(?!\d)")
AMOUNT = re.compile(
    rf"(?:€{_BLANK}*)?[-+\u2212(]?{_BLANK}*"
    rf"(?:\d{{1,12}}|\d{{1,3}}(?:(?:{_BLANK}|['’.,])\d{{3}})+)?([.,]\d{{1,6}})?"
    rf"{_BLANK}*(?:€|EUR)?{_BLANK}*[-+)]?",
    re.IGNORECASE,
)
_DECIMALS = re.compile(r"[.,]\d{1,2}\D*$|\d,\d{3}\.\d|\d\.\d{3},\d")
ACCOUNT = re.compile(r"[1-7]\d{2}[0-9A-Z]{0,12}")
ACCOUNT_AND_NAME = re.compile(
    rf"[1-7]\d{{2}}[0-9A-Z]{{0,12}}(?:{_BLANK}+-?{_BLANK}*|{_BLANK}*-{_BLANK}*)\D.*"
)
JOURNAL = re.compile(r"[A-Z][A-Z0-9]{1,3}")
DIRECTIONS = {
    "debit": ("D", "DEBIT", "DÉBIT", "DB", "+1", "1"),
    "credit": ("C", "CREDIT", "CRÉDIT", "CR", "-1"),
}
SAGE_DIRECTIONS = {"debit": ("0",), "credit": ("1",)}
"""What tables of Sage 100 have (`EC_Sens`)."""
_WORDS = {word for words in DIRECTIONS.values() for word in words} - {"1"}  # that may be anything
_DIGIT = re.compile(r"\d")
_PADDED = re.compile(r"0\d{7,}")


def is_date(cell: str) -> bool:
    """Return whether a cell is a day, perhaps with a time."""
    day = TIME.sub("", cell)
    return any(pattern.fullmatch(day) for pattern in DATES.values())


def is_amount(cell: str) -> bool:
    """Return whether a cell is an amount, with decimals or without."""
    return bool(_DIGIT.search(cell)) and bool(AMOUNT.fullmatch(cell))


def has_decimals(cell: str) -> bool:
    """Return whether an amount is written with decimals."""
    return bool(_DECIMALS.search(cell))


def are_padded(cells: Iterable[str]) -> bool:
    """Return whether cells are whole numbers filled up with zeros, as fixed widths have amounts."""
    filled = [cell for cell in cells if cell]
    return bool(filled) and all(_PADDED.fullmatch(cell) for cell in filled)


def is_account(cell: str) -> bool:
    """Return whether a cell is an account, perhaps with its name."""
    return bool(ACCOUNT.fullmatch(cell) or ACCOUNT_AND_NAME.fullmatch(cell))


def is_direction(cell: str) -> bool:
    """Return whether a cell says debit or credit."""
    return cell.upper() in _WORDS


def is_journal(cell: str) -> bool:
    """Return whether a cell may be the code of a journal."""
    return bool(JOURNAL.fullmatch(cell)) and not is_direction(cell)


def is_text(cell: str) -> bool:
    """Return whether a cell is words."""
    return sum(char.isalpha() for char in cell) > len(cell) // 3


def share(cells: Iterable[str], likeness: Callable[[str], bool]) -> float:
    """Return how many of the cells that are filled are like that: from 0 to 1."""
    filled = [cell for cell in cells if cell]
    return sum(map(likeness, filled)) / len(filled) if filled else 0.0
