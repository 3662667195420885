"""Amounts and counts as text. Inside the product, money is always integer cents."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ecritures.core.sentences import Language


def count_text(number: int, language: Language = "fr") -> str:
    """Write a count: with narrow no-break spaces between thousands; with commas in English."""
    return f"{number:,}".replace(",", "\u202f") if language == "fr" else f"{number:,}"


def counted(number: int, one: str, many: str, language: Language = "fr") -> str:
    """Write a count with its noun: zero takes the singular in French, and the plural in English."""
    singular = number in {0, 1} if language == "fr" else number == 1
    return f"{count_text(number, language)} {one if singular else many}"


def cents_text(cents: int, language: Language = "fr") -> str:
    """Write cents: `-123456` → `-1 234,56` (narrow no-break spaces); in English `-1,234.56`."""
    sign, mark = "-" if cents < 0 else "", "," if language == "fr" else "."
    units, rest = divmod(abs(cents), 100)
    return f"{sign}{count_text(units, language)}{mark}{rest:02d}"


def euros_text(cents: int, mark: str = ",") -> str:
    """Write cents in euros for programs, exactly: `-123456` → `-1234,56`; `mark`: the decimal."""
    sign, whole = "-" if cents < 0 else "", abs(cents)
    return f"{sign}{whole // 100}{mark}{whole % 100:02d}"
