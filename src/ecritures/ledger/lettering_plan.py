"""What an import does to the lettering of a ledger: groups it brings, breaks, or adds lines to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from ecritures.ledger.codes import CodeKind
from ecritures.ledger.lettered import GROUP_KEY, read_lines, year_of_days

if TYPE_CHECKING:
    from ecritures.ledger.moves import Ledger
    from ecritures.ledger.survey import Survey

REUSED_NAMED_MAX = 100
_FILE_KEY = ("account_id", "third_party_id", "lettering")


def lettering_impact(
    ledger: Ledger, survey: Survey, added: pl.Series, gone: pl.DataFrame, *, detailed: bool
) -> dict[str, Any]:
    """Count the groups of the file that are posted, and those of the ledger that lose a line.

    Args:
        ledger: At its present revision.
        survey: What the file holds.
        added: The entries of the file that are posted.
        gone: The entries that leave the ledger: `batch_id`, `entry`.
        detailed: Whether to look for codes that other lines of the same account and third party
            have already, which reads every lettered line of the ledger.

    Returns:
        `kept`, `broken`; with `detailed` also `reused` (a count) and `reusedCodes`, the first
        hundred of them.
    """
    lettered = survey.lettered()
    posted = lettered.filter(pl.col("entry").is_in(added.implode()))
    days = survey.entries().select("entry", year=year_of_days(ledger.dossier, pl.col("entry_date")))
    posted = posted.join(days, on="entry", how="left").select(*_FILE_KEY, "year").unique()
    found: dict[str, Any] = {"kept": posted.height, "broken": 0}
    if detailed:
        found |= {"reused": 0, "reusedCodes": []}
    looks = detailed and posted.height and survey.codes.revision
    if not looks and gone.is_empty():
        return found
    there = read_lines(ledger, lettered=True)
    keys = gone.select(pl.col("batch_id").cast(pl.Int32), pl.col("entry").cast(pl.UInt32))
    leaves = there.join(keys, on=("batch_id", "entry"), how="semi")
    stays = there.join(keys, on=("batch_id", "entry"), how="anti")
    broken = leaves.select(GROUP_KEY).unique()
    broken = broken.join(stays, on=GROUP_KEY, how="semi", nulls_equal=True)
    found["broken"] = broken.height
    if detailed:
        reused = posted.join(stays, on=(*_FILE_KEY, "year"), how="semi", nulls_equal=True)
        names = [survey.codes.by_id(kind) for kind in (CodeKind.ACCOUNT, CodeKind.THIRD_PARTY)]
        found["reused"] = reused.height
        found["reusedCodes"] = [
            {"account": names[0][account], "thirdParty": names[1].get(third_party), "code": code}
            for account, third_party, code, _ in reused.sort(_FILE_KEY)[
                :REUSED_NAMED_MAX
            ].iter_rows()
        ]
    return found


def relettered_entries(ledger: Ledger, survey: Survey, unchanged: pl.DataFrame) -> pl.Series:
    """Return the entries of the file whose lettering is another in the ledger.

    They are alike otherwise; what was lettered by hand stays as it is.

    Args:
        ledger: At its present revision.
        survey: What the file holds.
        unchanged: Pairs: `entry` of the file, `batch_id` and `target` in the ledger.
    """
    key = ("entry", *_FILE_KEY)
    if unchanged.is_empty():
        return unchanged["entry"]
    pairs = unchanged.rename({"entry": "of_file", "target": "entry"})
    there = read_lines(ledger, lettered=True).join(pairs, on=("batch_id", "entry"), how="inner")
    by_hand = there.filter(pl.col("matching_id").is_not_null())["of_file"]
    held = there.drop("entry").rename({"of_file": "entry"}).select(key)
    told = survey.lettered().join(unchanged, on="entry", how="semi").select(key)
    counts = (some.group_by(key).agg(count=pl.len()) for some in (held, told))
    before, after = (some.with_columns(pl.col("entry").cast(pl.UInt32)) for some in counts)
    differs = [
        one.join(other, on=(*key, "count"), how="anti", nulls_equal=True)["entry"]
        for one, other in ((before, after), (after, before))
    ]
    found = pl.concat(differs).unique()
    return found.filter(~found.is_in(by_hand.implode()))
