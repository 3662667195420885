"""The amounts of a TRA: up to three on a line, of which one is in euros."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from ecritures.core.frames import constant
from ecritures.formats.text.convert import INTEGER_DIGITS_MAX, read_cents, to_scaled

if TYPE_CHECKING:
    from ecritures.core.anomalies import Anomalies

EURO, FOREIGN, UNUSED = "E", "D", "-"
USUAL = "E--"
PLACES = 3
EURO_WORDS = ("", "EUR")
_CODES = r"^[ED-]{3}$"
_WHY = (  # the first that fits says why a text is not an amount
    ("TRA-MNT-03", rf"^[+-]?[0-9]{{{INTEGER_DIGITS_MAX + 1},}}(,[0-9]*)?$"),
    ("TRA-MNT-02", r"^[+-]?[0-9]+,[0-9]{3,}$"),
    ("TRA-MNT-01", r""),
)
_DIRECTIONS = ("D", "C")


class Amounts(NamedTuple):
    """The amounts of some lines, one row each.

    Attributes:
        text: What stands where the euro amount is.
        cents: That amount; null where the text is none.
        foreign: What stands where the amount in another currency is; "" where there is none.
    """

    text: pl.Series
    cents: pl.Series
    foreign: pl.Series


class AmountReader:
    """Reads amounts.

    Args:
        anomalies: Where texts that are none are recorded.
    """

    def __init__(self, anomalies: Anomalies) -> None:
        self._anomalies = anomalies

    def read(
        self,
        lines: pl.Series,
        amounts: tuple[pl.Series, pl.Series, pl.Series],
        codes: pl.Series,
        currency: pl.Series,
    ) -> Amounts:
        """Read the amounts of some lines.

        Args:
            lines: Their numbers.
            amounts: The texts of the three fields.
            codes: CODEMONTANT: a letter for each of them.
            currency: DEVISE.
        """
        codes = self._known_codes(lines, codes, currency)
        if (codes == USUAL).all():
            text, foreign, no_euro = amounts[0], constant("", lines.len(), pl.String), None
        else:
            rows = pl.DataFrame([one.alias(f"{n}") for n, one in enumerate(amounts)])
            rows = rows.with_columns(codes.alias("codes"))
            text, foreign = (rows.select(_of_letter(one)).to_series() for one in (EURO, FOREIGN))
            no_euro = ~codes.str.contains(EURO, literal=True) & (codes != "")
            found = pl.DataFrame({"line": lines, "value": codes}).filter(no_euro)
            self._anomalies.extend("TRA-MNT-05", found, column="CODEMONTANT")
        cents = _cents(text)
        unread = cents.is_null() if no_euro is None else cents.is_null() & ~no_euro & (codes != "")
        if unread.any():
            self._say_why(pl.DataFrame({"line": lines, "value": text}).filter(unread))
        return Amounts(text, cents, foreign)

    def scaled(self, foreign: pl.Series) -> pl.DataFrame:
        """Return `value` and `scale` of amounts in another currency; null where there is none."""
        return to_scaled(_unpadded(foreign))

    def _known_codes(self, lines: pl.Series, codes: pl.Series, currency: pl.Series) -> pl.Series:
        """Return the codes; the usual one where there is none in euros, "" where it says nothing.

        A line without any code and currency has one amount, that of the books.
        """
        if (codes == USUAL).all():
            return codes
        rows = pl.DataFrame({"line": lines, "value": codes})
        absent = (codes == "") & currency.is_in(EURO_WORDS)
        self._anomalies.report_once("TRA-MNT-06", rows.filter(absent), column="CODEMONTANT")
        once = (codes.str.count_matches(EURO) <= 1) & (codes.str.count_matches(FOREIGN) <= 1)
        known = codes.str.contains(_CODES) & once
        odd = ~known & ~absent
        self._anomalies.extend("TRA-MNT-04", rows.filter(odd), column="CODEMONTANT")
        return codes.set(absent, USUAL).set(odd, "")

    def _say_why(self, rest: pl.DataFrame) -> None:
        for code, pattern in _WHY:
            text = rest["value"].str.replace(r"^([+-]?)0+([0-9])", "$1$2")
            fits = text.str.contains(pattern)
            self._anomalies.extend(code, rest.filter(fits), column="MONTANT1")
            rest = rest.filter(~fits)


def on_sides(
    cents: pl.Series, direction: pl.Series, lines: pl.Series, anomalies: Anomalies
) -> dict[str, pl.Series]:
    """Put amounts on the side that SENS gives; null where it gives none."""
    debit, credit = direction == _DIRECTIONS[0], direction == _DIRECTIONS[1]
    odd = ~(debit | credit)
    if odd.any():
        found = pl.DataFrame({"line": lines, "value": direction}).filter(odd)
        anomalies.extend("TRA-SEN-01", found, column="SENS")
    zero = constant(0, cents.len(), pl.Int64)
    unread = cents.is_null() | odd
    sides = {
        "debit_cents": cents.zip_with(debit, zero),
        "credit_cents": cents.zip_with(credit, zero),
    }
    if unread.any():
        return {name: side.set(unread, None) for name, side in sides.items()}
    return sides


def _of_letter(letter: str) -> pl.Expr:
    """Take the amount whose letter it is, "" where there is none."""
    found = pl.lit("")
    for place in reversed(range(PLACES)):
        is_its = pl.col("codes").str.slice(place, 1) == letter
        found = pl.when(is_its).then(pl.col(f"{place}")).otherwise(found)
    return found


def _cents(text: pl.Series) -> pl.Series:
    """Read amounts; a blank one is none."""
    cents, _ = read_cents(_unpadded(text))
    absent = text == ""
    return cents.set(absent, None) if absent.any() else cents


def _unpadded(text: pl.Series) -> pl.Series:
    """Take the zeros away that fill a field."""
    padded = text.str.starts_with("00")
    if not padded.any():
        return text
    return text.str.replace(r"^0+([0-9])", "$1")
