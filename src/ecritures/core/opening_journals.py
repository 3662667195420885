"""The journals whose entries open a fiscal year (à-nouveaux)."""

from __future__ import annotations

import re
from typing import Final

OPENING_CODES: Final = ("AN", "ANO", "AN0", "RAN", "OUV")
"""The usual codes of such journals; their case does not matter."""
OPENING_CODE: Final = OPENING_CODES[0]
"""The code of a journal of openings that is made here."""


_SAYS_SO = re.compile(
    r"\b[aà][ -]?nouveaux?\b|\b(bilan|balance|soldes?|[ée]critures?) (d.?)?ouverture", re.IGNORECASE
)


def is_opening_journal(code: str, label: str) -> bool:
    """Return whether a journal is that of openings, by a usual code or by its label."""
    return code.upper() in OPENING_CODES or _SAYS_SO.search(label) is not None
