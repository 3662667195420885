"""Reverse the definitive entries of a batch (contre-passation), and remove its drafts.

A definitive entry never leaves the ledger: an entry with the same lines, debit and credit
exchanged, cancels it. It is dated on the day of the original when that day is open, else on the
first open day, and is definitive at once (PCG art. 1031-3, 1031-4).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import polars as pl

from ecritures.core.errors import ConflictError
from ecritures.core.policies import FileValidation, ReverseStyle
from ecritures.database.rows import insert_rows
from ecritures.database.tables import (
    batch_blocks,
    batch_links,
    batch_spans,
    batches,
    entries,
    entry_links,
    lines,
)
from ecritures.ledger.batch import BatchState, Origin
from ecritures.ledger.entry_frames import ranges_of, read_journals
from ecritures.ledger.events import Event, EventKind, record_event
from ecritures.ledger.moves import Part
from ecritures.ledger.next_number import last_number
from ecritures.ledger.obstacles import definitive_entries
from ecritures.ledger.rows import content_digest, describe_blocks
from ecritures.ledger.standing import first_open_day
from ecritures.ledger.stored import (
    ENTRY_SCHEMA,
    LINE_SCHEMA,
    TABLES,
    read_rows,
    sums_of_lines,
    whole_lines,
    with_fingerprints,
)
from ecritures.ledger.totals import negated, rows_of_totals, totals_of_lines

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    import sqlalchemy as sa

    from ecritures.directory.dossiers import Dossier
    from ecritures.ledger.moves import KnownBatch, Ledger
    from ecritures.ledger.undo import Wanted

_NOT_REVERSED = {"label", "lettering", "lettering_date", "validation_date", "made"}
_LINE_COLUMNS = tuple(name for name in LINE_SCHEMA if name not in _NOT_REVERSED)


class Made(NamedTuple):
    """How many entries were reversed, and how many drafts were removed."""

    reversed: int
    removed: int


def reversal_source(batch_id: int) -> str:
    """Return the name of the batch that reverses another."""
    return f"reversal/{batch_id}"


def reverse_batch(
    ledger: Ledger, batch: KnownBatch, wanted: Wanted, now: datetime, unmatched: list[int]
) -> Made:
    """Put a batch in force that reverses the definitive entries of another and removes its drafts.

    Args:
        ledger: At the revision that the transaction has taken; opened by `load`.
        batch: In force, whole; nothing else prevents it from leaving.
        wanted: Who asks, why, and how.
        now: The day of the act.
        unmatched: The numbers of the matchings that ended with it.

    Raises:
        ConflictError: No fiscal year has a day on which it could be dated.
    """
    database, connection, dossier = ledger.database, ledger.connection, ledger.dossier
    of_batch = {"domain_id": dossier.domain_id, "batch_id": wanted.reversal_batch_id}
    definitive = definitive_entries(ledger, Part(ledger, batch))
    originals = _read(ledger, entries, tuple(ENTRY_SCHEMA), batch.id)
    held = _read(ledger, lines, _LINE_COLUMNS, batch.id)
    definitive = definitive.cast(originals["entry"].dtype)
    is_definitive = pl.col("entry").is_in(definitive.implode())
    made = _entry_rows(ledger, originals.filter(is_definitive), now.date())
    line_rows = _line_rows(held.filter(is_definitive), made, wanted.style)
    entry_rows, whole = made.drop("target"), whole_lines(line_rows, made)
    blocks = describe_blocks(entry_rows, line_rows)
    _insert_batch(ledger, batch, wanted, made, line_rows, content_digest(blocks), now)
    insert_rows(connection, batch_blocks, [of_batch | block for block in blocks])
    drafts = ranges_of(originals.filter(~is_definitive)["entry"]).with_columns(
        target_batch_id=pl.lit(batch.id), kind=pl.lit("removes")
    )
    links = made.select("entry", target_batch_id=pl.lit(batch.id), target_entry="target")
    rows = (
        (entries, with_fingerprints(entry_rows, sums_of_lines(whole))),
        (lines, line_rows.with_columns(day=whole["entry_date"])),
        *rows_of_totals(totals_of_lines(whole), _totals_of(held.filter(~is_definitive), originals)),
        (batch_links, drafts),
        (entry_links, links),
    )
    database.insert_few(connection, rows, of_batch)
    counts = Made(made.height, originals.height - made.height)
    details = {
        "opened": [wanted.reversal_batch_id],
        "target": batch.id,
        "unmatched": unmatched,
        "entriesRemoved": counts.removed,
        "reversalEntries": counts.reversed,
    }
    event = Event(EventKind.REVERSED, wanted.by, wanted.reason, wanted.reversal_batch_id, details)
    place = dossier.domain_id, dossier.id, ledger.revision
    record_event(connection, *place, event, now)
    return counts


def _read(ledger: Ledger, table: sa.Table, names: Sequence[str], batch_id: int) -> pl.DataFrame:
    schema = {name: TABLES[table][name] for name in names}
    mine = table.c.domain_id == ledger.dossier.domain_id, table.c.batch_id == batch_id
    return read_rows(ledger.database, ledger.connection, table, schema, *mine)


def _entry_rows(ledger: Ledger, originals: pl.DataFrame, today: date) -> pl.DataFrame:
    """Return the rows of the reversal entries, and `target`, the entry that each reverses."""
    journals = read_journals(ledger)
    days = {day: _day_of(ledger.dossier, day) for day in originals["entry_date"].unique()}
    numbers = _Numbers(ledger)
    rows = []
    for rank, original in enumerate(originals.iter_rows(named=True), 1):
        journal = journals.get(original["journal_id"], "")
        name = f"{journal} {original['number'] or ''}".strip()
        rows.append(
            {
                "entry": rank,
                "target": original["entry"],
                "journal_id": original["journal_id"],
                "number": numbers.next(original, rank),
                "entry_date": days[original["entry_date"]],
                "label": f"Contre-passation de {name} du {original['entry_date']:%d/%m/%Y}",
                "validation_date": today,
                "piece_ref": original["piece_ref"],
                "piece_date": original["piece_date"],
            }
        )
    return pl.DataFrame(rows, schema=ENTRY_SCHEMA | {"target": pl.UInt32})


def _day_of(dossier: Dossier, day: date) -> date:
    found = first_open_day(dossier, day)
    years = dossier.fiscal_years
    if found != day and years and not any(year.start <= found <= year.end for year in years):
        raise ConflictError(
            "no-open-day",
            f"Aucun exercice n'est ouvert le {found:%d/%m/%Y}, premier jour où la contre-passation"
            " serait possible : ajoutez l'exercice suivant.",
            f"No fiscal year is open on {found:%Y-%m-%d}, the first day on which the reversal would"
            " be possible: add the next fiscal year.",
        )
    return found


class _Numbers:
    """The next numbers of the journals of a dossier."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._last: dict[int, int] = {}

    def next(self, original: dict[str, Any], rank: int) -> str:
        """Return the number of a reversal: the journal's next, as wide as that of the original."""
        number = original["number"] or ""
        if not (number.isascii() and number.isdigit()):
            return f"CP-{number or rank}"
        journal = original["journal_id"]
        if journal not in self._last:
            self._last[journal] = last_number(
                self._ledger.connection, self._ledger.dossier, journal
            )
        self._last[journal] += 1
        return str(self._last[journal]).zfill(len(number))


