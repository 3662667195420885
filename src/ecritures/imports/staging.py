"""Canonical lines on disk, a file a block, between reading and loading.

A refused file thus never touches the database, and what only the whole file tells (how its entries
are numbered) is known before the first line is loaded. Written and read uncompressed: about the
size of the source file, and no slower than a copy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path


class LineStore(Protocol):
    """What keeps the lines of a file while it is read."""

    def write(self, lines: pl.DataFrame) -> None:
        """Keep the next block."""

    def blocks(self) -> Iterator[pl.DataFrame]:
        """Yield the blocks in order."""

    def clear(self) -> None:
        """Forget every block: the file is read again from its start."""

    def refuse(self) -> None:
        """Learn that the file is refused; told once or many times."""


class Staging:
    """A folder of blocks.

    Args:
        folder: Where they are.
        columns: The columns to keep; all when None.
    """

    def __init__(self, folder: Path, columns: Sequence[str] | None = None) -> None:
        self._folder = folder
        self._columns = columns
        self.count = 0

    def write(self, lines: pl.DataFrame) -> None:
        """Keep the next block."""
        kept = lines if self._columns is None else lines.select(self._columns)
        kept.write_ipc(self._path(self.count), compression="uncompressed")
        self.count += 1

    def blocks(self, columns: list[str] | None = None) -> Iterator[pl.DataFrame]:
        """Yield the blocks in order, some or all of their columns."""
        for number in range(self.count):
            yield pl.read_ipc(self._path(number), columns=columns)

    def clear(self) -> None:
        """Forget every block: the file is read again from its start."""
        while self.count:
            self.count -= 1
            self._path(self.count).unlink()

    def refuse(self) -> None:
        """Go on: reading ends, and tells all that is wrong."""

    def _path(self, number: int) -> Path:
        return self._folder / f"{number:06d}.arrow"
