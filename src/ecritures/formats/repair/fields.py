"""The safe repairs of single fields and lines; anything ambiguous is left alone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import polars as pl

from ecritures.core.accounts import DISGUISED, LOST, plain_account
from ecritures.core.directions import ODD_DIRECTIONS
from ecritures.core.nothing_words import NOTHING_WORDS
from ecritures.formats.fec.rows import WORDED
from ecritures.formats.fec.uneven import AMOUNT_COLUMNS, DATE_COLUMNS, are_in_place
from ecritures.formats.text.convert import to_date

if TYPE_CHECKING:
    from ecritures.formats.repair.changes import Repairs

ACCOUNT_COLUMNS = frozenset({"account_number", "third_party_number"})

_GROUP = "[ \u00a0\u202f]"
_POINT = r"^([+-]?[0-9]+)\.((?:[0-9]{1,2}|[0-9]{2}0{2,})[+-]?)$"
"""Three decimals may be thousands; four, as databases write them, are exact if they end in 00."""
_THOUSANDS = rf"^[+-]?[0-9]{{1,3}}(?:{_GROUP}[0-9]{{3}})+,[0-9]+[+-]?$"
_BOTH_MARKS = (  # the last of two different marks is the decimal one
    (r"^[+-]?[0-9]{1,3}(?:[,'’][0-9]{3})+\.[0-9]{1,2}[+-]?$", "[,'’]"),
    (r"^[+-]?[0-9]{1,3}(?:[.'’][0-9]{3})+,[0-9]{1,2}[+-]?$", "[.'’]"),
)
_EURO = rf"^([-+0-9][-+0-9.,'’ \u00a0\u202f]*?){_GROUP}*(?:€|EUR)$"
_QUOTED_FIGURES = r'^"([-+0-9., /\u00a0\u202f]*)"$'
_TIME = (  # with a zone, only midnight is surely of the same day
    r"(?:[ T][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?"
    r"|[ T]00:00(?::00(?:\.0+)?)?(?:Z|\+00:?00))?$"
)
_YEAR_FIRST = tuple(
    rf"^([0-9]{{4}}){mark}([0-9]{{2}}){mark}([0-9]{{2}}){_TIME}" for mark in ("-", "/", r"\.", "")
)
_DAY_FIRST = tuple(
    rf"^([0-9]{{2}}){mark}([0-9]{{2}}){mark}([0-9]{{4}}){_TIME}" for mark in ("/", "-", r"\.")
)
QUOTED = r'^\s*"(?:[^"]|"")*"\s*$'
_QUOTED = re.compile(QUOTED)


def is_quoted(field: str) -> bool:
    """Return whether a spreadsheet put quotes around a field."""
    return _QUOTED.fullmatch(field) is not None


def unquoted(field: str) -> str:
    """Remove a spreadsheet's quotes from a field that has them."""
    return field.strip()[1:-1].replace('""', '"') if is_quoted(field) else field


def repair_column(  # noqa: PLR0913 - what is reported of each change
    text: pl.Series,
    numbers: pl.Series,
    title: str,
    key: str | None,
    repairs: Repairs,
    *,
    unquote: bool,
    convert: bool = True,
    doubtful: bool = False,
) -> pl.Series:
    """Repair one column of lines; return the same object when nothing changes.

    Args:
        text: The fields.
        numbers: Their line numbers.
        title: The column in the header.
        key: Its canonical name, when it is known.
        repairs: Where every change is recorded.
        unquote: Whether its values are all between quotes.
        convert: Whether its amounts, dates or accounts are written as the law wants.
        doubtful: Whether nothing in the file proves that its days come before its months.
    """
    figures = key in AMOUNT_COLUMNS or key in DATE_COLUMNS
    steps = [("spaces", _stripped(text))]
    if unquote or figures:
        plain = _without_quotes(steps[-1][1], whole_file=unquote)
        steps += [("quotes", plain), ("spaces", _stripped(plain))]
    if key in WORDED:
        steps.append(("nothing-words", _without_words(steps[-1][1])))
    if not convert:
        pass
    elif key in AMOUNT_COLUMNS:
        euros = key != "currency_amount"
        steps.append(("euro-signs", _without_euro(steps[-1][1]) if euros else steps[-1][1]))
        steps.append(("thousands", _without_thousands(steps[-1][1])))
        steps.append(("decimal-point", _with_comma(steps[-1][1])))
    elif key in DATE_COLUMNS:
        kind = "day-first-dates" if doubtful else "dates"
        steps.append((kind, _plain_date(steps[-1][1])))
    elif key == "direction":
        steps.append(("directions", _plain_direction(steps[-1][1])))
    elif key in ACCOUNT_COLUMNS:
        steps.append(("accounts", _plain_account(steps[-1][1])))
    before = text
    for kind, after in steps:
        if after is not before:
            changed = after != before
            found = pl.DataFrame({"line": numbers, "before": before, "after": after})
            repairs.extend(kind, found.filter(changed), title)
        before = after
    return before


