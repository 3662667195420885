"""Lettering by hand: lines of one account and third party are matched, or no longer.

Lines never change: a matching is a fact beside them. It is allowed in locked and closed years, and
may be partial (the group does not balance).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count, product
from string import ascii_uppercase
from typing import TYPE_CHECKING, Any

import polars as pl

from ecritures.core.amounts import cents_text
from ecritures.core.errors import ConflictError, NotFoundError, RefusedRequestError
from ecritures.database.tables import lines, matching_lines, matchings
from ecritures.ledger.events import Event, EventKind, record_event
from ecritures.ledger.lettering.lettered import GROUP_KEY, read_chosen, read_lines
from ecritures.ledger.openings.opening_years import year_of
from ecritures.ledger.read.lettering import Group, find_groups, group_of

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date, datetime

    from ecritures.directory.dossiers import Dossier
    from ecritures.ledger.moves import Ledger

LINES_MIN, LINES_MAX = 2, 1000
LineKey = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Matched:
    """What was matched or unmatched.

    Attributes:
        broken: Codes of the groups of files that have lost a line to this one.
    """

    revision: int
    group: Group
    broken: tuple[str, ...] = ()


def match_lines(  # noqa: PLR0913 - lines, and who asks
    ledger: Ledger,
    wanted: Sequence[LineKey],
    code: str | None,
    by: str | None,
    now: datetime,
    *,
    balanced: bool = False,
) -> Matched:
    """Match lines.

    Args:
        ledger: At the revision that the transaction has taken.
        wanted: The lines: batch and line.
        code: Of the group; None: the next free one.
        by: Who asks: a key, or the e-mail address of a person; None: an operator.
        now: When.
        balanced: Only where they balance.

    Raises:
        RefusedRequestError: Too few or too many lines, or of several accounts or third parties.
        NotFoundError: A line is not in the ledger.
        ConflictError: A line is matched by hand already, the code is that of other lines, or the
            lines do not balance.
    """
    keys = sorted(set(wanted))
    held = _read_chosen(ledger, keys)
    if balanced:
        _check_balanced(held)
    account, third_party = held["account_id"][0], held["third_party_id"][0]
    of_same = lines.c.account_id == account, lines.c.third_party_id == third_party
    same = read_lines(ledger, *of_same, lettered=True)
    mine = same.join(held, on=("batch_id", "line"), how="semi")
    others = same.join(held, on=("batch_id", "line"), how="anti")
    if mine["matching_id"].is_not_null().any():
        raise ConflictError(
            "line-matched",
            "Une de ces lignes est déjà lettrée à la main : délettrez-la d'abord.",
            "One of these lines is matched by hand already: unmatch it first.",
        )
    used = set(others["lettering"])
    if code is not None and code in used:
        raise ConflictError(
            "lettering-code-used",
            f"Le code {code} est déjà celui d'autres lignes de ce compte et de ce tiers.",
            f"Code {code} is already that of other lines of this account and third party.",
        )
    chosen = code or next_code(used | set(mine["lettering"]))
    _insert(ledger, held, chosen, by, now, matched=True)
    _record(ledger, EventKind.MATCHED, by, now, _facts(ledger, held, chosen, now, matched=True))
    broken = sorted(set(mine["lettering"]) & used)
    key = (account, third_party, chosen, ledger.revision, None, None)
    rows = held.with_columns(
        lettering=pl.lit(chosen), matching_id=pl.lit(ledger.revision, pl.Int64)
    )
    return Matched(ledger.revision, group_of(ledger, rows, key), tuple(broken))


def unmatch_group(  # noqa: PLR0913, PLR0917 - a group, and who asks
    ledger: Ledger,
    name: str,
    account: str | None,
    third_party: str | None,
    year: str | None,
    by: str | None,
    now: datetime,
) -> Matched:
    """Unmatch a group: end a matching by hand, or no longer count the lettering of a file.

    Args:
        ledger: At the revision that the transaction has taken.
        name: The number of a matching by hand, or the code of a group.
        account: Code of its account; None: any.
        third_party: Code of its third party; None: any.
        year: Its fiscal year, for a code that files used in several; None: any.
        by: Who asks: a key, or the e-mail address of a person; None: an operator.
        now: When.

    Raises:
        NotFoundError: There is no such group.
        RefusedRequestError: There are several.
    """
    group, rows = _find(ledger, name, account, third_party, year)
    if group.matching_id is not None:
        table = matchings.c
        ledger.connection.execute(
            matchings.update()
            .where(
                table.domain_id == ledger.dossier.domain_id,
                table.dossier_id == ledger.dossier.id,
                table.id == group.matching_id,
            )
            .values(to_revision=ledger.revision)
        )
        facts = _keys(rows) | {"unmatched": [group.matching_id], "code": group.code}
    else:
        _insert(ledger, rows, group.code, by, now, matched=False)
        facts = _facts(ledger, rows, group.code, now, matched=False) | {"unmatched": []}
    _record(ledger, EventKind.UNMATCHED, by, now, facts)
    return Matched(ledger.revision, group)


def _check_balanced(held: pl.DataFrame) -> None:
    rest = held.select(pl.col("debit_cents").sum() - pl.col("credit_cents").sum()).item()
    if rest:
        left = f"{cents_text(abs(rest))} {'D' if rest > 0 else 'C'}"
        raise ConflictError(
            "matching-unbalanced",
            f"Ces lignes ne se soldent pas, il reste {left} : demandez un lettrage partiel pour les"
            " lettrer malgré cela.",
            f"These lines do not balance, {left} is left: ask for a partial matching to match them"
            " all the same.",
        )


def next_code(used: Collection[str]) -> str:
    """Return the first code of two letters or more that is not in use, from AA on."""
    for length in count(2):
        for letters in product(ascii_uppercase, repeat=length):
            if (code := "".join(letters)) not in used:
                return code
    raise AssertionError  # codes never end


def _read_chosen(ledger: Ledger, keys: Sequence[LineKey]) -> pl.DataFrame:
    if not LINES_MIN <= len(keys) <= LINES_MAX:
        raise RefusedRequestError(
            "matching-lines",
            f"Un lettrage réunit {LINES_MIN} à {LINES_MAX} lignes différentes.",
            f"A matching joins {LINES_MIN} to {LINES_MAX} different lines.",
        )
    held = read_chosen(ledger, keys)
    found = set(held.select("batch_id", "line").iter_rows())
    missing = [key for key in keys if key not in found]
    if missing:
        batch, line = missing[0]
        raise NotFoundError(
            "line-unknown",
            f"La ligne {batch}:{line} n'est pas au grand livre de ce dossier.",
            f"Line {batch}:{line} is not in the ledger of this dossier.",
        )
    if held.select("account_id", "third_party_id").unique().height > 1:
        raise RefusedRequestError(
            "matching-differs",
            "Ces lignes ne sont pas toutes du même compte et du même tiers.",
            "These lines are not all of the same account and third party.",
        )
    return held


def _find(
    ledger: Ledger, name: str, account: str | None, third_party: str | None, year: str | None
) -> tuple[Group, pl.DataFrame]:
    groups, rows = find_groups(ledger, account, third_party)
    by_id = account is None and third_party is None and name.isascii() and name.isdigit()
    found = [one for one in groups if by_id and one.matching_id == int(name)]
    found = found or [one for one in groups if one.code == name]
    if year is not None:
        found = [one for one in found if one.year and _is_year(ledger.dossier, one.year, year)]
    if not found:
        raise NotFoundError(
            "lettering-unknown",
            f"Aucune ligne du grand livre n'est lettrée {name}.",
            f"No line of the ledger has the lettering {name}.",
        )
    if len(found) > 1:
        raise RefusedRequestError(
            "lettering-ambiguous",
            f"Plusieurs comptes, tiers ou exercices ont le lettrage {name} : donnez le compte, le"
            " tiers et l'exercice, ou le numéro du lettrage.",
            f"Several accounts, third parties or fiscal years have the lettering {name}: give the"
            " account, the third party and the year, or the number of the matching.",
        )
    key = pl.DataFrame([found[0].key], schema={k: rows.schema[k] for k in GROUP_KEY}, orient="row")
    return found[0], rows.join(key, on=GROUP_KEY, how="semi", nulls_equal=True)


def _is_year(dossier: Dossier, start: date, name: str) -> bool:
    """Return whether a fiscal year is the one named by its first day, or the year it ends in."""
    return name in {start.isoformat(), f"{year_of(dossier, start)[1]:%Y}"}


def _insert(  # noqa: PLR0913 - a matching
    ledger: Ledger, rows: pl.DataFrame, code: str, by: str | None, now: datetime, *, matched: bool
) -> None:
    ledger.connection.execute(
        matchings.insert().values(
            **ledger.of_dossier,
            id=ledger.revision,
            account_id=rows["account_id"][0],
            third_party_id=rows["third_party_id"][0],
            code=code,
            day=now.date(),
            by=by,
            from_revision=ledger.revision,
        )
    )
    ledger.connection.execute(
        matching_lines.insert(),
        [
            {
                **ledger.of_dossier,
                "matching_id": ledger.revision,
                "batch_id": batch,
                "line": line,
                "matched": matched,
            }
            for batch, line in rows.select("batch_id", "line").iter_rows()
        ],
    )


def _facts(
    ledger: Ledger, rows: pl.DataFrame, code: str, now: datetime, *, matched: bool
) -> dict[str, Any]:
    """Return all that the rows of a matching are made of."""
    return _keys(rows) | {
        "matching": ledger.revision,
        "code": code,
        "day": now.date().isoformat(),
        "matched": matched,
    }


def _keys(rows: pl.DataFrame) -> dict[str, Any]:
    return {
        "accountId": rows["account_id"][0],
        "thirdPartyId": rows["third_party_id"][0],
        "lines": [list(key) for key in rows.select("batch_id", "line").iter_rows()],
    }


def _record(
    ledger: Ledger, kind: EventKind, by: str | None, now: datetime, facts: dict[str, Any]
) -> None:
    dossier, event = ledger.dossier, Event(kind, by, details=facts)
    record_event(ledger.connection, dossier.domain_id, dossier.id, ledger.revision, event, now)
