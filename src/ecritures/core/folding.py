"""Texts without accents or capitals, so that a search finds them however they are written.

The same table of characters serves Python, Polars and SQL: all three fold alike.
"""

from __future__ import annotations

import unicodedata
from string import ascii_lowercase, ascii_uppercase
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import polars as pl

_ACCENTED = [chr(code) for code in (*range(0xC0, 0x180), *range(0x218, 0x21C))]
_BARE = {
    letter: bare
    for letter in _ACCENTED
    if (bare := unicodedata.normalize("NFD", letter)[0].lower()).isascii()
}
_COMBINING = "\u0300\u0301\u0302\u0303\u0308\u030a\u0327"
LIGATURES: Final = {"œ": "oe", "æ": "ae", "ß": "ss"}

FROM: Final = ascii_uppercase + "".join(_BARE) + "ŒÆ" + _COMBINING
"""Characters that are replaced by the one at the same place of `TO`; the last ones by nothing."""
TO: Final = ascii_lowercase + "".join(_BARE.values()) + "œæ"

_REPLACED = (
    dict(zip(FROM, TO, strict=False))
    | dict.fromkeys(_COMBINING, "")
    | LIGATURES
    | {"Œ": "oe", "Æ": "ae"}
)
_TABLE = str.maketrans(_REPLACED)


def fold(text: str) -> str:
    """Write a text in small letters without accents: `Échéance` becomes `echeance`."""
    return text.translate(_TABLE)


def folded(texts: pl.Expr) -> pl.Expr:
    """Write a column of texts so."""
    return texts.str.replace_many(list(_REPLACED), list(_REPLACED.values()))
