"""Make the plan of an import."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from ecritures.core.policies import Mode
from ecritures.directory.fiscal_years import years_to_cover
from ecritures.ledger import plan_refusals as refusals
from ecritures.ledger.codes import CodeKind
from ecritures.ledger.entry_frames import name_entries, ranges_of, read_entries
from ecritures.ledger.events import StaleLedgerError
from ecritures.ledger.existing import read_balances, totals_of_entries
from ecritures.ledger.judge import NAMED_MAX, Judge, days_not_open
from ecritures.ledger.lettering_plan import lettering_impact
from ecritures.ledger.moves import Ledger
from ecritures.ledger.opening_check import compare_openings
from ecritures.ledger.pairs import unpaired
from ecritures.ledger.plan import NO_LINKS, Plan, plan_digest

if TYPE_CHECKING:
    import sqlalchemy as sa

    from ecritures.database import Database
    from ecritures.directory.dossiers import Dossier
    from ecritures.ledger.judge import Verdicts
    from ecritures.ledger.plan import Wish
    from ecritures.ledger.survey import Survey


def make_plan(  # noqa: PLR0913, PLR0917 - the ledger, the file, the choice
    database: Database,
    connection: sa.Connection,
    dossier: Dossier,
    survey: Survey,
    names: pl.DataFrame,
    wish: Wish,
    content_sha256: str,
) -> Plan:
    """Decide what an import does to the ledger.

    Args:
        database: Of the connection.
        connection: A snapshot, in which `dossier` was read too.
        dossier: Whose ledger.
        survey: What the file holds.
        names: Its entries as people call them: `entry`, `journal_code`, `entry_number`,
            `entry_date`, `first_line`.
        wish: What was chosen.
        content_sha256: The fingerprint of the file.

    Raises:
        StaleLedgerError: The ledger has changed since the codes of the survey were read.
    """
    if dossier.ledger_revision != survey.codes.revision:
        raise StaleLedgerError
    file = survey.entries()
    judge = Judge(database, connection, dossier, survey, names, wish)
    verdicts = (
        judge.replace(file, wish.scope)
        if wish.mode is Mode.REPLACE and wish.scope is not None
        else judge.append(file)
    )
    planner = _Planner(database, connection, dossier, survey, wish)
    return planner.plan(judge, file, verdicts, content_sha256)


class _Planner:
    def __init__(
        self,
        database: Database,
        connection: sa.Connection,
        dossier: Dossier,
        survey: Survey,
        wish: Wish,
    ) -> None:
        self._database, self._connection = database, connection
        self._dossier, self._survey, self._wish = dossier, survey, wish

    def plan(
        self, judge: Judge, file: pl.DataFrame, verdicts: Verdicts, content_sha256: str
    ) -> Plan:
        """Add up what the verdicts do."""
        kept_out = pl.concat([verdicts.skipped, verdicts.unchanged]).sort("entry")
        added = unpaired(file, kept_out)
        refused = list(verdicts.refusals)
        not_open = days_not_open(self._dossier, added["entry_date"])
        if not_open.any():
            late = added["entry_date"].filter(not_open)
            refused.append(refusals.not_open(self._dossier, late, late.len()))
        targets = pl.concat(
            [
                verdicts.removed.select("batch_id", "entry"),
                verdicts.changed.select("batch_id", pl.col("target").alias("entry")),
            ]
        )
        removed = (
            totals_of_entries(self._database, self._connection, self._dossier, targets)
            if targets.height
            else None
        )
        links = _links(verdicts)
        creates = self._wish.creates_years
        years = years_to_cover(self._dossier, added["entry_date"].unique()) if creates else []
        impact = _counts(added, verdicts) | {
            "fiscalYearsCreated": [
                {"start": year.start.isoformat(), "end": year.end.isoformat()} for year in years
            ],
            "outsideFiscalYears": self._count_outside(added),
        }
        digest = plan_digest(content_sha256, impact, links, added.select(_DIGESTED))
        here = Ledger(
            self._database, self._connection, self._dossier, self._dossier.ledger_revision
        )
        impact["lettering"] = lettering_impact(
            here, self._survey, added["entry"], targets, detailed=self._wish.detailed
        )
        impact["openings"] = self._openings(file, verdicts, removed)
        if self._wish.detailed:
            impact |= self._details(verdicts, removed)
        if self._wish.detailed or self._wish.mode is Mode.REPLACE or verdicts.skipped.height:
            impact |= self._difference(judge, added, verdicts)
        if self._wish.if_plan is not None and self._wish.if_plan != digest:
            refused.append(refusals.other_plan(digest))
        return Plan(
            self._dossier.ledger_revision,
            kept_out["entry"],
            links,
            removed,
            tuple({one.fr: one for one in refused}.values()),
            impact,
            digest,
            self._wish.mode is Mode.REPLACE,
            tuple(years),
        )

    def _count_outside(self, added: pl.DataFrame) -> int:
        """Count the entries dated outside the fiscal years of the dossier, if it has any."""
        years = self._dossier.fiscal_years
        if not years:
            return 0
        inside = pl.any_horizontal(
            pl.col("entry_date").is_between(year.start, year.end) for year in years
        )
        return added.filter(~inside).height

    def _openings(
        self, file: pl.DataFrame, verdicts: Verdicts, removed: pl.DataFrame | None
    ) -> list[dict[str, Any]]:
        """Return where the openings of the file differ from the closing before them."""
        if not file["journal_id"].is_in(self._survey.codes.openings()).any():
            return []
        place = self._database, self._connection, self._dossier
        changes = [self._survey.totals(), *([] if removed is None else [removed])]
        if (there := self._kept_out(verdicts)) is not None:
            changes.append(there)
        return compare_openings(*place, self._survey.codes, file, changes)

    def _kept_out(self, verdicts: Verdicts) -> pl.DataFrame | None:
        """Return the totals, negative, of what the file has and the ledger too."""
        kept_out = pl.concat([verdicts.skipped, verdicts.unchanged])
        if kept_out.is_empty():
            return None
        targets = kept_out.select("batch_id", pl.col("target").alias("entry"))
        return totals_of_entries(self._database, self._connection, self._dossier, targets)

    def _details(self, verdicts: Verdicts, removed: pl.DataFrame | None) -> dict[str, Any]:
        return {
            "accountsCreated": self._created(CodeKind.ACCOUNT),
            "journalsCreated": self._created(CodeKind.JOURNAL),
            "thirdPartiesCreated": self._created(CodeKind.THIRD_PARTY),
            "balances": self._balances(verdicts, removed),
        }

    def _difference(self, judge: Judge, added: pl.DataFrame, verdicts: Verdicts) -> dict[str, Any]:
        """Return the first entries that are added, changed, removed or skipped, by their names."""
        changed = verdicts.changed.sort("entry")
        new = unpaired(added, changed)
        before = [f"{batch}-{entry}" for _, batch, entry in changed[:NAMED_MAX].iter_rows()]
        return {
            "difference": {
                "added": judge.describe(new["entry"]),
                "changed": [
                    one | {"before": entry}
                    for one, entry in zip(judge.describe(changed["entry"]), before, strict=True)
                ],
                "removed": self._described(verdicts.removed),
                "skipped": judge.describe(verdicts.skipped["entry"]),
            }
        }

    def _described(self, removed: pl.DataFrame) -> list[dict[str, Any]]:
        parts = [
            (int(str(batch_id)), some)
            for (batch_id,), some in removed[:NAMED_MAX].group_by("batch_id", maintain_order=True)
        ]
        place = self._database, self._connection, self._dossier
        found = [
            (
                batch_id,
                read_entries(*place, batch_id).filter(
                    pl.col("entry").is_in(some["entry"].implode())
                ),
            )
            for batch_id, some in parts
        ]
        return [
            {
                "journal": one.journal,
                "number": one.number,
                "date": one.day.isoformat(),
                "entry": f"{one.batch}-{one.entry}",
            }
            for one in name_entries(self._connection, self._dossier, found)
        ]

    def _created(self, kind: CodeKind) -> list[str]:
        return self._survey.codes.new(kind)["code"].to_list()

    def _balances(self, verdicts: Verdicts, removed: pl.DataFrame | None) -> list[dict[str, Any]]:
        """Return the balance of each account that changes, before and after."""
        before = read_balances(self._connection, self._dossier)
        change = _by_account(self._survey.totals(), 1)
        if (there := self._kept_out(verdicts)) is not None:  # they change nothing
            change = _summed(change, _by_account(there, 1))
        if removed is not None:
            change = _summed(change, _by_account(removed, 1))
        codes = self._survey.codes.by_id(CodeKind.ACCOUNT)
        moved = [
            {
                "account": codes[account],
                "beforeCents": before.get(account, 0),
                "afterCents": before.get(account, 0) + cents,
            }
            for account, cents in change.items()
            if cents
        ]
        return sorted(moved, key=lambda one: str(one["account"]))


def _counts(added: pl.DataFrame, verdicts: Verdicts) -> dict[str, Any]:
    changed = verdicts.changed.height
    return {
        "entries": {
            "added": added.height - changed,
            "removed": verdicts.removed.height,
            "changed": changed,
            "unchanged": verdicts.unchanged.height,
            "skipped": verdicts.skipped.height,
        },
        "duplicates": verdicts.duplicates,
    }


def _links(verdicts: Verdicts) -> pl.DataFrame:
    if all(one.is_empty() for one in verdicts[:4]):
        return NO_LINKS
    confirmed = pl.concat([verdicts.skipped, verdicts.unchanged]).select(
        "batch_id", pl.col("target").alias("entry")
    )
    parts = [NO_LINKS]
    for kind, entries in (("removes", verdicts.removed), ("confirms", confirmed)):
        for (batch_id,), some in entries.group_by("batch_id"):
            ranges = ranges_of(some["entry"].sort())
            parts.append(
                ranges.select(
                    pl.lit(batch_id).alias("target_batch_id"),
                    "first_entry",
                    "last_entry",
                    pl.lit(kind).alias("kind"),
                    pl.lit(None).alias("entry"),
                ).cast(NO_LINKS.schema)
            )
    if verdicts.changed.height:
        parts.append(
            verdicts.changed.select(
                target_batch_id="batch_id",
                first_entry="target",
                last_entry="target",
                kind=pl.lit("changes"),
                entry="entry",
            ).cast(NO_LINKS.schema)
        )
    return pl.concat(parts).sort("target_batch_id", "first_entry")


def _by_account(totals: pl.DataFrame, sign: int) -> dict[int, int]:
    by_account = totals.group_by("account_id").agg(
        cents=(pl.col("debit_cents") - pl.col("credit_cents")).sum() * sign
    )
    return dict(by_account.iter_rows())


def _summed(one: dict[int, int], other: dict[int, int]) -> dict[int, int]:
    return {key: one.get(key, 0) + other.get(key, 0) for key in one.keys() | other.keys()}


_DIGESTED = ("entry", "key_hash", "full_hash")
