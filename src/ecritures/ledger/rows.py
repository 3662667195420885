"""The rows of a batch: narrow, made of numbers, unseen until the batch is published.

A line stores only what differs from its entry, its account, its third party or its journal. Values
that all lines of an entry share are stored in the entry; otherwise in each line.
"""

from __future__ import annotations

import hashlib
import io
from typing import TYPE_CHECKING, Any, NamedTuple

import polars as pl

from ecritures.core.frames import constant, is_like_before
from ecritures.database.tables import entries, line_sections, lines
from ecritures.ledger.batch import require_loading
from ecritures.ledger.fingerprints import HASHES
from ecritures.ledger.planning.survey import Survey
from ecritures.ledger.sections import NO_SECTIONS
from ecritures.ledger.words import with_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import sqlalchemy as sa

    from ecritures.core.lines import NumberedLines
    from ecritures.database import Database
    from ecritures.ledger.codes import CodeTable
    from ecritures.ledger.planning.survey import FoundCodes

DERIVED = (*HASHES, "words")
"""Columns of entries that no digest covers: they follow from the others."""

SHARED = ("piece_ref", "piece_date", "label", "validation_date")
"""Columns stored once in the entry when all its lines agree."""

BLOCK_LINES = 50_000
"""The lines of a block where the program itself makes the entries."""

_ALWAYS = ("line", "entry", "account_id", "third_party_id", "debit_cents", "credit_cents", "day")
_COMMON = (*_ALWAYS, "lettering", "lettering_date")


class BatchRows(NamedTuple):
    """Rows for the tables of a batch; lines with rare columns are separate."""

    entries: pl.DataFrame
    common: pl.DataFrame
    rare: pl.DataFrame
    sections: pl.DataFrame = NO_SECTIONS

    def by_table(self) -> tuple[tuple[sa.Table, pl.DataFrame], ...]:
        """Return them with their tables."""
        return (
            (entries, self.entries),
            (lines, self.common),
            (lines, self.rare),
            (line_sections, self.sections),
        )


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


def _of_establishment(numbered: NumberedLines, siret: str) -> NumberedLines:
    """Give the lines that name no establishment one."""
    named = pl.when(pl.col("siret") == "").then(pl.lit(siret)).otherwise("siret").alias("siret")
    return numbered._replace(lines=numbered.lines.with_columns(named))


class RowMaker:
    """Makes the rows of a batch, block by block.

    Args:
        codes: Those of the dossier.
        siret: The establishment of lines that name none; "": the main one.

    Attributes:
        survey: What it has made, as far as the plan of an import needs it.
        blocks: The place and the digest of each block, for the table `batch_blocks`.
    """

    def __init__(self, codes: CodeTable, siret: str = "") -> None:
        self.survey = Survey(codes)
        self._siret = siret
        self.blocks: list[dict[str, Any]] = []
        self._open: list[pl.DataFrame] = []

    def make(self, numbered: NumberedLines) -> BatchRows:
        """Make the rows of the next lines; an entry that is not complete waits for `close`."""
        numbered = self._placed(numbered)
        codes, heads = self.survey.add(numbered)
        shared = _shared(numbered)
        begun = (
            numbered.lines.select(
                numbered.entry.alias("entry"),
                codes.journal["id"].alias("journal_id"),
                "entry_date",
                *(_where(shared, numbered.lines[name]) for name in SHARED),
                number=_numbers(numbered.lines),
            )
            .filter(numbered.begins)
            .with_columns(heads.select(HASHES))
        )
        begun = with_words(begun, numbered, shared)
        lines = _line_rows(numbered, codes, shared)
        rows = begun.drop(DERIVED), lines, codes.sections
        self.blocks.append(describe_block(len(self.blocks), *rows))
        lines = lines.with_columns(day=numbered.lines["entry_date"])
        rare = [name for name in lines.columns if name not in _COMMON]
        complete = begun
        if begun["content_hash"].null_count():
            is_open = begun["content_hash"].is_null()
            self._open.append(begun.filter(is_open))
            complete = begun.filter(~is_open)
        if not rare:
            return BatchRows(complete, lines, lines[:0], codes.sections)
        has_rare = pl.any_horizontal(pl.col(rare).is_not_null())
        common, others = lines.filter(~has_rare).select(_COMMON), lines.filter(has_rare)
        return BatchRows(complete, common, others, codes.sections)

    def only_survey(self, numbered: NumberedLines) -> None:
        """Take the next lines without making their rows."""
        self.survey.add(self._placed(numbered))

    def _placed(self, numbered: NumberedLines) -> NumberedLines:
        return _of_establishment(numbered, self._siret) if self._siret else numbered

    def summary(self) -> dict[str, Any]:
        """Return the columns of the batch that say what it holds."""
        entries, added = self.survey.entries(), self.survey.totals()
        first, last = self.survey.days()
        return {
            "entries": entries.height,
            "lines": int(added["lines"].sum()),
            "debit_cents": int(added["debit_cents"].sum()),
            "credit_cents": int(added["credit_cents"].sum()),
            "first_date": first,
            "last_date": last,
            "content_digest": content_digest(self.blocks),
        }

    def close(self) -> BatchRows:
        """Make the rows of the entries that were not complete: no more lines come."""
        hashes = self.survey.close()
        if not self._open:
            return BatchRows(pl.DataFrame(), pl.DataFrame(), pl.DataFrame())
        entry_rows = pl.concat(self._open).drop("content_hash", "full_hash")
        self._open = []
        found = entry_rows.join(hashes, on="entry", how="left", maintain_order="left")
        return BatchRows(found, pl.DataFrame(), pl.DataFrame())


