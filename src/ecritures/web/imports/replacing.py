"""What a preview replaces: as it is written in the form, in words, and what to offer for a file."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ecritures.directory.dossiers import Dossier
    from ecritures.web.words.writing import Writing

_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def scope_text(scope: Mapping[str, Any] | None) -> str:
    """Return what is replaced as it is written in the form: `2025`, `2025-01-01:2025-03-31`."""
    if not scope:
        return ""
    if year := scope.get("fiscalYear"):
        return str(year)
    ends = [scope.get(name) or "" for name in ("from", "to")]
    return ":".join(ends) if any(ends) else ""


def scope_name(text: str, writing: Writing) -> str:
    """Return what is replaced in words, as the form has it."""
    start, colon, end = text.partition(":")
    if not colon:
        if not _DAY.fullmatch(text):
            return writing.text("l’exercice {text}", "the fiscal year {text}", text=text)
        return writing.text(
            "l’exercice qui commence le {day}",
            "the fiscal year that begins on {day}",
            day=writing.day(text),
        )
    if not end:
        return writing.text("tout à partir du {day}", "all from {day} on", day=writing.day(start))
    if not start:
        return writing.text("tout jusqu’au {day}", "all until {day}", day=writing.day(end))
    if start == end:
        return writing.text("la journée du {day}", "the day {day}", day=writing.day(start))
    return writing.text(
        "la période du {start} au {end}",
        "the period from {start} to {end}",
        start=writing.day(start),
        end=writing.day(end),
    )


def scopes_of(dossier: Dossier, report: Mapping[str, Any]) -> list[str]:
    """Return what a file could replace: the days that it covers, and the fiscal year around them.

    Both are as the form has them.
    """
    first, last = report.get("firstDate"), report.get("lastDate")
    if not first or not last:
        return []
    start, end = date.fromisoformat(first), date.fromisoformat(last)
    years = [one for one in dossier.fiscal_years if one.start <= start and end <= one.end]
    return [f"{first}:{last}", *(one.start.isoformat() for one in years)]
