"""What a preview replaces: as it is written in the form, in words, and what to offer for a file."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ecritures.directory.dossiers import Dossier, FiscalYear
    from ecritures.web.words.writing import Writing

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
NAMED_MAX = 8


def scope_text(scope: Mapping[str, Any] | None) -> str:
    """Return what is replaced as it is written in the form: `2025`, `2025-01-01:2025-03-31`."""
    if not scope:
        return ""
    if year := scope.get("fiscalYear"):
        return str(year)
    ends = [scope.get(name) or "" for name in ("from", "to")]
    return ":".join(ends) if any(ends) else ""


def scope_in_form(scope: Mapping[str, Any] | None, writing: Writing) -> str:
    """Return what is replaced as people write it in the form: `01/01/2025 au 31/03/2025`."""
    start, colon, end = scope_text(scope).partition(":")
    if not start or not end or writing.language != "fr":
        return f"{start}{colon}{end}"
    return f"{writing.day(start)} au {writing.day(end)}"


def scope_name(text: str, writing: Writing, journals: Sequence[str] | None = None) -> str:
    """Return what is replaced in words: as the form has it, and which journals of it."""
    named = [_period_name(text, writing)] if text else []
    if journals:
        listed = ", ".join(journals[:NAMED_MAX]) + ("…" if len(journals) > NAMED_MAX else "")
        one, many = writing.text("journal", "journal"), writing.text("journaux", "journals")
        named.append(f"{one if len(journals) == 1 else many} {listed}")
    return ", ".join(named)


def _period_name(text: str, writing: Writing) -> str:
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


def scopes_of(dossier: Dossier, *reports: Mapping[str, Any]) -> list[str]:
    """Return what a file could replace: the days that it covers, and the fiscal year around them.

    Both are as the form has them.

    Args:
        dossier: Has the fiscal years.
        reports: Of the file and, for a corrected copy, of the original.
    """
    days = [one[name] for one in reports for name in ("firstDate", "lastDate") if one.get(name)]
    if not days:
        return []
    first, last = min(days), max(days)
    start, end = date.fromisoformat(first), date.fromisoformat(last)
    years = [one for one in dossier.fiscal_years if one.start <= start and end <= one.end]
    return [f"{first}:{last}", *(_year_text(dossier, one) for one in years)]


def _year_text(dossier: Dossier, year: FiscalYear) -> str:
    """Return a fiscal year as the form has it: `2025` where it alone ends in that year."""
    is_calendar = (year.start.month, year.start.day) == (1, 1) and year.start.year == year.end.year
    alone = sum(one.end.year == year.end.year for one in dossier.fiscal_years) == 1
    return f"{year.end:%Y}" if is_calendar and alone else year.start.isoformat()
