"""The order of the entries of an export: a few numbers for each, in memory."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polars as pl

from ecritures.core.frames import constant
from ecritures.rules.families.ord import may_open

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ecritures.exports.chunks import Ranks

COMMON_SHARE_MIN = 0.99
"""Numbers are one sequence of all journals where so many of them are given once."""
_OPENINGS_FIRST, _DRAFTS_LAST = -100_000_000, 10_000_000  # days
_NUMBER = r"^(?<prefix>.*?)(?<digits>[0-9]{1,18})$"
KEY_SCHEMA = pl.Schema(
    {
        "entry": pl.UInt32,
        "place": pl.Int32,  # the day of validation; openings before, drafts behind all others
        "series": pl.UInt32,
        "number": pl.Int64,  # the digits at its end; -1: there are none
    }
)


@dataclass
class EntryKeys:
    """The keys of the entries of an export, by batch.

    Args:
        journals: Number of each journal → its code and label.

    Attributes:
        parts: Batch → rows of `KEY_SCHEMA`.
        series: A journal and what the numbers of its entries begin with → a number.
    """

    journals: Mapping[int, tuple[str, str]]
    parts: dict[int, list[pl.DataFrame]] = field(default_factory=dict)
    series: dict[tuple[int, str], int] = field(default_factory=dict)

    def add(self, batch_id: int, rows: pl.DataFrame) -> None:
        """Add entries: `entry`, `journal_id`, `number`, `valid` (a day; null: a draft)."""
        openings = [id_ for id_, (code, label) in self.journals.items() if may_open(code, label)]
        keys = split_numbers(rows)
        keys = keys.with_columns(self._series(keys).alias("series"))
        day = pl.col("valid").cast(pl.Int32).fill_null(_DRAFTS_LAST)
        is_opening = pl.col("journal_id").is_in(openings)
        first = pl.when(is_opening).then(_OPENINGS_FIRST).otherwise(0)
        keys = keys.select(
            "entry",
            (day + first).alias("place"),
            "series",
            "number",
        )
        self.parts.setdefault(batch_id, []).append(keys.cast(KEY_SCHEMA))

    def _series(self, keys: pl.DataFrame) -> pl.Series:
        found = keys.select("journal_id", "prefix").unique()
        numbers = [self.series.setdefault(key, len(self.series)) for key in found.iter_rows()]
        named = found.with_columns(series=pl.Series(numbers, dtype=pl.UInt32))
        on = ("journal_id", "prefix")
        return keys.join(named, on=on, how="left", maintain_order="left")["series"]

    def validate(self, batch_id: int, days: pl.Series) -> None:
        """Place entries by the days of validation that their lines say.

        Args:
            batch_id: Whose they are.
            days: By the number of the entry; null: its lines say none.
        """
        openings = pl.col("place") < _OPENINGS_FIRST // 2
        first = pl.when(openings).then(_OPENINGS_FIRST).otherwise(0)
        self.parts[batch_id] = [
            part.with_columns(
                pl.coalesce(days.gather(part["entry"]).cast(pl.Int32) + first, "place").alias(
                    "place"
                )
            )
            for part in self.parts[batch_id]
        ]

    def drafts(self, batch_id: int) -> pl.Series:
        """Return the entries of a batch that no day of validation is known of."""
        return pl.concat(part["entry"].filter(_is_draft(part)) for part in self.parts[batch_id])

    def leave_drafts_out(self, batch_id: int) -> None:
        """Forget the entries that no day of validation is known of."""
        kept = [part.filter(~_is_draft(part)) for part in self.parts.pop(batch_id)]
        if any(part.height for part in kept):
            self.parts[batch_id] = kept

    @property
    def count(self) -> int:
        """How many entries."""
        return sum(rows.height for parts in self.parts.values() for rows in parts)

    def numbers(self) -> pl.DataFrame:
        """Return `series` and `number` of the entries that have a number."""
        parts = [part.select("series", "number") for parts in self.parts.values() for part in parts]
        if not parts:
            return pl.DataFrame(schema={name: KEY_SCHEMA[name] for name in ("series", "number")})
        return pl.concat(parts).filter(pl.col("number") >= 0)

    def ranks(self, last_entries: Mapping[int, int]) -> Ranks:
        """Return the rank of each entry: openings, then by day of validation, then by number.

        Args:
            last_entries: Batch → the highest number of its entries.
        """
        if not self.parts:
            return {}
        order = [number for _, number in sorted(self._ordered())]
        places = pl.Series([0] * len(order), dtype=pl.UInt32)
        places = places.scatter(order, pl.int_range(len(order), dtype=pl.UInt32, eager=True))
        batches = sorted(self.parts)
        parts = [part for batch_id in batches for part in self.parts[batch_id]]
        keys = pl.concat(
            part.select("place", "number", places.gather(part["series"]).alias("series"))
            for part in parts
        )
        by = ["place", "number", "series"] if is_common(keys) else ["place", "series", "number"]
        # By batch and entry where all that is the same: so they stand in the parts.
        order_of = keys.select(pl.arg_sort_by(*by, maintain_order=True)).to_series()
        del keys
        rank = pl.zeros(order_of.len(), dtype=pl.UInt32, eager=True)
        rank = rank.scatter(order_of, pl.int_range(order_of.len(), dtype=pl.UInt32, eager=True))
        found, at = {}, 0
        for batch_id in batches:
            mine = constant(None, last_entries[batch_id] + 1, pl.UInt32)
            for part in self.parts.pop(batch_id):
                mine = mine.scatter(part["entry"], rank[at : at + part.height])
                at += part.height
            found[batch_id] = mine
        return found

    def _ordered(self) -> list[tuple[tuple[str, str], int]]:
        """Return the series by the code of their journal and their prefix."""
        return [
            ((self.journals.get(journal, ("", ""))[0], prefix), number)
            for (journal, prefix), number in self.series.items()
        ]


def split_numbers(rows: pl.DataFrame) -> pl.DataFrame:
    """Split the numbers of entries: `prefix`, and `number`, the digits at its end, or -1.

    Args:
        rows: `number`, a text, and other columns, which are kept.
    """
    parts = pl.col("number").str.extract_groups(_NUMBER)
    split = rows.with_columns(parts.alias("parts")).unnest("parts")
    return split.with_columns(
        pl.coalesce("prefix", "number").alias("prefix"),
        pl.col("digits").cast(pl.Int64).fill_null(-1).alias("number"),
    ).drop("digits")


def _is_draft(part: pl.DataFrame) -> pl.Series:
    place = part["place"]
    return (place == _DRAFTS_LAST) | (place == _DRAFTS_LAST + _OPENINGS_FIRST)


def is_common(rows: pl.DataFrame, scopes: Mapping[int, int] | None = None) -> bool:
    """Return whether the numbers are one sequence of all journals.

    Args:
        rows: `number`, `series`.
        scopes: Series → what has a sequence of its own even so, such as a prefix; None: nothing.
    """
    if rows["series"].n_unique() <= 1:
        return True
    given = rows.filter(pl.col("number") >= 0)
    key = given.select("number")
    if scopes:
        key = key.with_columns(given["series"].replace(scopes))
    different = key.n_unique()
    repeated = given.height - different
    return given.height > 0 and repeated <= given.height * (1 - COMMON_SHARE_MIN)