def mend_line(
    number: int, line: str, separator: str, columns: list[str], repairs: Repairs
) -> str | None:
    """Give a line the number of fields it should have; None when that is not safe."""
    wanted = len(columns)
    fields = _spreadsheet_fields(line, separator)
    if len(fields) == wanted:
        for index, field in enumerate(fields):
            if is_quoted(field):
                plain = unquoted(field)
                kind = "quoted-separators" if separator in plain else "quotes"
                fields[index] = plain.replace(separator, " ")
                repairs.add(kind, number, field, fields[index], columns[index])
        return separator.join(fields)
    if any(fields[wanted:]) or not are_in_place(fields[:wanted], columns):
        return None
    repairs.add("trailing-separators", number, separator * (len(fields) - wanted), "")
    return separator.join(fields[:wanted])


def _spreadsheet_fields(line: str, separator: str) -> list[str]:
    """Cut a line as a spreadsheet does: a separator inside quotes is text."""
    end = re.escape(separator)
    field = re.compile(rf'"(?:[^"]|"")*"(?={end}|$)|[^{end}]*')
    fields: list[str] = []
    place = 0
    while place <= len(line) and (match := field.match(line, place)):
        fields.append(match[0])
        place = match.end() + 1
    return fields


def _without_quotes(text: pl.Series, *, whole_file: bool) -> pl.Series:
    if not text.str.contains('"', literal=True).any():
        return text
    if not whole_file:
        return _if_changed(text, text.str.replace(_QUOTED_FIGURES, "$1"))
    quoted = text.str.contains(r'^\s*"(?:[^"]|"")*"\s*$')
    plain = (
        text.str.strip_chars().str.slice(1).str.head(-1).str.replace_all('""', '"', literal=True)
    )
    return _if_changed(text, text.zip_with(~quoted, plain))


def _stripped(text: pl.Series) -> pl.Series:
    return _if_changed(text, text.str.strip_chars())


def _without_euro(text: pl.Series) -> pl.Series:
    signed = text.str.contains(_EURO)
    return text.zip_with(~signed, text.str.replace(_EURO, "$1")) if signed.any() else text


def _without_thousands(text: pl.Series) -> pl.Series:
    for pattern, marks in ((_THOUSANDS, _GROUP), *_BOTH_MARKS):
        grouped = text.str.contains(pattern)
        if grouped.any():
            text = text.zip_with(~grouped, text.str.replace_all(marks, ""))
    return text


def _with_comma(text: pl.Series) -> pl.Series:
    if not text.str.contains(".", literal=True).any():
        return text
    return _if_changed(text, text.str.replace(_POINT, "${1},${2}"))


def _without_words(text: pl.Series) -> pl.Series:
    word = text.is_in(NOTHING_WORDS)
    return text.zip_with(~word, pl.repeat("", text.len(), eager=True)) if word.any() else text


def _plain_account(text: pl.Series) -> pl.Series:
    disguised = text.str.contains(DISGUISED) & ~text.str.contains(LOST)
    if not disguised.any():
        return text
    plain = text.alias("text").to_frame().select(plain_account(pl.col("text"))).to_series()
    return text.zip_with(~disguised, plain.alias(text.name))


def _plain_date(text: pl.Series) -> pl.Series:
    if not text.str.contains(r"[-/.:]").any():
        return text
    plain = text
    for pattern in _YEAR_FIRST:
        plain = plain.str.replace(pattern, "${1}${2}${3}")
    for pattern in _DAY_FIRST:
        plain = plain.str.replace(pattern, "${3}${2}${1}")
    is_day = to_date(plain).is_not_null()
    return _if_changed(text, plain.zip_with(is_day, text))


def _plain_direction(text: pl.Series) -> pl.Series:
    odd = text.is_in(ODD_DIRECTIONS)
    return text.replace(ODD_DIRECTIONS) if odd.any() else text


def _if_changed(before: pl.Series, after: pl.Series) -> pl.Series:
    return after if (before != after).any() else before
