"""What differs between the file of a refused import and its mended copy, cell by cell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ecritures.formats.repair.cells import numbered_lines
from ecritures.formats.text.encoding import BOM
from ecritures.imports.past_files.mending import text_of
from ecritures.imports.past_files.stored_sources import stored_source
from ecritures.sources.unpack import UnpackLimits, unpack

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ecritures.imports.dependencies import Dependencies
    from ecritures.imports.queries import ImportState

SHOWN_MAX = 100
_ENTRY = ("JournalCode", "EcritureNum")


@dataclass(frozen=True, slots=True)
class MendedCell:
    """A cell that differs.

    Attributes:
        line: Its line in the original.
        entry: The journal and the number of its entry, where the file has columns for them.
        column: What the header calls its column; empty: the whole line.
        before: What the original has there.
        after: What the copy has; None: it has not the line.
    """

    line: int
    entry: str
    column: str
    before: str
    after: str | None


@dataclass(frozen=True, slots=True)
class Copy:
    """A file, and how it is cut."""

    path: Path
    name: str
    encoding: str
    separator: str

    def lines(self, limits: UnpackLimits) -> Iterator[tuple[int, str]]:
        """Yield its lines and their numbers."""
        unpacked, _ = unpack(self.path, self.name, limits)
        for number, line in numbered_lines(unpacked):
            text = line.rstrip(b"\r\n").removeprefix(BOM)
            yield number, text.decode(self.encoding, errors="replace")


def mended_cells(
    deps: Dependencies, original: ImportState, mended: ImportState
) -> list[MendedCell]:
    """Return the first cells that a mended copy has otherwise than the original.

    Raises:
        ConflictError: One of the files is not kept, or is not a text.
        ReaderDiedError: Reading them takes too much memory or time.
    """
    cuts = text_of(original), text_of(mended)
    with stored_source(deps, original) as before, stored_source(deps, mended) as after:
        copies = (
            Copy(before, original.source_name or "", *cuts[0]),
            Copy(after, mended.source_name or "", *cuts[1]),
        )
        return deps.preview(compare, *copies, UnpackLimits.from_settings(deps.settings))


def compare(original: Copy, mended: Copy, limits: UnpackLimits) -> list[MendedCell]:
    """Return the first cells that differ: for a child process.

    Lines that only the original has are those that a repair leaves out: blank ones, and repeated
    headers.
    """
    found: list[MendedCell] = []
    kept = mended.lines(limits)
    _, wanted = next(kept, (0, None))
    header: list[str] = []
    for number, text in original.lines(limits):
        if number == 1:
            header = [name.strip() for name in text.split(original.separator)]
        is_left_out = number > 1 and (not text.strip() or _cells(text, original) == header)
        if is_left_out and text != wanted:
            found.append(MendedCell(number, "", "", text, None))
        else:
            found += _differing(number, text, wanted or "", header, (original, mended))
            _, wanted = next(kept, (0, None))
        if len(found) >= SHOWN_MAX:
            break
    return found[:SHOWN_MAX]


def _cells(text: str, copy: Copy) -> list[str]:
    return [cell.strip() for cell in text.split(copy.separator)]


def _differing(
    number: int, text: str, wanted: str, header: list[str], copies: tuple[Copy, Copy]
) -> list[MendedCell]:
    original, mended = copies
    before, after = text.split(original.separator), wanted.split(mended.separator)
    if before == after:
        return []
    named = dict(zip(header, after, strict=False))
    entry = " ".join(named[name] for name in _ENTRY if name in named) if number > 1 else ""
    if len(before) != len(after):
        return [MendedCell(number, entry, "", text, wanted)]
    names = [*header, *[""] * len(before)]
    return [
        MendedCell(number, entry, name, old, new)
        for name, old, new in zip(names, before, after, strict=False)
        if old != new
    ]
