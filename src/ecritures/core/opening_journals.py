"""The journals whose entries open a fiscal year (à-nouveaux)."""

from __future__ import annotations

from typing import Final

OPENING_CODES: Final = ("AN", "ANO", "AN0", "RAN", "OUV")
"""The usual codes of such journals; their case does not matter."""
OPENING_CODE: Final = OPENING_CODES[0]
"""The code of a journal of openings that is made here."""


def is_opening_code(code: str) -> bool:
    """Tell whether the code of a journal is that of openings."""
    return code.upper() in OPENING_CODES
