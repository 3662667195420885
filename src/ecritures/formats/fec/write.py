"""Writes canonical lines as lines of a flat FEC, whatever file they were read from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from ecritures.core.frames import cents_text_of
from ecritures.core.lines import DATES
from ecritures.formats.fec.header import LEGAL_COLUMNS

if TYPE_CHECKING:
    from ecritures.core.lines import Block

SEPARATOR = "|"
HEADER = SEPARATOR.join(name for name, _ in LEGAL_COLUMNS)
_SOURCE = "source."


def fec_lines(block: Block) -> pl.Series:
    """Write each line with the eighteen columns; what could not be read is as in the source."""
    text = block.text.drop("line")
    if "amount" in text.columns:  # one unread amount is shown once
        text = text.rename({"amount": "debit_cents"})
    frame = block.lines.hstack(text.rename(lambda name: _SOURCE + name).get_columns())
    fields = (_field(key, frame) for _, key in LEGAL_COLUMNS)
    clean = (field.str.replace_all(r"[\x00-\x1f\x7f|]+", " ") for field in fields)
    return frame.select(pl.concat_str(list(clean), separator=SEPARATOR)).to_series()


def _field(key: str, frame: pl.DataFrame) -> pl.Expr:
    column = pl.col(key)
    if key in DATES:
        written = column.dt.strftime("%Y%m%d")
    elif key in ("debit_cents", "credit_cents"):
        written = pl.when(column.is_not_null()).then(cents_text_of(column))
    elif key == "currency_amount":
        written = pl.when(column.is_not_null()).then(scaled_text())
    else:
        return column
    unread = pl.col(_SOURCE + key) if _SOURCE + key in frame.columns else pl.lit("")
    return pl.coalesce(written, unread, pl.lit(""))


def scaled_text() -> pl.Expr:
    """Write `currency_amount`, in units of 10 ** -`currency_scale`, with a decimal comma."""
    value, scale = pl.col("currency_amount"), pl.col("currency_scale")
    digits = value.abs().cast(pl.String).str.zfill(scale.cast(pl.Int64) + 1)
    units = digits.str.head(-scale.cast(pl.Int64))
    decimals = pl.concat_str(pl.lit(","), digits.str.tail(scale))
    sign = pl.when(value < 0).then(pl.lit("-")).otherwise(pl.lit(""))
    return (
        pl.when(scale == 0)
        .then(value.cast(pl.String))
        .otherwise(pl.concat_str(sign, units, decimals))
    )
