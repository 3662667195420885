"""Load canonical lines into a batch: narrow rows, invisible until the batch is published.

A line says only what differs from its entry, its account, its third party or its journal. What
an entry's lines all share stands on the entry; where they differ, on each line.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import sqlalchemy as sa

from ecritures.ahead import ahead
from ecritures.database.tables import batches, entries, lines
from ecritures.model.errors import LostClaimError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from ecritures.database import Database
    from ecritures.ledger.chart import Chart

SHARED = ("piece_ref", "piece_date", "label", "validation_date")
"""What an entry says once when all its lines agree."""

_RARE = (
    *("currency_amount", "currency_scale", "currency", "entry_date", *SHARED),
    *("account_label", "third_party_label", "journal_label", "siret", "extra"),
)
_COMMON = (
    *("line", "entry", "account_id", "third_party_id", "debit_cents", "credit_cents"),
    *("lettering", "lettering_date"),
)


def open_batch(
    connection: sa.Connection, *, domain_id: int, dossier_id: int, import_id: str, attempt: int
) -> int:
    """Create the batch of one attempt of one import, and return its number."""
    batch_id: int = connection.execute(
        batches.insert()
        .values(domain_id=domain_id, dossier_id=dossier_id, import_id=import_id, attempt=attempt)
        .returning(batches.c.id)
    ).scalar_one()
    return batch_id


def check_open(connection: sa.Connection, batch_id: int) -> None:
    """Hold a batch open for the transaction that is about to put rows into it.

    Raises:
        LostClaimError: It is being swept: the attempt is dead and does not know it yet.
    """
    query = sa.select(batches.c.id).where(batches.c.id == batch_id, ~batches.c.dead)
    if connection.execute(query.with_for_update(read=True)).one_or_none() is None:
        raise LostClaimError


class BatchLoader:
    """Loads the blocks of a file into a batch.

    Args:
        database: Where to.
        domain_id: The firm.
        batch_id: The batch.
        chart: Numbers of the journals, accounts and third parties.
        table: The entries of the file (`checks.entries.Entries.table`): `entry`, `first_line`,
            `runs`.
    """

    def __init__(
        self, database: Database, domain_id: int, batch_id: int, chart: Chart, table: pl.DataFrame
    ) -> None:
        self._database = database
        self._batch = {"domain_id": domain_id, "batch_id": batch_id}
        self._chart = chart
        self._entries = table.select("entry", "first_line", one_run=pl.col("runs") == 1)

    def load(
        self,
        blocks: Iterable[tuple[pl.DataFrame, pl.Series]],
        progress: Callable[[int], None],
    ) -> None:
        """Load every block: its canonical lines, and the entry of each.

        Args:
            blocks: Lines, and for each its entry.
            progress: Told the number of lines loaded so far; an exception of it stops the load.
        """
        done = 0
        for of_entries, of_lines in ahead(self._rows(blocks)):
            self._insert(entries, of_entries)
            for rows in of_lines:
                self._insert(lines, rows)
                done += rows.height
            progress(done)

    def _rows(
        self, blocks: Iterable[tuple[pl.DataFrame, pl.Series]]
    ) -> Iterator[tuple[pl.DataFrame, list[pl.DataFrame]]]:
        """Make the rows of each block: its entries, then its lines, the plain ones apart."""
        rare = pl.any_horizontal(pl.col(_RARE).is_not_null())
        for lines_of_block, entry in blocks:
            block = lines_of_block.with_columns(entry.alias("entry").cast(pl.UInt32))
            block = self._with_numbers(block).join(
                self._entries, on="entry", how="left", maintain_order="left"
            )
            block = block.with_columns(shared=_shared_by_entry(block))
            rows = _line_rows(block)
            yield _entry_rows(block), [rows.filter(~rare).select(_COMMON), rows.filter(rare)]

    def _insert(self, table: sa.Table, rows: pl.DataFrame) -> None:
        self._database.insert(
            table,
            rows,
            self._batch,
            first=lambda connection: check_open(connection, self._batch["batch_id"]),
        )

    def _with_numbers(self, block: pl.DataFrame) -> pl.DataFrame:
        for kind, column in (
            ("journal", "journal_code"),
            ("account", "account_number"),
            ("third_party", "third_party_number"),
        ):
            known = self._chart.known[kind].rename(
                {"code": column, "id": f"{kind}_id", "label": f"{kind}_known_label"}
            )
            block = block.join(known, on=column, how="left", maintain_order="left")
        return block


def _shared_by_entry(block: pl.DataFrame) -> pl.Series:
    """Tell, for each line, whether the lines of its entry agree on all that may be shared.

    Only asked of entries in one run: there, agreeing is being like the line before.
    """
    same_entry = pl.col("entry") == pl.col("entry").shift(1)
    differs = pl.any_horizontal(pl.col(name).ne_missing(pl.col(name).shift(1)) for name in SHARED)
    odd = block.filter(same_entry & differs)["entry"].unique()
    return block.select(pl.col("one_run") & ~pl.col("entry").is_in(odd.implode())).to_series()


def _entry_rows(block: pl.DataFrame) -> pl.DataFrame:
    return block.filter(pl.col("line") == pl.col("first_line")).select(
        "entry",
        "journal_id",
        "entry_date",
        *(pl.when("shared").then(pl.col(name)).alias(name) for name in SHARED),
        number="entry_number",
    )


def _line_rows(block: pl.DataFrame) -> pl.DataFrame:
    first_date = pl.col("entry_date").first().over("entry")
    other_date = (pl.col("entry_date") != first_date) | ~pl.col("one_run")
    return block.select(
        *("line", "entry", "account_id", "third_party_id", "debit_cents", "credit_cents"),
        pl.when(pl.col("lettering") != "").then("lettering").alias("lettering"),
        "lettering_date",
        *("currency_amount", "currency_scale"),
        pl.when(pl.col("currency") != "").then("currency").alias("currency"),
        pl.when(other_date).then("entry_date").alias("entry_date"),
        *(pl.when(~pl.col("shared")).then(pl.col(name)).alias(name) for name in SHARED),
        *(_other_label(kind) for kind in ("account", "third_party", "journal")),
        pl.when(pl.col("siret") != "").then("siret").alias("siret"),
        "extra",
    )


def _other_label(kind: str) -> pl.Expr:
    """The label of a line where it is not the one its account, third party or journal has."""
    label, known = pl.col(f"{kind}_label"), pl.col(f"{kind}_known_label")
    return pl.when(label != known.fill_null("")).then(label).alias(f"{kind}_label")
