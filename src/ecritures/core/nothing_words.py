"""What programs write in a field that is empty."""

from __future__ import annotations

NOTHING_WORDS = (
    *("NULL", "null", "Null", "(null)", "(NULL)", "None", "N/A"),
    *("NaN", "nan", "NaT", "<NA>"),
)
