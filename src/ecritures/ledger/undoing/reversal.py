"""Reverse definitive entries (contre-passation), and what goes with it.

A definitive entry never leaves the ledger: an entry with the same lines, debit and credit
exchanged, cancels it. It is dated on the day of the original when that day is open, else on the
first open day, and is definitive at once (PCG art. 1031-3, 1031-4). The batch of an undo also
removes the drafts, and posts again what the batch that leaves had removed or reversed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import polars as pl
import sqlalchemy as sa

from ecritures.core.errors import ConflictError
from ecritures.core.policies import FileValidation, ReverseStyle
from ecritures.database.rows import insert_rows
from ecritures.database.tables import (
    attachments,
    batch_blocks,
    batch_links,
    batch_spans,
    batches,
    entries,
    entry_links,
    line_sections,
    lines,
)
from ecritures.ledger.attachments import DOCUMENT_SCHEMA, NO_DOCUMENTS, read_documents
from ecritures.ledger.batch import BatchState, Origin
from ecritures.ledger.entry_frames import ranges_of, read_journals
from ecritures.ledger.events import Event, EventKind, record_event
from ecritures.ledger.fiscal_years.definitive import BINDING_THROUGH
from ecritures.ledger.fiscal_years.standing import first_open_day
from ecritures.ledger.next_number import last_number
from ecritures.ledger.planning.existing import RANGES_IN_QUERY_MAX, totals_of_entries
from ecritures.ledger.planning.plan import NO_LINKS, NO_REVERSED, links_to
from ecritures.ledger.rows import content_digest, describe_blocks
from ecritures.ledger.sections import SECTION_SCHEMA
from ecritures.ledger.stored import (
    ENTRY_SCHEMA,
    LINE_SCHEMA,
    read_rows,
    sums_of_lines,
    whole_lines,
    with_fingerprints,
)
from ecritures.ledger.totals import negated, rows_of_totals, totals_of_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date, datetime

    from ecritures.directory.dossiers import Dossier
    from ecritures.ledger.moves import Ledger

_NOT_REVERSED = ("label", "lettering", "lettering_date", "validation_date", "made")
_PLACE = ("batch_id", "entry")
_LINE_PLACE = ("batch_id", "of_line")


@dataclass(frozen=True, slots=True)
class Reversal:
    """What a batch of reversals does. Entries of the ledger are named by `batch_id` and `entry`.

    Attributes:
        batch_id: Its number.
        source: Its name.
        target: The batch that it is about.
        definitive: The entries to be reversed.
        drafts: Those to be removed.
        back: Those that are posted again, as they were.
        style: How reversals are written.
        by: The key that asks; None: an operator of the service.
        unmatched: The numbers of the matchings that ended with it.
    """

    batch_id: int
    source: str
    target: int
    definitive: pl.DataFrame
    drafts: pl.DataFrame = field(default_factory=lambda: NO_REVERSED)
    back: pl.DataFrame = field(default_factory=lambda: NO_REVERSED)
    style: ReverseStyle = ReverseStyle.EXCHANGE
    by: str | None = None
    reason: str | None = None
    unmatched: tuple[int, ...] = ()


def post_reversal(ledger: Ledger, wanted: Reversal, now: datetime) -> None:
    """Put a batch of reversals in force.

    Args:
        ledger: At the revision that the transaction has taken; opened by `load`.
        wanted: What it does.
        now: The day of the act.

    Raises:
        ConflictError: No fiscal year has a day on which a reversal could be dated.
    """
    database, connection, dossier = ledger.database, ledger.connection, ledger.dossier
    of_batch = {"domain_id": dossier.domain_id, "batch_id": wanted.batch_id}
    made = _entry_rows(ledger, _read(ledger, entries, ENTRY_SCHEMA, wanted.definitive), now.date())
    reversals = _line_rows(_read(ledger, lines, LINE_SCHEMA, wanted.definitive), made, wanted.style)
    again, again_lines = _posted_again(ledger, wanted.back, made.height)
    entry_rows = pl.concat([made.drop("target_batch_id", "target"), again])
    numbered = pl.concat([reversals, again_lines], how="diagonal").rename({"line": "of_line"})
    numbered = numbered.with_row_index("line", offset=1)
    line_rows = numbered.select(name for name in LINE_SCHEMA if name in numbered.columns)
    places = numbered.select(*_LINE_PLACE, "line", "entry")
    sections = _section_rows(ledger, wanted, places)
    documents = _document_rows(ledger, wanted.back, places)
    whole = whole_lines(line_rows, entry_rows)
    blocks = describe_blocks(entry_rows, line_rows, sections)
    _insert_batch(ledger, wanted, made.height, entry_rows, line_rows, content_digest(blocks), now)
    insert_rows(connection, batch_blocks, [of_batch | block for block in blocks])
    insert_rows(connection, attachments, [of_batch | one for one in documents.to_dicts()])
    removed = links_to(wanted.drafts, "removes") if wanted.drafts.height else NO_LINKS
    links = made.select("entry", "target_batch_id", target_entry="target")
    rows = (
        (entries, with_fingerprints(entry_rows, sums_of_lines(whole, sections, documents))),
        (lines, line_rows.with_columns(day=whole["entry_date"])),
        (line_sections, sections),
        *rows_of_totals(totals_of_lines(whole), _totals_of(ledger, wanted.drafts)),
        (batch_links, removed),
        (entry_links, links),
    )
    database.insert_few(connection, [one for one in rows if one[1].height], of_batch)
    details = {
        "opened": [wanted.batch_id],
        "target": wanted.target,
        "unmatched": list(wanted.unmatched),
        "entriesRemoved": wanted.drafts.height,
        "reversalEntries": made.height,
        "entriesRestored": again.height,
    }
    event = Event(EventKind.REVERSED, wanted.by, wanted.reason, wanted.batch_id, details)
    record_event(connection, dossier.domain_id, dossier.id, ledger.revision, event, now)


def _read(
    ledger: Ledger,
    table: sa.Table,
    schema: Mapping[str, type[pl.DataType]],
    chosen: pl.DataFrame,
) -> pl.DataFrame:
    """Return the rows of some entries: `batch_id` and the columns of a schema."""
    parts = list(_read_each(ledger, table, schema, chosen))
    return pl.concat(parts) if parts else pl.DataFrame(schema={"batch_id": pl.Int32, **schema})


def _read_each(
    ledger: Ledger,
    table: sa.Table,
    schema: Mapping[str, type[pl.DataType]],
    chosen: pl.DataFrame,
) -> Iterator[pl.DataFrame]:
    for (number,), some in chosen.sort(*_PLACE).group_by("batch_id", maintain_order=True):
        batch_id = int(str(number))
        mine = [table.c.domain_id == ledger.dossier.domain_id, table.c.batch_id == batch_id]
        ranges = ranges_of(some["entry"])
        if ranges.height <= RANGES_IN_QUERY_MAX:
            which = (table.c.entry.between(first, last) for first, last in ranges.iter_rows())
            mine.append(sa.or_(*which))
        rows = read_rows(ledger.database, ledger.connection, table, schema, *mine)
        wanted = some["entry"].cast(rows["entry"].dtype)
        rows = rows.filter(pl.col("entry").is_in(wanted.implode()))
        yield rows.select(pl.lit(batch_id, pl.Int32).alias("batch_id"), *schema)


def _entry_rows(ledger: Ledger, originals: pl.DataFrame, today: date) -> pl.DataFrame:
    """Return the rows of the reversals, and the entry that each reverses.

    That is `target` of the batch `target_batch_id`.
    """
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
                "target_batch_id": original["batch_id"],
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
    targets = {"target_batch_id": pl.Int32, "target": pl.UInt32}
    return pl.DataFrame(rows, schema={**ENTRY_SCHEMA, **targets})


def _posted_again(
    ledger: Ledger, back: pl.DataFrame, after: int
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the entries and the lines of what is posted again, numbered from `after` on."""
    held = _read(ledger, entries, ENTRY_SCHEMA, back)
    numbered = held.select(
        *_PLACE, again=pl.int_range(after + 1, after + 1 + pl.len(), dtype=pl.UInt32)
    )
    line_rows = _read(ledger, lines, LINE_SCHEMA, back)
    line_rows = line_rows.join(numbered, on=_PLACE, maintain_order="left")
    return (
        held.with_columns(entry=numbered["again"]).drop("batch_id"),
        line_rows.with_columns(entry="again").drop("again"),
    )


