"""The groups of lettered lines of a dossier, by account and third party."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, Any

import polars as pl
import sqlalchemy as sa

from ecritures.database.paging import Page, make_page
from ecritures.database.tables import codes, lines
from ecritures.ledger.codes import CodeKind
from ecritures.ledger.lettering.lettered import (
    GROUP_KEY,
    group_lines,
    read_lines,
    sums_of_groups,
    with_group_years,
    year_of_days,
)
from ecritures.ledger.read.conditions import Conditions
from ecritures.ledger.read.filters import Filter, LetteringState
from ecritures.ledger.read.open_lettering import has_one_of, may_be_open
from ecritures.ledger.read.shares import parts_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from ecritures.ledger.moves import Ledger
    from ecritures.ledger.read.snapshot import Snapshot

Names = Mapping[int | None, str]
GROUPS_AT_ONCE = 20_000
_SCHEMA = {
    "batch_id": pl.Int32,
    "line": pl.UInt32,
    "account_id": pl.Int32,
    "third_party_id": pl.Int32,
    "lettering": pl.String,
    "matching_id": pl.Int64,
    "lettering_date": pl.Date,
    "day": pl.Date,
    "debit_cents": pl.Int64,
    "credit_cents": pl.Int64,
}


@dataclass(frozen=True, slots=True)
class Group:
    """Lines with one lettering.

    Attributes:
        key: Columns of `lettered.GROUP_KEY`.
        third_party: "": none.
        lines: Batch and line of each.
    """

    key: tuple[int, int | None, str, int | None, date | None, date | None]
    account: str
    third_party: str
    lines: tuple[tuple[int, int], ...]
    debit_cents: int
    credit_cents: int

    @property
    def code(self) -> str:
        """Its code."""
        return self.key[2]

    @property
    def matching_id(self) -> int | None:
        """The number of the matching by hand; None: the lettering is that of files."""
        return self.key[3]

    @property
    def year(self) -> date | None:
        """The first day of its fiscal year; None: a matching by hand, or of several years."""
        return self.key[4]

    @property
    def rest_cents(self) -> int:
        """Debit less credit: zero when it is closed."""
        return self.debit_cents - self.credit_cents

    @property
    def place(self) -> tuple[str, str, str, int, str, str]:
        """Its place in the list of groups."""
        year, day = (one.isoformat() if one else "" for one in self.key[4:])
        return self.account, self.third_party, self.code, self.matching_id or 0, year, day


def page_groups(
    snapshot: Snapshot,
    wanted: Filter,
    limit: int,
    after: tuple[Any, ...] | None = None,
    *,
    is_open: bool | None = None,
) -> Page[Group]:
    """Return a page of groups, by account, third party, code and year.

    Args:
        snapshot: The ledger.
        wanted: Groups of which a line is wanted.
        limit: How many.
        after: The place of the last group of the page before.
        is_open: Whether they do not balance; None: both.
    """
    found = stream_groups(snapshot, wanted, after, is_open=is_open, at_once=limit + 1)
    return make_page(list(islice(found, limit + 1)), limit, lambda one: one.place)


def stream_groups(
    snapshot: Snapshot,
    wanted: Filter,
    after: tuple[Any, ...] | None = None,
    *,
    is_open: bool | None = None,
    at_once: int = GROUPS_AT_ONCE,
) -> Iterator[Group]:
    """Yield the groups of which a line is wanted, each with all its lines, by place.

    Args:
        snapshot: The ledger.
        wanted: Which.
        after: The place of the group before.
        is_open: Whether they do not balance; None: both.
        at_once: How many are made at once.
    """
    lettered = replace(wanted, lettering=LetteringState.LETTERED)
    of_accounts = Filter(
        accounts=wanted.accounts,
        third_parties=wanted.third_parties,
        lettering=LetteringState.LETTERED,
        revision=wanted.revision,
    )
    names: list[dict[int | None, str]] = [
        {one: code for one, (code, _) in snapshot.names(kind).items()}
        for kind in (CodeKind.ACCOUNT, CodeKind.THIRD_PARTY)
    ]
    every = Conditions(snapshot, of_accounts, reads_all=True)
    first = after[:2] if after else ("", "")
    for part in parts_of(every, first):
        rows = _rows_of_groups(every.of_accounts(*part), is_open=is_open)
        if lettered != of_accounts:
            met = _read(Conditions(snapshot, lettered).of_accounts(*part))
            met = met.select("batch_id", "line")
            kept = rows.join(met, on=("batch_id", "line"), how="semi").select(GROUP_KEY).unique()
            rows = rows.join(kept, on=GROUP_KEY, how="semi", nulls_equal=True)
        chosen = _in_order(sums_of_groups(rows), names, after)
        if is_open is not None:
            chosen = chosen.filter((pl.col("rest_cents") != 0) == is_open)
        for some in chosen.iter_slices(at_once):
            mine = rows.join(some, on=GROUP_KEY, how="semi", nulls_equal=True)
            made = [_group(row, *names) for row in group_lines(mine).to_dicts()]
            yield from sorted(made, key=lambda one: one.place)


def _rows_of_groups(conditions: Conditions, *, is_open: bool | None) -> pl.DataFrame:
    """Return the lettered lines of some accounts; with `is_open`, those of closed groups may lack.

    Lines of an account are of no group of another.
    """
    codes = may_be_open(conditions) if is_open else None
    rows = _read(conditions, codes)
    year = year_of_days(conditions.snapshot.dossier, pl.col("day"))
    return with_group_years(rows.with_columns(year=year))


def _in_order(
    groups: pl.DataFrame, names: Sequence[Names], after: tuple[Any, ...] | None
) -> pl.DataFrame:
    """Return groups by place, without those up to a place."""
    accounts, third_parties = names
    place = [
        pl.col("account_id").replace_strict(accounts, return_dtype=pl.String),
        pl.col("third_party_id").replace_strict(third_parties, default="", return_dtype=pl.String),
        pl.col("lettering"),
        pl.col("matching_id").fill_null(0),
        *(pl.col(day).cast(pl.String).fill_null("") for day in ("group_year", "group_date")),
    ]
    placed = groups.with_columns(column.alias(f"place_{n}") for n, column in enumerate(place))
    keys = [f"place_{n}" for n in range(len(place))]
    if after is not None:
        beyond = pl.lit(value=False)
        for key, value in reversed([*zip(keys, after, strict=True)]):
            beyond = (pl.col(key) > value) | ((pl.col(key) == value) & beyond)
        placed = placed.filter(beyond)
    return placed.sort(keys)


def _read(conditions: Conditions, codes: set[str] | None = None) -> pl.DataFrame:
    """Return lettered lines: those of some letterings; None: of any."""
    query = conditions.select_lines(
        lines.c.batch_id,
        lines.c.line,
        lines.c.account_id,
        lines.c.third_party_id,
        conditions.lettering.label("lettering"),
        conditions.matching_id.label("matching_id"),
        conditions.lettering_date.label("lettering_date"),
        lines.c.day,
        lines.c.debit_cents,
        lines.c.credit_cents,
    )
    if codes is not None:
        query = query.where(has_one_of(conditions, codes))
    return conditions.snapshot.read_frame(query, _SCHEMA)


def find_groups(
    ledger: Ledger, account: str | None = None, third_party: str | None = None
) -> tuple[list[Group], pl.DataFrame]:
    """Return groups, and their lines as `lettered.read_lines` returns them."""
    accounts, third_parties = (
        _names(ledger, kind) for kind in (CodeKind.ACCOUNT, CodeKind.THIRD_PARTY)
    )
    wanted = []
    if account is not None:
        ids = [id_ for id_, code in accounts.items() if id_ and _is_named(code, account)]
        wanted.append(lines.c.account_id.in_(ids))
    if third_party is not None:
        ids = [id_ for id_, code in third_parties.items() if code == third_party and id_]
        of_one = lines.c.third_party_id
        wanted.append(of_one.in_(ids) if third_party else of_one.is_(None))
    rows = read_lines(ledger, *wanted, lettered=True)
    return [_group(row, accounts, third_parties) for row in _rows(rows)], rows


def group_of(ledger: Ledger, rows: pl.DataFrame, key: tuple[Any, ...]) -> Group:
    """Return the group that some lines are."""
    names = (_names(ledger, kind) for kind in (CodeKind.ACCOUNT, CodeKind.THIRD_PARTY))
    accounts, third_parties = names
    return Group(
        (key[0], key[1], key[2], key[3], key[4], key[5]),
        accounts[key[0]],
        third_parties.get(key[1], ""),
        tuple(rows.select("batch_id", "line").iter_rows()),
        int(rows["debit_cents"].sum()),
        int(rows["credit_cents"].sum()),
    )


def _rows(rows: pl.DataFrame) -> list[dict[str, Any]]:
    return group_lines(rows).to_dicts()


def _group(row: dict[str, Any], accounts: Names, third_parties: Names) -> Group:
    return Group(
        (
            row["account_id"],
            row["third_party_id"],
            row["lettering"],
            row["matching_id"],
            row["group_year"],
            row["group_date"],
        ),
        accounts[row["account_id"]],
        third_parties.get(row["third_party_id"], ""),
        tuple((one["batch_id"], one["line"]) for one in row["lines"]),
        row["debit_cents"],
        row["credit_cents"],
    )


def _is_named(code: str, wanted: str) -> bool:
    return code.startswith(wanted[:-1]) if wanted.endswith("*") else code == wanted


def _names(ledger: Ledger, kind: CodeKind) -> Names:
    query = sa.select(codes.c.id, codes.c.code).where(
        codes.c.domain_id == ledger.dossier.domain_id,
        codes.c.dossier_id == ledger.dossier.id,
        codes.c.kind == kind,
    )
    return {row.id: row.code for row in ledger.connection.execute(query)}
