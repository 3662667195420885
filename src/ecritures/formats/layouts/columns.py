"""Helpers for reading rows: which lines, which columns, and the folding of blocks."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Any

import polars as pl

if TYPE_CHECKING:
    from ecritures.formats.layouts.inputs import LineTest, Record


def only_used(record: Record, used: set[str]) -> Record:
    """Return a kind of entry line without its unused columns."""
    if record.role != "entry" or not record.columns:
        return record
    needed = [place.end for place in record.columns.values() if not place.optional]
    columns = {name: place for name, place in record.columns.items() if name in used}
    width = record.width or max(1, *needed, 1)
    return record.model_copy(update={"columns": columns, "width": width})


def line_test(test: LineTest | None) -> pl.Expr:
    """Compile the test of a line's text."""
    if test is None:
        return pl.lit(value=True)
    text = pl.col("value")
    if test.start is not None:
        text = text.str.slice(test.start - 1, test.length)
    return test.on(text)


def filled_row() -> pl.Expr:
    """Tell which rows of a sheet are not empty."""
    return pl.concat_str(pl.exclude("line")).str.strip_chars() != ""


def fold_blocks(lines: pl.DataFrame) -> pl.DataFrame:
    """Turn each block into one row: `line` and `value` of its tag, `cells` under it."""
    return (
        lines.group_by("block", maintain_order=True)
        .agg(
            pl.col("line").first(),
            pl.col("value").first(),
            cells=pl.col("value").slice(1),
        )
        .drop("block")
    )


def down(item: Any, path: str) -> str:  # noqa: ANN401 - any JSON value
    """Return the value at a path of a JSON object, as text; "" if there is none."""
    for name in path.split("."):
        item = item.get(name) if isinstance(item, dict) else None
    if item is None or isinstance(item, dict | list):
        return ""
    return str(item).lower() if isinstance(item, bool) else str(item)


def by_header(
    wanted: dict[str, tuple[str, ...]] | dict[str, None], header: list[str]
) -> tuple[dict[str, int], dict[str, str]]:
    """Find columns in a header without regard to case, accents or spaces.

    Returns:
        Column → position, and column → the name as the header writes it.
    """
    places: dict[str, int] = {}
    for position, name in enumerate(header, 1):
        places.setdefault(plain(name), position)
    found = {}
    for column, names in wanted.items():
        for name in names or (column,):
            if plain(name) in places:
                found[column] = places[plain(name)]
                break
    return found, {column: header[at - 1] for column, at in found.items()}


def plain(name: str) -> str:
    """Return a name without its case, accents, spaces or marks."""
    decomposed = unicodedata.normalize("NFKD", name.casefold())
    return "".join(char for char in decomposed if char.isalnum())
