"""The lines with which a fiscal year begins: the closing of the one before, carried forward.

By balance: one line an account, and one a third party. In detail: accounts with third parties or
lettering keep their open items one by one; groups that balance are left out. Classes 6 and 7 become
the result.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import polars as pl
import sqlalchemy as sa

from ecritures.database.tables import entries, lines
from ecritures.ledger.codes import CodeKind, read_names
from ecritures.ledger.entry_frames import DAY_OF_LINE, entry_of_lines
from ecritures.ledger.in_force import batches_in_force
from ecritures.ledger.lettering.lettered import GROUP_KEY, group_lines, read_lines
from ecritures.ledger.openings.openings import (
    closing_start,
    sums_between,
    sums_of_third_parties,
)

if TYPE_CHECKING:
    from datetime import date

    from ecritures.directory.dossiers import FiscalYear
    from ecritures.ledger.moves import Ledger

PROFIT, LOSS = "120", "129"
_ITEM_SCHEMA = {
    "batch_id": pl.Int32,
    "line": pl.UInt32,
    "day": pl.Date,
    "piece_ref": pl.String,
    "piece_date": pl.Date,
    "label": pl.String,
    "currency_amount": pl.Int64,
    "currency_scale": pl.Int16,
    "currency": pl.String,
    "siret": pl.String,
}


def carried_lines(ledger: Ledger, year: FiscalYear, *, detail: bool) -> list[dict[str, Any]]:
    """Return the lines of the opening after a year, by account.

    Each has `account_number`, `account_label`, `debit_cents`, `credit_cents`, and the third party;
    open items have the piece, label, lettering, currency and establishment of their line besides.
    """
    start = closing_start(ledger, year)
    closing = sums_between(ledger, start, year.end)
    labels = read_names(ledger.connection, ledger.dossier, CodeKind.ACCOUNT)
    by_code = {code: (id_, label) for id_, (code, label) in labels.items()}
    result = sum(cents for code, cents in closing.items() if code[:1] in {"6", "7"})
    carried = {code: cents for code, cents in closing.items() if code[:1] in set("12345")}
    if detail:
        items = _open_items(ledger, year, {by_code[code][0] for code in carried})
    else:
        items = _balances_of_third_parties(ledger, start, year)
    found = []
    for code, cents in carried.items():
        number, label = by_code[code]
        named = {"account_number": code, "account_label": label}
        of_account = items.get(number, [])
        found += [named | one for one in of_account]
        rest = cents - sum(one["debit_cents"] - one["credit_cents"] for one in of_account)
        if rest:
            found.append(named | _sides(rest))
    if result:
        found.append(_result_line(by_code, result))
    return sorted(found, key=lambda one: str(one["account_number"]))


def _balances_of_third_parties(
    ledger: Ledger, start: date | None, year: FiscalYear
) -> dict[int, list[dict[str, Any]]]:
    """Return the third parties of each account that have a balance at the end of a year."""
    names = read_names(ledger.connection, ledger.dossier, CodeKind.THIRD_PARTY)
    return {
        account: [
            {"third_party_number": number, "third_party_label": label} | _sides(cents)
            for (number, label), cents in sorted((names[one], of_[one]) for one in of_)
            if cents
        ]
        for account, of_ in sums_of_third_parties(ledger, start, year.end).items()
    }


def _sides(cents: int) -> dict[str, int]:
    return {"debit_cents": max(cents, 0), "credit_cents": max(-cents, 0)}


def _result_line(by_code: dict[str, tuple[int, str]], cents: int) -> dict[str, Any]:
    """Return the line of the result, on the account that the dossier has for it."""
    root, label = (PROFIT, "Résultat (bénéfice)") if cents < 0 else (LOSS, "Résultat (perte)")
    known = sorted(code for code in by_code if code.startswith(root))
    if known:
        return {"account_number": known[0], "account_label": by_code[known[0]][1]} | _sides(cents)
    widths = Counter(len(code) for code in by_code)
    account = root.ljust(max(widths, key=lambda width: (widths[width], width)), "0")
    return {"account_number": account, "account_label": label} | _sides(cents)


def _open_items(
    ledger: Ledger, year: FiscalYear, accounts: set[int]
) -> dict[int, list[dict[str, Any]]]:
    """Return the open items of accounts that have third parties or lettering, by account."""
    held = read_lines(ledger, lines.c.account_id.in_(accounts))
    held = held.join(_of_items(ledger, year, accounts), on=("batch_id", "line"), how="inner")
    is_detailed = pl.col("third_party_id").is_not_null() | pl.col("lettering").is_not_null()
    detailed = held.filter(is_detailed)["account_id"].unique()
    held = held.filter(pl.col("account_id").is_in(detailed.implode()))
    closed = group_lines(held).filter(pl.col("rest_cents") == 0).select(GROUP_KEY)
    kept = held.join(closed, on=GROUP_KEY, how="anti", nulls_equal=True)
    third_parties = read_names(ledger.connection, ledger.dossier, CodeKind.THIRD_PARTY)
    found: dict[int, list[dict[str, Any]]] = {int(account): [] for account in detailed}
    for row in kept.sort("day", "batch_id", "line").iter_rows(named=True):
        third_party, label = third_parties.get(row["third_party_id"], ("", ""))
        found[row["account_id"]].append(
            {
                "debit_cents": row["debit_cents"],
                "credit_cents": row["credit_cents"],
                "third_party_number": third_party,
                "third_party_label": label,
                "piece_ref": row["piece_ref"] or "",
                "piece_date": row["piece_date"] or row["day"],
                "label": row["label"] or "",
                "lettering": row["lettering"] or "",
                "currency_amount": row["currency_amount"],
                "currency_scale": row["currency_scale"],
                "currency": row["currency"] or "",
                "siret": row["siret"] or "",
            }
        )
    return found


def _of_items(ledger: Ledger, year: FiscalYear, accounts: set[int]) -> pl.DataFrame:
    """Return what lines up to the end of a year say besides: columns of `_ITEM_SCHEMA`."""
    line, entry, dossier = lines.c, entries.c, ledger.dossier
    day = DAY_OF_LINE
    query = (
        sa.select(
            line.batch_id,
            line.line,
            day,
            *(
                sa.func.coalesce(line[name], entry[name])
                for name in ("piece_ref", "piece_date", "label")
            ),
            *(line[name] for name in ("currency_amount", "currency_scale", "currency", "siret")),
        )
        .join(entries, entry_of_lines())
        .where(
            line.domain_id == dossier.domain_id,
            entry.domain_id == dossier.domain_id,
            line.batch_id.in_(batches_in_force(dossier.domain_id, dossier.id)),
            line.account_id.in_(sorted(accounts)),
            day <= year.end,
        )
    )
    start = closing_start(ledger, year)
    if start is not None:
        query = query.where(day >= start)
    return ledger.read_frame(query, _ITEM_SCHEMA)
