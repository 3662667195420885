"""Turn the texts of dates and amounts into days and cents; a text that is neither is an anomaly."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

import polars as pl

from ecritures.core.frames import all_null_are_empty, constant
from ecritures.core.lines import DATES
from ecritures.core.spreadsheets import DAY_NUMBER, SCIENTIFIC
from ecritures.formats.layouts.number_formats import is_no_date, read_cents, read_dates, read_scaled

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ecritures.core.anomalies import Anomalies
    from ecritures.formats.layouts.document import ImportModel
    from ecritures.formats.layouts.fields import Amounts, Dates, FieldSpec

SHEET_DATE = "AAAA-MM-JJ"
"""How a cell that is a date comes out of a sheet."""

_SHORT = {"JJMMAA", "MMJJAA"}
DAY_NUMBER_DIGITS = 5
_TOO_LARGE = r"^[+-]?[0-9 .,']{16,}$"
_MORE_DECIMALS = r"^[+-]?[0-9]+[.,][0-9]{3,}$"


def dates_of(
    text: pl.DataFrame,
    specs: Mapping[str, FieldSpec],
    model: ImportModel,
    names: Mapping[str, str],
    anomalies: Anomalies,
) -> dict[str, pl.Series]:
    """Read every date; the entry must have one.

    Args:
        text: The texts of the fields, one column each, and `line`.
        specs: Field → how it is made.
        model: How dates and amounts are written, where a field does not say.
        names: Field → the name of its source in messages.
        anomalies: Where texts that cannot be read are recorded.

    Returns:
        Each column of `DATES` → days, null where there is none. Same rows as `text`.
    """
    columns: dict[str, pl.Series] = {}
    known: tuple[Dates, pl.Series] | None = None
    for name in DATES:
        if name not in specs:
            columns[name] = constant(None, text.height, pl.Date)
            continue
        how = specs[name].dates or model.dates
        if model.input.kind == "sheet" and SHEET_DATE not in how.formats:
            how = how.model_copy(update={"formats": [*how.formats, SHEET_DATE]})
        if known and how == known[0] and text[name].equals(text["entry_date"]):
            columns[name] = known[1]  # as the date of the piece often is
            continue
        days, ambiguous = read_dates(text[name], how)
        columns[name] = days
        if name == "entry_date" and not days.null_count():
            known = how, days
        if days.null_count() and (name == "entry_date" or not all_null_are_empty(days, text[name])):
            found = text.select("line", value=pl.col(name)).with_columns(
                missing=days.is_null(), ambiguous=ambiguous
            )
            _record_dates(found, how, names[name], anomalies, required=name == "entry_date")
    return columns


def _record_dates(
    found: pl.DataFrame, how: Dates, name: str, anomalies: Anomalies, *, required: bool
) -> None:
    """Record the texts that are not dates, or may be two.

    Args:
        found: All texts: `line`, `value`, `missing` (no date), `ambiguous`.
        how: How dates are written.
        name: The name of their source in messages.
        anomalies: Where they are recorded.
        required: Whether each line must have this date.
    """
    given = found["value"].filter(found["missing"]).unique()
    if not required and not found["ambiguous"].any() and is_no_date(given, how).all():
        return
    by_spreadsheet = found["value"].str.contains(DAY_NUMBER)
    if _SHORT & set(how.formats):  # 50124 is 05/01/24 without its zero
        by_spreadsheet &= found["value"].str.len_bytes() != DAY_NUMBER_DIGITS
    wrong = found["missing"] & ~found["ambiguous"]
    codes = "MOD-DAT-04", "MOD-DAT-01"
    if not required:
        codes = "MOD-DAT-05", "MOD-DAT-02"
        wrong &= ~is_no_date(found["value"], how)
    shown = found.with_columns(expected=pl.lit(" / ".join(how.formats)))
    for code, which in (
        ("MOD-DAT-03", found["ambiguous"]),
        (codes[0], wrong & by_spreadsheet),
        (codes[1], wrong & ~by_spreadsheet),
    ):
        anomalies.extend(code, shown.filter(which), column=name)


def amounts_of(
    text: pl.DataFrame,
    specs: Mapping[str, FieldSpec],
    model: ImportModel,
    names: Mapping[str, str],
    anomalies: Anomalies,
) -> dict[str, pl.Series]:
    """Read the amounts, and put them on their sides.

    Args:
        text: The texts of the fields, one column each, and `line`.
        specs: Field → how it is made.
        model: How dates and amounts are written, where a field does not say.
        names: Field → the name of its source in messages.
        anomalies: Where texts that cannot be read are recorded.

    Returns:
        `debit_cents` and `credit_cents`, null where a text is not an amount. Same rows as `text`.
    """
    cents = {}
    for name in ("debit", "credit", "amount"):
        if name in specs:
            cents[name] = read_cents(text[name], specs[name].amounts or model.amounts)
            unread = cents[name].is_null()
            if unread.any():
                found = text.select("line", value=pl.col(name)).filter(unread)
                _record_unread(found, names[name], anomalies)
    how = (specs["amount"] if "amount" in specs else specs["debit"]).amounts or model.amounts
    if "amount" not in cents:
        sides = pl.DataFrame({"debit_cents": cents["debit"], "credit_cents": cents["credit"]})
    else:
        amount = _signed(cents["amount"], text["sign"]) if "sign" in specs else cents["amount"]
        if "direction" in specs:
            sides, unknown = _by_direction(amount, text["direction"], how)
            if unknown:
                found = text.select("line", value=pl.col("direction"))
                found = found.filter(pl.col("value").is_in(unknown))
                anomalies.extend("MOD-SEN-01", found, column=names["direction"])
        else:
            sides = _by_sign(amount, how)
    if how.negative == "otherSide":
        sides = _positive(sides)
    return {name: sides[name] for name in ("debit_cents", "credit_cents")}


def scaled_of(
    text: pl.DataFrame, specs: Mapping[str, FieldSpec], model: ImportModel
) -> dict[str, pl.Series]:
    """Read the amounts in currency.

    Args:
        text: The texts of the fields, one column each, and `line`.
        specs: Field → how it is made.
        model: How amounts are written, where the field does not say.

    Returns:
        `currency_amount`, in units of 10 ** -`currency_scale`, and `currency_scale`; null where
        there is no amount. Same rows as `text`.
    """
    if "currency_amount" not in specs:
        value, scale = (constant(None, text.height, kind) for kind in (pl.Int64, pl.UInt8))
        return {"currency_amount": value, "currency_scale": scale}
    how = specs["currency_amount"].amounts or model.amounts
    scaled = read_scaled(text["currency_amount"], how)
    return {"currency_amount": scaled["value"], "currency_scale": scaled["scale"]}


def _signed(amount: pl.Series, sign: pl.Series) -> pl.Series:
    """Apply the sign; a text that is not a sign leaves no amount."""
    if (sign == "+").all() or set(sign.unique()) <= {"", "+"}:
        return amount
    plain = pl.when(pl.col("sign").is_in(["", "+"])).then("amount")
    signed = plain.when(pl.col("sign") == "-").then(-pl.col("amount"))
    return pl.DataFrame({"amount": amount, "sign": sign}).select(signed).to_series()


def _by_direction(
    amount: pl.Series, direction: pl.Series, how: Amounts
) -> tuple[pl.DataFrame, list[str]]:
    """Put amounts on the side that a word gives.

    Args:
        amount: Cents.
        direction: The word of each amount; same rows.
        how: Which words mean debit and which credit.

    Returns:
        `debit_cents` and `credit_cents`, same rows; and the words that mean neither.
    """
    words = direction.unique().to_list()
    on_debit = _words_of(how.directions.debit, words)
    on_credit = _words_of(how.directions.credit, words)
    sides = pl.DataFrame(
        {
            "amount": amount,
            "on_debit": _is_one_of(direction, on_debit),
            "on_credit": _is_one_of(direction, on_credit),
        }
    ).select(
        debit_cents=_side(pl.col("on_debit"), pl.col("on_credit")),
        credit_cents=_side(pl.col("on_credit"), pl.col("on_debit")),
    )
    return sides, [word for word in words if word not in {*on_debit, *on_credit}]


def _by_sign(amount: pl.Series, how: Amounts) -> pl.DataFrame:
    """Put amounts on the side that their own sign gives.

    Args:
        amount: Cents.
        how: Which side is positive.

    Returns:
        `debit_cents` and `credit_cents`, same rows.
    """
    debit = pl.col("signed") >= 0 if how.positive == "debit" else pl.col("signed") < 0
    return pl.DataFrame({"signed": amount, "amount": amount.abs()}).select(
        debit_cents=_side(debit, ~debit), credit_cents=_side(~debit, debit)
    )


def _is_one_of(text: pl.Series, words: list[str]) -> pl.Series:
    """Return which texts are one of a few words: comparing is quicker than looking up."""
    found = constant(value=False, rows=text.len(), dtype=pl.Boolean)
    return reduce(or_, (text == word for word in words), found)


def _words_of(known: list[str], words: list[str]) -> list[str]:
    """Return the words that are known, regardless of case."""
    wanted = {word.upper() for word in known}
    return [word for word in words if word.upper() in wanted]


def _side(mine: pl.Expr, other: pl.Expr) -> pl.Expr:
    """The amount where it is on this side, zero where it is on the other, else null."""
    zero = pl.when(pl.col("amount").is_not_null()).then(pl.lit(0, dtype=pl.Int64))
    return pl.when(mine).then("amount").when(other).then(zero)


def _positive(sides: pl.DataFrame) -> pl.DataFrame:
    """Move negative amounts to the other side, as positive ones.

    Args:
        sides: `debit_cents` and `credit_cents`.
    """
    debit, credit = pl.col("debit_cents"), pl.col("credit_cents")
    return sides.select(
        debit_cents=debit.clip(0) - credit.clip(upper_bound=0),
        credit_cents=credit.clip(0) - debit.clip(upper_bound=0),
    )


def _record_unread(found: pl.DataFrame, name: str, anomalies: Anomalies) -> None:
    """Record why each text is not an amount: the first reason that applies.

    Args:
        found: `line` and `value` of the texts.
        name: The name of their source in messages.
        anomalies: Where they are recorded.
    """
    for code, pattern, expected in (
        ("FEC-MNT-08", _TOO_LARGE, "≤ 999999999999,99"),
        ("FEC-MNT-04", _MORE_DECIMALS, "1234,56"),
        ("MOD-MNT-03", SCIENTIFIC, None),
        ("MOD-MNT-01", "", None),
    ):
        fits = pl.col("value").str.contains(pattern)
        why = found.filter(fits).with_columns(expected=pl.lit(expected))
        anomalies.extend(code, why, column=name)
        found = found.filter(~fits)
