"""Account numbers that a spreadsheet or another program has damaged."""

from __future__ import annotations

import polars as pl

LOST = (
    r"^(?:[0-9]+[.,][0-9]+[eE][+-]?[0-9]+|[0-9]+[eE]\+[0-9]+"  # 4,11E+09
    r"|#+|#[A-Z/0-9]+[!?]?)$"  # ######, #REF!, #N/A, #NOM?
)
"""Numbers of which a spreadsheet has left only a rounded value, or an error: they are lost."""

_DECIMALS = r"^([0-9]{3,})[.,]00?$"
_QUOTED = r"^=?\"([^\"]*)\"$"
_APOSTROPHE = r"^['’]([0-9A-Za-z]+)$"
_GROUPED = r"^[0-9]{1,3}(?:[ ,'’\u00a0\u202f][0-9]{3})+$"
DISGUISED = f"{_DECIMALS}|{_QUOTED}|{_APOSTROPHE}|{_GROUPED}"
"""Numbers that are whole, but written with something that is not part of them."""


def plain_account(numbers: pl.Expr) -> pl.Expr:
    """Write disguised numbers plainly: `512000.0`, `'512000` and `512 000` become `512000`."""
    plain = numbers.str.strip_chars()
    for pattern in (_QUOTED, _APOSTROPHE, _DECIMALS):
        plain = plain.str.replace(pattern, "$1")
    grouped = plain.str.contains(_GROUPED)
    return pl.when(grouped).then(plain.str.replace_all("[^0-9]", "")).otherwise(plain)
