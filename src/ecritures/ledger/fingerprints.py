"""Fingerprints of entries: three numbers of 64 bits that tell whether two entries are the same.

`key` is of the journal and the number; `content` of the date and of the account, third party, debit
and credit of each line, in any order; `full` of all that is stored but lettering and the labels of
accounts, third parties and sections. They are stored with each entry, so they must never change:
texts are hashed by XXH3 (whose results are fixed since 2020), numbers are mixed as SplitMix64 does.
"""

from __future__ import annotations

from functools import cache
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
_RARE_TEXTS = {"split_key": 11, "attached_key": 12}  # columns that may be missing
_NUMBERS = {
    "journal_id": 5,
    "currency_amount": 20,
    "currency_scale": 21,
    "entry_date": 22,
    "piece_date": 23,
    "validation_date": 24,
}
_DAY, _KEY, _TEXT_OF_KEY = 30, 31, 32
_STEPS = (30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)


def with_line_hashes(lines: pl.DataFrame) -> pl.LazyFrame:
    """Return lines with numbers to be added up by entry: `content`, `full` and `uncoded`.

    `uncoded` is of all that a line says but its journal, account and third party, whose numbers
    depend on what else is imported; its sum is never stored.

    Args:
        lines: Canonical lines, with the columns of `IDS`; `split_key` where some are split, and
            `attached_key` where some have documents. Columns without any value are left out, as
            they would add nothing.
    """
    content = {name: _number(name, place) for name, place in _CONTENT.items()}
    parts = content | dict(_more(lines))
    uncoded = [part for name, part in parts.items() if name not in IDS]
    if "entry_number" in lines.columns:  # not where lines are read back
        uncoded.append(_text("entry_number", _TEXT_OF_KEY))
    hashed = lines.lazy().with_columns(
        content=pl.sum_horizontal(content.values()),
        full=pl.sum_horizontal(parts.values()),
        uncoded=pl.sum_horizontal(uncoded),
    )
    return mix(hashed, "content", "full", "uncoded")


def _more(lines: pl.DataFrame) -> Iterator[tuple[str, pl.Expr]]:
    rare = {name: place for name, place in _RARE_TEXTS.items() if name in lines.columns}
    for name, place in (_TEXTS | rare).items():
        if lines[name].max():  # neither "" nor null everywhere
            yield name, _text(name, place)
    for name, place in _NUMBERS.items():
        if lines[name].null_count() < lines.height:
            yield name, _number(name, place)


def with_entry_hashes(entries: pl.LazyFrame) -> pl.LazyFrame:
    """Return entries with `content_hash` and `full_hash`.

    Args:
        entries: Columns `entry_date`, and `content` and `full`: the sums over the lines.
    """
    day, names = _number("entry_date", _DAY), ("content", "full")
    hashed = entries.with_columns((pl.col(name) + day).alias(f"{name}_hash") for name in names)
    return _signed(mix(hashed, "content_hash", "full_hash"), "content_hash", "full_hash")


def with_key_hash(entries: pl.LazyFrame) -> pl.LazyFrame:
    """Return entries with `key_hash`, given `journal_id` and `entry_number`; null without one."""
    text = _text("entry_number", _TEXT_OF_KEY)
    hashed = _signed(
        mix(entries.with_columns(key_hash=_number("journal_id", _KEY) + text), "key_hash"),
        "key_hash",
    )
    return hashed.with_columns(pl.when(pl.col("entry_number") != "").then("key_hash"))


@cache
def hash_text(name: str) -> pl.Expr:
    """Return a number for each text of a column; zero for "" and null."""
    text = pl.col(name)
    hashed = plh.col(name).nchash.xxh3_64()
    return pl.when(text.is_not_null() & (text != "")).then(hashed).otherwise(_ZERO)


@cache
def _text(name: str, place: int) -> pl.Expr:
    return hash_text(name) * _multiplier(place)


def mix(frame: pl.LazyFrame, *names: str) -> pl.LazyFrame:
    """Spread the numbers of columns over 64 bits, as SplitMix64 does (Steele and others, 2014).

    Step by step: as one expression, each step would be written out twice.
    """
    for step in _steps(names):
        frame = frame.with_columns(step)
    return frame


@cache
def _steps(names: tuple[str, ...]) -> list[list[pl.Expr]]:
    values = [pl.col(name) for name in names]
    steps = [
        [(value ^ (value // _unsigned(2**shift))) * _unsigned(factor) for value in values]
        for shift, factor in _STEPS
    ]
    return [*steps, [value ^ (value // _unsigned(2**31)) for value in values]]


def _signed(frame: pl.LazyFrame, *names: str) -> pl.LazyFrame:
    """Return the same bits as signed numbers, which both databases can store."""
    return frame.with_columns(pl.col(name).reinterpret(signed=True) for name in names)


@cache
def _number(name: str, place: int) -> pl.Expr:
    """Return what a number, or a date, adds to the hash of its line; null adds nothing."""
    value = pl.col(name).to_physical().cast(pl.Int64).fill_null(0)
    return value.reinterpret(signed=False) * _multiplier(place)


@cache
def _multiplier(place: int) -> pl.Expr:
    return _unsigned((_ODD * (2 * place + 1)) & _MASK)


def _unsigned(value: int) -> pl.Expr:
    return pl.lit(value, dtype=pl.UInt64)


_ZERO = _unsigned(0)
