"""Make the plan of an import."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import polars as pl

from ecritures.core.policies import Duplicates, Lookalikes, Mode
from ecritures.ledger import refusals
from ecritures.ledger.codes import CodeKind
from ecritures.ledger.events import StaleLedgerError
from ecritures.ledger.existing import (
    EXISTING_SCHEMA,
    ranges_of,
    read_balances,
    read_existing,
    totals_of_entries,
)
from ecritures.ledger.pairs import pair, unpaired, unpaired_targets
from ecritures.ledger.plan import NO_LINKS, Plan, plan_digest
from ecritures.ledger.standing import DayState, state_of_day

if TYPE_CHECKING:
    from datetime import date

    import sqlalchemy as sa

    from ecritures.core.sentences import Sentence
    from ecritures.database import Database
    from ecritures.directory.dossiers import Dossier
    from ecritures.ledger.plan import Scope, Wish
    from ecritures.ledger.survey import Survey

LISTED_MAX = 100
"""How many entries of each kind the impact names."""
KEY, NO_KEY = ("key_hash", "content_hash"), ("content_hash",)


class Verdicts(NamedTuple):
    """What becomes of each entry.

    Attributes:
        skipped: Pairs: in the ledger already, and not loaded.
        unchanged: Pairs: as they are in the scope of a replacement.
        changed: Pairs: of the same number in the scope, with other contents.
        removed: Entries of the ledger, in the scope and not in the file.
        refusals: Why the import is refused.
        duplicates: Counts, in JSON.
    """

    skipped: pl.DataFrame
    unchanged: pl.DataFrame
    changed: pl.DataFrame
    removed: pl.DataFrame
    refusals: list[Sentence]
    duplicates: dict[str, int]


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
    planner = _Planner(database, connection, dossier, survey, names, wish)
    verdicts = (
        planner.replace(file, wish.scope)
        if wish.mode is Mode.REPLACE and wish.scope is not None
        else planner.append(file)
    )
    return planner.plan(file, verdicts, content_sha256)


class _Planner:
    def __init__(  # noqa: PLR0913, PLR0917 - as `make_plan`
        self,
        database: Database,
        connection: sa.Connection,
        dossier: Dossier,
        survey: Survey,
        names: pl.DataFrame,
        wish: Wish,
    ) -> None:
        self._database, self._connection = database, connection
        self._dossier, self._survey = dossier, survey
        self._names, self._wish = names, wish

    def append(self, file: pl.DataFrame) -> Verdicts:
        """Look for entries of the file that are in the ledger already."""
        wish, refused = self._wish, []
        existing = self._existing(*_whole_months(file["entry_date"]))
        same = pair(file, existing, KEY)
        alike = pair(
            file.filter(file["key_hash"].is_null()),
            existing.filter(existing["key_hash"].is_null()),
            NO_KEY,
        )
        reused = unpaired(file, same).join(
            unpaired_targets(existing, same), on="key_hash", how="semi"
        )
        if wish.mode is Mode.REFUSE_IF_PRESENT:
            refused += self._refuse_if_present(file, existing)
        if wish.duplicate_entries is Duplicates.REFUSE and same.height:
            refused.append(refusals.entries_known(self._named(same["entry"]), same.height))
        if wish.lookalikes is Lookalikes.REFUSE and alike.height:
            refused.append(refusals.entries_alike(self._named(alike["entry"]), alike.height))
        skipped = [
            pairs
            for pairs, choice in ((same, wish.duplicate_entries), (alike, wish.lookalikes))
            if choice == Duplicates.SKIP
        ]
        counts = {"entries": same.height, "lookalikes": alike.height, "numberReused": reused.height}
        none = same[:0]
        return Verdicts(pl.concat([none, *skipped]), none, none, _NONE_EXISTING, refused, counts)

    def replace(self, file: pl.DataFrame, scope: Scope) -> Verdicts:
        """Compare the file with the part of the ledger that it replaces."""
        journals = self._journal_ids(scope)
        inside = self._existing(scope.start, scope.end, journals)
        refused = []
        outside = file.filter(~_is_in(file, scope, journals))
        if outside.height:
            named = self._named(outside["entry"])
            refused.append(refusals.outside_scope(named, outside.height))
        unchanged = pl.concat(
            [
                pair(file, inside, ("key_hash", "full_hash")),
                pair(
                    file.filter(file["key_hash"].is_null()),
                    inside.filter(inside["key_hash"].is_null()),
                    ("full_hash",),
                ),
            ]
        ).sort("entry")
        rest, left = unpaired(file, unchanged), unpaired_targets(inside, unchanged)
        changed = pair(rest, left, ("key_hash",))
        removed = unpaired_targets(left, changed)
        if removed.height * 2 > inside.height and self._wish.if_plan is None:
            refused.append(refusals.removes_much(removed.height, inside.height))
        gone = left.filter(_days_not_open(self._dossier, left["entry_date"]))
        if gone.height:
            refused.append(refusals.not_open(self._dossier, gone["entry_date"], gone.height))
        counts = {"entries": 0, "lookalikes": 0, "numberReused": 0}
        return Verdicts(unchanged[:0], unchanged, changed, removed, refused, counts)

    def plan(self, file: pl.DataFrame, verdicts: Verdicts, content_sha256: str) -> Plan:
        """Add up what the verdicts do."""
        kept_out = pl.concat([verdicts.skipped, verdicts.unchanged]).sort("entry")
        added = unpaired(file, kept_out)
        refused = list(verdicts.refusals)
        late = added.filter(_days_not_open(self._dossier, added["entry_date"]))
        if late.height:
            refused.append(refusals.not_open(self._dossier, late["entry_date"], late.height))
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
        impact = _counts(added, verdicts)
        digest = plan_digest(content_sha256, impact, links, added.select(_DIGESTED))
        if self._wish.detailed or self._wish.if_plan is not None:
            impact |= self._details(verdicts, removed)
        if self._wish.if_plan is not None and self._wish.if_plan != digest:
            refused.append(refusals.other_plan(digest))
        return Plan(
            self._dossier.ledger_revision,
            kept_out["entry"],
            links,
            removed,
            tuple(refused),
            impact,
            digest,
            self._wish.mode is Mode.REPLACE,
        )

    def _details(self, verdicts: Verdicts, removed: pl.DataFrame | None) -> dict[str, Any]:
        return {
            "accountsCreated": self._created(CodeKind.ACCOUNT),
            "journalsCreated": self._created(CodeKind.JOURNAL),
            "thirdPartiesCreated": self._created(CodeKind.THIRD_PARTY),
            "balances": self._balances(verdicts, removed),
        }

    def _created(self, kind: CodeKind) -> list[str]:
        return self._survey.codes.new(kind)["code"].to_list()

    def _balances(self, verdicts: Verdicts, removed: pl.DataFrame | None) -> list[dict[str, Any]]:
        """Return the balance of each account that changes, before and after."""
        before = read_balances(self._connection, self._dossier)
        change = _by_account(self._survey.totals(), 1)
        kept_out = pl.concat([verdicts.skipped, verdicts.unchanged])
        if kept_out.height:  # the file has them, the ledger too: they change nothing
            targets = kept_out.select("batch_id", pl.col("target").alias("entry"))
            there = totals_of_entries(self._database, self._connection, self._dossier, targets)
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

    def _refuse_if_present(self, file: pl.DataFrame, existing: pl.DataFrame) -> list[Sentence]:
        days, codes = file["entry_date"], self._survey.codes
        journals = file["journal_id"].unique()
        openings = codes.openings()
        there = existing.filter(
            existing["entry_date"].is_between(days.min(), days.max())
            & existing["journal_id"].is_in(journals.implode())
            & ~existing["journal_id"].is_in(openings)
        )
        if there.is_empty():
            return []
        names = codes.by_id(CodeKind.JOURNAL)
        return [refusals.present(sorted({names[one] for one in there["journal_id"]}), there.height)]

    def _existing(
        self, start: date | None, end: date | None, journals: list[int] | None = None
    ) -> pl.DataFrame:
        place = self._database, self._connection, self._dossier
        return read_existing(*place, start, end, journals)

    def _journal_ids(self, scope: Scope) -> list[int] | None:
        if scope.journals is None:
            return None
        names = self._survey.codes.by_id(CodeKind.JOURNAL)
        return [number for number, code in names.items() if code in scope.journals]

    def _named(self, entry: pl.Series) -> pl.DataFrame:
        """Return the names of a few entries of the file."""
        few = entry.sort()[:LISTED_MAX].to_frame("entry")
        return few.join(self._names, on="entry", how="left", maintain_order="left")


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


def _whole_months(days: pl.Series) -> tuple[date | None, date | None]:
    if days.is_empty():
        return None, None
    bounds = pl.Series([days.min(), days.max()])
    return bounds.dt.month_start()[0], bounds.dt.month_end()[1]


def _is_in(file: pl.DataFrame, scope: Scope, journals: list[int] | None) -> pl.Series:
    inside = pl.Series([True]).new_from_index(0, file.height)
    if scope.start is not None:
        inside &= file["entry_date"] >= scope.start
    if scope.end is not None:
        inside &= file["entry_date"] <= scope.end
    if journals is not None:
        inside &= file["journal_id"].is_in(journals)
    return inside


def _days_not_open(dossier: Dossier, days: pl.Series) -> pl.Series:
    closed = [day for day in days.unique() if state_of_day(dossier, day) is not DayState.OPEN]
    return days.is_in(closed)


def _links(verdicts: Verdicts) -> pl.DataFrame:
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
_NONE_EXISTING = pl.DataFrame(schema=EXISTING_SCHEMA)
