"""What the lines of a file would add to a ledger: entries with fingerprints, and totals.

Gathered block by block, whether the lines are loaded or not: a dry run and a real run see the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from ecritures.ledger.attachments import NO_REFERRED, referred, with_attached_keys
from ecritures.ledger.codes import CodeKind
from ecritures.ledger.fingerprints import (
    IDS,
    with_entry_hashes,
    with_key_hash,
    with_line_hashes,
)
from ecritures.ledger.sections import section_rows, with_split_keys
from ecritures.ledger.totals import NO_TOTALS, add_up, totals_of_lines

if TYPE_CHECKING:
    from datetime import date

    from ecritures.core.lines import NumberedLines
    from ecritures.ledger.codes import CodeTable


class FoundCodes(NamedTuple):
    """Codes of some lines: `code`, `id` and `label` each, a row for each line.

    Attributes:
        sections: The rows of `line_sections` of those that are split.
    """

    journal: pl.DataFrame
    account: pl.DataFrame
    third_party: pl.DataFrame
    sections: pl.DataFrame


class Survey:
    """Gathers what the lines of a file would add.

    Args:
        codes: The codes of the dossier; unknown ones are added to it.
    """

    def __init__(self, codes: CodeTable) -> None:
        self.codes = codes
        self._entries: list[pl.DataFrame] = []  # complete
        self._open: list[pl.DataFrame] = []  # entries of which more lines may come
        self._sums: list[pl.DataFrame] = []  # of the lines of open entries
        self._totals: list[pl.DataFrame] = []
        self._lettered: list[pl.DataFrame] = []
        self._referred: list[pl.DataFrame] = []
        self._days: list[pl.Series] = []

    def add(self, numbered: NumberedLines) -> tuple[FoundCodes, pl.DataFrame]:
        """Take the next lines; return their codes, and the entries that begin among them.

        Those have the columns of `entries`, in the order of the lines; `content_hash` and
        `full_hash` are null where more lines of the entry may come.
        """
        block = numbered.lines
        journal, account, third_party = (
            self.codes.find(kind, block[code], block[label])
            for kind, code, label in (
                (CodeKind.JOURNAL, "journal_code", "journal_label"),
                (CodeKind.ACCOUNT, "account_number", "account_label"),
                (CodeKind.THIRD_PARTY, "third_party_number", "third_party_label"),
            )
        )
        named = zip(IDS, (journal, account, third_party), strict=True)
        columns = [codes["id"].alias(name) for name, codes in named]
        columns += [
            numbered.entry.alias("entry"),
            numbered.begins.alias("begins"),
            numbered.whole.alias("whole"),
        ]
        lines = block.hstack(columns)
        found = FoundCodes(journal, account, third_party, section_rows(lines, self.codes))
        if (is_lettered := block["lettering"] != "").any():
            self._lettered.append(lines.filter(is_lettered).select(_NO_LETTERED.columns))
        # One after the other: starting threads costs more than a short file.
        self._totals.append(totals_of_lines(lines))
        days = block["entry_date"]
        self._days.append(pl.Series([days.min(), days.max()], dtype=pl.Date))
        documents = referred(lines)
        if documents.height:
            self._referred.append(documents)
        keyed = with_attached_keys(with_split_keys(lines, found.sections), documents)
        return found, self._begun(_by_entry(keyed).collect(engine="in-memory"))

    def close(self) -> pl.DataFrame:
        """Return the fingerprints that were missing, as no more lines come.

        Columns `entry`, `content_hash`, `full_hash`.
        """
        if not self._open:
            return _NO_ENTRIES.select("entry", "content_hash", "full_hash")
        sums = pl.concat(self._sums).group_by("entry").agg(pl.col(_SUMS).sum())
        heads = (
            pl.concat(self._open)
            .drop("content_hash", "full_hash", "uncoded")
            .join(sums, on="entry", how="left", maintain_order="left")
            .lazy()
            .pipe(with_entry_hashes)
            .select(_NO_ENTRIES.columns)
            .collect(engine="in-memory")
        )
        self._entries.append(heads)
        self._open, self._sums = [], []
        return heads.select("entry", "content_hash", "full_hash")

    def entries(self) -> pl.DataFrame:
        """Return the entries, by number.

        Columns `entry`, `journal_id`, `entry_date`, `line` (the first), `key_hash`,
        `content_hash`, `full_hash`, and `uncoded`, as `with_line_hashes` has it. Only after
        `close`.
        """
        if len(self._entries) > 1:
            self._entries = [pl.concat(self._entries).sort("entry")]
        return self._entries[0] if self._entries else _NO_ENTRIES

    def totals(self) -> pl.DataFrame:
        """Return debit, credit and lines by month: columns of `totals.TOTALS_SCHEMA`."""
        if len(self._totals) > 1:
            self._totals = [add_up(pl.concat(self._totals))]
        return self._totals[0] if self._totals else NO_TOTALS

    def days(self) -> tuple[date | None, date | None]:
        """Return the first and the last day of the lines; those of an entry may have several."""
        days = pl.concat([pl.Series(dtype=pl.Date), *self._days])
        return days.min(), days.max()  # type: ignore[return-value]

    def lettered(self) -> pl.DataFrame:
        """Return `entry`, `account_id`, `third_party_id`, `lettering` of the lettered lines."""
        return pl.concat(self._lettered) if self._lettered else _NO_LETTERED

    def documents(self) -> pl.DataFrame:
        """Return the documents that lines refer to: columns of `REFERRED_SCHEMA`."""
        return pl.concat(self._referred) if self._referred else NO_REFERRED

    def _begun(self, entries: pl.DataFrame) -> pl.DataFrame:
        """Keep the entries that are complete, and what is known of the others."""
        complete = entries["begins"] & entries["whole"]
        if complete.all():
            heads = entries.select(_NO_ENTRIES.columns)
            self._entries.append(heads)
            return heads
        self._entries.append(entries.filter(complete).select(_NO_ENTRIES.columns))
        self._sums.append(entries.filter(~complete).select("entry", *_SUMS))
        hidden = (
            pl.when("whole").then(pl.col(name)).alias(name)
            for name in ("content_hash", "full_hash")
        )
        heads = entries.filter("begins").with_columns(*hidden).select(_NO_ENTRIES.columns)
        self._open.append(heads.filter(heads["content_hash"].is_null()))
        return heads


def _by_entry(lines: pl.DataFrame) -> pl.LazyFrame:
    """Return the entries of some lines: their first line, and the sums over their lines."""
    firsts = ("journal_id", "entry_date", "line", "entry_number", "begins", "whole")
    sums = (
        with_line_hashes(lines)
        .group_by("entry", maintain_order=True)
        .agg(pl.col(firsts).first(), pl.col(_SUMS).sum())
    )
    return with_key_hash(with_entry_hashes(sums))


_NO_ENTRIES = pl.DataFrame(
    schema={
        "entry": pl.UInt32,
        "journal_id": pl.Int32,
        "entry_date": pl.Date,
        "line": pl.UInt32,
        "key_hash": pl.Int64,
        "content_hash": pl.Int64,
        "full_hash": pl.Int64,
        "uncoded": pl.UInt64,
    }
)
_SUMS = ("content", "full", "uncoded")
_NO_LETTERED = pl.DataFrame(
    schema={
        "entry": pl.UInt32,
        "account_id": pl.Int32,
        "third_party_id": pl.Int32,
        "lettering": pl.String,
    }
)
