"""Writes the values of anomalies in sentences, as an accountant would.

Values are kept as the file has them. A sentence of the catalogue says how one is shown, after a
colon: `{value:date}` is 15/01/2026, `{value:amount}` is 1 234,56 €.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Self

from ecritures.core.amounts import count_text
from ecritures.core.habits import EXAMPLE
from ecritures.core.sentences import pick
from ecritures.core.spreadsheets import day_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from ecritures.core.sentences import Language

NO_BREAK_SPACE = "\u00a0"
_DAY = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})")
_DAY_FIRST = re.compile(r"(\d{2})[/.-](\d{2})[/.-](\d{4})")
DAYS_MAX = 31
_MONTH = re.compile(r"(\d{4})-(\d{2})")
_MONTHS_FR = (
    *("janvier", "février", "mars", "avril", "mai", "juin"),
    *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
)
_MONTHS_EN = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


class Shown(str):
    """A value of an anomaly, to be put into a sentence.

    Attributes:
        language: That of the sentence.
    """

    __slots__ = ("language",)
    language: Language

    def __new__(cls, text: str, language: Language) -> Self:
        """Make one."""
        shown = super().__new__(cls, text)
        shown.language = language
        return shown

    def __format__(self, how: str) -> str:
        """Write the value in the way that the sentence asks for; as it is where it is not one."""
        return FORMS[how](str(self), self.language) if how else str(self)


def date_text(text: str, language: Language) -> str:
    """Write a day, or that of an example, as 15/01/2026; any other text as it is."""
    found = _DAY.fullmatch(example_text(text, language))  # the same in both: French books
    return "/".join(reversed(found.groups())) if found else text


def amount_text(text: str, language: Language) -> str:
    """Write an amount with its unit."""
    del language
    return f"{text}{NO_BREAK_SPACE}€"


def missing_text(text: str, language: Language) -> str:
    """Say what is missing, and on which side, of debit less credit."""
    side = pick(language, "au débit", "on the debit side")
    if not text.startswith("-"):
        side = pick(language, "au crédit", "on the credit side")
    return f"{amount_text(text.removeprefix('-'), language)} {side}"


def month_text(text: str, language: Language) -> str:
    """Write `2024-01` as « janvier 2024 »."""
    found = _MONTH.fullmatch(text)
    if not found or not 1 <= int(found[2]) <= len(_MONTHS_FR):
        return text
    names = _MONTHS_FR if language == "fr" else _MONTHS_EN
    return f"{names[int(found[2]) - 1]} {found[1]}"


def gap_text(text: str, language: Language) -> str:
    """Say which numbers are missing: `6134`, or `6134..7275`."""
    first, _, last = text.partition("..")
    if not (first.isdecimal() and last.isdecimal()):
        return pick(language, f"{text} manque", f"{text} is missing")
    count = count_text(int(last) - int(first) + 1)
    return pick(
        language,
        f"{first} à {last} manquent ({count} numéros)",
        f"{first} to {last} are missing ({count} numbers)",
    )


def lines_text(text: str, language: Language) -> str:
    """Write a count of lines with its noun."""
    if text in {"0", "1"}:
        return pick(language, f"{text} ligne", f"{text} line" if text == "1" else f"{text} lines")
    return pick(language, f"{text} lignes", f"{text} lines")


def counted_text(text: str, language: Language) -> str:
    """Say how often something is found, of `12 × an example`."""
    del language
    return text.partition(EXAMPLE)[0]


def example_text(text: str, language: Language) -> str:
    """Give the example, of `12 × an example`; the text itself where it is one."""
    del language
    count, found, example = text.partition(EXAMPLE)
    return example if found else count


def quoted_text(text: str, language: Language) -> str:
    """Quote an example; say so where it is nothing."""
    example = example_text(text, language)
    if not example.strip():
        return pick(language, "un champ vide", "an empty field")
    return pick(language, f"« {example} »", f"“{example}”")


def no_date_text(text: str, language: Language) -> str:
    """Say that a text is no date, or that the day that it names does not exist."""
    found = _DAY.fullmatch(text)
    parts = found.groups() if found else None
    if found := _DAY_FIRST.fullmatch(text):
        parts = found.groups()[::-1]
    if parts and 1 <= int(parts[1]) <= len(_MONTHS_FR) and 1 <= int(parts[2]) <= DAYS_MAX:
        shown = "/".join(reversed(parts))
        return pick(language, f"le {shown} n'existe pas", f"{shown} does not exist")
    said = quoted_text(text, language)
    return pick(language, f"{said} n'est pas une date", f"{said} is not a date")


def serial_text(text: str, language: Language) -> str:
    """Write the day that a spreadsheet's day number stands for."""
    day = day_of(example_text(text, language))
    return f"{day:%d/%m/%Y}" if day else text


FORMS: dict[str, Callable[[str, Language], str]] = {
    "date": date_text,
    "amount": amount_text,
    "missing": missing_text,
    "month": month_text,
    "gap": gap_text,
    "lines": lines_text,
    "count": counted_text,
    "example": example_text,
    "quoted": quoted_text,
    "no_date": no_date_text,
    "serial": serial_text,
}
