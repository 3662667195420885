"""The groups of lettered lines of a dossier, by account and third party."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
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
    with_group_years,
    year_of_days,
)
from ecritures.ledger.read.conditions import Conditions
from ecritures.ledger.read.filters import Filter, LetteringState

if TYPE_CHECKING:
    from datetime import date

    from ecritures.ledger.moves import Ledger
    from ecritures.ledger.read.snapshot import Snapshot

Names = Mapping[int | None, str]
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
    chosen = sorted(
        (
            one
            for one in read_groups(snapshot, wanted)
            if (is_open is None or bool(one.rest_cents) is is_open)
            and (after is None or one.place > after)
        ),
        key=lambda one: one.place,
    )
    return make_page(chosen[: limit + 1], limit, lambda one: one.place)


def read_groups(snapshot: Snapshot, wanted: Filter) -> list[Group]:
    """Return the groups of which a line is wanted, each with all its lines."""
    lettered = replace(wanted, lettering=LetteringState.LETTERED)
    of_accounts = Filter(
        accounts=wanted.accounts,
        third_parties=wanted.third_parties,
        lettering=LetteringState.LETTERED,
        revision=wanted.revision,
    )
    year = year_of_days(snapshot.dossier, pl.col("day"))
    rows = with_group_years(_read(snapshot, of_accounts).with_columns(year=year))
    if lettered != of_accounts:
        met = _read(snapshot, lettered).select("batch_id", "line")
        kept = rows.join(met, on=("batch_id", "line"), how="semi").select(GROUP_KEY).unique()
        rows = rows.join(kept, on=GROUP_KEY, how="semi", nulls_equal=True)
    names: list[dict[int | None, str]] = [
        {one: code for one, (code, _) in snapshot.names(kind).items()}
        for kind in (CodeKind.ACCOUNT, CodeKind.THIRD_PARTY)
    ]
    return [_group(row, *names) for row in group_lines(rows).to_dicts()]


def _read(snapshot: Snapshot, wanted: Filter) -> pl.DataFrame:
    conditions = Conditions(snapshot, wanted)
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
    return snapshot.database.read_frame(snapshot.connection, query, _SCHEMA)


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
