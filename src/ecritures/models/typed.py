"""The texts of dates and amounts, typed; what cannot be is an anomaly at its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from ecritures.model.lines import DATES
from ecritures.models.written import is_no_date, read_cents, read_dates, read_scaled

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ecritures.model.anomalies import Anomalies
    from ecritures.models.document import ImportModel
    from ecritures.models.fields import Amounts, FieldSpec

SHEET_DATE = "AAAA-MM-JJ"
"""How a cell that is a date comes out of a sheet."""

_TOO_LARGE = r"^[+-]?[0-9 .,']{16,}$"
_MORE_DECIMALS = r"^[+-]?[0-9]+[.,][0-9]{3,}$"


def dates_of(
    text: pl.DataFrame,
    specs: Mapping[str, FieldSpec],
    model: ImportModel,
    names: Mapping[str, str],
    anomalies: Anomalies,
) -> dict[str, pl.Series]:
    """Read every date; the entry's must be one."""
    columns = {}
    for name in DATES:
        if name not in specs:
            columns[name] = pl.repeat(None, text.height, dtype=pl.Date, eager=True)
            continue
        how = specs[name].dates or model.dates
        if model.input.kind == "sheet" and SHEET_DATE not in how.formats:
            how = how.model_copy(update={"formats": [*how.formats, SHEET_DATE]})
        days, ambiguous = read_dates(text[name], how)
        columns[name] = days
        missing = days.is_null()
        if not missing.any():
            continue
        found = text.select("line", value=pl.col(name))
        found = found.with_columns(expected=pl.lit(" / ".join(how.formats)))
        anomalies.extend("MOD-DAT-03", found.filter(ambiguous), column=names[name])
        wrong = missing & ~ambiguous
        if name == "entry_date":
            anomalies.extend("MOD-DAT-01", found.filter(wrong), column=names[name])
        else:
            wrong &= ~is_no_date(text[name], how)
            anomalies.extend("MOD-DAT-02", found.filter(wrong), column=names[name])
    return columns


def amounts_of(
    text: pl.DataFrame,
    specs: Mapping[str, FieldSpec],
    model: ImportModel,
    names: Mapping[str, str],
    anomalies: Anomalies,
) -> dict[str, pl.Series]:
    """Read the amounts, and put them on their sides."""
    cents = {}
    for name in ("debit", "credit", "amount"):
        if name in specs:
            cents[name] = read_cents(text[name], specs[name].amounts or model.amounts)
            unread = cents[name].is_null()
            if unread.any():
                found = text.select("line", value=pl.col(name)).filter(unread)
                _record_unread(found, names[name], anomalies)
    how = (specs.get("amount") or specs["debit"] if "amount" in specs else specs["debit"]).amounts
    sides = _sides(text, cents, how or model.amounts)
    if "direction" in specs:
        words = text["direction"].str.to_uppercase()
        known = words.is_in(_known(how or model.amounts))
        if not known.all():
            found = text.select("line", value=pl.col("direction")).filter(~known)
            anomalies.extend("MOD-SEN-01", found, column=names["direction"])
    return {name: sides[name] for name in ("debit_cents", "credit_cents")}


def scaled_of(
    text: pl.DataFrame, specs: Mapping[str, FieldSpec], model: ImportModel
) -> dict[str, pl.Series]:
    """Read the amounts in currency."""
    if "currency_amount" not in specs:
        empty = pl.repeat(None, text.height, dtype=pl.Int64, eager=True)
        return {"currency_amount": empty, "currency_scale": empty.cast(pl.UInt8)}
    how = specs["currency_amount"].amounts or model.amounts
    scaled = read_scaled(text["currency_amount"], how)
    return {"currency_amount": scaled["value"], "currency_scale": scaled["scale"]}


def _known(how: Amounts) -> list[str]:
    return [word.upper() for word in (*how.directions.debit, *how.directions.credit)]


def _sides(text: pl.DataFrame, cents: dict[str, pl.Series], how: Amounts) -> pl.DataFrame:
    zero = pl.lit(0, dtype=pl.Int64)
    frame = text.with_columns(series.alias(f"{name}_read") for name, series in cents.items())
    if "amount" not in cents:
        debit, credit = pl.col("debit_read"), pl.col("credit_read")
    else:
        amount = pl.col("amount_read")
        if "sign" in text.columns:
            sign = pl.col("sign")
            plain = pl.when(sign.is_in(["", "+"])).then(amount)
            amount = plain.when(sign == "-").then(-amount)
        if "direction" in text.columns:
            word = pl.col("direction").str.to_uppercase()
            on_debit = word.is_in([w.upper() for w in how.directions.debit])
            on_credit = word.is_in([w.upper() for w in how.directions.credit])
        else:
            on_debit = (amount >= 0) if how.positive == "debit" else (amount < 0)
            on_credit = ~on_debit
            amount = amount.abs()
        there = amount.is_not_null()
        debit = pl.when(on_debit).then(amount).when(on_credit & there).then(zero)
        credit = pl.when(on_credit).then(amount).when(on_debit & there).then(zero)
    sides = frame.select(debit_cents=debit, credit_cents=credit)
    if how.negative == "keep":
        return sides
    debit, credit = pl.col("debit_cents"), pl.col("credit_cents")
    return sides.select(
        debit_cents=debit.clip(0) - credit.clip(upper_bound=0),
        credit_cents=credit.clip(0) - debit.clip(upper_bound=0),
    )


def _record_unread(found: pl.DataFrame, name: str, anomalies: Anomalies) -> None:
    """Say why each text is no amount: the first reason that fits."""
    for code, pattern in (
        ("FEC-MNT-08", _TOO_LARGE),
        ("FEC-MNT-04", _MORE_DECIMALS),
        ("MOD-MNT-01", ""),
    ):
        fits = pl.col("value").str.contains(pattern)
        anomalies.extend(code, found.filter(fits), column=name)
        found = found.filter(~fits)
