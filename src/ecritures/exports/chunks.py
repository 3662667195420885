"""Rows on disk, given back in the order of their entries, a bounded number at a time."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

ROWS_AT_ONCE = 200_000
_NEVER = 2**32 - 1  # of a UInt32

Ranks = dict[int, pl.Series]
"""Batch → the rank of each of its entries in the export, by their number; null: not exported."""


class Chunk(NamedTuple):
    """Rows of one file.

    Attributes:
        batch_id: Whose they are; None: they have a column `rank` already.
        rows: How many.
        first: The lowest rank.
        last: The highest.
    """

    path: Path
    batch_id: int | None
    rows: int
    first: int = 0
    last: int = 0


class ChunkFolder:
    """Writes rows to files of a folder, and reads them again."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = count()

    def write(self, rows: pl.DataFrame, batch_id: int | None) -> Chunk:
        """Write rows."""
        path = self._folder / f"{next(self._numbers)}.arrow"
        rows.write_ipc(path, compression="uncompressed")
        return Chunk(path, batch_id, rows.height)

    def read(self, chunk: Chunk) -> pl.DataFrame:
        """Read rows again."""
        return pl.read_ipc(chunk.path)

    def placed(self, chunks: Sequence[Chunk], ranks: Ranks) -> list[Chunk]:
        """Return the chunks by the rank of their entries; those that no export needs are left out.

        Chunks in quite another order are written again, so that few of them are needed at once.

        Args:
            chunks: With a column `entry`.
            ranks: Of the entries.
        """
        placed = [one for chunk in chunks if (one := _placed(chunk, ranks)).first <= one.last]
        if _most_at_once(placed) > ROWS_AT_ONCE:
            placed = self._cut(placed, ranks)
        return sorted(placed, key=lambda chunk: chunk.first)

    def _cut(self, placed: Sequence[Chunk], ranks: Ranks) -> list[Chunk]:
        """Write rows again, so that few are needed at once: they are in quite another order."""
        total = sum(chunk.rows for chunk in placed)
        last = max(chunk.last for chunk in placed)
        span = max(1, (last + 1) * ROWS_AT_ONCE // (2 * total))
        parts = []
        for chunk in placed:
            rows = _read(chunk, ranks)
            for _, part in rows.group_by(pl.col("rank") // span):
                written = self.write(part, None)
                lowest, highest = part["rank"].min(), part["rank"].max()
                parts.append(written._replace(first=_number(lowest), last=_number(highest)))
            chunk.path.unlink()
        return parts


def in_order(placed: Sequence[Chunk], ranks: Ranks, key: Sequence[str]) -> Iterator[pl.DataFrame]:
    """Yield the rows of exported entries by rank, each entry whole.

    Args:
        placed: As returned by `ChunkFolder.placed`.
        ranks: Of the entries.
        key: What the rows of an entry are sorted by.

    Yields:
        The columns of the chunks (those a chunk lacks are null), `batch_id` and `rank`.
    """
    limits = [*(chunk.first for chunk in placed), _NEVER][1:]
    waiting: list[pl.DataFrame] = []
    for chunk, limit in zip(placed, limits, strict=True):
        waiting.append(_read(chunk, ranks))
        if chunk.first >= limit:
            continue
        rows = pl.concat(waiting, how="diagonal")
        ready = rows["rank"] < limit
        waiting = [] if ready.all() else [rows.filter(~ready)]
        if ready.any():
            yield (rows if not waiting else rows.filter(ready)).sort("rank", *key)


def _read(chunk: Chunk, ranks: Ranks) -> pl.DataFrame:
    rows = pl.read_ipc(chunk.path)
    if chunk.batch_id is None:
        return rows
    rank = ranks[chunk.batch_id].gather(rows["entry"])
    batch = pl.lit(chunk.batch_id, pl.Int32).alias("batch_id")
    rows = rows.with_columns(rank.alias("rank"), batch)
    return rows.filter(rank.is_not_null()) if rank.null_count() else rows


def _placed(chunk: Chunk, ranks: Mapping[int, pl.Series]) -> Chunk:
    """Return a chunk with the range of its ranks; an empty range where none is exported."""
    if chunk.batch_id is None:
        return chunk
    if chunk.batch_id not in ranks:
        return chunk._replace(first=1, last=0)
    entry = pl.read_ipc(chunk.path, columns=["entry"])["entry"]
    rank = ranks[chunk.batch_id].gather(entry)
    if rank.null_count() == rank.len():
        return chunk._replace(first=1, last=0)
    return chunk._replace(first=_number(rank.min()), last=_number(rank.max()))


def _most_at_once(placed: Sequence[Chunk]) -> int:
    """Return how many rows would wait at the worst moment: of chunks with overlapping ranks."""
    steps = [(chunk.first, chunk.rows) for chunk in placed]
    steps += [(chunk.last, -chunk.rows) for chunk in placed]
    most = now = 0
    for _, rows in sorted(steps):  # at one rank, what ends comes first: a chunk may end an entry
        now += rows
        most = max(most, now)
    return most


def _number(value: object) -> int:
    return int(str(value))
