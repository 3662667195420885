"""The amounts of a line: exact, in euros, and perhaps in another currency."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

import polars as pl

from ecritures.core.frames import constant
from ecritures.formats.loop_json.fields import CURRENCY, CURRENCY_AMOUNT, RATE, SIDES
from ecritures.formats.text.convert import INTEGER_DIGITS_MAX, to_cents, to_scaled

if TYPE_CHECKING:
    from ecritures.core.anomalies import Anomalies

EURO = "EUR"
_OF_CURRENCY = (CURRENCY, CURRENCY_AMOUNT)
DIGITS_MAX = 40
"""Of an amount that is written with an exponent."""
_PERHAPS_THOUSANDS = r"^[+-]?[0-9]{1,3}\.[0-9]{3}$"
CENT = Decimal("0.01")
_AMOUNT_MAX = Decimal(10) ** (INTEGER_DIGITS_MAX + 1)
_NOISE = Decimal("0.00000001")
_NOISY_DIGITS_MIN = 15
"""Binary arithmetic leaves its noise in the last of so many digits, never before."""
_EXPONENT = r"^[+-]?[0-9.]+[eE][+-]?[0-9]{1,3}$"
_CURRENCY, _RATE = r"^[A-Z]{3}$", r"^[0-9]+([.,][0-9]+)?([eE][+-]?[0-9]+)?$"
_NOISY = r"^-?[0-9]+\.[0-9]{8,}$"
_WHY = (  # the first that fits says why a text is not an amount
    ("JSON-MNT-03", rf"^[+-]?0*[1-9][0-9]{{{INTEGER_DIGITS_MAX},}}([.,][0-9]*)?([eE].*)?$"),
    ("JSON-MNT-03", r"^[+-]?[0-9.]+[eE]\+?[0-9]+$"),
    ("JSON-MNT-02", r"^[+-]?[0-9]+[.,][0-9]{3,}$"),
    ("JSON-MNT-01", r""),
)


class AmountReader:
    """Reads amounts.

    Args:
        decimal: The decimal mark of amounts that are texts; that of numbers is a point.
        anomalies: Where texts that are none are recorded.
    """

    def __init__(self, decimal: str, anomalies: Anomalies) -> None:
        self._decimal, self._anomalies = decimal, anomalies

    def sides(self, frame: pl.DataFrame) -> dict[str, pl.Series]:
        """Return `debit_cents` and `credit_cents`; null where the text is no amount."""
        return {f"{side}_cents": self._cents(frame, f"{side}.amount") for side in SIDES}

    def foreign(self, frame: pl.DataFrame, cents: dict[str, pl.Series]) -> pl.DataFrame:
        """Return `currency`, `text`, `value`, `scale` and `rate` of the side that is used.

        Amounts without a currency are in euros, and then have none of these.
        """
        debit, credit = cents["debit_cents"], cents["credit_cents"]
        on_credit = (credit != 0) & (debit == 0)
        on_credit |= (credit == 0) & (debit == 0) & _is_euro(frame[f"debit.{CURRENCY}"])
        on_credit = on_credit.fill_null(value=False)
        self._report_unused(frame, on_credit)
        currency, text, rate = (
            frame[f"credit.{name}"].zip_with(on_credit, frame[f"debit.{name}"])
            for name in (CURRENCY, CURRENCY_AMOUNT, RATE)
        )
        currency = currency.str.to_uppercase()
        own = _is_euro(currency)
        if own.all():
            blank = constant("", frame.height, pl.String)
            scaled = to_scaled(blank)
            return scaled.with_columns(currency=blank, text=blank, rate=blank)
        currency, text, rate = (one.set(own, "") for one in (currency, text, rate))
        plain = self._plain(text)
        scaled = to_scaled(plain, self._decimal)
        unread = scaled["value"].is_null() & (text != "")
        found = pl.DataFrame({"line": frame["line"], "value": text}).filter(unread)
        self._anomalies.extend("JSON-MNT-05", found, column=CURRENCY_AMOUNT)
        for name, kept, form in ((CURRENCY, currency, _CURRENCY), (RATE, rate, _RATE)):
            odd = pl.DataFrame({"line": frame["line"], "value": kept})
            odd = odd.filter((kept != "") & ~kept.str.contains(form))
            self._anomalies.extend("JSON-CHP-04", odd, column=name)
        return scaled.with_columns(currency=currency, text=text, rate=rate)

    def _report_unused(self, frame: pl.DataFrame, on_credit: pl.Series) -> None:
        """Record an amount in currency that is only on the side without an amount."""
        columns = [(frame[f"debit.{name}"], frame[f"credit.{name}"]) for name in _OF_CURRENCY]
        used = [credit.zip_with(on_credit, debit) for debit, credit in columns]
        currency, amount = (debit.zip_with(on_credit, credit) for debit, credit in columns)
        is_same = (currency == used[0]) & (amount == used[1])
        lost = ~_is_euro(currency) & amount.str.contains("[1-9]") & ~is_same
        if lost.any():
            found = frame.filter(lost).select("line", value=amount.filter(lost))
            self._anomalies.extend("JSON-MNT-06", found, column=CURRENCY_AMOUNT)

    def _cents(self, frame: pl.DataFrame, column: str) -> pl.Series:
        text = self._plain(frame[column])
        text = self._without_noise(frame["line"], text, column)
        cents = to_cents(text, self._decimal)
        if self._decimal != ".":  # 1.200 is ambiguous: 1,200 or 1.2
            cents = cents.set(frame[column].str.contains(_PERHAPS_THOUSANDS), None)
        unread = cents.is_null()
        if unread.any():
            rest = pl.DataFrame({"line": frame["line"], "value": frame[column]}).filter(unread)
            for code, pattern in _WHY:
                fits = rest["value"].str.contains(pattern)
                self._anomalies.extend(code, rest.filter(fits), column=column)
                rest = rest.filter(~fits)
        return cents.alias(column)

    def _plain(self, text: pl.Series) -> pl.Series:
        """Write amounts without exponents, exactly, with the decimal mark of the texts."""
        odd = text.str.contains(_EXPONENT)
        if odd.any():
            words = text.filter(odd).unique()
            text = text.replace(words, pl.Series([_expanded(word) for word in words]))
        return text

    def _without_noise(self, lines: pl.Series, text: pl.Series, column: str) -> pl.Series:
        """Take cents for what binary arithmetic has made of them: 0.30000000000000004 is 0.30."""
        if self._decimal != ".":
            text = text.str.replace(",", ".", literal=True)
        noisy = text.str.contains(_NOISY)
        if not noisy.any():
            return text if self._decimal == "." else text.str.replace(".", ",", literal=True)
        words = text.filter(noisy).unique()
        means = [without_noise(Decimal(word)) for word in words]
        known = [
            (word, str(mean)) for word, mean in zip(words, means, strict=True) if mean is not None
        ]
        found = pl.DataFrame({"line": lines, "value": text})
        reported = found.filter(pl.col("value").is_in([word for word, _ in known]))
        self._anomalies.report_once("JSON-MNT-04", reported, column=column)
        text = text.replace([word for word, _ in known], [mean for _, mean in known])
        return text if self._decimal == "." else text.str.replace(".", ",", literal=True)


def _is_euro(currency: pl.Series) -> pl.Series:
    return currency.str.to_uppercase().is_in(["", EURO])


def _expanded(word: str) -> str:
    try:
        number = Decimal(word)
    except InvalidOperation:
        return word
    if not number.is_finite() or abs(number.adjusted()) > DIGITS_MAX:
        return word
    return format(number, "f")


def without_noise(amount: Decimal) -> Decimal | None:
    """Return an amount to the cent, without binary noise; None where there is more to it."""
    if abs(amount) >= _AMOUNT_MAX:
        return None
    cents = amount.quantize(CENT)
    if cents == amount:
        return cents
    digits = len(amount.normalize().as_tuple().digits)
    return cents if digits >= _NOISY_DIGITS_MIN and abs(amount - cents) < _NOISE else None
