"""The rows of a batch: narrow, made of numbers, unseen until the batch is published.

A line stores only what differs from its entry, its account, its third party or its journal. Values
that all lines of an entry share are stored in the entry; otherwise in each line.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from ecritures.core.frames import constant, is_like_before
from ecritures.database.tables import entries, lines
from ecritures.ledger.batch import require_loading
from ecritures.ledger.codes import CodeKind

if TYPE_CHECKING:
    import sqlalchemy as sa

    from ecritures.core.lines import NumberedLines
    from ecritures.database import Database
    from ecritures.ledger.codes import CodeTable

SHARED = ("piece_ref", "piece_date", "label", "validation_date")
"""Columns stored once in the entry when all its lines agree."""

_ALWAYS = ("line", "entry", "account_id", "third_party_id", "debit_cents", "credit_cents")
_COMMON = (*_ALWAYS, "lettering", "lettering_date")


class BatchRows(NamedTuple):
    """Rows for the tables `entries` and `lines`; lines with rare columns are separate."""

    entries: pl.DataFrame
    common: pl.DataFrame
    rare: pl.DataFrame

    def by_table(self) -> tuple[tuple[sa.Table, pl.DataFrame], ...]:
        """Return them with their tables."""
        return (entries, self.entries), (lines, self.common), (lines, self.rare)


def insert_block(database: Database, domain_id: int, batch_id: int, rows: BatchRows) -> None:
    """Put rows into a batch.

    Raises:
        DeadBatchError: The batch was abandoned.
    """
    database.insert(
        rows.by_table(),
        {"domain_id": domain_id, "batch_id": batch_id},
        lambda connection: require_loading(connection, domain_id, batch_id),
    )


def make_rows(numbered: NumberedLines, codes: CodeTable) -> BatchRows:
    """Make the rows of lines; unknown codes are added to `codes`."""
    block = numbered.lines
    journal, account, third_party = (
        codes.find(kind, block[code], block[label])
        for kind, code, label in (
            (CodeKind.JOURNAL, "journal_code", "journal_label"),
            (CodeKind.ACCOUNT, "account_number", "account_label"),
            (CodeKind.THIRD_PARTY, "third_party_number", "third_party_label"),
        )
    )
    shared = _shared(numbered)
    entry_rows = block.with_columns(
        numbered.entry.alias("entry"),
        journal["id"].alias("journal_id"),
        *(_where(shared, block[name]) for name in SHARED),
    ).filter(numbered.begins)
    rare = {
        "currency_amount": block["currency_amount"],
        "currency_scale": block["currency_scale"],
        "currency": _where(block["currency"] != "", block["currency"]),
        "entry_date": _where(_other(numbered, "entry_date"), block["entry_date"]),
        **{name: _where(~shared, block[name]) for name in SHARED},
        "account_label": _other_label(block["account_label"], account["label"]),
        "third_party_label": _other_label(block["third_party_label"], third_party["label"]),
        "journal_label": _other_label(block["journal_label"], journal["label"]),
        "siret": _where(block["siret"] != "", block["siret"]),
        "extra": block["extra"],
        "journal_id": _where(_other(numbered, "journal_code"), journal["id"]),
    }
    given = [name for name, column in rare.items() if column.null_count() < block.height]
    line_rows = block.select(
        "line",
        numbered.entry.alias("entry"),
        account["id"].alias("account_id"),
        third_party["id"].alias("third_party_id"),
        "debit_cents",
        "credit_cents",
        _where(block["lettering"] != "", block["lettering"]),
        "lettering_date",
        *(rare[name].alias(name) for name in given),
    )
    has_rare = pl.any_horizontal(pl.col(given).is_not_null()) if given else pl.lit(value=False)
    return BatchRows(
        entry_rows.select("entry", "journal_id", "entry_date", *SHARED, number="entry_number"),
        (line_rows.filter(~has_rare) if given else line_rows).select(_COMMON),
        line_rows.filter(has_rare),
    )


def unique_lines(line: pl.Series, before: int) -> pl.Series:
    """Return numbers that tell lines apart: their own, or the next one where it is taken.

    Several lines may come from one line of a file; those after them are then numbered on.

    Args:
        line: Numbers that never fall.
        before: The last number given.
    """
    if line[0] > before and (line[1:] > line[:-1]).all():
        return line
    place = pl.int_range(line.len(), dtype=pl.Int64, eager=True)
    shift = (line.cast(pl.Int64) - place).cum_max().clip(lower_bound=before + 1)
    return (shift + place).cast(line.dtype)


def _where(kept: pl.Series, column: pl.Series) -> pl.Series:
    """Return a column with null where it is not kept."""
    if kept.all():
        return column
    if not kept.any():
        return constant(None, column.len(), column.dtype).alias(column.name)
    return column.set(~kept, None)


def _other_label(label: pl.Series, known: pl.Series) -> pl.Series:
    """The label of a line where it is not the one its account, third party or journal has."""
    return _where(label != (known.fill_null("") if known.null_count() else known), label)


def _shared(numbered: NumberedLines) -> pl.Series:
    """Tell, for each line, whether the lines of its entry agree on all columns they may share."""
    differs = ~is_like_before(numbered.lines, SHARED) & ~numbered.begins & numbered.whole
    if not differs.any():
        return numbered.whole
    odd = numbered.entry.filter(differs).unique()
    return numbered.whole & ~numbered.entry.is_in(odd.implode())


def _other(numbered: NumberedLines, name: str) -> pl.Series:
    """Tell which lines store a value that differs, or may differ, from that of their entry."""
    differs = ~is_like_before(numbered.lines, (name,)) & ~numbered.begins & numbered.whole
    if not differs.any():
        return ~numbered.whole
    first = pl.col("value").first().over("entry")
    frame = pl.DataFrame({"value": numbered.lines[name], "entry": numbered.entry})
    return ~numbered.whole | frame.select(pl.col("value") != first).to_series()
