"""The openings (à-nouveaux) that the ledger holds already of the fiscal years of a file."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import polars as pl

from ecritures.ledger.planning.existing import EXISTING_SCHEMA, read_existing

if TYPE_CHECKING:
    from ecritures.directory.dossiers import Dossier, FiscalYear
    from ecritures.ledger.codes import CodeTable
    from ecritures.ledger.moves import Ledger


def openings_there(ledger: Ledger, codes: CodeTable, added: pl.DataFrame) -> pl.DataFrame:
    """Return the opening entries in the ledger of the years whose opening is added.

    Args:
        ledger: At its present revision.
        codes: Its codes, those of the file included.
        added: The entries to be added: `journal_id`, `entry_date`.

    Returns:
        Columns of `existing.EXISTING_SCHEMA`.
    """
    journals = codes.openings()
    if not journals:
        return pl.DataFrame(schema=EXISTING_SCHEMA)
    days = added.filter(added["journal_id"].is_in(journals))["entry_date"].unique()
    years = {year_of(ledger.dossier, day) for day in days}
    found = [read_existing(ledger, start, end, journals) for start, end in sorted(years)]
    return pl.concat([pl.DataFrame(schema=EXISTING_SCHEMA), *found])


def year_of(dossier: Dossier, day: date) -> tuple[date, date]:
    """Return the fiscal year of a day, as `year_among` does."""
    return year_among(dossier.fiscal_years, day)


def year_among(fiscal_years: tuple[FiscalYear, ...], day: date) -> tuple[date, date]:
    """Return the fiscal year of a day among some.

    Where none holds it, return its calendar year, less what the fiscal years have of it.
    """
    start, end, one = date(day.year, 1, 1), date(day.year, 12, 31), timedelta(days=1)
    for year in fiscal_years:
        if year.start <= day <= year.end:
            return year.start, year.end
        if year.end < day:
            start = max(start, year.end + one)
        else:
            end = min(end, year.start - one)
    return start, end
