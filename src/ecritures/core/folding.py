"""Texts without accents or capitals, so that a search finds them however they are written."""

from __future__ import annotations

import polars as pl

_LIGATURES = {"œ": "oe", "æ": "ae", "ß": "ss"}


def folded(texts: pl.Expr) -> pl.Expr:
    """Write texts in small letters without accents: `Échéance` becomes `echeance`."""
    bare = texts.str.normalize("NFKD").str.replace_all(r"\p{M}", "").str.to_lowercase()
    return bare.str.replace_many(list(_LIGATURES), list(_LIGATURES.values()))


def fold(text: str) -> str:
    """Write one text so."""
    return str(pl.select(folded(pl.lit(text))).item())
