"""What an import is to do to the ledger, as its request, its dossier and its firm have chosen."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeVar

from ecritures.core.errors import NotFoundError, RefusedRequestError
from ecritures.core.policies import (
    Definitive,
    Duplicates,
    Lookalikes,
    Mode,
    Openings,
    OutsideFiscalYears,
)
from ecritures.directory.fiscal_years import find_year
from ecritures.ledger.planning.plan import PostingOptions, Scope

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ecritures.directory.dossiers import Dossier

E = TypeVar("E", bound=StrEnum)


def posting_options(
    dossier: Dossier, options: Mapping[str, Any], *, dry_run: bool = False
) -> PostingOptions:
    """Return what the options of an import say.

    Raises:
        RefusedRequestError: They name no fiscal year of the dossier, or contradict each other.
    """
    mode = _choice(Mode, options, "mode")
    scope = _scope(dossier, options.get("replace"))
    if scope is not None and mode is Mode.APPEND:
        mode = Mode.REPLACE
    if (mode is Mode.REPLACE) != (scope is not None):
        raise RefusedRequestError(
            "replace-scope",
            "mode=replace et replace (un exercice, une période, des journaux) vont ensemble.",
            "mode=replace and replace (a fiscal year, a period, journals) go together.",
        )
    return PostingOptions(
        mode,
        scope,
        _choice(Duplicates, options, "duplicateEntries"),
        _choice(Lookalikes, options, "lookalikes"),
        _choice(Openings, options, "openings"),
        creates_years=options.get("outsideFiscalYears") == OutsideFiscalYears.CREATE,
        if_plan=options.get("ifPlan"),
        detailed=dry_run,
        reverses=options.get("definitive") == Definitive.REVERSE,
    )


def _choice(kind: type[E], options: Mapping[str, Any], name: str) -> E:
    return kind(options.get(name) or next(iter(kind)))


def _scope(dossier: Dossier, replace: Mapping[str, Any] | None) -> Scope | None:
    if not replace:
        return None
    journals = tuple(replace.get("journals") or ()) or None
    start, end = _day(replace.get("from")), _day(replace.get("to"))
    if year := replace.get("fiscalYear"):
        start, end = _year(dossier, str(year))
    if start is not None and end is not None and end < start:
        raise RefusedRequestError(
            "replace-period",
            "La période à remplacer finit avant son début.",
            "The period to replace ends before it begins.",
        )
    return Scope(start, end, journals)


def _year(dossier: Dossier, name: str) -> tuple[date, date]:
    """Return the days of a fiscal year; of a calendar year where the dossier has none."""
    if not dossier.fiscal_years and name.isdigit() and len(name) == len("2025"):
        return date(int(name), 1, 1), date(int(name), 12, 31)
    try:
        year = find_year(dossier, name)
    except NotFoundError as error:
        said = error.sentence
        raise RefusedRequestError(said.code, said.fr, said.en) from None
    return year.start, year.end


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise RefusedRequestError(
            "replace-period",
            f"« {text} » n'est pas une date : écrivez AAAA-MM-JJ.",
            f"“{text}” is not a date: write YYYY-MM-DD.",
        ) from None
