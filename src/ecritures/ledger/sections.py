"""The splits of lines over analytic sections, as rows of `line_sections`.

A section is a code of the dossier, written as the vendor does: `SECTION@AXIS`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from ecritures.core.splits import split_rows, split_texts
from ecritures.ledger.codes import CodeKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ecritures.ledger.codes import CodeTable

SECTION_SCHEMA = {
    "line": pl.UInt32,
    "rank": pl.Int16,
    "entry": pl.UInt32,
    "axis": pl.String,
    "section_id": pl.Int32,
    "amount_cents": pl.Int64,
    "percentage": pl.String,
}
"""Columns of the table, with the types that made them."""
NO_SECTIONS = pl.DataFrame(schema=SECTION_SCHEMA)
SPLIT_KEY = "split_key"


def section_rows(lines: pl.DataFrame, codes: CodeTable) -> pl.DataFrame:
    """Return the rows of the lines that are split.

    Args:
        lines: Canonical lines, with the number of their `entry`.
        codes: Those of the dossier; unknown sections are added to it.
    """
    if not (lines["splits"] != "").any():
        return NO_SECTIONS
    parts = split_rows(lines.select("line", "entry", "splits"))
    code = parts.select(pl.concat_str("section", "axis", separator="@")).to_series()
    found = codes.find(CodeKind.SECTION, code, parts["label"])
    named = parts.with_columns(found["id"].alias("section_id"), amount_cents="cents")
    return named.select(pl.col(name).cast(dtype) for name, dtype in SECTION_SCHEMA.items())


def section_name(code: str, axis: str) -> str:
    """Return the section that a code names on an axis."""
    return code.removesuffix(f"@{axis}")


def with_split_keys(lines: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """Return lines with a text that says how each is split, for fingerprints; none is: as they are.

    Args:
        lines: With their number.
        rows: Their rows of `line_sections`.
    """
    if rows.is_empty():
        return lines
    part = pl.concat_str(
        "section_id", "amount_cents", pl.col("percentage").fill_null(""), separator=":"
    )
    keys = rows.sort("line", "rank").group_by("line", maintain_order=True)
    keyed = keys.agg(part.str.join(";").alias(SPLIT_KEY))
    return lines.join(keyed, on="line", how="left", maintain_order="left")


def with_splits(
    lines: pl.DataFrame, rows: pl.DataFrame, names: Mapping[int, tuple[str, str]]
) -> pl.DataFrame:
    """Return lines with the column `splits` of canonical lines; null where there are none.

    Args:
        lines: With their number.
        rows: Their rows of `line_sections`.
        names: Code and label of each section.
    """
    named = [names[number] for number in rows["section_id"]]
    sections = [
        section_name(code, axis) for (code, _), axis in zip(named, rows["axis"], strict=True)
    ]
    parts = rows.select("line", "axis", "percentage", cents="amount_cents").with_columns(
        section=pl.Series(sections, dtype=pl.String),
        label=pl.Series([label for _, label in named], dtype=pl.String),
    )
    return lines.join(split_texts(parts), on="line", how="left", maintain_order="left")
