"""What the tax administration's own tool (Test-Compta-Demat) would say of a flat file.

The tool is followed step by step, on the bytes as they are: what our reader understands in spite of
its form may stop the tool, and the reverse.
"""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING

import polars as pl

from ecritures.core.amounts import counted
from ecritures.core.regime import Regime
from ecritures.formats.fec.header import (
    AMOUNT_COLUMNS,
    CASH_COLUMNS,
    LAW_NAMES,
    canonical_name,
    expected_columns,
)
from ecritures.formats.text.encoding import BOM
from ecritures.rules.dgfip import (
    FIRST_STRICT_YEAR,
    NO_REPORT,
    Demands,
    Official,
    judge_column,
    refuses,
    stops,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HEAD_BYTES = 4096  # where the tool looks for the kind of line ends
CHUNK_BYTES = 8 << 20
FIELDS_MIN = 9  # by which the tool recognises a separator
_NAME = re.compile(r"FEC(20[0-9]{2})[01][0-9][0-3][0-9]")


def official_verdict(path: Path, file_name: str | None, regime: Regime | None) -> Official:
    """Say what the tool would say of a flat file.

    Args:
        path: The file.
        file_name: Its name; None is taken as a right one.
        regime: What it is held to; None: found from its columns.
    """
    if refused := official_name(file_name):
        return refused
    year = _year(file_name) or FIRST_STRICT_YEAR
    records = _records(path)
    header = next(records, "")
    first = next(records, None)
    if first is None:
        return stops("empty", "le fichier n'a aucune ligne", "the file has no line")
    strict = year >= FIRST_STRICT_YEAR
    separator = _separator(header, strict=strict)
    if not separator:
        return stops(
            "separator",
            "la première ligne n'est pas séparée par des tabulations ou des « | »",
            "the first line is not separated by tabs or “|”",
        )
    names = [name.rstrip() for name in header.split(separator)]
    places = _places(names)
    cash = regime.is_cash if regime else "settlement_date" in places
    found = _judge_header(names, places, regime)
    if found is None or found.verdict != NO_REPORT:
        lines = _Lines(separator, names, places, Demands(cash=cash, strict=strict))
        found = lines.judge(chain([first], records), found)
    return found or Official()


def official_name(file_name: str | None) -> Official | None:
    """Say that the tool does not take the name of a file; None: it does."""
    if _year(file_name) is not None:
        return None
    return stops(
        "name",
        "le nom du fichier n'est pas de la forme SIREN, FEC, date de clôture",
        "the file's name is not made of SIREN, FEC, closing date",
    )


def _year(file_name: str | None) -> int | None:
    """Return the year of closing in a name; None where the tool does not take the name."""
    if file_name is None:
        return FIRST_STRICT_YEAR
    match = _NAME.search(file_name.upper())
    before = file_name[: match.start()] if match else ""
    if match is None or not before or " " in before or "'" in file_name:
        return None
    return int(match[1])


def _records(path: Path) -> Iterator[str]:
    """Cut the file as the tool does: by the line end that its first bytes show."""
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
        end = next((e for e in (b"\r\n", b"\r") if e in head), b"\n")
        if b"\r\r\n" in head:  # the tool sees a blank line after each
            end = b"\r"
        rest = head.removeprefix(BOM)
        while chunk := file.read(CHUNK_BYTES):
            *whole, rest = (rest + chunk).split(end)
            yield from map(_text, whole)
        *whole, rest = rest.split(end)
        yield from map(_text, whole)
        if rest:
            yield _text(rest)


def _text(record: bytes) -> str:
    return record.replace(b"\x00", b"").decode(errors="replace")


def _separator(header: str, *, strict: bool) -> str:
    """Return the first separator that makes enough fields; "" where none does."""
    for separator in ("\t", "|") if strict else ("\t", "|", ";", ","):
        if header.count(separator) + 1 >= FIELDS_MIN:
            return separator
    return ""


def _places(names: list[str]) -> dict[str, int]:
    """Find the columns of the law, wherever they are; the first name may not begin with a space."""
    places: dict[str, int] = {}
    for index, name in enumerate(names):
        key = canonical_name(name.lstrip() if index else name)
        if key:
            places.setdefault(key, index)
    return places


def _judge_header(
    names: list[str], places: dict[str, int], regime: Regime | None
) -> Official | None:
    others = [
        name.strip().casefold()
        for index, name in enumerate(names)
        if not canonical_name(name.lstrip() if index else name)
    ]
    if len(set(others)) < len(others):
        return stops(
            "same-names",
            "deux colonnes inconnues de l'en-tête ont le même nom",
            "two unknown columns of the header have the same name",
        )
    cash = [key for _, key in CASH_COLUMNS]
    found = Regime.BNC_CASH if cash[-1] in places else Regime.BA_CASH
    held = regime or (found if cash[0] in places or cash[1] in places else Regime.BIC)
    other = {key: signed for key, (_, signed) in AMOUNT_COLUMNS.items()}
    for name, key in expected_columns(held, signed=False):
        if key not in places and other.get(key) not in places:
            return refuses("column", f"la colonne {name} manque", f"column {name} is missing")
    return None


class _Lines:
    """Judges the lines of a file.

    Args:
        separator: Of fields.
        names: Those of the header.
        places: Canonical column → index of its field.
        demands: What the tool wants.
    """

    def __init__(
        self, separator: str, names: list[str], places: dict[str, int], demands: Demands
    ) -> None:
        self._separator = separator
        self._wanted = len(names)
        self._places = places
        self._demands = demands

    def judge(self, records: Iterator[str], found: Official | None) -> Official | None:
        """Return the first reason that stops the tool, else the first that it blames."""
        lines: list[str] = []
        size = 0
        for record in chain(records, [None]):
            if record is not None:
                lines.append(record)
                size += len(record)
            if lines and (record is None or size > CHUNK_BYTES):
                more = self._look(pl.Series("text", lines, dtype=pl.String))
                if more and more.verdict == NO_REPORT:
                    return more
                found = found or more
                lines, size = [], 0
        return found

    def _look(self, lines: pl.Series) -> Official | None:
        blank = lines.str.strip_chars() == ""
        fields = lines.str.count_matches(self._separator, literal=True) + 1
        right = fields == self._wanted
        found = None
        if blank.any():
            found = refuses("blank", "une ligne est vide", "a line is empty")
        elif not right.all():
            number = int(fields.filter(~right)[0])
            found = refuses(
                "fields",
                f"une ligne a {counted(number, 'champ', 'champs')} au lieu de {self._wanted}",
                f"a line has {counted(number, 'field', 'fields', 'en')} instead of {self._wanted}",
            )
        good = lines.filter(right & ~blank)
        cut = good.str.split_exact(self._separator, self._wanted - 1).struct.unnest()
        for key, index in self._places.items():
            name = LAW_NAMES[key]
            more = judge_column(key, name, cut.to_series(index), self._demands)
            if more and more.verdict == NO_REPORT:
                return more
            found = found or more
        return found
