"""The due date of a line, among what its file said beyond the canonical line."""

from __future__ import annotations

from datetime import date

import polars as pl

NAMES = ("dueDate", "dateEcheance", "ECHEANCE", "DateEcheance", "EcheanceDate", "Echeance")
"""What import models, importJson, a TRA, and columns of a FEC beyond the law call it."""
_FORMATS = ("%d/%m/%Y", "%Y-%m-%d", "%Y%m%d", "%d%m%Y", "%d/%m/%y", "%d%m%y")
_EARLIEST, _LATEST = date(1950, 1, 1), date(2150, 1, 1)


def due_dates(extra: pl.Expr) -> pl.Expr:
    """Read the due dates in a column of JSON objects; null where a line has none.

    A text that could be read in two ways is read in the first that gives a likely day.
    """
    text = pl.coalesce(extra.str.json_path_match(f"$.{name}") for name in NAMES)
    days = [text.str.to_date(form, strict=False) for form in _FORMATS]
    return pl.coalesce(pl.when(day.is_between(_EARLIEST, _LATEST)).then(day) for day in days)