def _numbers(lines: pl.DataFrame) -> pl.Series:
    """Return the numbers of entries, those given here included."""
    if "assigned_number" not in lines.columns:
        return lines["entry_number"]
    given = lines["assigned_number"]
    return given.zip_with(given.is_not_null(), lines["entry_number"])


def _line_rows(numbered: NumberedLines, codes: FoundCodes, shared: pl.Series) -> pl.DataFrame:
    """Return rows for the table `lines`; rare columns only where some line has them."""
    block = numbered.lines
    rare = {
        "currency_amount": block["currency_amount"],
        "currency_scale": block["currency_scale"],
        "currency": _where(block["currency"] != "", block["currency"]),
        "entry_date": _where(_other(numbered, "entry_date"), block["entry_date"]),
        **{name: _where(~shared, block[name]) for name in SHARED},
        "account_label": _other_label(block["account_label"], codes.account["label"]),
        "third_party_label": _other_label(block["third_party_label"], codes.third_party["label"]),
        "journal_label": _other_label(block["journal_label"], codes.journal["label"]),
        "siret": _where(block["siret"] != "", block["siret"]),
        "extra": block["extra"],
        "journal_id": _where(_other(numbered, "journal_code"), codes.journal["id"]),
        **({"made": block["made"]} if "made" in block.columns else {}),
    }
    return block.select(
        "line",
        numbered.entry.alias("entry"),
        codes.account["id"].alias("account_id"),
        codes.third_party["id"].alias("third_party_id"),
        "debit_cents",
        "credit_cents",
        _where(block["lettering"] != "", block["lettering"]),
        "lettering_date",
        *(
            column.alias(name)
            for name, column in rare.items()
            if column.null_count() < block.height
        ),
    )


def describe_block(
    number: int, begun: pl.DataFrame, line_rows: pl.DataFrame, sections: pl.DataFrame
) -> dict[str, Any]:
    """Return the row of a block for the table `batch_blocks`."""
    return {
        "block": number,
        "first_line": line_rows["line"][0],
        "last_line": line_rows["line"][-1],
        "first_entry": begun["entry"][0] if begun.height else None,
        "last_entry": begun["entry"][-1] if begun.height else None,
        "digest": digest_of_rows(begun, line_rows, sections),
    }


def describe_blocks(
    entry_rows: pl.DataFrame, line_rows: pl.DataFrame, sections: pl.DataFrame = NO_SECTIONS
) -> list[dict[str, Any]]:
    """Return the rows for `batch_blocks` of a batch that was made at once.

    Args:
        entry_rows: By `entry`; without fingerprints.
        line_rows: By `line`; entries begin in the order of their numbers.
        sections: By `line` and `rank`.
    """
    begins = line_rows.group_by("entry").agg(pl.col("line").min())
    placed = entry_rows.select("entry").join(begins, on="entry", maintain_order="left")["line"]
    blocks = []
    for number, part in enumerate(line_rows.iter_slices(BLOCK_LINES)):
        ends = part["line"][0], part["line"][-1]
        split = sections.filter(sections["line"].is_between(*ends))
        begun = entry_rows.filter(placed.is_between(*ends))
        blocks.append(describe_block(number, begun, part, split))
    return blocks


def content_digest(blocks: Iterable[Mapping[str, Any]]) -> str:
    """Return the digest of a batch: the SHA-256 of the digests of its blocks."""
    return hashlib.sha256("".join(block["digest"] for block in blocks).encode()).hexdigest()


def digest_of_rows(
    entry_rows: pl.DataFrame, line_rows: pl.DataFrame, sections: pl.DataFrame = NO_SECTIONS
) -> str:
    """Return the SHA-256 of rows, written as CSV: columns by name, those without a value left out.

    Args:
        entry_rows: By `entry`; without the columns that are derived.
        line_rows: By `line`; without their days, which are derived.
        sections: By `line` and `rank`; where there are none, nothing is written of them.
    """
    digest = hashlib.sha256()
    for frame in (entry_rows, line_rows, *([sections] if sections.height else [])):
        names = sorted(name for name in frame.columns if frame[name].null_count() < frame.height)
        written = io.BytesIO()
        kept = pl.DataFrame([frame[name] for name in names])
        kept.write_csv(written, include_header=True, quote_style="non_numeric")
        digest.update(written.getbuffer())
    return digest.hexdigest()


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
    """Return which lines store a value that differs, or may differ, from that of their entry."""
    differs = ~is_like_before(numbered.lines, (name,)) & ~numbered.begins & numbered.whole
    if not differs.any():
        return ~numbered.whole
    first = pl.col("value").first().over("entry")
    frame = pl.DataFrame({"value": numbered.lines[name], "entry": numbered.entry})
    return ~numbered.whole | frame.select(pl.col("value") != first).to_series()
