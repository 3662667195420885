"""Converts text columns with canonical names to canonical lines, for every text layout."""

from __future__ import annotations

from collections import Counter

import polars as pl

from ecritures.core.directions import CREDIT_WORDS, DEBIT_WORDS
from ecritures.core.frames import all_null_are_empty, constant
from ecritures.core.lines import DATES, LINE_SCHEMA, TEXTS, Block
from ecritures.formats.extra import as_objects, member
from ecritures.formats.fec.header import CASH_COLUMNS, FecHeader
from ecritures.formats.text.convert import read_cents, to_date, to_scaled

SPARSE_COLUMNS_MAX = 50  # beyond the law; with more of them, a line keeps the empty ones too


def to_block(text: pl.DataFrame, header: FecHeader) -> Block:
    """Convert text columns to canonical lines."""
    absent = constant("", text.height, pl.String)
    given = [name for name in (*TEXTS, "currency_amount") if name in header.places]
    stripped = dict(zip(given, text.select(pl.col(given).str.strip_chars()), strict=True))
    columns: dict[str, pl.Series] = {"line": text["line"]}
    for name in TEXTS:
        columns[name] = stripped.get(name, absent)
    for name in DATES:
        columns[name] = _date(text[name] if name in header.places else absent)
    amounts = ("amount",) if header.signed else ("debit_cents", "credit_cents")
    read = {name: _cents(text[name]) for name in amounts}
    columns |= debit_and_credit({name: cents for name, (cents, _) in read.items()}, text)
    scaled = to_scaled(stripped.get("currency_amount", absent))
    columns["currency_amount"], columns["currency_scale"] = scaled["value"], scaled["scale"]
    columns["extra"] = _extra(text, header)
    lines = pl.DataFrame({name: columns[name] for name in LINE_SCHEMA}, schema=LINE_SCHEMA)
    return Block(
        lines, text, header.names, plain=frozenset(n for n, (_, is_) in read.items() if is_)
    )


def _date(text: pl.Series) -> pl.Series:
    """Read dates, ignoring spaces around them."""
    days = to_date(text)
    return days if all_null_are_empty(days, text) else to_date(text.str.strip_chars())


def _cents(text: pl.Series) -> tuple[pl.Series, bool]:
    """Read amounts, ignoring spaces around them; tell whether all are plain."""
    cents, plain = read_cents(text)
    return (read_cents(text.str.strip_chars())[0], False) if cents.null_count() else (cents, plain)


def debit_and_credit(cents: dict[str, pl.Series], text: pl.DataFrame) -> dict[str, pl.Series]:
    """Put amounts on their sides.

    Args:
        cents: `debit_cents` and `credit_cents`, which are returned as they are; or `amount`.
        text: Has `direction`, where an amount has one.
    """
    if "amount" not in cents:
        return cents
    direction = text["direction"].str.strip_chars()
    sides = pl.DataFrame({"amount": cents["amount"], "direction": direction}).select(
        debit_cents=_side(DEBIT_WORDS, CREDIT_WORDS), credit_cents=_side(CREDIT_WORDS, DEBIT_WORDS)
    )
    return {name: sides[name] for name in sides.columns}


def _side(words: tuple[str, ...], other: tuple[str, ...]) -> pl.Expr:
    """The amount on its own side, zero on the other, null where the direction is unknown."""
    return (
        pl.when(pl.col("direction").is_in(words))
        .then(pl.col("amount"))
        .when(pl.col("direction").is_in(other) & pl.col("amount").is_not_null())
        .then(pl.lit(0, dtype=pl.Int64))
    )


def _extra(text: pl.DataFrame, header: FecHeader) -> pl.Series:
    """Return what the canonical line does not have and the source has, as a JSON object."""
    cash = {key: name for name, key in CASH_COLUMNS}
    known = set(header.places) - cash.keys()
    others = [name for name in text.columns if name not in known and name != "line"]
    titles = {name: cash.get(name) or header.columns[int(name)] for name in others}
    kept = [name for name in others if titles[name]]
    repeated = {title for title, times in Counter(titles.values()).items() if times > 1}
    titles |= {name: f"{titles[name]} ({name})" for name in kept if titles[name] in repeated}
    filled = [name for name in kept if (text[name] != "").any()]
    if len(filled) > SPARSE_COLUMNS_MAX:  # one by one, so many would take minutes
        given = pl.any_horizontal(pl.col(name) != "" for name in filled)
        whole = pl.struct(pl.col(name).alias(titles[name]) for name in filled).struct.json_encode()
        return text.select(pl.when(given).then(whole)).to_series()
    members = text.select(member(name, titles[name]) for name in filled)
    return as_objects(members.get_columns(), text.height)
