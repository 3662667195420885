"""Escapes texts that a spreadsheet would take for formulas."""

from __future__ import annotations

import re

_STARTS_A_FORMULA = re.compile(r"\s*[=+\-@＝＋－＠]|[\t\r\n]")
_NUMBER = re.compile(r"[+-]?\d[\d .,\u00a0\u202f]*")


def escape_formula(text: str) -> str:
    """Return the text, with an apostrophe before it when a spreadsheet would compute it.

    A plain number, signed or not, is left as it is.
    """
    if _STARTS_A_FORMULA.match(text) and not _NUMBER.fullmatch(text):
        return f"'{text}"
    return text
