"""Days as they are typed."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from ecritures.core.errors import RefusedRequestError

if TYPE_CHECKING:
    from ecritures.directory.dossiers import FiscalYear


def fiscal_year_of(text: str) -> FiscalYear:
    """Return the fiscal year that `first day:last day` stands for.

    Raises:
        RefusedRequestError: It is not written so.
    """
    from ecritures.directory.dossiers import FiscalYear

    start, _, end = text.partition(":")
    try:
        return FiscalYear(date.fromisoformat(start), date.fromisoformat(end))
    except ValueError as error:
        raise RefusedRequestError(
            "fiscal-year-form",
            f"L'exercice « {text} » doit s'écrire premier jour:dernier jour, "
            "comme 2024-01-01:2024-12-31.",
            f"Fiscal year “{text}” must be written as first day:last day, "
            "as in 2024-01-01:2024-12-31.",
        ) from error
