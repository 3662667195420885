"""What a file is about: the company, the fiscal year and the dates of its entries."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import polars as pl


class Subject(NamedTuple):
    """What a file is about; None where it is not known.

    Attributes:
        siren: The company, as given, else as the file name says.
        closing: The last day of the fiscal year, as given, else as the file name says.
        first: The date of the earliest entry.
        last: The date of the latest entry.
    """

    siren: str | None
    closing: date | None
    first: date | None
    last: date | None

    def summary(self) -> dict[str, str]:
        """Return what is known, in JSON, camelCase."""
        found = {
            "siren": self.siren,
            "closingDate": self.closing,
            "firstDate": self.first,
            "lastDate": self.last,
        }
        return {name: str(value) for name, value in found.items() if value}


def subject_of(siren: str | None, closing: date | None, runs: pl.DataFrame) -> Subject:
    """Return what a file is about.

    Args:
        siren: The company.
        closing: The last day of the fiscal year.
        runs: Has `entry_date`.
    """
    first, last = runs["entry_date"].min(), runs["entry_date"].max()
    return Subject(
        siren,
        closing,
        first if isinstance(first, date) else None,
        last if isinstance(last, date) else None,
    )
