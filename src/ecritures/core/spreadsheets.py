"""Texts that a spreadsheet leaves where a cell was not formatted as what it holds."""

from __future__ import annotations

import re
from datetime import date, timedelta

DAY_NUMBER = r"^[2-6][0-9]{4}(?:[.,][0-9]+)?$"
"""A day as a spreadsheet counts it, of the years 1954 to 2091; a time of day is its decimals."""
SCIENTIFIC = r"^[+-]?[0-9]+(?:[.,][0-9]+)?[eE][+-]?[0-9]+$"
"""A number as a spreadsheet shows one that its column is too narrow for: digits are lost."""
_FIRST_DAY = date(1899, 12, 30)


def day_of(text: str) -> date | None:
    """Return the day that a day number stands for; None: it is none."""
    if not re.match(DAY_NUMBER, text):
        return None
    return _FIRST_DAY + timedelta(days=int(re.split("[.,]", text)[0]))
