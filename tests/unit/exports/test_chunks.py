"""Rows on disk come back by rank, whatever order they were written in."""

from __future__ import annotations

import random

import polars as pl
import pytest

from ecritures.exports import chunks
from ecritures.exports.chunks import ChunkFolder, in_order


@pytest.mark.heavy
@pytest.mark.parametrize("shuffled", [False, True])
def test_rows_come_back_by_rank_and_line_a_bounded_number_at_a_time(
    tmp_path, monkeypatch, shuffled
):
    monkeypatch.setattr(chunks, "ROWS_AT_ONCE", 40)
    entry = [number // 3 for number in range(600)]
    if shuffled:
        random.Random(1).shuffle(entry)  # noqa: S311 - any order does
    rows = pl.DataFrame({"line": range(600), "entry": entry}, schema_overrides={"entry": pl.UInt32})
    folder = ChunkFolder(tmp_path)
    written = [folder.write(part, 7) for part in rows.iter_slices(20)]
    order = list(range(200))
    random.Random(2).shuffle(order)  # noqa: S311 - any order does
    ranks = {7: pl.Series([None if n % 10 == 0 else n for n in order], dtype=pl.UInt32)}

    parts = list(in_order(folder.placed(written, ranks), ranks, ("line",)))

    found = pl.concat(parts)
    assert found["rank"].is_sorted()
    assert found.height == 540
    assert max(part.height for part in parts) <= 80
    kept = rows.filter(ranks[7].gather(rows["entry"]).is_not_null())
    assert sorted(found["line"]) == sorted(kept["line"])
    of_ranks = found.group_by("rank", maintain_order=True).agg("line")["line"]
    assert all(list(lines) == sorted(lines) for lines in of_ranks)


def test_batches_of_which_nothing_is_exported_are_left_out(tmp_path):
    folder = ChunkFolder(tmp_path)
    one = folder.write(pl.DataFrame({"entry": [1]}, schema={"entry": pl.UInt32}), 1)

    assert folder.placed([one], {}) == []
    assert folder.placed([one], {1: pl.Series([0, None], dtype=pl.UInt32)}) == []