def _section_rows(ledger: Ledger, wanted: Reversal, numbered: pl.DataFrame) -> pl.DataFrame:
    """Return the splits of the new lines: those of a reversal have the opposite amounts.

    Args:
        ledger: As above.
        wanted: What the batch does.
        numbered: `batch_id` and `of_line` of each line that is copied, its new `line` and `entry`.
    """
    copied = ((wanted.definitive, -1), (wanted.back, 1))
    parts = [
        _read(ledger, line_sections, SECTION_SCHEMA, some).with_columns(
            amount_cents=pl.col("amount_cents") * sign
        )
        for some, sign in copied
    ]
    held = pl.concat(parts).drop("entry").rename({"line": "of_line"})
    placed = held.join(numbered, on=_LINE_PLACE, how="left")
    return placed.select(*SECTION_SCHEMA).sort("line", "rank")


def _document_rows(ledger: Ledger, back: pl.DataFrame, numbered: pl.DataFrame) -> pl.DataFrame:
    """Return the documents of the entries that are posted again: rows of `attachments`.

    Args:
        ledger: As above.
        back: Those entries.
        numbered: As `_section_rows` is given it.
    """
    parts = [NO_DOCUMENTS.with_columns(batch_id=pl.lit(None, pl.Int32))]
    for number in back["batch_id"].unique().sort():
        held = read_documents(ledger.connection, ledger.dossier.domain_id, int(number))
        parts.append(held.with_columns(batch_id=pl.lit(number, pl.Int32)))
    held = pl.concat(parts).drop("id", "entry").rename({"line": "of_line"})
    placed = held.join(numbered, on=_LINE_PLACE, how="inner").sort("line", maintain_order=True)
    return placed.with_row_index("id", offset=1).select(*DOCUMENT_SCHEMA)


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
    reversal = made.select(batch_id="target_batch_id", entry="target", reversal="entry")
    return (
        held.drop(_NOT_REVERSED)
        .join(reversal, on=_PLACE, maintain_order="left")
        .with_columns(**amounts)
        .drop("entry", "entry_date")
        .rename({"reversal": "entry"})
    )


