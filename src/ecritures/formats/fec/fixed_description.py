"""Where the fields of a fixed-length file are, according to its description (A47 A-1 XI)."""

from __future__ import annotations

import csv
import tomllib
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NoReturn

from ecritures.core.errors import RefusedRequestError

if TYPE_CHECKING:
    from pathlib import Path

FIELDS_MAX = 200
RECORD_CHARS_MAX = 1 << 16


@dataclass(frozen=True, slots=True)
class FixedField:
    """Where a field of a record is.

    Attributes:
        name: Its name in the law, or one of the company's own.
        start: Its first character, from 1.
        length: How many characters it has.
    """

    name: str
    start: int
    length: int

    @property
    def end(self) -> int:
        """Its last character."""
        return self.start + self.length - 1


def read_description(path: Path) -> tuple[FixedField, ...]:
    """Read the description of a fixed-length file: `name,start,length` in CSV or TOML.

    In TOML, one `[[fields]]` table each. In CSV, the first line may hold the three words.

    Raises:
        RefusedRequestError: It is not a valid description.
        OSError: It cannot be read.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
        rows = tomllib.loads(text)["fields"] if path.suffix == ".toml" else _csv_rows(text)
        fields = tuple(
            FixedField(str(row["name"]).strip(), int(row["start"]), int(row["length"]))
            for row in rows
        )
    except (ValueError, KeyError, TypeError, csv.Error) as error:
        _refuse(f"{type(error).__name__} {error}", error)
    return _checked(fields)


def _csv_rows(text: str) -> list[dict[str, Any]]:
    rows = csv.reader(text.splitlines(), strict=True)
    named = [dict(zip(("name", "start", "length"), row, strict=True)) for row in rows if row]
    return named[1:] if named and named[0]["start"].strip() == "start" else named


def _checked(fields: tuple[FixedField, ...]) -> tuple[FixedField, ...]:
    fields = tuple(sorted(fields, key=lambda field: field.start))
    if not 0 < len(fields) <= FIELDS_MAX:
        _refuse(f"{len(fields)} fields")
    for field in fields:
        if field.start < 1 or field.length < 1 or not field.name or field.end > RECORD_CHARS_MAX:
            _refuse(f"{field.name}, {field.start}, {field.length}")
    for before, after in pairwise(fields):
        if after.start <= before.end:
            _refuse(f"{before.name} / {after.name}")
    return fields


def _refuse(detail: str, cause: Exception | None = None) -> NoReturn:
    raise RefusedRequestError(
        "description-refused",
        f"La description du fichier n'est pas faite de « nom,début,longueur » ({detail}).",
        f"The file's description does not consist of “name,start,length” ({detail}).",
    ) from cause
