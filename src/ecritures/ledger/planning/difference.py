"""What an import does to each entry: the whole list, kept beside the plan that counts it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl
import sqlalchemy as sa

from ecritures.core.changes import Change
from ecritures.database.tables import entries
from ecritures.ledger.entry_frames import read_journals

if TYPE_CHECKING:
    from ecritures.ledger.moves import Ledger
    from ecritures.ledger.planning.judge import Verdicts

DIFFERENCE_SCHEMA = pl.Schema(
    {
        "change": pl.String,
        "journal": pl.String,
        "number": pl.String,
        "date": pl.Date,
        "line": pl.Int64,
        "batch_id": pl.Int32,
        "entry": pl.UInt32,
        "posted": pl.UInt32,
    }
)
"""An entry of the file (`journal` to `line`, its first one) and one of the ledger (`batch_id`,
`entry`). One that is removed is no entry of the file: only the ledger has its name. `posted`: the
number of the entry in the batch of the import, if it is posted; null in what was kept before there
was this column."""
NO_DIFFERENCE = pl.DataFrame(schema=DIFFERENCE_SCHEMA)
_NAMES = {
    "journal": pl.col("journal_code").cast(pl.String),
    "number": pl.coalesce(
        pl.when(pl.col("posted").is_not_null()).then("assigned_number"), "entry_number"
    ),
    "date": "entry_date",
    "line": "first_line",
}


def make_difference(names: pl.DataFrame, added: pl.DataFrame, verdicts: Verdicts) -> pl.DataFrame:
    """Return what becomes of each entry of the file and of those of the ledger that leave.

    Entries that stay as they are have no row.

    Args:
        names: The entries of the file: `entry`, `journal_code`, `entry_number`, `entry_date`,
            `assigned_number`, `first_line`.
        added: Those that are posted: `entry`.
        verdicts: What was decided.

    Returns:
        Columns of `DIFFERENCE_SCHEMA`, in the order of `Change` and of the entries.
    """
    new = added.join(verdicts.changed, on="entry", how="anti").select("entry")
    nothing = {"batch_id": None, "target": None}
    of_file = [
        (Change.ADDED, new.with_columns(**nothing)),
        (Change.CHANGED, verdicts.changed),
        (Change.SKIPPED, verdicts.skipped),
        (Change.REUSED, verdicts.reused),
    ]
    parts = [
        rows.sort("entry")
        .join(names, on="entry", how="left", maintain_order="left")
        .with_columns(posted=pl.when(pl.col("entry").is_in(added["entry"].implode())).then("entry"))
        .select(
            pl.lit(change.value).alias("change"), "batch_id", "posted", entry="target", **_NAMES
        )
        .select(DIFFERENCE_SCHEMA.names())
        for change, rows in of_file
    ]
    leaving = verdicts.removed.select(
        pl.lit(Change.REMOVED.value).alias("change"),
        *(pl.lit(None).alias(name) for name in _NAMES),
        "batch_id",
        "entry",
        pl.lit(None).alias("posted"),
    )
    cast = [part.cast(DIFFERENCE_SCHEMA) for part in (*parts[:2], leaving, *parts[2:])]
    return pl.concat([NO_DIFFERENCE, *cast])


def describe(
    ledger: Ledger, rows: pl.DataFrame, batch_id: int | None = None
) -> list[dict[str, Any]]:
    """Return rows of a difference in JSON.

    Each has `change`, `journal`, `number`, `date`, and where it has them: `line`, the first one of
    the entry in the file; `entry`, that of the ledger (batch and number); `before`, the entry of
    the ledger that it changes; `after`, the entry that was posted.

    Args:
        ledger: What the rows are compared with.
        rows: Columns of `DIFFERENCE_SCHEMA`.
        batch_id: What the import has posted; None: nothing yet.
    """
    leaving = rows.filter(pl.col("line").is_null() & pl.col("batch_id").is_not_null())
    held = _names_of(ledger, leaving)
    found = []
    for row in rows.iter_rows(named=True):
        entry = None if row["batch_id"] is None else f"{row['batch_id']}-{row['entry']}"
        journal, number, day = held.get(entry) or (row["journal"], row["number"], row["date"])
        one = {
            "change": row["change"],
            "journal": journal,
            "number": number,
            "date": day.isoformat() if day else None,
        }
        if row["line"] is not None:
            one["line"] = row["line"]
        if entry is not None:
            one["before" if row["change"] == Change.CHANGED else "entry"] = entry
        if batch_id is not None and row["posted"] is not None:
            one["after"] = f"{batch_id}-{row['posted']}"
        found.append(one)
    return found


def _names_of(ledger: Ledger, rows: pl.DataFrame) -> dict[str | None, tuple[Any, ...]]:
    """Return the journal, number and date of entries of the ledger, by batch and number."""
    table, journals = entries.c, read_journals(ledger) if rows.height else {}
    found: dict[str | None, tuple[Any, ...]] = {}
    for (batch_id,), some in rows.group_by("batch_id"):
        query = sa.select(table.entry, table.journal_id, table.number, table.entry_date).where(
            table.domain_id == ledger.dossier.domain_id,
            table.batch_id == batch_id,
            table.entry.in_(some["entry"].to_list()),
        )
        for entry, journal, number, day in ledger.connection.execute(query):
            found[f"{batch_id}-{entry}"] = journals.get(journal, ""), number or "", day
    return found
