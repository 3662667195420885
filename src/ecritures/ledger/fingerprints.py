"""Fingerprints of entries: three numbers of 64 bits that tell whether two entries are the same.

`key` is of the journal and the number; `content` of the date and of the account, third party, debit
and credit of each line, in any order; `full` of all that is stored but lettering and the labels of
accounts and third parties. They are stored with each entry, so they must never change: texts are
hashed by XXH3 (whose results are fixed since 2020), numbers are mixed as SplitMix64 does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import polars_hash as plh

if TYPE_CHECKING:
    from collections.abc import Iterator

HASHES = ("key_hash", "content_hash", "full_hash")
IDS = ("journal_id", "account_id", "third_party_id")

_ODD = 0x9E3779B97F4A7C15  # the golden ratio; a column is multiplied by an odd number of its own
_MASK = 2**64 - 1
_CONTENT = {"account_id": 1, "third_party_id": 2, "debit_cents": 3, "credit_cents": 4}
_TEXTS = {"label": 6, "piece_ref": 7, "currency": 8, "siret": 9, "extra": 10}
_NUMBERS = {
    "journal_id": 5,
    "currency_amount": 20,
    "currency_scale": 21,
    "entry_date": 22,
    "piece_date": 23,
    "validation_date": 24,
}
_DAY, _KEY, _TEXT_OF_KEY = 30, 31, 32


def line_hashes(lines: pl.DataFrame) -> dict[str, pl.Expr]:
    """Return two numbers for each line, to be added up by entry: `content` and `full`.

    Args:
        lines: Canonical lines, with the columns of `IDS`. Columns without any value are left out,
            as they would add nothing.
    """
    content = pl.sum_horizontal(_number(name, place) for name, place in _CONTENT.items())
    full = pl.sum_horizontal(content, *_more(lines))
    return {"content": mix(content), "full": mix(full)}


def _more(lines: pl.DataFrame) -> Iterator[pl.Expr]:
    for name, place in _TEXTS.items():
        if lines[name].max():  # neither "" nor null everywhere
            yield hash_text(name) * _multiplier(place)
    for name, place in _NUMBERS.items():
        if lines[name].null_count() < lines.height:
            yield _number(name, place)


def entry_hashes() -> dict[str, pl.Expr]:
    """Return `content_hash` and `full_hash`, given the sums over the lines and `entry_date`."""
    day = _number("entry_date", _DAY)
    return {
        f"{name}_hash": mix(pl.col(name) + day).reinterpret(signed=True)
        for name in ("content", "full")
    }


def key_hash() -> pl.Expr:
    """Return `key_hash`, given `journal_id` and `entry_number`; null without a number."""
    text = hash_text("entry_number") * _multiplier(_TEXT_OF_KEY)
    key = mix(_number("journal_id", _KEY) + text).reinterpret(signed=True)
    return pl.when(pl.col("entry_number") != "").then(key)


def hash_text(name: str) -> pl.Expr:
    """Return a number for each text of a column; zero for "" and null."""
    text = pl.col(name)
    hashed = plh.col(name).nchash.xxh3_64()
    return pl.when(text.is_not_null() & (text != "")).then(hashed).otherwise(_ZERO)


def mix(value: pl.Expr) -> pl.Expr:
    """Spread numbers over 64 bits, as SplitMix64 does (Steele, Lea and Flood, 2014)."""
    value = (value ^ (value // _unsigned(2**30))) * _unsigned(0xBF58476D1CE4E5B9)
    value = (value ^ (value // _unsigned(2**27))) * _unsigned(0x94D049BB133111EB)
    return value ^ (value // _unsigned(2**31))


def _number(name: str, place: int) -> pl.Expr:
    """Return what a number, or a date, adds to the hash of its line; null adds nothing."""
    value = pl.col(name).to_physical().cast(pl.Int64).fill_null(0)
    return value.reinterpret(signed=False) * _multiplier(place)


def _multiplier(place: int) -> pl.Expr:
    return _unsigned((_ODD * (2 * place + 1)) & _MASK)


def _unsigned(value: int) -> pl.Expr:
    return pl.lit(value, dtype=pl.UInt64)


_ZERO = _unsigned(0)
