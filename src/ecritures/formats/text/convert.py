"""Text to dates and amounts, a column at a time.

No function fails: a text that is not exactly a date or an amount becomes null, and the checks,
which see both the text and the value, report it. Nothing is rounded. A regular expression accepts a
text before any cast, because Polars' own cast would accept `1e3`, or round `1,005`.
"""

from __future__ import annotations

from datetime import date

import polars as pl

from ecritures.core.frames import constant

INTEGER_DIGITS_MAX = 12  # 999 999 999 999,99: sums of a file stay far from overflow
SCALE_MAX = 6
FIRST_DAY = date(1000, 1, 1)  # a year of three digits lacks one
EIGHT, EIGHT_DIGITS_MIN = 8, 10_000_000

_PLAIN = rf"^-?[0-9]{{1,{INTEGER_DIGITS_MAX}}},[0-9]{{2}}$"
_ANY = r"^(?<lead>[+-] ?)?(?<units>[0-9]*)(?:,(?<decimals>[0-9]*))?(?<trail>[+-])?$"


def to_date(text: pl.Series) -> pl.Series:
    """Read `AAAAMMJJ` (article A47 A-1 XII 4°); null for anything that is not a day."""
    given = text != ""
    if given.all():
        return _days(text)
    days = constant(None, text.len(), pl.Date).alias(text.name)
    return days.scatter(given.arg_true(), _days(text.filter(given))) if given.any() else days


def _days(text: pl.Series) -> pl.Series:
    number = text.cast(pl.UInt32, strict=False)
    plain = (number >= EIGHT_DIGITS_MIN) & (text.str.len_bytes() == EIGHT)
    if number.null_count() or not plain.all():
        text = text.set(~text.str.contains(r"^[0-9]{8}$"), None)
    return known_days(text.str.to_date("%Y%m%d", strict=False))


def known_days(days: pl.Series) -> pl.Series:
    """Leave out the days of years before 1000: a digit of the year is missing."""
    early = days < FIRST_DAY
    return days.set(early, None) if early.any() else days


def to_cents(text: pl.Series, decimal: str = ",") -> pl.Series:
    """Read decimal amounts into cents: zero for an empty text, null for one that is not an amount.

    Article A47 A-1 XII 2°: decimal comma, no thousands separator, an optional sign first or last.
    """
    return read_cents(_with_comma(text, decimal))[0]


def read_cents(text: pl.Series) -> tuple[pl.Series, bool]:
    """Read amounts with a decimal comma; tell whether all are written with two decimals, or not."""
    given = (text != "") & (text != "0,00")  # most lines have one side only
    amounts = text.filter(given)
    plain = amounts.str.contains(_PLAIN)
    cents = amounts.str.replace(",", "", literal=True)
    if plain.all():
        cents = cents.cast(pl.Int64)
    else:
        cents = cents.set(~plain, None).cast(pl.Int64)
        odd = _scaled(amounts.filter(~plain), scale=2)["value"]
        cents = cents.scatter((~plain).arg_true(), odd)
    zero = constant(0, text.len(), pl.Int64).alias(text.name)
    return zero.scatter(given.arg_true(), cents), bool(plain.all())


def to_scaled(text: pl.Series, decimal: str = ",") -> pl.DataFrame:
    """Read decimal amounts of any currency into integers.

    Returns:
        `value` (Int64) and `scale` (UInt8): the amount is value · 10 ** -scale. Null for what is
        not an amount of at most `SCALE_MAX` decimals.
    """
    text = _with_comma(text, decimal)
    value = constant(None, text.len(), pl.Int64)
    scale = constant(None, text.len(), pl.UInt8)
    given = text != ""
    if given.any():
        found = _scaled(text.filter(given), scale=None)
        where = given.arg_true()
        value = value.scatter(where, found["value"])
        scale = scale.scatter(where, found["scale"])
    return pl.DataFrame({"value": value, "scale": scale})


def _with_comma(text: pl.Series, decimal: str) -> pl.Series:
    if decimal == ",":
        return text
    swapped = text.str.replace_all(",", "\0", literal=True)  # a comma alone is then not an amount
    return swapped.str.replace_all(decimal, ",", literal=True)


def _scaled(text: pl.Series, scale: int | None) -> pl.DataFrame:
    """Read amounts of every lawful spelling; with a scale given, to exactly that scale."""
    parts = text.str.extract_groups(_ANY).struct.unnest()
    units = pl.col("units").str.strip_chars_start("0")
    decimals = pl.col("decimals").fill_null("")
    kept = decimals.str.strip_chars_end("0") if scale is not None else decimals
    wanted = pl.lit(scale) if scale is not None else kept.str.len_chars()
    negative = pl.coalesce(
        pl.col("lead").str.strip_chars(" "), pl.col("trail"), pl.lit("+")
    ) == pl.lit("-")
    right = (
        pl.col("units").is_not_null()
        & (pl.concat_str(pl.col("units"), decimals) != "")
        & (pl.col("lead").is_null() | pl.col("trail").is_null())
        & (units.str.len_chars() <= INTEGER_DIGITS_MAX)
        & (kept.str.len_chars() <= (scale if scale is not None else SCALE_MAX))
        & (units.str.len_chars() + wanted <= INTEGER_DIGITS_MAX + 2)
    )
    digits = pl.concat_str(
        pl.when(units == "").then(pl.lit("0")).otherwise(units),
        kept.str.pad_end(scale, "0") if scale is not None else kept,
    )
    number = pl.when(right).then(digits).cast(pl.Int64)
    return parts.select(
        value=pl.when(negative).then(-number).otherwise(number),
        scale=pl.when(right).then(wanted).cast(pl.UInt8),
    )
