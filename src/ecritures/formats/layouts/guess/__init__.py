"""A first draft of a model, from a file: proposed with a confidence, and never used as it is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ecritures.formats.layouts.document import ImportModel
from ecritures.formats.layouts.guess.bank import (
    BALANCE,
    as_book,
    doubt_of_balances,
    doubts_of,
)
from ecritures.formats.layouts.guess.columns import find_columns, has_names, is_carried, shown
from ecritures.formats.layouts.guess.general_lines import COLUMN, find_general_lines, only
from ecritures.formats.layouts.guess.grid import read_table
from ecritures.formats.layouts.guess.notation import (
    amounts,
    date_formats,
    doubts_of_notation,
    has_time,
)
from ecritures.formats.layouts.guess.pairs import split_rows
from ecritures.formats.layouts.guess.signs import side_to_turn, turn

if TYPE_CHECKING:
    from pathlib import Path

    from ecritures.formats.layouts.guess.columns import Found
    from ecritures.formats.layouts.guess.grid import Table

DATE_CHARS = 10


@dataclass(frozen=True, slots=True)
class Guess:
    """A draft.

    Attributes:
        document: The model proposed.
        confidence: Each decision → how sure it is, from 0 to 1.
        doubts: What could as well be otherwise, in French and in English.
    """

    document: dict[str, Any]
    confidence: dict[str, float]
    doubts: list[tuple[str, str]]


def guess_model(path: Path, name: str | None = None) -> Guess:
    """Propose a model for a delimited file, a file of fixed width or a sheet.

    Args:
        path: The file.
        name: What it is called; None: as its path says.

    Raises:
        RefusedRequestError: Nothing can be proposed; it says what is missing.
        OSError: It cannot be read.
    """
    table = read_table(path)
    stem = (name or path.name).rpartition(".")[0] or path.stem
    if general := find_general_lines(table):
        table = only(table, general)
    found = find_columns(table, stem)
    formats, sure_of_dates = date_formats(table.column(found.at["entryDate"]))
    how, sure_of_mark = amounts(table, found.at)
    confidence = dict(table.confidence)
    confidence |= {f"fields.{name}": found.sure[name] for name in found.at}
    confidence |= {"dates.formats": round(sure_of_dates, 2), "amounts.decimal": sure_of_mark}
    record: dict[str, Any] = {"columns": {name: table.places[at] for name, at in found.at.items()}}
    if table.when:
        record = {"when": table.when} | record
    if general:
        record["columns"][COLUMN] = table.places[general.at]
        record["keep"] = {"column": COLUMN, "in": general.words}
        found.doubts.append(general.doubt(shown(table, general.at)))
    document = {
        "name": re.sub(r"[^A-Za-z0-9._-]+", "-", stem) or "model",
        "description": "Proposé d'après un fichier : à relire avant de l'enregistrer.",
        "input": table.source | {"records": [record]},
        "dates": {"formats": formats},
        "amounts": how,
        "fields": _fields(table, found),
    }
    if found.has_pair:
        split_rows(document, confidence)
    if found.book:
        as_book(document, confidence, found.book)
        found.doubts.extend(doubts_of(found.book))
        if doubt := doubt_of_balances(table, found):
            record["keep"] = {"not": {"column": "label", "matches": BALANCE}}
            found.doubts.append(doubt)
    elif not found.has_pair and (side := side_to_turn(table, found)):
        found.doubts.append(turn(document, side))
        confidence |= {"lines.debit": confidence.pop("fields.debit")}
        confidence |= {"lines.credit": confidence.pop("fields.credit")}
    found.doubts.extend(doubts_of_notation(table, found.at, how))
    ImportModel.model_validate(document)
    return Guess(document, confidence, found.doubts)


def _fields(table: Table, found: Found) -> dict[str, Any]:
    fields: dict[str, dict[str, Any]] = {}
    for name, at in found.at.items():
        fields[name] = {"from": name}
        if is_carried(table, name, at):
            fields[name]["carry"] = True
        if name.endswith("Date") and has_time(table.column(at)):
            fields[name]["cut"] = DATE_CHARS
    if "accountNumber" in found.at and has_names(table, found.at["accountNumber"]):
        fields["accountNumber"]["from"] = {"extract": "^[0-9A-Z]+", "of": "accountNumber"}
        if "accountLabel" not in fields:
            name_of = [{"pattern": r"^[0-9A-Z]+\s*-?\s*", "by": ""}]
            fields["accountLabel"] = {"from": "accountNumber", "replace": name_of}
    return fields
