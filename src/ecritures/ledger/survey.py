"""What the lines of a file would add to a ledger: entries with fingerprints, and totals.

Gathered block by block, whether the lines are loaded or not: a dry run and a real run see the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from ecritures.ledger.codes import CodeKind
from ecritures.ledger.fingerprints import CodeIds, hash_entries, hash_keys, hash_whole

if TYPE_CHECKING:
    from ecritures.core.lines import NumberedLines
    from ecritures.ledger.codes import CodeTable

TOTALS_KEY = ("account_id", "journal_id", "siret", "month")
_SUMS = ("debit_cents", "credit_cents", "lines")


class FoundCodes(NamedTuple):
    """Codes of some lines: `code`, `id` and `label` each, a row for each line."""

    journal: pl.DataFrame
    account: pl.DataFrame
    third_party: pl.DataFrame

    def ids(self) -> CodeIds:
        """Return their numbers alone."""
        return CodeIds(self.journal["id"], self.account["id"], self.third_party["id"])


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

    def add(self, numbered: NumberedLines) -> tuple[FoundCodes, pl.DataFrame]:
        """Take the next lines; return their codes, and the entries that begin among them.

        Those have the columns of `entries`, in the order of the lines; `content_hash` and
        `full_hash` are null where more lines of the entry may come.
        """
        block = numbered.lines
        found = FoundCodes(
            *(
                self.codes.find(kind, block[code], block[label])
                for kind, code, label in (
                    (CodeKind.JOURNAL, "journal_code", "journal_label"),
                    (CodeKind.ACCOUNT, "account_number", "account_label"),
                    (CodeKind.THIRD_PARTY, "third_party_number", "third_party_label"),
                )
            )
        )
        ids = found.ids()
        self._totals.append(_totals(block, ids))
        begins = numbered.begins
        journal_id = ids.journal.filter(begins)
        heads = pl.DataFrame(
            {
                "entry": numbered.entry.filter(begins),
                "journal_id": journal_id,
                "entry_date": block["entry_date"].filter(begins),
                "line": block["line"].filter(begins),
                "key_hash": hash_keys(journal_id, block["entry_number"].filter(begins)),
            }
        )
        begun = self._complete(heads, numbered.whole.filter(begins), hash_whole(numbered, ids))
        return found, begun

    def close(self) -> pl.DataFrame:
        """Return the fingerprints that were missing, as no more lines come.

        Columns `entry`, `content_hash`, `full_hash`.
        """
        if not self._open:
            return _NO_ENTRIES.select("entry", "content_hash", "full_hash")
        sums = pl.concat(self._sums).group_by("entry").agg(pl.col("content", "full").sum())
        heads = _with_hashes(pl.concat(self._open), sums)
        self._entries.append(heads)
        self._open, self._sums = [], []
        return heads.select("entry", "content_hash", "full_hash")

    def entries(self) -> pl.DataFrame:
        """Return the entries, by number.

        Columns `entry`, `journal_id`, `entry_date`, `line` (the first), `key_hash`,
        `content_hash`, `full_hash`. Only after `close`.
        """
        return pl.concat(self._entries).sort("entry") if self._entries else _NO_ENTRIES

    def totals(self) -> pl.DataFrame:
        """Return debit, credit and lines by account, journal, establishment and month."""
        if not self._totals:
            return _NO_TOTALS
        return add_up(pl.concat(self._totals))

    def _complete(self, heads: pl.DataFrame, whole: pl.Series, sums: pl.DataFrame) -> pl.DataFrame:
        if whole.all() and heads.height == sums.height:
            complete = _with_hashes(heads, sums)
            self._entries.append(complete)
            return complete
        complete = _with_hashes(heads.filter(whole), sums)
        self._entries.append(complete)
        self._open.append(heads.filter(~whole))
        self._sums.append(sums.join(complete, on="entry", how="anti"))
        hashes = complete.select("entry", "content_hash", "full_hash")
        return heads.join(hashes, on="entry", how="left", maintain_order="left")


def add_up(totals: pl.DataFrame) -> pl.DataFrame:
    """Add up totals of the same account, journal, establishment and month."""
    return totals.group_by(TOTALS_KEY).agg(pl.col(name).sum() for name in _SUMS).sort(TOTALS_KEY)


def _totals(block: pl.DataFrame, ids: CodeIds) -> pl.DataFrame:
    day = block["entry_date"]
    frame = pl.DataFrame(
        {
            "account_id": ids.account,
            "journal_id": ids.journal,
            "siret": block["siret"],
            "month": months(day),
            "debit_cents": block["debit_cents"],
            "credit_cents": block["credit_cents"],
            "lines": pl.Series([1], dtype=pl.Int32).new_from_index(0, block.height),
        }
    )
    return add_up(frame)


def months(day: pl.Series) -> pl.Series:
    """Return the months of days, as year × 100 + month."""
    return day.dt.year() * 100 + day.dt.month().cast(pl.Int32)


def _with_hashes(heads: pl.DataFrame, sums: pl.DataFrame) -> pl.DataFrame:
    joined = heads.select("entry").join(sums, on="entry", how="left", maintain_order="left")
    content, full = hash_entries(joined["content"], joined["full"], heads["entry_date"])
    return heads.with_columns(content.alias("content_hash"), full.alias("full_hash"))


_NO_ENTRIES = pl.DataFrame(
    schema={
        "entry": pl.UInt32,
        "journal_id": pl.Int32,
        "entry_date": pl.Date,
        "line": pl.UInt32,
        "key_hash": pl.Int64,
        "content_hash": pl.Int64,
        "full_hash": pl.Int64,
    }
)
_NO_TOTALS = pl.DataFrame(
    schema={
        "account_id": pl.Int32,
        "journal_id": pl.Int32,
        "siret": pl.String,
        "month": pl.Int32,
        "debit_cents": pl.Int64,
        "credit_cents": pl.Int64,
        "lines": pl.Int32,
    }
)
