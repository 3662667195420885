"""The dates of a TRA: JJMMAAAA; blanks, zeros and 01/01/1900 are none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from ecritures.core.frames import constant
from ecritures.formats.text.convert import known_days

if TYPE_CHECKING:
    from ecritures.core.anomalies import Anomalies

NO_DATES = ("", "01011900", "00000000")
DISTINCT_PART = 4
"""As few words as a line in so many are read once each."""
_DIGITS = r"^[0-9]{8}$"


def days_of(text: pl.Series) -> pl.Series:
    """Read dates; null for what is none, and for a text that is no day."""
    words = text.unique()
    if words.len() * DISTINCT_PART < text.len():
        return text.replace_strict(words, _days_of(words), return_dtype=pl.Date)
    return _days_of(text)


def _days_of(text: pl.Series) -> pl.Series:
    if (text == "").all():
        return constant(None, text.len(), pl.Date)
    kept = text.set(text.is_in(NO_DATES) | ~text.str.contains(_DIGITS), None)
    return known_days(kept.str.to_date("%d%m%Y", strict=False))


def read_entry_dates(text: pl.Series, lines: pl.Series, anomalies: Anomalies) -> pl.Series:
    """Read the dates of entries; each line must have one."""
    days = days_of(text)
    missing = days.is_null()
    if missing.any():
        found = pl.DataFrame({"line": lines, "value": text}).filter(missing)
        anomalies.extend("TRA-DAT-01", found, column="DATECOMPTABLE")
    return days


def read_dates(text: pl.Series, lines: pl.Series, column: str, anomalies: Anomalies) -> pl.Series:
    """Read dates that a line may lack."""
    days = days_of(text)
    if days.null_count():
        wrong = days.is_null() & ~text.is_in(NO_DATES)
        found = pl.DataFrame({"line": lines, "value": text}).filter(wrong)
        anomalies.extend("TRA-DAT-02", found, column=column)
    return days
