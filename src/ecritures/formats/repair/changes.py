"""What a repair has changed: exact counts per kind, details capped per kind."""

from __future__ import annotations

from collections import Counter

import polars as pl

from ecritures.core.anomalies import VALUE_CHARS_MAX

KINDS = {
    "bom": ("marque d'ordre des octets retirée", "byte-order mark removed"),
    "line-ends": ("fins de ligne mises à CRLF", "line ends made CRLF"),
    "encoding": ("texte converti en UTF-8", "text converted to UTF-8"),
    "controls": ("caractères de contrôle retirés", "control characters removed"),
    "blank-lines": ("lignes vides retirées", "blank lines removed"),
    "line-feeds": (
        "saut de ligne dans un champ remplacé par une espace",
        "line feed in a field replaced by a space",
    ),
    "repeated-headers": ("en-têtes répétés retirés", "repeated headers removed"),
    "total-lines": ("lignes de total retirées", "lines of totals removed"),
    "letters": ("accents et entités HTML rétablis", "accents and HTML entities restored"),
    "nothing-words": ("mots mis pour un champ vide retirés", "words written for nothing removed"),
    "accounts": ("numéros de compte remis en chiffres", "account numbers written plainly"),
    "header": (
        "noms de colonnes remis à ceux de la loi",
        "column names changed to those of the law",
    ),
    "trailing-separators": ("séparateurs en trop retirés", "separators in excess removed"),
    "quotes": ("guillemets de tableur retirés", "quotes of a spreadsheet removed"),
    "quoted-separators": (
        "séparateur dans un libellé entre guillemets remplacé par une espace",
        "separator in a quoted label replaced by a space",
    ),
    "spaces": ("espaces autour des valeurs retirées", "spaces around values removed"),
    "decimal-point": ("point décimal changé en virgule", "decimal point changed into a comma"),
    "euro-signs": ("signe de l'euro retiré", "euro sign removed"),
    "thousands": ("séparateurs de milliers retirés", "thousands separators removed"),
    "directions": ("sens écrit D, C, +1 ou -1", "direction written D, C, +1 or -1"),
    "dates": ("dates écrites AAAAMMJJ", "dates written YYYYMMDD"),
    "day-first-dates": (
        "dates lues jour puis mois : à vérifier, rien dans le fichier ne prouve cet ordre",
        "dates read day first: to be verified, nothing in the file proves that order",
    ),
}
"""Every repair there is, in French and English; none changes the value of an amount."""

_SCHEMA = {
    "line": pl.UInt32,
    "column": pl.String,
    "before": pl.String,
    "after": pl.String,
    "repair": pl.String,
}


class Repairs:
    """The changes made to one file.

    Args:
        details_max: How many details of one kind are kept; the counts stay exact.
    """

    def __init__(self, details_max: int = 1000) -> None:
        self._details_max = details_max
        self._kept: Counter[str] = Counter()
        self._frames: list[pl.DataFrame] = []
        self.counts: Counter[str] = Counter()

    def room(self, kind: str) -> int:
        """Return how many more details of a kind would be kept."""
        return self._details_max - self._kept[kind]

    def add(
        self,
        kind: str,
        line: int,
        before: str | None = None,
        after: str | None = None,
        column: str | None = None,
    ) -> None:
        """Record one change."""
        if self.room(kind) > 0:
            row = {"line": [line], "before": [before], "after": [after]}
            self.extend(kind, pl.DataFrame(row, schema_overrides=_SCHEMA), column)
        else:
            self.counts[kind] += 1

    def extend(
        self, kind: str, changes: pl.DataFrame, column: str | None = None, count: int | None = None
    ) -> None:
        """Record changes of one kind, in line order.

        Args:
            kind: One of `KINDS`.
            changes: `line`, `before`, `after`.
            column: The column of all of them.
            count: How many there are, when `changes` does not hold them all.
        """
        self.counts[kind] += changes.height if count is None else count
        kept = changes.head(max(0, self.room(kind)))
        if kept.height:
            self._kept[kind] += kept.height
            shown = pl.col("before", "after").cast(pl.String).str.head(VALUE_CHARS_MAX)
            self._frames.append(
                kept.with_columns(
                    shown,
                    column=pl.lit(column, dtype=pl.String),
                    repair=pl.lit(kind),
                ).select(pl.col(name).cast(dtype) for name, dtype in _SCHEMA.items())
            )

    def count(self, more: Counter[str]) -> None:
        """Count changes of which no detail is kept."""
        self.counts += more

    def frame(self) -> pl.DataFrame:
        """Return the kept details in line order."""
        if not self._frames:
            return pl.DataFrame(schema=_SCHEMA)
        return pl.concat(self._frames).sort("line", maintain_order=True)
