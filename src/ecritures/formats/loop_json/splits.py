"""The analytic splits of lines: checked against the lines, and shared out to the cent.

The page names the field, not what is in it; the spellings of other programs are taken.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from ecritures.core.frames import constant
from ecritures.core.splits import SPLIT_SCHEMA, shared_out, split_texts
from ecritures.formats.loop_json.amounts import CENT, without_noise
from ecritures.formats.loop_json.decode import TWICE, is_text
from ecritures.formats.loop_json.fields import SPLIT
from ecritures.formats.loop_json.gathered import Found, Gathered

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ecritures.core.anomalies import Anomalies

SECTIONS = ("section", "codesection", "code")
LABELS = ("libelle", "label", "description")
SHARES = ("pourcentage", "percentage", "percent", "taux")
AMOUNTS = ("montant", "amount")
KEYS = frozenset({*SECTIONS, *LABELS, *SHARES, *AMOUNTS})
WHOLE = Decimal(100)
SHARE_NOISE = Decimal("0.000001")
SHARE_TOLERANCE = 1
"""Percentages may be rounded to whole ones beside amounts that are exact."""
CODE_CHARS_MAX = 40
NUMBER_CHARS_MAX = 40
SHARE_MAX, AMOUNT_MAX = Decimal(10) ** 4, Decimal(10) ** 12
_FORM = '{"AXE1": [{"section": "…", "pourcentage": 100}]}'
_ROWS: dict[str, type[pl.DataType]] = {"line": pl.UInt32, **SPLIT_SCHEMA}


class _Part(NamedTuple):
    """A part of a split; `share` (and as it is given) and `amount`: None where it has none."""

    section: str
    label: str
    share: Decimal | None
    given: str | None
    amount: Decimal | None


class Splits:
    """Reads splits.

    Args:
        anomalies: Where what is wrong is recorded.
    """

    def __init__(self, anomalies: Anomalies) -> None:
        self._anomalies = anomalies
        self._gathered = Gathered(anomalies)
        self._noisy: list[tuple[int, str]] = []
        self._unknown: set[str] = set()

    def read(self, frame: pl.DataFrame, splits: Sequence[object]) -> pl.Series:
        """Read the splits of some lines.

        Args:
            frame: `line`, `debit_cents` and `credit_cents` of each.
            splits: Of each, as they are; None: none.

        Returns:
            The texts of `core.splits`.
        """
        nothing = constant("", frame.height, pl.String)
        if not any(splits):
            return nothing
        rows = [
            (line, *row)
            for (line, debit, credit), given in zip(frame.iter_rows(), splits, strict=True)
            if given
            for row in self._line(line, (debit or 0) - (credit or 0), given)
        ]
        self._gathered.record()
        noisy = pl.DataFrame(
            self._noisy, schema={"line": pl.UInt32, "value": pl.String}, orient="row"
        )
        self._anomalies.report_once("JSON-MNT-04", noisy, column=SPLIT)
        self._noisy.clear()
        if not rows:
            return nothing
        texts = split_texts(pl.DataFrame(rows, schema=_ROWS, orient="row"))
        joined = frame.join(texts, on="line", how="left", maintain_order="left")
        return joined["splits"].fill_null("")

    def _line(self, line: int, cents: int, given: object) -> Iterator[tuple[object, ...]]:
        """Yield the splits of a line: columns of `SPLIT_SCHEMA`."""
        if not isinstance(given, dict):
            self._gathered.add("JSON-ANA-04", Found(line, SPLIT, expected=_FORM))
            return
        for name, values in given.items():
            if name == TWICE:
                self._gathered.add("JSON-STR-07", Found(line, f"{SPLIT}.{values}"))
                continue
            axis, column = str(name).strip(), f"{SPLIT}[{name}]"
            parts = _parts(axis, values)
            if parts is None:
                self._gathered.add("JSON-ANA-04", Found(line, column, expected=_FORM))
                continue
            self._report_unknown(line, values)
            for part, own in zip(parts, self._cents(line, column, cents, parts), strict=True):
                given_share = self._share(line, column, cents, part)
                yield axis, part.section, part.label, own, given_share

    def _share(self, line: int, column: str, cents: int, part: _Part) -> str | None:
        """Return the percentage as it is given, unless the amount beside it says another one."""
        if part.share is None or part.amount is None or not cents:
            return part.given
        real = abs(part.amount) * 10_000 / abs(cents)
        if abs(abs(part.share) - real) <= SHARE_TOLERANCE:
            return part.given
        found = Found(line, column, f"{part.share:f}", f"{real:.2f}")
        self._gathered.add("JSON-ANA-05", found)
        return None

    def _report_unknown(self, line: int, parts: Sequence[Mapping[str, object]]) -> None:
        """Record the keys of parts that nothing reads, each once in a file."""
        for name in dict.fromkeys(chain.from_iterable(parts)):
            if name.lower() not in KEYS and name not in self._unknown:
                self._unknown.add(name)
                self._gathered.add("JSON-CHP-03", Found(line, f"{SPLIT}.{name}"))

    def _cents(self, line: int, column: str, cents: int, parts: Sequence[_Part]) -> list[int]:
        """Return the part of each section, debit less credit: the amount, else by percentages."""
        shares = [part.share for part in parts if part.share is not None]
        amounts = [part.amount for part in parts if part.amount is not None]
        if len(shares) == len(parts) and abs(sum(shares) - WHOLE) >= SHARE_NOISE:
            self._gathered.add("JSON-ANA-02", Found(line, column, f"{sum(shares):f}"))
            return [0] * len(parts)
        if len(amounts) < len(parts):
            return shared_out(cents, shares)
        read = [without_noise(one) for one in amounts]
        if None in read:
            value = f"{amounts[read.index(None)]:f}"
            self._gathered.add("JSON-MNT-02", Found(line, column, value))
            return [0] * len(parts)
        exact = [one for one in read if one is not None]
        total, wanted = sum(exact), Decimal(cents) / 100
        if abs(total) != abs(wanted):
            self._gathered.add(
                "JSON-ANA-03", Found(line, column, f"{total:f}", f"{abs(wanted):.2f}")
            )
        elif exact != amounts:
            self._noisy.append((line, next(f"{one:f}" for one in amounts if one % CENT)))
        sign = 1 if total == wanted else -1  # amounts of the line's side, or debit less credit
        return [sign * int(one * 100) for one in exact]


def _parts(axis: str, values: object) -> list[_Part] | None:
    """Return the parts of a split on one axis; None where they cannot be read."""
    if not axis or "@" in axis or len(axis) > CODE_CHARS_MAX or not is_text(axis):
        return None
    if not isinstance(values, list) or not values:
        return None
    found = [_part(one) for one in values if isinstance(one, dict)]
    parts = [one for one in found if one is not None]
    by_share = all(one.share is not None for one in parts)
    by_amount = all(one.amount is not None for one in parts)
    return parts if len(parts) == len(values) and (by_share or by_amount) else None


def _part(given: Mapping[str, object]) -> _Part | None:
    lower = {name.lower(): value for name, value in given.items()}
    if len(lower) < len(given) or TWICE in given or not is_text(given):
        return None
    section = _text(lower, SECTIONS)
    if not section or len(section) > CODE_CHARS_MAX:
        return None
    share, amount = (_text(lower, names) for names in (SHARES, AMOUNTS))
    numbers = _number(share, SHARE_MAX), _number(amount, AMOUNT_MAX)
    if any(text and number is None for text, number in zip((share, amount), numbers, strict=True)):
        return None
    return _Part(section, _text(lower, LABELS), numbers[0], share or None, numbers[1])


def _text(part: Mapping[str, object], names: Sequence[str]) -> str:
    """Return the first of some fields that is there; a value that is no text or number is none."""
    values = (part.get(name) for name in names)
    texts = (value.strip() for value in values if isinstance(value, str))
    return next(chain(filter(None, texts), [""]))


def _number(text: str, most: Decimal) -> Decimal | None:
    if not text or len(text) > NUMBER_CHARS_MAX:
        return None
    try:
        number = Decimal(text.replace(",", "."))
    except InvalidOperation:
        return None
    is_near = number.is_finite() and number.adjusted() > -NUMBER_CHARS_MAX and abs(number) < most
    return number if is_near else None
