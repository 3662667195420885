"""What a file holds beyond the canonical line, as one JSON object for each line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import polars as pl

from ecritures.core.frames import constant

if TYPE_CHECKING:
    from collections.abc import Sequence


def as_members(values: pl.Series, name: str) -> pl.Series:
    """Return `"name":"value"` for what is not empty, else null: each distinct value once."""
    words = values.unique().alias(name)
    objects = words.to_frame().select(pl.struct(name).struct.json_encode()).to_series()
    inner = objects.str.strip_prefix("{").str.strip_suffix("}").set(words == "", None)
    return values.replace_strict(words, inner, return_dtype=pl.String)


def member(column: str, name: str) -> pl.Expr:
    """Make `"name":"value"` of what is not empty in a column, else null."""
    one = pl.struct(pl.col(column).alias(name)).struct.json_encode()
    inner = one.str.strip_prefix("{").str.strip_suffix("}")
    return pl.when(pl.col(column) != "").then(inner).alias(column)


def as_objects(members: Sequence[pl.Series], rows: int) -> pl.Series:
    """Join the members of each line into a JSON object; null where there is none.

    Args:
        members: Columns of `"name":"value"`, of equal length; null where a line has none.
        rows: That length.
    """
    if not members:
        return constant(None, rows, pl.String)
    frame = pl.DataFrame({str(index): column for index, column in enumerate(members)})
    inside = pl.concat_str(pl.all(), separator=",", ignore_nulls=True)
    return frame.select(
        pl.when(inside != "").then(pl.concat_str(pl.lit("{"), inside, pl.lit("}")))
    ).to_series()


def member_texts(extra: pl.Series, name: str) -> pl.Series:
    """Return a member of the objects of some lines, as texts; "" where there is none.

    Args:
        extra: The objects; null: none.
        name: Of the member; one that is no text is given in JSON.
    """
    if extra.null_count() == extra.len():
        return constant("", extra.len(), pl.String)
    words = extra.drop_nulls().unique()
    values = [_text(json.loads(word).get(name, "")) for word in words]
    return extra.replace_strict(words, values, default="", return_dtype=pl.String).fill_null("")


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
