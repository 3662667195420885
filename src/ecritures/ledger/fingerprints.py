"""Fingerprints of entries: three numbers of 64 bits that tell whether two entries are the same.

`key` is of the journal and the number; `content` of the date and of the account, third party, debit
and credit of each line, in any order; `full` of all that is stored but lettering and the labels of
accounts and third parties. They are stored with each entry, so they must never change: texts are
hashed by XXH3 (whose results are fixed since 2020), numbers are mixed as SplitMix64 does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import polars as pl
import polars_hash as plh

if TYPE_CHECKING:
    from ecritures.core.lines import NumberedLines

HASHES = ("key_hash", "content_hash", "full_hash")

_ODD = 0x9E3779B97F4A7C15  # the golden ratio; a column is multiplied by an odd number of its own
_MASK = 2**64 - 1
_TEXTS = ("label", "piece_ref", "currency", "siret", "extra")
_NUMBERS = ("currency_amount", "currency_scale")
_DATES = ("entry_date", "piece_date", "validation_date")


class CodeIds(NamedTuple):
    """The numbers of the codes of some lines."""

    journal: pl.Series
    account: pl.Series
    third_party: pl.Series


def hash_lines(lines: pl.DataFrame, ids: CodeIds) -> pl.DataFrame:
    """Return two numbers for each line, to be added up by entry: columns `content`, `full`."""
    content = (
        _number(ids.account, 1)
        + _number(ids.third_party, 2)
        + _number(lines["debit_cents"], 3)
        + _number(lines["credit_cents"], 4)
    )
    full = content + _number(ids.journal, 5)
    for place, name in enumerate(_TEXTS, 6):
        column = lines[name]
        if column.null_count() == column.len() or (name != "label" and (column == "").all()):
            continue
        full += hash_texts(column) * _multiplier(place)
    for place, name in enumerate((*_NUMBERS, *_DATES), 20):
        column = lines[name]
        if column.null_count() < column.len():
            full += _number(column, place)
    return pl.DataFrame({"content": mix(content), "full": mix(full)})


def hash_texts(texts: pl.Series) -> pl.Series:
    """Return a number for each text; zero for "" and null."""
    hashed = texts.to_frame("text").select(plh.col("text").nchash.xxh3_64()).to_series()
    if texts.null_count() or (texts == "").any():
        hashed = hashed.zip_with(texts.fill_null("") != "", _zeros(texts.len()))
    return hashed


def hash_entries(
    content: pl.Series, full: pl.Series, entry_date: pl.Series
) -> tuple[pl.Series, pl.Series]:
    """Return `content_hash` and `full_hash` of entries, given the sums over their lines."""
    day = _number(entry_date, 30)
    return signed(mix(content + day)), signed(mix(full + day))


def hash_keys(journal_id: pl.Series, number: pl.Series) -> pl.Series:
    """Return `key_hash` of entries; null where they have no number."""
    key = mix(_number(journal_id, 31) + hash_texts(number) * _multiplier(32))
    return signed(key).set(number == "", None)


def hash_whole(numbered: NumberedLines, ids: CodeIds) -> pl.DataFrame:
    """Return the sums of `hash_lines` by entry: columns `entry`, `content`, `full`."""
    hashed = hash_lines(numbered.lines, ids).with_columns(numbered.entry.alias("entry"))
    return hashed.group_by("entry", maintain_order=True).agg(pl.col("content", "full").sum())


def mix(values: pl.Series) -> pl.Series:
    """Spread numbers over 64 bits, as SplitMix64 does (Steele, Lea and Flood, 2014)."""
    values = (values ^ (values // 2**30)) * 0xBF58476D1CE4E5B9
    values = (values ^ (values // 2**27)) * 0x94D049BB133111EB
    return values ^ (values // 2**31)


def signed(values: pl.Series) -> pl.Series:
    """Return the same bits as signed numbers, which both databases can store."""
    return values.reinterpret(signed=True)


def _number(values: pl.Series, place: int) -> pl.Series:
    """Return what a number, or a date, adds to the hash of its line; null adds nothing."""
    if values.null_count() == values.len():
        return _zeros(values.len())
    wide = values.cast(pl.Int64) if values.dtype != pl.Date else values.to_physical().cast(pl.Int64)
    if wide.null_count():
        wide = wide.fill_null(0)
    return wide.reinterpret(signed=False) * _multiplier(place)


def _multiplier(place: int) -> int:
    return (_ODD * (2 * place + 1)) & _MASK


def _zeros(length: int) -> pl.Series:
    return pl.Series([0], dtype=pl.UInt64).new_from_index(0, length)
