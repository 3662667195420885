"""Texts made fit for a file: without separators, in an encoding that may lack characters."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ecritures.exports.findings import Findings, InFile

CONTROLS = bytes([*range(32), 127])
_ALIKE = str.maketrans(
    {
        "‘": "'", "’": "'", "“": '"', "”": '"', "–": "-", "—": "-", "−": "-", "…": "...",
        "\u00a0": " ", "\u2009": " ", "\u202f": " ", "œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE",
        "€": "EUR",
    }
)  # fmt: skip


def without_separators(
    fields: pl.DataFrame, separator: str, lines: InFile, findings: Findings
) -> pl.DataFrame:
    """Put a space in the place of separators and control characters.

    Args:
        fields: The fields of the file; those that are texts are looked at.
        separator: One character, or "": none.
        lines: The same lines.
        findings: Where each text that is changed is reported.
    """
    pattern = rf"[\x00-\x1f\x7f{'' if separator in {'', chr(9)} else chr(92) + separator}]+"
    changed = []
    for column in _texts(fields):
        odd = column.str.contains(pattern)
        if odd.any():
            findings.add("separator-in-text", column.name, lines, odd, column)
            changed.append(column.str.replace_all(pattern, " "))
    return fields.with_columns(changed)


def with_known_characters(
    fields: pl.DataFrame, encoding: str, lines: InFile, findings: Findings
) -> pl.DataFrame:
    """Replace characters that an encoding lacks: by what is alike, else by a question mark.

    Args:
        fields: The fields of the file; those that are texts are looked at.
        encoding: Python's name of it.
        lines: The same lines.
        findings: Where each text that is changed is reported.
    """
    changed = []
    for column in _texts(fields):
        odd = [text for text in column.unique() if text and not _fits(text, encoding)]
        if odd:
            is_odd = column.is_in(odd)
            findings.add("character-lost", column.name, lines, is_odd, column)
            replaced = [_known(text, encoding) for text in odd]
            changed.append(column.replace(odd, replaced))
    return fields.with_columns(changed)


def plain(text: str, encoding: str) -> str:
    """Return a text as both do it, in a file without separators."""
    text = re.sub(r"[\x00-\x1f\x7f]+", " ", text)
    return text if _fits(text, encoding) else _known(text, encoding)


def _texts(fields: pl.DataFrame) -> Iterable[pl.Series]:
    return (column for column in fields.iter_columns() if column.dtype == pl.String)


def _fits(text: str, encoding: str) -> bool:
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def _known(text: str, encoding: str) -> str:
    return "".join(one if _fits(one, encoding) else _alike(one, encoding) for one in text)


def _alike(character: str, encoding: str) -> str:
    plain = unicodedata.normalize("NFKD", character.translate(_ALIKE))
    kept = "".join(one for one in plain if not unicodedata.combining(one) and _fits(one, encoding))
    return kept or "?"
