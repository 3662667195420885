"""Look into the file of a past import, and make a mended copy of it; the original is kept."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ecritures.core.errors import ConflictError
from ecritures.formats.repair.cells import CellEdit, lines_at, write_with_cells
from ecritures.formats.repair.changes import KINDS
from ecritures.formats.repair.copy import write_repaired
from ecritures.formats.text.encoding import BOM
from ecritures.imports.past_files.stored_sources import stored_source
from ecritures.sources.unpack import UnpackLimits, unpack

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from pathlib import Path

    from ecritures.imports.dependencies import Dependencies
    from ecritures.imports.queries import ImportState

DETAILS_MAX = 200


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Some lines of a file, cut into cells.

    Attributes:
        header: The names of the columns; empty: the file is not cut.
        lines: The cells of each line, by its number.
    """

    header: list[str]
    lines: dict[int, list[str]]


@dataclass(frozen=True, slots=True)
class CellChange:
    """What a safe repair makes of a cell."""

    line: int
    column: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Mended:
    """What was changed in a copy.

    Attributes:
        counts: How often each safe repair was made, by its name in both languages.
        changes: The first ones, cell by cell.
    """

    counts: list[tuple[int, str, str]] = field(default_factory=list)
    changes: list[CellChange] = field(default_factory=list)

    @property
    def total(self) -> int:
        """How many changes there are."""
        return sum(count for count, _, _ in self.counts)


def excerpt_of(deps: Dependencies, state: ImportState, numbers: Collection[int]) -> Excerpt:
    """Return some lines of the file of a past import.

    Raises:
        ConflictError: The file is not kept, or is not a text.
        ReaderDiedError: Reading it takes too much memory or time.
    """
    encoding, separator = text_of(state)
    limits = UnpackLimits.from_settings(deps.settings)
    with stored_source(deps, state) as path:
        name = state.source_name or ""
        return deps.preview(read_excerpt, path, name, limits, encoding, separator, set(numbers))


def read_excerpt(  # noqa: PLR0913, PLR0917 - a file, and how it is cut
    path: Path,
    name: str,
    limits: UnpackLimits,
    encoding: str,
    separator: str,
    numbers: set[int],
) -> Excerpt:
    """Read some lines of a file: for a child process."""
    unpacked, _ = unpack(path, name, limits)
    found = lines_at(unpacked, numbers | {1})
    cells = {
        number: line.removeprefix(BOM).decode(encoding, errors="replace").split(separator)
        for number, line in found.items()
    }
    header = [name.strip() for name in cells.get(1, [])]
    return Excerpt(header, {number: one for number, one in cells.items() if number in numbers})


def survey_repairs(deps: Dependencies, state: ImportState) -> Mended:
    """Return what the safe repairs would change in the file of a past import.

    Raises:
        ConflictError: The file is not kept, or is not a flat text.
    """
    with mended_copy(deps, state, [], is_repaired=True) as (_, mended):
        return mended


@contextmanager
def mended_copy(
    deps: Dependencies, state: ImportState, edits: Sequence[CellEdit], *, is_repaired: bool
) -> Iterator[tuple[Path, Mended]]:
    """Make a mended copy of the file of a past import, in a folder that goes afterwards.

    Args:
        deps: The storage.
        state: The import.
        edits: Cells that are to be others, as the original has them.
        is_repaired: Whether the safe repairs are made, too.

    Raises:
        ConflictError: The file is not kept, is not a flat text, or a cell holds something else.
        RefusedRequestError: A value cannot be written there.
        ReaderDiedError: It takes too much memory or time.
    """
    encoding, separator = text_of(state)
    limits = UnpackLimits.from_settings(deps.settings)
    with stored_source(deps, state) as path:
        target = path.with_name("mended")
        asked = list(edits), is_repaired, encoding, separator
        mended = deps.preview(mend_file, path, state.source_name or "", limits, target, *asked)
        yield target, mended


def mend_file(  # noqa: PLR0913, PLR0917 - a file, how it is cut, and what is wanted
    path: Path,
    name: str,
    limits: UnpackLimits,
    target: Path,
    edits: list[CellEdit],
    is_repaired: bool,  # noqa: FBT001 - sent to a child process
    encoding: str,
    separator: str,
) -> Mended:
    """Write a mended copy of a file: for a child process."""
    unpacked, _ = unpack(path, name, limits)
    edited = target.with_name("edited") if is_repaired else target
    write_with_cells(unpacked, edited, edits, encoding, separator)
    if not is_repaired:
        return Mended()
    repairs = write_repaired(edited, target, details_max=DETAILS_MAX)
    shown = repairs.frame().head(DETAILS_MAX)
    return Mended(
        [(count, *KINDS[kind]) for kind, count in repairs.counts.items()],
        [
            CellChange(row["line"] or 0, row["column"] or "", row["before"], row["after"])
            for row in shown.iter_rows(named=True)
        ],
    )


def text_of(state: ImportState) -> tuple[str, str]:
    """Return the encoding and the separator of the file of a past import.

    Raises:
        ConflictError: It was not read as cells of text.
    """
    encoding, separator = state.report.get("encoding"), state.report.get("separator")
    if not encoding or not separator:
        raise ConflictError(
            "file-not-cut",
            "Ce fichier n'a pas été lu comme un FEC en texte : il ne se corrige pas ici. Choisissez"
            " le modèle qui le lit, ou corrigez-le dans son logiciel.",
            "This file was not read as a FEC in text: it cannot be mended here. Choose the model"
            " that reads it, or mend it in its own software.",
        )
    return str(encoding), str(separator)
