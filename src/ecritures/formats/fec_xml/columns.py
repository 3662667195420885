"""Converts rows of the XML form to the same canonical lines as those of a flat file."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING

import polars as pl

from ecritures.core.lines import AMOUNTS, DATES, LINE_SCHEMA, TEXTS, Block
from ecritures.formats.fec.columns import debit_and_credit
from ecritures.formats.fec_xml.schema import (
    CASH_FIELDS,
    ENTRY_FIELDS,
    JOURNAL_FIELDS,
    LETTERING_FIELDS,
    LINE_FIELDS,
)
from ecritures.formats.text.convert import known_days, to_cents, to_scaled

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ecritures.core.regime import Regime
    from ecritures.formats.fec_xml.parser import XmlRows

_ENTRY_COLUMNS = (*JOURNAL_FIELDS.values(), *ENTRY_FIELDS.values(), *CASH_FIELDS.values())
_NAMES = {
    column: name
    for fields in (JOURNAL_FIELDS, ENTRY_FIELDS, CASH_FIELDS, LINE_FIELDS)
    for name, column in fields.items()
}
_DATE = (
    r"^([0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"(?:T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]+)?)?"
    r"(?:Z|[+-](?:0[0-9]|1[0-4]):[0-5][0-9])?$"
)
_FLOAT = r"^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)$"
_EXPONENT = r"^([+-]?)([0-9]{1,15})(?:\.([0-9]{0,15}))?[eE]([+-]?[0-9]{1,2})$"
_DIRECTIONS = {"d": "D", "c": "C", "+1": "D", "-1": "C"}


def to_block(rows: XmlRows, regime: Regime) -> Block:
    """Convert rows to a block."""
    text = _text(rows)
    if (text["amount"] != "").any():
        text = _with_one_amount(text)
    else:
        text = text.drop("amount", "direction")
    extra = _extra(rows, text)
    if not regime.is_cash:
        unused = [name for name in CASH_FIELDS.values() if not (text[name] != "").any()]
        text = text.drop(unused)
    names = {column: name for column, name in _NAMES.items() if column in text.columns}
    headings = pl.Series(rows.entry_of_line, dtype=pl.UInt32) + (rows.entries_before + 1)
    lines = _canonical(text, extra)
    return Block(lines, text, names, notation="xml", headings=headings)


def iso_date(text: str) -> date | None:
    """Read one date of the XML form."""
    day = to_iso_date(pl.Series([text.strip()]))[0]
    return day if isinstance(day, date) else None


def to_iso_date(text: pl.Series) -> pl.Series:
    """Read `AAAA-MM-JJ`, perhaps with a time and a zone; null for anything that is not a day."""
    days = text.str.extract(_DATE)
    if days.is_null().all():
        return pl.repeat(None, text.len(), dtype=pl.Date, eager=True).alias(text.name)
    return known_days(days.str.to_date("%Y-%m-%d", strict=False))


def plain_float(text: pl.Series) -> pl.Series:
    """Write floats without exponents, exactly; any other text is left as it is."""
    odd = text.str.contains(_EXPONENT)
    if not odd.any():
        return text
    distinct = text.filter(odd).unique()
    plain = [_expand(value) for value in distinct.to_list()]
    return text.replace(distinct, pl.Series(plain))


def _expand(value: str) -> str:
    """Move the point of a decimal as its exponent says."""
    mantissa, _, power = value.lower().partition("e")
    sign = mantissa[0] if mantissa[0] in "+-" else ""
    units, _, decimals = mantissa.removeprefix(sign).partition(".")
    places = len(decimals) - int(power)
    digits = units + decimals
    if places <= 0:
        return f"{sign}{digits}{'0' * -places}"
    digits = digits.rjust(places + 1, "0")
    return f"{sign}{digits[:-places]}.{digits[-places:]}"


def _text(rows: XmlRows) -> pl.DataFrame:
    lines = _table(rows.lines, tuple(LINE_FIELDS.values()))
    entries = _table(rows.entries, _ENTRY_COLUMNS)
    spread = entries[pl.Series(rows.entry_of_line, dtype=pl.UInt32)]
    numbers = pl.Series("line", rows.line_numbers, dtype=pl.UInt32)
    whole = pl.concat([numbers.to_frame(), spread, lines], how="horizontal")
    lettered = _lettered(whole, pl.Series(rows.entry_of_line, dtype=pl.UInt32))
    return _with_own_lettering(lettered, rows.line_extras)


def _lettered(text: pl.DataFrame, entry: pl.Series) -> pl.DataFrame:
    """Give the lettering of an entry to its lines of third parties only.

    In this form, the lettering is the entry's; it never concerns its expenses, income or tax. An
    entry without third parties has it on its other balance-sheet lines.
    """
    if not (text["lettering"] != "").any() and not (text["lettering_date"] != "").any():
        return text
    account = pl.col("account_number").str.strip_chars()
    theirs = account.str.contains(r"^4[0-356]")  # 44 is the tax that the invoice bears
    any_theirs = theirs.any().over(entry)
    concerned = pl.when(any_theirs).then(theirs).otherwise(account.str.contains(r"^[1-5]"))
    kept = pl.when(concerned).then(pl.col("lettering", "lettering_date")).otherwise(pl.lit(""))
    return text.with_columns(kept.name.keep())


def _with_own_lettering(text: pl.DataFrame, extras: Mapping[int, dict[str, str]]) -> pl.DataFrame:
    """Give lines the lettering that they bear themselves; it is then no extra of theirs."""
    for name, column in LETTERING_FIELDS.items():
        own = {index: extra.pop(name) for index, extra in extras.items() if name in extra}
        if own:
            given = text[column].scatter([*own], [*own.values()])
            text = text.with_columns(given)
    return text


def _table(rows: list[tuple[str, ...]], names: tuple[str, ...]) -> pl.DataFrame:
    columns = zip(*rows, strict=True)
    return pl.DataFrame(
        [pl.Series(name, column, dtype=pl.String)
         for name, column in zip(names, columns, strict=True)]
    )  # fmt: skip


def _with_one_amount(text: pl.DataFrame) -> pl.DataFrame:
    """Write every line as Montant and Sens: the schema lets each line choose."""
    direction = pl.col("direction").str.strip_chars()
    return text.with_columns(
        amount=pl.when(pl.col("amount") != "")
        .then("amount")
        .when(pl.col("debit_cents") != "")
        .then("debit_cents")
        .otherwise("credit_cents"),
        direction=pl.when(pl.col("amount") != "")
        .then(direction.str.to_lowercase().replace_strict(_DIRECTIONS, default=direction))
        .when((pl.col("debit_cents") != "") & (pl.col("credit_cents") != ""))
        .then(pl.lit("Debit + Credit"))
        .when(pl.col("debit_cents") != "")
        .then(pl.lit("D"))
        .otherwise(pl.lit("C")),
    ).drop("debit_cents", "credit_cents")


def _canonical(text: pl.DataFrame, extra: pl.Series) -> pl.DataFrame:
    columns: dict[str, pl.Series] = {"line": text["line"], "extra": extra}
    absent = pl.repeat("", text.height, dtype=pl.String, eager=True)
    for name in TEXTS:
        columns[name] = text[name].str.strip_chars() if name in text else absent
    for name in DATES:
        columns[name] = to_iso_date(text[name].str.strip_chars())
    given = {name: _numbers(text[name]) for name in (*AMOUNTS, "amount") if name in text.columns}
    cents = {
        name: to_cents(amount, ".") for name, amount in given.items() if name != "currency_amount"
    }
    columns |= debit_and_credit(cents, text)
    scaled = to_scaled(given["currency_amount"], ".")
    columns["currency_amount"], columns["currency_scale"] = scaled["value"], scaled["scale"]
    return pl.DataFrame({name: columns[name] for name in LINE_SCHEMA}, schema=LINE_SCHEMA)


def _numbers(text: pl.Series) -> pl.Series:
    """Amounts in the form that the converter reads; a text that is not a float stays invalid."""
    plain = plain_float(text.str.strip_chars())
    if text.name == "currency_amount":  # a text in the schema: both signs occur
        plain = plain.str.replace(r"^([^.,]*),([^.,]*)$", "$1.$2")
    wrong = ~plain.str.contains(_FLOAT) & (plain != "")
    return plain.set(wrong, "?") if wrong.any() else plain


def _extra(rows: XmlRows, text: pl.DataFrame) -> pl.Series:
    """Return what the canonical line does not have, as a JSON object."""
    cash = text.select(pl.col(column).alias(name) for name, column in CASH_FIELDS.items())
    any_cash = any((cash[name] != "").any() for name in cash.columns)
    if not any_cash and not rows.line_extras and not any(rows.entry_extras):
        return pl.repeat(None, text.height, dtype=pl.String, eager=True)
    found: list[str | None] = []
    for index, (entry, line_cash) in enumerate(
        zip(rows.entry_of_line, cash.iter_rows(named=True), strict=True)
    ):
        kept = {name: value for name, value in line_cash.items() if value}
        kept |= rows.entry_extras[entry] | rows.line_extras.get(index, {})
        found.append(json.dumps(kept, ensure_ascii=False) if kept else None)
    return pl.Series(found, dtype=pl.String)