def _line_rows(held: pl.DataFrame, made: pl.DataFrame, style: ReverseStyle) -> pl.DataFrame:
    """Return the lines of the reversal entries."""
    # Some programs sign the amount in currency as debit less credit; others never sign it.
    is_signed = not held.filter(
        (pl.col("credit_cents") > 0) & (pl.col("currency_amount") < 0)
    ).is_empty()
    if style is ReverseStyle.NEGATIVE:
        amounts = {name: -pl.col(name) for name in ("debit_cents", "credit_cents")}
    else:
        amounts = {"debit_cents": pl.col("credit_cents"), "credit_cents": pl.col("debit_cents")}
    if is_signed or style is ReverseStyle.NEGATIVE:
        amounts["currency_amount"] = -pl.col("currency_amount")
    reversal = made.select(reversal="entry", entry="target")
    return (
        held.join(reversal, on="entry", maintain_order="left")
        .with_columns(**amounts)
        .drop("entry", "line", "entry_date")
        .rename({"reversal": "entry"})
        .with_row_index("line", offset=1)
    )


def _totals_of(line_rows: pl.DataFrame, originals: pl.DataFrame) -> pl.DataFrame:
    """Return the totals of the drafts that are removed: negative."""
    return negated(totals_of_lines(whole_lines(line_rows, originals)))


def _insert_batch(  # noqa: PLR0913, PLR0917 - a batch and what it holds
    ledger: Ledger,
    batch: KnownBatch,
    wanted: Wanted,
    made: pl.DataFrame,
    line_rows: pl.DataFrame,
    digest: str,
    now: datetime,
) -> None:
    days = made["entry_date"]
    ledger.connection.execute(
        batches.insert().values(
            **ledger.of_dossier,
            id=wanted.reversal_batch_id,
            origin=Origin.REVERSAL,
            source=reversal_source(batch.id),
            state=BatchState.PUBLISHED,
            leased_until=now,
            published_at=now,
            entries=made.height,
            lines=line_rows.height,
            debit_cents=int(line_rows["debit_cents"].sum()),
            credit_cents=int(line_rows["credit_cents"].sum()),
            first_date=days.min(),
            last_date=days.max(),
            content_digest=digest,
            details={
                "policies": {
                    "fileValidation": str(FileValidation.BINDING),
                    "reverseStyle": str(wanted.style),
                },
                "target": batch.id,
            },
        )
    )
    ledger.connection.execute(
        batch_spans.insert().values(
            **ledger.of_dossier,
            batch_id=wanted.reversal_batch_id,
            from_revision=ledger.revision,
        )
    )
