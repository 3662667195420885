"""The safe repairs of single fields and lines; anything ambiguous is left alone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import polars as pl

from ecritures.core.lines import DATES
from ecritures.formats.fec.header import canonical_name
from ecritures.formats.text.convert import to_date

if TYPE_CHECKING:
    from ecritures.formats.repair.changes import Repairs

AMOUNT_COLUMNS = frozenset({"debit_cents", "credit_cents", "amount", "currency_amount"})
DATE_COLUMNS = frozenset({*DATES, "settlement_date"})

_GROUP = "[ \u00a0\u202f]"
_POINT = r"^([+-]?[0-9]+)\.([0-9]{1,2}[+-]?)$"
_THOUSANDS = rf"^[+-]?[0-9]{{1,3}}(?:{_GROUP}[0-9]{{3}})+,[0-9]+[+-]?$"
_QUOTED_FIGURES = r'^"([-+0-9., /\u00a0\u202f]*)"$'
_YEAR_FIRST = (r"^([0-9]{4})-([0-9]{2})-([0-9]{2})$", r"^([0-9]{4})/([0-9]{2})/([0-9]{2})$")
_DAY_FIRST = (r"^([0-9]{2})/([0-9]{2})/([0-9]{4})$", r"^([0-9]{2})-([0-9]{2})-([0-9]{4})$")
_DATE = re.compile(r"[0-9]{8}|[0-9]{2,4}([-/])[0-9]{2}\1[0-9]{2,4}")
_FIGURES = re.compile("[-+0-9., \u00a0\u202f]*")
_ALWAYS_DATED = frozenset({"entry_date", "piece_date", "validation_date"})
_QUOTED = re.compile(r'\s*"(?:[^"]|"")*"\s*')


def is_quoted(field: str) -> bool:
    """Return whether a spreadsheet put quotes around a field."""
    return _QUOTED.fullmatch(field) is not None


def unquoted(field: str) -> str:
    """Remove a spreadsheet's quotes from a field that has them."""
    return field.strip()[1:-1].replace('""', '"') if is_quoted(field) else field


def repair_column(  # noqa: PLR0913 - what is told of each change
    text: pl.Series,
    numbers: pl.Series,
    title: str,
    key: str | None,
    repairs: Repairs,
    *,
    unquote: bool,
) -> pl.Series:
    """Repair one column of lines; return the same object when nothing changes.

    Args:
        text: The fields.
        numbers: Their line numbers.
        title: The column in the header.
        key: Its canonical name, when it is known.
        repairs: Where every change is recorded.
        unquote: Whether the whole file is quoted.
    """
    figures = key in AMOUNT_COLUMNS or key in DATE_COLUMNS
    steps = [("spaces", _stripped(text))]
    if unquote or figures:
        plain = _without_quotes(steps[-1][1], whole_file=unquote)
        steps += [("quotes", plain), ("spaces", _stripped(plain))]
    if key in AMOUNT_COLUMNS:
        steps.append(("thousands", _without_thousands(steps[-1][1])))
        steps.append(("decimal-point", _with_comma(steps[-1][1])))
    elif key in DATE_COLUMNS:
        steps.append(("dates", _plain_date(steps[-1][1])))
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
    if any(fields[wanted:]) or not _are_in_place(fields[:wanted], columns):
        return None
    repairs.add("trailing-separators", number, separator * (len(fields) - wanted), "")
    return separator.join(fields[:wanted])


def _are_in_place(fields: list[str], columns: list[str]) -> bool:
    """Return whether dates and amounts are where they should be: no stray separator before them."""
    if len(fields) < len(columns):
        return False
    for field, column in zip(fields, columns, strict=True):
        key, value = canonical_name(column), unquoted(field).strip()
        if key in _ALWAYS_DATED and not _DATE.fullmatch(value):
            return False
        if key in DATE_COLUMNS and value and not _DATE.fullmatch(value):
            return False
        if key in AMOUNT_COLUMNS and not _FIGURES.fullmatch(value):
            return False
    return True


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


def _without_thousands(text: pl.Series) -> pl.Series:
    grouped = text.str.contains(_THOUSANDS)
    if not grouped.any():
        return text
    return text.zip_with(~grouped, text.str.replace_all(_GROUP, ""))


def _with_comma(text: pl.Series) -> pl.Series:
    if not text.str.contains(".", literal=True).any():
        return text
    return _if_changed(text, text.str.replace(_POINT, "${1},${2}"))


def _plain_date(text: pl.Series) -> pl.Series:
    if not text.str.contains(r"[-/]").any():
        return text
    plain = text
    for pattern in _YEAR_FIRST:
        plain = plain.str.replace(pattern, "${1}${2}${3}")
    for pattern in _DAY_FIRST:
        plain = plain.str.replace(pattern, "${3}${2}${1}")
    is_day = to_date(plain).is_not_null()
    return _if_changed(text, plain.zip_with(is_day, text))


def _if_changed(before: pl.Series, after: pl.Series) -> pl.Series:
    return after if (before != after).any() else before
