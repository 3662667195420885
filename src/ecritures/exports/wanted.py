"""What an export is asked for: a period of a dossier, a format, and how it is written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from ecritures.core.errors import RefusedRequestError
from ecritures.directory.dossiers import FiscalYear
from ecritures.directory.fiscal_years import find_year
from ecritures.exports.choices import FEC, Drafts, Layout, Numbering, Separator

if TYPE_CHECKING:
    from ecritures.directory.dossiers import Dossier


@dataclass(frozen=True, slots=True)
class Period:
    """The days of an export, both included; None: no limit. `year`: the fiscal year it is."""

    start: date | None = None
    end: date | None = None
    year: FiscalYear | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to export.

    Attributes:
        period: Which entries, by their date.
        form: `fec`, `csv`, `xlsx`, `parquet`, or the name of an import model.
        layout: The columns of a FEC.
        encoding: That of a FEC, or of a file written by a model; None: the usual one.
        separator: Of a FEC.
        numbering: Whether a FEC keeps the numbers.
        drafts: None: left out of a FEC, part of everything else.
        extra_columns: Whether a FEC ends with the columns that the law does not know, as files
            brought them.
        attachments: Whether a TRA comes as an archive (zip) with the documents that it names.
    """

    period: Period = Period()
    form: str = FEC
    layout: Layout = Layout.BIC
    encoding: str | None = None
    separator: Separator = Separator.TAB
    numbering: Numbering = Numbering.KEPT
    drafts: Drafts | None = None
    extra_columns: bool = False
    attachments: bool = False

    @property
    def with_drafts(self) -> bool:
        """Whether entries without any date of validation are exported."""
        if self.drafts is None:
            return self.form != FEC
        return self.drafts is Drafts.INCLUDE


def find_period(dossier: Dossier, year: str | None, start: date | None, end: date | None) -> Period:
    """Return the period that a request names.

    Args:
        dossier: Whose ledger.
        year: A fiscal year, or a calendar year when the dossier has no fiscal year.
        start: The first day, when no year is named; None: no limit.
        end: The last day.

    Raises:
        NotFoundError: There is no such fiscal year.
        RefusedRequestError: A year and days are given, the period ends before it begins, or the
            year is not one.
    """
    if year is None:
        if start is not None and end is not None and end < start:
            raise RefusedRequestError(
                "period-inverted",
                f"La période finit le {end:%d/%m/%Y}, avant son début le {start:%d/%m/%Y}.",
                f"The period ends on {end}, before it begins on {start}.",
            )
        of_days = [one for one in dossier.fiscal_years if (one.start, one.end) == (start, end)]
        return Period(start, end, of_days[0] if of_days else None)
    if start is not None or end is not None:
        raise RefusedRequestError(
            "period-twice",
            "Donnez un exercice, ou des jours, pas les deux.",
            "Give a fiscal year, or days, not both.",
        )
    if dossier.fiscal_years:
        found = find_year(dossier, year)
        return Period(found.start, found.end, found)
    if not (year.isascii() and year.isdigit() and len(year) == len("2024") and int(year)):
        raise RefusedRequestError(
            "year-invalid",
            f"« {year} » n'est pas une année : le dossier {dossier.code} n'a pas d'exercice,"
            " donnez une année civile, comme 2024.",
            f"“{year}” is not a year: dossier {dossier.code} has no fiscal year, give a calendar"
            " year, as in 2024.",
        )
    whole = FiscalYear(date(int(year), 1, 1), date(int(year), 12, 31))
    return Period(whole.start, whole.end, whole)
