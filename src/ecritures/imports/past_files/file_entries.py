"""Entries of the file of a past import, read once more: line by line, as they are posted."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import polars as pl

from ecritures.core.policies import MissingNumbers
from ecritures.directory.dossiers import get_dossier
from ecritures.imports.execution.adjustments import Adjustments
from ecritures.imports.execution.reading_options import options_of
from ecritures.imports.execution.second_reading import SecondReading
from ecritures.imports.past_files.stored_sources import stored_source
from ecritures.ledger.next_number import last_numbers
from ecritures.reading.check import check_file
from ecritures.sources.unpack import UnpackLimits, unpack

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from ecritures.config.settings import Settings
    from ecritures.core.lines import NumberedLines
    from ecritures.imports.dependencies import Dependencies
    from ecritures.imports.queries import ImportState
    from ecritures.reading.check import CheckOptions

FIRST_LINES = 12
LINES_MAX = 2000
"""No more lines of the entries asked for are brought than these."""
_SHOWN = (
    *("line", "journal_code", "entry_number", "entry_date", "account_number"),
    *("third_party_number", "piece_ref", "piece_date", "label", "debit_cents", "credit_cents"),
    "validation_date",
)


@dataclass(frozen=True, slots=True)
class FileEntries:
    """A part of a file.

    Attributes:
        first: Its first lines: canonical values, and `begins`: whether each begins an entry.
        by_line: The lines of the entries asked for, by the first line of each.
    """

    first: list[dict[str, Any]] = field(default_factory=list)
    by_line: dict[int, list[dict[str, Any]]] = field(default_factory=dict)


def entries_in_file(
    deps: Dependencies, state: ImportState, first_lines: Collection[int]
) -> FileEntries:
    """Return the first lines of the file of a past import, and some of its entries.

    Args:
        deps: The storage.
        state: The import.
        first_lines: The numbers of the first lines of the entries.

    Raises:
        ConflictError: The file is not kept (any more).
        TransientSourceError: The storage does not answer.
        ReaderDiedError: Reading it takes too much memory or time.
    """
    dossier = get_dossier(deps.database, state.domain_id, state.dossier)
    numbers: dict[str, int] = {}
    if state.options.get("missingNumbers") == MissingNumbers.ASSIGN:
        with deps.database.read() as connection:
            numbers = last_numbers(connection, dossier)
    adjustments = Adjustments.of(dossier, state.options, numbers)
    options = options_of(deps.database, state, dossier)
    with stored_source(deps, state) as path:
        asked = state.source_name or "", options, deps.settings, adjustments, set(first_lines)
        return deps.preview(read_entries, path, *asked)


def read_entries(  # noqa: PLR0913, PLR0917 - a file, how it is read, and what is wanted
    path: Path,
    name: str,
    options: CheckOptions,
    settings: Settings,
    adjustments: Adjustments,
    first_lines: set[int],
) -> FileEntries:
    """Read the first lines of a file, and some of its entries: for a child process."""
    unpacked, _ = unpack(path, name, UnpackLimits.from_settings(settings))
    report = check_file(unpacked, options, settings=settings)
    found = FileEntries()
    if report.checked is None:
        return found
    table = report.checked.entries.table.select("entry", "first_line")
    wanted = table.filter(pl.col("first_line").is_in(list(first_lines)))
    starts = dict(wanted.iter_rows())
    room, last = LINES_MAX, max(starts, default=-1)
    for numbered in SecondReading(unpacked, options, settings, report, adjustments).numbered():
        if len(found.first) < FIRST_LINES:
            found.first.extend(_rows(numbered)[: FIRST_LINES - len(found.first)].to_dicts())
        if report.checked.entries.is_contiguous and numbered.entry[0] > last:
            break  # none of the entries asked for comes later
        mine = _rows(numbered).filter(pl.col("entry").is_in(list(starts)))
        for row in mine[:room].iter_rows(named=True):
            found.by_line.setdefault(starts[row["entry"]], []).append(row)
        room -= min(room, mine.height)
    return found


def _rows(numbered: NumberedLines) -> pl.DataFrame:
    lines = numbered.lines
    rows = lines.select(*_SHOWN, entry=numbered.entry, begins=numbered.begins)
    if "assigned_number" in lines.columns:
        number = lines["assigned_number"].fill_null(rows["entry_number"])
        rows = rows.with_columns(entry_number=number)
    return rows
