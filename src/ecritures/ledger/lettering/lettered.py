"""The lettering in force: by hand, else as it came with the lines.

A matching by hand wins over the file's lettering of its lines; an unmatched line has none. Programs
use their codes again each year: lines of several fiscal years with one code of files are one group
only where they have the same lettering date and balance together, but not year by year.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import sqlalchemy as sa

from ecritures.database.tables import lines, matching_lines, matchings
from ecritures.ledger.in_force import batches_in_force
from ecritures.ledger.planning.existing import without_removed
from ecritures.ledger.read.line_columns import written_out

if TYPE_CHECKING:
    from collections.abc import Collection

    from ecritures.directory.dossiers import Dossier
    from ecritures.ledger.moves import Ledger

LINE_SCHEMA = {
    "batch_id": pl.Int32,
    "line": pl.UInt32,
    "entry": pl.UInt32,
    "account_id": pl.Int32,
    "third_party_id": pl.Int32,
    "debit_cents": pl.Int64,
    "credit_cents": pl.Int64,
    "lettering": pl.String,
}
GROUP_KEY = (
    *("account_id", "third_party_id", "lettering", "matching_id"),
    *("group_year", "group_date"),
)
_OF_FILE_KEY = GROUP_KEY[:3]
_OF_FILE = pl.col("lettering").is_not_null() & pl.col("matching_id").is_null()
_READ_SCHEMA = {**LINE_SCHEMA, "lettering_date": pl.Date, "day": pl.Date}
_HAND_SCHEMA = {
    "batch_id": pl.Int32,
    "line": pl.UInt32,
    "matching_id": pl.Int64,
    "code": pl.String,
    "day": pl.Date,
}


def read_lines(
    ledger: Ledger, *wanted: sa.ColumnElement[bool], lettered: bool = False
) -> pl.DataFrame:
    """Return lines in the ledger with the lettering in force.

    Args:
        ledger: At its present revision.
        wanted: Only lines of these conditions, on columns of `lines`: whole accounts or third
            parties, as groups are found among these lines alone.
        lettered: Only lines that have a lettering.

    Returns:
        Columns of `LINE_SCHEMA` (`lettering` may be null); `matching_id`, null where the lettering
        is that of the file; `year`, the first day of its fiscal year; `group_year`, null where
        the group is not of one year alone; `group_date`, the lettering date of a group over several
        years, else null. By batch and line.
    """
    found = read_ungrouped(ledger, *wanted, lettered=lettered)
    return with_group_years(found).drop("lettering_date")


def read_ungrouped(
    ledger: Ledger,
    *wanted: sa.ColumnElement[bool],
    lettered: bool = False,
    batches: Collection[int] | None = None,
) -> pl.DataFrame:
    """Return what `read_lines` does, but for the group, and with `lettering_date`.

    Args:
        ledger: At its present revision.
        wanted: As for `read_lines`.
        lettered: As for `read_lines`.
        batches: Only lines of these batches in force; None: of all.
    """
    dossier, line = ledger.dossier, lines.c
    in_force = batches_in_force(dossier.domain_id, dossier.id)
    by_hand = read_by_hand(ledger).drop("day")
    query = sa.select(*(line[name] for name in LINE_SCHEMA), line.lettering_date, line.day).where(
        line.domain_id == dossier.domain_id,
        line.batch_id.in_(in_force if batches is None else written_out(batches)),
    )
    # First what few lines are, then what takes longer to look at.
    first = query.where(line.lettering.is_not(None)) if lettered else query
    parts, query = [first.where(*wanted)], query.where(*wanted)
    if lettered and not by_hand.is_empty():
        chosen = matched_by_hand(dossier)
        parts.append(
            query.join(
                chosen,
                sa.and_(chosen.c.batch_id == line.batch_id, chosen.c.line == line.line),
            ).where(line.lettering.is_(None))
        )
    found = pl.concat(ledger.read_frame(part, _READ_SCHEMA) for part in parts)
    found = without_removed(ledger, found.sort("entry"))
    found = found.join(by_hand, on=("batch_id", "line"), how="left")
    code = (
        pl.when(pl.col("matching_id").is_null())
        .then("lettering")
        .otherwise("code")
        .alias("lettering")
    )
    found = found.with_columns(code).drop("code").sort("batch_id", "line")
    found = found.with_columns(year=year_of_days(dossier, pl.col("day"))).drop("day")
    return found.filter(pl.col("lettering").is_not_null()) if lettered else found


def group_lines(found: pl.DataFrame) -> pl.DataFrame:
    """Return the groups of lettered lines: `GROUP_KEY`, `lines`, sums and `rest_cents`."""
    return _grouped(found, pl.struct("batch_id", "line").alias("lines"))


def sums_of_groups(found: pl.DataFrame) -> pl.DataFrame:
    """Return what `group_lines` does, but for the lines."""
    return _grouped(found)


def _grouped(found: pl.DataFrame, *more: pl.Expr) -> pl.DataFrame:
    return (
        found.filter(pl.col("lettering").is_not_null())
        .group_by(GROUP_KEY)
        .agg(
            *more,
            debit_cents=pl.col("debit_cents").sum(),
            credit_cents=pl.col("credit_cents").sum(),
        )
        .with_columns(rest_cents=pl.col("debit_cents") - pl.col("credit_cents"))
    )


def year_of_days(dossier: Dossier, day: pl.Expr) -> pl.Expr:
    """Return the first day of the fiscal year of each day; of the calendar year outside all."""
    found = day.dt.truncate("1y")
    for year in dossier.fiscal_years:
        found = pl.when(day.is_between(year.start, year.end)).then(year.start).otherwise(found)
    return found


def with_group_years(found: pl.DataFrame) -> pl.DataFrame:
    """Add `group_year` and `group_date` to lines, as `read_lines` does.

    Args:
        found: The first three columns of `GROUP_KEY`; `matching_id`, null where the lettering is
            that of the file; `year`, `lettering_date`, `debit_cents`, `credit_cents`.
    """
    key = (*_OF_FILE_KEY, "lettering_date")
    across = _groups_across_years(found.filter(_OF_FILE)).with_columns(is_across=True)
    joined = found.join(across, on=key, how="left", nulls_equal=True, maintain_order="left")
    is_across = _OF_FILE & pl.col("is_across").is_not_null()
    return joined.with_columns(
        group_year=pl.when(_OF_FILE & ~is_across).then("year"),
        group_date=pl.when(is_across).then("lettering_date"),
    ).drop("is_across")


def _groups_across_years(lettered: pl.DataFrame) -> pl.DataFrame:
    """Return the groups of files that balance over several years, not year by year, on one day."""
    key = (*_OF_FILE_KEY, "lettering_date")
    # A year alone is never zero here, so sums of zero are those of several years.
    sums = open_in_year(lettered).group_by(key).agg(pl.col("cents").sum())
    return sums.filter(cents=0).select(key)


def open_in_year(found: pl.DataFrame) -> pl.DataFrame:
    """Return the groups of files and a lettering date that do not balance in a year.

    They may be over several years. Columns: the first three of `GROUP_KEY`, `lettering_date`,
    `year` and `cents`.
    """
    return (
        found.filter(_OF_FILE)
        .group_by(*_OF_FILE_KEY, "lettering_date", "year")
        .agg(cents=(pl.col("debit_cents") - pl.col("credit_cents")).sum())
        .filter(pl.col("cents") != 0)
    )


def read_by_hand(ledger: Ledger) -> pl.DataFrame:
    """Return the lines of the matchings in force: columns of `matched_by_hand`, each line once."""
    found = sa.select(matched_by_hand(ledger.dossier))
    return ledger.read_frame(found, _HAND_SCHEMA)


def find_by_hand(
    connection: sa.Connection, dossier: Dossier, revision: int | None = None
) -> sa.Subquery | None:
    """Select what `matched_by_hand` does; None: no matching is in force."""
    act = matchings.c
    query = sa.select(act.id).where(
        act.domain_id == dossier.domain_id, act.dossier_id == dossier.id, _holds(revision)
    )
    if connection.execute(query.limit(1)).first() is None:
        return None
    return matched_by_hand(dossier, revision)


def _holds(revision: int | None) -> sa.ColumnElement[bool]:
    """Return whether a matching is in force, now or at a revision."""
    act = matchings.c
    if revision is None:
        return act.to_revision.is_(None)
    ended = sa.or_(act.to_revision.is_(None), act.to_revision > revision)
    return sa.and_(act.from_revision <= revision, ended)


def matched_by_hand(dossier: Dossier, revision: int | None = None) -> sa.Subquery:
    """Select the lines of the matchings in force, now or at a revision; the last one holds.

    Columns `batch_id`, `line`, `matching_id`, `code` and `day`: these are null where the lettering
    that came with the line no longer holds.
    """
    one, act = matching_lines.c, matchings.c
    last = sa.func.row_number().over(
        partition_by=(one.batch_id, one.line), order_by=one.matching_id.desc()
    )
    ranked = (
        sa.select(
            one.batch_id,
            one.line,
            one.matching_id,
            sa.case((one.matched, act.code)).label("code"),
            sa.case((one.matched, act.day)).label("day"),
            last.label("rank"),
        )
        .join(
            matchings,
            sa.and_(
                act.domain_id == one.domain_id,
                act.dossier_id == one.dossier_id,
                act.id == one.matching_id,
            ),
        )
        .where(
            one.domain_id == dossier.domain_id,
            one.dossier_id == dossier.id,
            _holds(revision),
        )
        .subquery()
    )
    chosen = sa.select(*(column for column in ranked.c if column.name != "rank"))
    return chosen.where(ranked.c.rank == 1).subquery("by_hand")


def read_chosen(ledger: Ledger, keys: Collection[tuple[int, int]]) -> pl.DataFrame:
    """Return those of some lines (batch and line) that are in the ledger, as `LINE_SCHEMA`."""
    dossier, line = ledger.dossier, lines.c
    by_batch: dict[int, list[int]] = {}
    for batch_id, number in keys:
        by_batch.setdefault(batch_id, []).append(number)
    query = sa.select(*(line[name] for name in LINE_SCHEMA)).where(
        line.domain_id == dossier.domain_id,
        line.batch_id.in_(batches_in_force(dossier.domain_id, dossier.id)),
        sa.or_(
            *(
                sa.and_(line.batch_id == batch_id, line.line.in_(numbers))
                for batch_id, numbers in by_batch.items()
            )
        ),
    )
    found = ledger.read_frame(query, LINE_SCHEMA).sort("entry")
    found = without_removed(ledger, found)
    return found.sort("batch_id", "line")