def _totals_of(ledger: Ledger, drafts: pl.DataFrame) -> pl.DataFrame | None:
    """Return the totals of the drafts that are removed: negative."""
    return negated(totals_of_entries(ledger, drafts)) if drafts.height else None


def _insert_batch(  # noqa: PLR0913, PLR0917 - a batch and what it holds
    ledger: Ledger,
    wanted: Reversal,
    reversals: int,
    entry_rows: pl.DataFrame,
    line_rows: pl.DataFrame,
    digest: str,
    now: datetime,
) -> None:
    days = entry_rows["entry_date"]
    details: dict[str, Any] = {
        "policies": {
            "fileValidation": str(FileValidation.BINDING),
            "reverseStyle": str(wanted.style),
        },
        "target": wanted.target,
    }
    if entry_rows.height > reversals:
        details[BINDING_THROUGH] = reversals
    ledger.connection.execute(
        batches.insert().values(
            **ledger.of_dossier,
            id=wanted.batch_id,
            origin=Origin.REVERSAL,
            source=wanted.source,
            state=BatchState.PUBLISHED,
            leased_until=now,
            published_at=now,
            entries=entry_rows.height,
            lines=line_rows.height,
            debit_cents=int(line_rows["debit_cents"].sum()),
            credit_cents=int(line_rows["credit_cents"].sum()),
            first_date=days.min(),
            last_date=days.max(),
            content_digest=digest,
            details=details,
        )
    )
    ledger.connection.execute(
        batch_spans.insert().values(
            **ledger.of_dossier,
            batch_id=wanted.batch_id,
            from_revision=ledger.revision,
        )
    )
