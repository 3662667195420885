"""The lines of a TRA that name a document: each belongs to the line of entry before it.

Source: Cegid, fichier TRA, version 11: path and name of the document, from position 84.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from ecritures.formats.tra.places import DOCUMENT, READABLE_WIDTH, STANDARD

if TYPE_CHECKING:
    from ecritures.core.anomalies import Anomalies

ATTACHMENT = "G"
_GENERAL = ("", " ", "X", "H")
_BETWEEN = (ATTACHMENT, "A")
"""Kinds of lines that may stand between a line of entry and its document."""
_REPEATED = ("JOURNAL", "DATECOMPTABLE", "GENERAL")
"""What a document repeats of the line that it belongs to, where it is filled in."""
_NO_LINE = 0


class Attachments:
    """Reads those lines.

    Args:
        anomalies: Where a line that names no document, or follows no entry, is recorded.
    """

    def __init__(self, anomalies: Anomalies) -> None:
        self._anomalies = anomalies

    def read(self, lines: pl.DataFrame) -> pl.DataFrame | None:
        """Return `line` and `attachments` of the lines of entry that have documents; None: none.

        Args:
            lines: `line` and `value`; lines of entry among them, in the order of the file.
        """
        kind = lines["value"].str.slice(STANDARD["TYPECPTE"].start - 1, 1)
        is_document = kind == ATTACHMENT
        if not is_document.any():
            return None
        opens = kind.is_in(_GENERAL) & (lines["value"].str.len_chars() >= READABLE_WIDTH)
        none = pl.lit(_NO_LINE, dtype=lines["line"].dtype)
        owner = pl.when(opens).then("line").when(~kind.is_in(_BETWEEN)).then(none).forward_fill()
        repeated = [_text_at(name) for name in _REPEATED]
        of_owner = [
            pl.when(opens).then(text).forward_fill().alias(f"owner_{name}")
            for name, text in zip(_REPEATED, repeated, strict=True)
        ]
        same = pl.all_horizontal(
            (pl.col(name) == "") | (pl.col(name) == pl.col(f"owner_{name}")) for name in _REPEATED
        )
        named = (
            lines.select(
                "line",
                "value",
                owner.alias("owner"),
                *(text.alias(name) for name, text in zip(_REPEATED, repeated, strict=True)),
                *of_owner,
            )
            .select(
                "line",
                owner=pl.when(same & (pl.col("owner") != _NO_LINE)).then("owner"),
                name=pl.col("value")
                .str.slice(DOCUMENT.start - 1, DOCUMENT.length)
                .str.strip_chars()
                .str.replace_all(r"\s+", " "),
            )
            .filter(is_document)
        )
        odd = (pl.col("name") == "") | pl.col("owner").is_null()
        self._anomalies.extend("TRA-PIE-02", named.filter(odd).select("line", value="name"))
        kept = named.filter(~odd)
        return kept.group_by(pl.col("owner").alias("line"), maintain_order=True).agg(
            attachments=pl.col("name").str.join("\n")
        )


def _text_at(field: str) -> pl.Expr:
    place = STANDARD[field]
    return pl.col("value").str.slice(place.start - 1, place.length).str.strip_chars()
