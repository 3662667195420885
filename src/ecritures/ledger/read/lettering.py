"""The groups of lettered lines of a dossier, by account and third party."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from ecritures.database.paging import Page, make_page
from ecritures.database.tables import codes
from ecritures.ledger.codes import CodeKind
from ecritures.ledger.lettered import group_lines, read_lines

if TYPE_CHECKING:
    from datetime import date

    import polars as pl

    from ecritures.ledger.moves import Ledger

Names = dict[int | None, str]


@dataclass(frozen=True, slots=True)
class Group:
    """Lines with one lettering.

    Attributes:
        key: Columns of `lettered.GROUP_KEY`.
        third_party: "": none.
        lines: Batch and line of each.
    """

    key: tuple[int, int | None, str, int | None, date | None]
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
    def place(self) -> tuple[str, str, str, int, str]:
        """Its place in the list of groups."""
        year = self.year.isoformat() if self.year else ""
        return self.account, self.third_party, self.code, self.matching_id or 0, year


@dataclass(frozen=True, slots=True)
class GroupFilter:
    """Which groups. None: any.

    Attributes:
        account: A code, or what it begins with and `*`.
        is_open: Whether it does not balance.
    """

    account: str | None = None
    third_party: str | None = None
    is_open: bool | None = None


def page_groups(
    ledger: Ledger, wanted: GroupFilter, limit: int, after: tuple[Any, ...] | None = None
) -> Page[Group]:
    """Return a page of groups, by account, third party, code and year."""
    groups, _ = find_groups(ledger, wanted.account, wanted.third_party)
    chosen = sorted(
        (
            one
            for one in groups
            if (wanted.is_open is None or bool(one.rest_cents) is wanted.is_open)
            and (after is None or one.place > after)
        ),
        key=lambda one: one.place,
    )
    return make_page(chosen[: limit + 1], limit, lambda one: one.place)


def find_groups(
    ledger: Ledger, account: str | None = None, third_party: str | None = None
) -> tuple[list[Group], pl.DataFrame]:
    """Return groups, and their lines as `lettered.read_lines` returns them."""
    accounts, third_parties = (
        _names(ledger, kind) for kind in (CodeKind.ACCOUNT, CodeKind.THIRD_PARTY)
    )
    chosen = None
    if account is not None:
        chosen = [id_ for id_, code in accounts.items() if id_ and _is_named(code, account)]
    rows = read_lines(ledger, chosen, lettered=True)
    if third_party is not None:
        ids = [id_ for id_, code in third_parties.items() if code == third_party and id_]
        named = rows["third_party_id"].is_in(ids)
        rows = rows.filter(named if third_party else rows["third_party_id"].is_null())
    return [_group(row, accounts, third_parties) for row in _rows(rows)], rows


def group_of(ledger: Ledger, rows: pl.DataFrame, key: tuple[Any, ...]) -> Group:
    """Return the group that some lines are."""
    names = (_names(ledger, kind) for kind in (CodeKind.ACCOUNT, CodeKind.THIRD_PARTY))
    accounts, third_parties = names
    return Group(
        (key[0], key[1], key[2], key[3], key[4]),
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
