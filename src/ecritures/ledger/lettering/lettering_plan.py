"""What an import does to the lettering of a ledger: groups it brings, breaks, or adds lines to."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import polars as pl
import sqlalchemy as sa

from ecritures.database.tables import batches, lines
from ecritures.database.unindexed import unindexed
from ecritures.ledger.codes import CodeKind
from ecritures.ledger.lettering.lettered import (
    GROUP_KEY,
    open_in_year,
    read_ungrouped,
    with_group_years,
    year_of_days,
)
from ecritures.ledger.planning.existing import batches_of_days

if TYPE_CHECKING:
    from ecritures.ledger.moves import Ledger
    from ecritures.ledger.planning.survey import Survey

REUSED_NAMED_MAX = 100
IDS_IN_QUERY_MAX = 500
_FILE_KEY = ("account_id", "third_party_id", "lettering")
_YEAR_KEY = (*_FILE_KEY, "year")


def lettering_impact(
    ledger: Ledger, survey: Survey, added: pl.Series, gone: pl.DataFrame, *, detailed: bool
) -> dict[str, Any]:
    """Count the groups of the file that are posted, and those of the ledger that lose a line.

    Args:
        ledger: At its present revision.
        survey: What the file holds.
        added: The entries of the file that are posted.
        gone: The entries that leave the ledger: `batch_id`, `entry`.
        detailed: Whether to look for codes that other lines of the same account, third party and
            year have already.

    Returns:
        `kept`, `broken`; with `detailed` also `reused` (a count) and `reusedCodes`, the first
        hundred of them.
    """
    lettered = survey.lettered()
    posted = lettered.filter(pl.col("entry").is_in(added.implode()))
    days = survey.entries().select("entry", year=year_of_days(ledger.dossier, pl.col("entry_date")))
    posted = posted.join(days, on="entry", how="left").select(_YEAR_KEY).unique()
    found: dict[str, Any] = {"kept": posted.height}
    gone = gone.select(pl.col("batch_id").cast(pl.Int32), pl.col("entry").cast(pl.UInt32))
    leaves = _lines_of(ledger, gone)
    looks = detailed and survey.codes.revision > 0
    keys = pl.concat([leaves.select(_YEAR_KEY), posted]) if looks else leaves
    there = _alike(ledger, keys, but=_whole_batches(ledger, gone))
    stays = there.join(gone, on=("batch_id", "entry"), how="anti")
    found["broken"] = _count_broken(ledger, leaves, stays)
    if detailed:
        reused = posted.join(stays, on=_YEAR_KEY, how="semi", nulls_equal=True)
        names = [survey.codes.by_id(kind) for kind in (CodeKind.ACCOUNT, CodeKind.THIRD_PARTY)]
        found["reused"] = reused.height
        found["reusedCodes"] = [
            {"account": names[0][account], "thirdParty": names[1].get(third_party), "code": code}
            for account, third_party, code, _ in reused.sort(_FILE_KEY)[
                :REUSED_NAMED_MAX
            ].iter_rows()
        ]
    return found


def _lines_of(ledger: Ledger, chosen: pl.DataFrame) -> pl.DataFrame:
    """Return the lettered lines of entries of the ledger: `batch_id`, `entry`."""
    batch_ids = chosen["batch_id"].unique().to_list()
    of_batches = lines.c.batch_id.in_(batch_ids) if batch_ids else sa.false()
    there = read_ungrouped(ledger, of_batches, lettered=True)
    return there.join(chosen, on=("batch_id", "entry"))


def _whole_batches(ledger: Ledger, chosen: pl.DataFrame) -> list[int]:
    """Return the batches of which all entries are chosen."""
    table, counts = batches.c, dict(chosen.group_by("batch_id").len().iter_rows())
    query = sa.select(table.id, table.entries).where(
        table.domain_id == ledger.dossier.domain_id, table.id.in_(counts)
    )
    return [number for number, count in ledger.connection.execute(query) if counts[number] == count]


def _alike(ledger: Ledger, keys: pl.DataFrame, but: list[int]) -> pl.DataFrame:
    """Return the lettered lines of some accounts and third parties, and others, in some years.

    Args:
        ledger: At its present revision.
        keys: `account_id`, `third_party_id`, `year`.
        but: Batches whose lines are not wanted.
    """
    years = _years(ledger, keys)
    if not years:
        return read_ungrouped(ledger, sa.false(), lettered=True)
    near = batches_of_days(ledger.dossier, years[0][0], years[-1][1])
    held = set(ledger.connection.execute(near).scalars()).difference(but)
    wanted = *_parties(keys), _is_in_years(ledger, keys)
    return read_ungrouped(ledger, *wanted, lettered=True, batches=sorted(held))


def _is_in_years(ledger: Ledger, keys: pl.DataFrame) -> sa.ColumnElement[bool]:
    """Select the lines of some years, as `year_of_days` names them."""
    years = _years(ledger, keys)
    return sa.or_(sa.false(), *(lines.c.day.between(start, end) for start, end in years))


def _years(ledger: Ledger, keys: pl.DataFrame) -> list[tuple[date, date]]:
    ends = {year.start: year.end for year in ledger.dossier.fiscal_years}
    return [
        (start, ends.get(start, date(start.year, 12, 31))) for start in keys["year"].unique().sort()
    ]


def _parties(keys: pl.DataFrame) -> list[sa.ColumnElement[bool]]:
    """Select the lines of some accounts and third parties; of all, where they are many."""
    chosen: list[sa.ColumnElement[bool]] = []
    third_parties = keys["third_party_id"].unique()
    are_few = third_parties.len() <= IDS_IN_QUERY_MAX
    if are_few:
        chosen.append(_is_one_of(lines.c.third_party_id, third_parties))
    accounts = keys["account_id"].unique()
    if accounts.len() <= IDS_IN_QUERY_MAX:
        # The accounts of many third parties have so many lines that a scan finds them sooner.
        account = lines.c.account_id if are_few else unindexed(lines.c.account_id)
        chosen.append(_is_one_of(account, accounts))
    return chosen


def _is_one_of(column: sa.ColumnElement[int], ids: pl.Series) -> sa.ColumnElement[bool]:
    found = column.in_(ids.drop_nulls().to_list())
    return sa.or_(found, column.is_(None)) if ids.null_count() else found


def _count_broken(ledger: Ledger, leaves: pl.DataFrame, stays: pl.DataFrame) -> int:
    """Count the groups that lose lines and keep others, in the same year or over several.

    Args:
        ledger: At its present revision.
        leaves: The lettered lines that leave it, as `read_ungrouped` returns them.
        stays: The others of their years, accounts and third parties, and perhaps more.
    """
    groups = pl.concat([leaves, stays])
    may_be = open_in_year(groups).join(leaves, on=_YEAR_KEY, how="semi", nulls_equal=True)
    if not may_be.is_empty():
        other_years = sa.not_(_is_in_years(ledger, leaves))
        elsewhere = read_ungrouped(ledger, other_years, *_parties(may_be), lettered=True)
        stays = pl.concat([stays, elsewhere.join(stays, on=("batch_id", "line"), how="anti")])
    stays = stays.join(leaves, on=_FILE_KEY, how="semi", nulls_equal=True)
    leaves = leaves.join(stays, on=_FILE_KEY, how="semi", nulls_equal=True)
    marked = with_group_years(pl.concat([leaves, stays])).select(GROUP_KEY)
    broken = marked[: leaves.height].unique()
    return broken.join(marked[leaves.height :], on=GROUP_KEY, how="semi", nulls_equal=True).height


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
    there = _lines_of(ledger, pairs)
    by_hand = there.filter(pl.col("matching_id").is_not_null())["of_file"]
    held = there.drop("entry").rename({"of_file": "entry"}).select(key)
    of_file = survey.lettered().join(unchanged, on="entry", how="semi").select(key)
    counts = (some.group_by(key).agg(count=pl.len()) for some in (held, of_file))
    before, after = (some.with_columns(pl.col("entry").cast(pl.UInt32)) for some in counts)
    differs = [
        one.join(other, on=(*key, "count"), how="anti", nulls_equal=True)["entry"]
        for one, other in ((before, after), (after, before))
    ]
    found = pl.concat(differs).unique()
    return found.filter(~found.is_in(by_hand.implode()))
