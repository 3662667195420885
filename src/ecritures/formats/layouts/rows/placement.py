"""Where the columns of each record are, as the header and the model say."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from ecritures.formats.layouts.rows.entry_rows import columns_of_fields
from ecritures.formats.layouts.rows.input_reader import known_names

if TYPE_CHECKING:
    from ecritures.core.anomalies import Anomalies
    from ecritures.formats.layouts.document import ImportModel
    from ecritures.formats.layouts.inputs import Record


NAME_CHARS_MAX = 100  # letters may have any number of accents, which do not tell names apart


class Placement:
    """The places of the columns of a file, one record after the other.

    Args:
        model: How to read the file.
        anomalies: Where missing columns are recorded.

    Attributes:
        names: Column → what people call it in this file; without those that it does not have.
        positions: Record → column → position, from 1.
        least: Record → how many fields its lines have at least.
        known: The positions of all columns described.
        rivals: Other names of the columns of amounts → the name that the file is read by: where it
            has both, one of two amounts is not read.
        is_complete: Whether no column is missing.
        header_line: The line of the header, for messages.
    """

    def __init__(self, model: ImportModel, anomalies: Anomalies) -> None:
        self._model = model
        self._anomalies = anomalies
        self.names = known_names(model.input)
        self.positions: dict[str, dict[str, int]] = {}
        self.least: dict[str, int] = {}
        self.known: set[int] = set()
        self.rivals: dict[str, str] = {}
        fields = model.fields
        self._amounts = {*columns_of_fields(fields.debit, fields.credit, fields.amount)}
        self.is_complete = True
        self.header_line = model.input.skip_lines + 1

    def place(self, record: Record, header: list[str]) -> dict[str, int]:
        """Find the columns of a record; return their positions."""
        if record.role == "ignore":
            return {}
        columns = record.columns
        if self._model.columns_by_name:
            found, shown = by_header(dict.fromkeys(self._model.used_columns), header)
        else:
            by_name = {c: place.known_as for c, place in columns.items() if place.known_as}
            found, shown = by_header(by_name, header)
            found |= {c: place.position for c, place in columns.items() if place.position}
        self.names |= shown
        wanted = columns or dict.fromkeys(self._model.used_columns)
        missing = [
            c for c, place in wanted.items() if c not in found and not (place and place.optional)
        ]
        for column in wanted.keys() - found.keys():
            self.names.pop(column, None)
        if missing:
            self.is_complete = False
            named = [place.shown(c) if (place := columns.get(c)) else c for c in missing]
            self._anomalies.add(
                "MOD-COL-01",
                line=self.header_line,
                value=", ".join(named),
                expected=", ".join(header),
            )
        for column in self._amounts & found.keys() & columns.keys():
            others = {plain(name): self.names[column] for name in columns[column].known_as}
            self.rivals |= others
        self.positions[record.name] = found
        self.known.update(found.values())
        needed = [at for c, at in found.items() if not (c in columns and columns[c].optional)]
        self.least[record.name] = len(header) if header and not columns else max(needed, default=1)
        return found


def required_names(model: ImportModel) -> dict[str, tuple[str, ...]]:
    """Return the names that a header must have, one at least of each column."""
    if model.columns_by_name:
        return {column: (column,) for column in model.used_columns}
    return {
        column: place.known_as
        for record in model.input.records
        for column, place in record.columns.items()
        if place.known_as and not place.optional
    }


def by_header(
    wanted: dict[str, tuple[str, ...]] | dict[str, None], header: list[str]
) -> tuple[dict[str, int], dict[str, str]]:
    """Find columns in a header without regard to case, accents or spaces.

    Returns:
        Column → position, and column → the name as the header writes it.
    """
    places: dict[str, int] = {}
    for position, name in enumerate(header, 1):
        places.setdefault(plain(name), position)
    found = {}
    for column, names in wanted.items():
        for name in names or (column,):
            if plain(name) in places:
                found[column] = places[plain(name)]
                break
    return found, {column: header[at - 1][:NAME_CHARS_MAX] for column, at in found.items()}


def plain(name: str) -> str:
    """Return a name without its case, accents, spaces or marks."""
    decomposed = unicodedata.normalize("NFKD", name.casefold())
    return "".join(char for char in decomposed if char.isalnum())
