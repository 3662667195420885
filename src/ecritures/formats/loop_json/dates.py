"""The dates of a request: in the form that it announces, or in ISO; some strictly so."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import polars as pl

from ecritures.core.frames import constant
from ecritures.formats.text.convert import known_days

if TYPE_CHECKING:
    from ecritures.core.anomalies import Anomalies

STRICT = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z$"
_STRICT_FORMAT = "%Y-%m-%dT%H:%M:%S%.3fZ"
_ISO = (
    r"^([0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"(?:[T ](?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:\.[0-9]{1,9})?)?"
    r"(?:Z|[+-][0-9]{2}:?[0-9]{2})?)?$"
)
_TIME_OF_DAY = r"[T ][0-9:]*[1-9]"


class DateReader:
    """Reads dates.

    Args:
        pattern: Of dates that are not ISO, with the groups y, m and d; None: there are none.
        anomalies: Where what is wrong is recorded.
    """

    def __init__(self, pattern: str | None, anomalies: Anomalies) -> None:
        self._pattern, self._anomalies = pattern, anomalies

    def read(self, lines: pl.Series, text: pl.Series, field: str, code: str | None) -> pl.Series:
        """Read a column; a text that is no date is null, and an anomaly of `code`, if any."""
        if (text == "").all():
            return constant(None, text.len(), pl.Date)
        words = text.unique()
        days = text.replace_strict(words, self._days(words), return_dtype=pl.Date)
        unread = days.is_null() & (text != "")
        if code and unread.any():
            found = pl.DataFrame({"line": lines, "value": text}).filter(unread)
            self._anomalies.extend(code, found, column=field)
        if words.str.contains(_TIME_OF_DAY).any():
            timed = text.str.contains(_TIME_OF_DAY) & ~unread
            found = pl.DataFrame({"line": lines, "value": text}).filter(timed)
            self._anomalies.report_once("JSON-DAT-07", found, column=field)
        return days

    def _days(self, words: pl.Series) -> pl.Series:
        days = words.str.extract(_ISO).str.to_date("%Y-%m-%d", strict=False)
        if self._pattern is not None:
            parts = words.str.extract_groups(self._pattern).struct.unnest()
            joined = parts.select(pl.concat_str("y", "m", "d")).to_series()
            days = joined.str.to_date("%Y%m%d", strict=False).zip_with(days.is_null(), days)
        return known_days(days)


def are_strict(text: pl.Series) -> pl.Series:
    """Return which texts are instants in strict ISO with milliseconds."""
    words = text.unique()
    instants = words.str.to_datetime(_STRICT_FORMAT, strict=False)
    good = words.str.contains(STRICT) & instants.is_not_null() & (instants.dt.year() > 0)
    return text.replace_strict(words, good, return_dtype=pl.Boolean)


def strict_day(value: object) -> date | None:
    """Return the day of an instant in strict ISO with milliseconds; None for anything else."""
    if not isinstance(value, str) or not are_strict(pl.Series([value]))[0]:
        return None
    return datetime.fromisoformat(value).astimezone(UTC).date()
