"""Converts texts to dates and cents, in the notation of a model. Nothing is ever rounded."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

import polars as pl

from ecritures.core.frames import constant, runs_of
from ecritures.formats.text.convert import known_days, to_cents, to_scaled

if TYPE_CHECKING:
    from ecritures.formats.layouts.fields import Amounts, Dates

_TOKEN = re.compile(r"AAAA|AA|MM|JJ|[-/. ]")
_DIGITS_MAX = 14
_BLANKS = " \t\u00a0\u2009\u202f"
_EURO_BEFORE = rf"(?i)^(?:€|eur)[{_BLANKS}]*"
_EURO_AFTER = rf"(?i)[{_BLANKS}]*(?:€|eur|euros?)$"
_GROUPED = tuple(
    (rf"^[+-]?[0-9]{{1,3}}({mark}[0-9]{{3}})+{decimals}[+-]?$", mark)
    for mark, decimals in (
        (f"[{_BLANKS}]", "([.,][0-9]*)?"),
        ("['’]", "([.,][0-9]*)?"),
        (r"\.", "(,[0-9]*)"),  # both marks are there, so neither is in doubt
        (",", r"(\.[0-9]*)"),
    )
)
_NO_DATE = r"^[0 ./-]*$"


def read_dates(text: pl.Series, how: Dates) -> tuple[pl.Series, pl.Series]:
    """Read days.

    Returns:
        The days, null for what is not one; and which texts can be read as two different days.
    """
    words, rows = runs_of(text)  # as a rule, neighbours have the same date
    days, ambiguous = _read_each(words, how)
    if rows is None:
        return days, ambiguous
    none = constant(value=False, rows=text.len(), dtype=pl.Boolean)
    return days.gather(rows), ambiguous.gather(rows) if ambiguous.any() else none


def _read_each(text: pl.Series, how: Dates) -> tuple[pl.Series, pl.Series]:
    words = text.unique().alias("text")
    forms = {str(n): _days(form, how.pivot) for n, form in enumerate(how.formats)}
    found = [known_days(days) for days in words.to_frame().select(**forms).iter_columns()]
    found = [days for days in found if days.null_count() < days.len()] or found[:1]
    if len(found) == 1:
        read = text.replace_strict(words, found[0], return_dtype=pl.Date)
        return read, constant(value=False, rows=text.len(), dtype=pl.Boolean)
    first = pl.select(pl.coalesce(found)).to_series()
    ambiguous = constant(value=False, rows=words.len(), dtype=pl.Boolean)
    for days in found:
        ambiguous |= (days != first).fill_null(value=False)
    days = first.set(ambiguous, None)
    read = text.replace_strict(words, days, return_dtype=pl.Date)
    return read, text.is_in(words.filter(ambiguous).implode())


def is_no_date(text: pl.Series, how: Dates) -> pl.Series:
    """Return which texts mean “no date”."""
    return text.str.contains(_NO_DATE) | text.is_in(
        pl.Series(how.absent, dtype=pl.String).implode()
    )


@cache
def _days(form: str, pivot: int) -> pl.Expr:
    """Read one format of `text`: its parts have fixed places, so they are sliced, then checked."""
    pattern, places, at = "^", {}, 0
    for token in _TOKEN.findall(form):
        digits = token[0] in "AMJ"
        pattern += f"[0-9]{{{len(token)}}}" if digits else re.escape(token)
        if digits:
            places[token] = pl.col("text").str.slice(at, len(token))
        at += len(token)
    year = places.get("AAAA")
    if year is None:
        short = places["AA"]
        century = (
            pl.when(short.cast(pl.Int8, strict=False) >= pivot)
            .then(pl.lit("19"))
            .otherwise(pl.lit("20"))
        )
        year = pl.concat_str(century, short)
    right = pl.col("text").str.contains(pattern + "$")
    eight = pl.when(right).then(pl.concat_str(year, places["MM"], places["JJ"]))
    return eight.str.to_date("%Y%m%d", strict=False)


def read_cents(text: pl.Series, how: Amounts) -> pl.Series:
    """Read amounts into cents: zero for an empty text, null for one that is not an amount."""
    cents = _cents(text, how)
    if not (unread := cents.is_null()).any():
        return cents
    return cents.scatter(unread.arg_true(), _cents(bare_amounts(text.filter(unread)), how))


def _cents(text: pl.Series, how: Amounts) -> pl.Series:
    if how.decimals_implied:
        return _implied(text, how.decimals_implied)
    text, decimal = _one_mark(text, how)
    return to_cents(text, decimal)


def read_scaled(text: pl.Series, how: Amounts) -> pl.DataFrame:
    """Read amounts of any currency: `value` and `scale`; null for no text, or no amount."""
    kinds = (("value", pl.Int64), ("scale", pl.UInt8))
    scaled = pl.DataFrame({name: constant(None, text.len(), kind) for name, kind in kinds})
    given = (text != "").arg_true()
    if not given.len():
        return scaled
    text = text.gather(given)
    found = _scaled(text, how)
    unread = found["value"].is_null()
    if unread.any():
        again, where = _scaled(bare_amounts(text.filter(unread)), how), unread.arg_true()
        found = found.select(one.scatter(where, again[one.name]) for one in found.iter_columns())
    return scaled.select(one.scatter(given, found[one.name]) for one in scaled.iter_columns())


def _scaled(text: pl.Series, how: Amounts) -> pl.DataFrame:
    if how.decimals_implied:
        value = _whole(text)
        scale = pl.repeat(how.decimals_implied, text.len(), dtype=pl.UInt8, eager=True)
        return pl.DataFrame({"value": value, "scale": scale.set(value.is_null(), None)})
    text, decimal = _one_mark(text, how)
    return to_scaled(text, decimal)


def bare_amounts(text: pl.Series) -> pl.Series:
    """Take away what programs write around an amount, and what can mean one thing only.

    Euros (`12,00 €`), parentheses of a negative amount, a minus apart or of another kind, marks
    between thousands that are not the decimal one; a dash alone, as spreadsheets write it, is no
    amount.
    """
    bare = text.str.strip_chars(_BLANKS).str.replace(_EURO_BEFORE, "").str.replace(_EURO_AFTER, "")
    bare = bare.str.replace(r"^\((.*)\)$", "-${1}").str.replace(_EURO_AFTER, "")
    bare = bare.str.replace_all("[\u2212\u2013\u2014]", "-")
    bare = bare.str.replace(rf"^([+-])[{_BLANKS}]+", "${1}")
    bare = bare.str.replace(rf"[{_BLANKS}]+([+-])$", "${1}")
    for pattern, mark in _GROUPED:
        grouped = bare.str.contains(pattern)
        if grouped.any():
            bare = bare.str.replace_all(mark, "").zip_with(grouped, bare)
    return bare.replace("-", "")


def _one_mark(text: pl.Series, how: Amounts) -> tuple[pl.Series, str]:
    """Remove thousands marks where they are placed correctly; unify the decimal mark."""
    if how.thousands:
        marks = {" ": "[ \u00a0\u202f]", "'": "['’]"}.get(how.thousands, re.escape(how.thousands))
        grouped = text.str.contains(rf"^[+-]?[0-9]{{1,3}}({marks}[0-9]{{3}})+([.,][0-9]*)?[+-]?$")
        if grouped.any():
            bare = text.filter(grouped).str.replace_all(marks, "")
            text = text.clone().scatter(grouped.arg_true(), bare)
    if how.decimal != "any":
        return text, how.decimal
    if not text.str.contains(".", literal=True).any():
        return text, ","
    points = ~text.str.contains(",", literal=True)
    frame = text.alias("text").to_frame()
    with_comma = pl.col("text").str.replace_all(".", ",", literal=True)
    both = pl.when(points).then(with_comma).otherwise("text")
    return frame.select(both).to_series(), ","


def _whole(text: pl.Series) -> pl.Series:
    number = text.cast(pl.UInt64, strict=False)  # accepts digits, which may follow a plus
    if not number.null_count() and (text.str.len_bytes() <= _DIGITS_MAX).all():
        return number.cast(pl.Int64)
    right = text.str.contains(rf"^[+-]?[0-9]{{1,{_DIGITS_MAX}}}$")
    bare = text.str.strip_prefix("+")
    return (bare if right.all() else bare.set(~right, None)).cast(pl.Int64)


def _implied(text: pl.Series, decimals: int) -> pl.Series:
    """Read whole numbers of which the last digits are decimals."""
    value = _whole(text)
    if decimals <= 2:  # noqa: PLR2004 - cents
        cents: pl.Series = value * 10 ** (2 - decimals)
    else:
        unit = 10 ** (decimals - 2)
        cents = (value // unit).set((value % unit != 0).fill_null(value=False), None)
    return cents.set(text == "", 0)
