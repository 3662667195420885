"""Make the plan of an import."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import polars as pl

from ecritures.core.changes import Change
from ecritures.core.policies import Mode
from ecritures.directory.fiscal_years import years_to_cover
from ecritures.ledger.codes import CodeKind
from ecritures.ledger.events import StaleLedgerError
from ecritures.ledger.lettering.lettering_plan import lettering_impact
from ecritures.ledger.openings.opening_check import compare_openings, later_openings
from ecritures.ledger.planning import plan_refusals as refusals
from ecritures.ledger.planning.difference import NO_DIFFERENCE, describe, make_difference
from ecritures.ledger.planning.existing import totals_of_entries
from ecritures.ledger.planning.judge import NAMED_MAX, Judge, days_not_open
from ecritures.ledger.planning.pairs import unpaired
from ecritures.ledger.planning.plan import NO_LINKS, Plan, links_to, plan_digest
from ecritures.ledger.planning.plan_balances import changed_balances
from ecritures.ledger.totals import TOTALS_KEY, negated

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ecritures.directory.dossiers import FiscalYear
    from ecritures.ledger.moves import Ledger
    from ecritures.ledger.planning.judge import Verdicts
    from ecritures.ledger.planning.plan import PostingOptions
    from ecritures.ledger.planning.survey import Survey


def make_plan(
    ledger: Ledger,
    survey: Survey,
    names: pl.DataFrame,
    options: PostingOptions,
    content_sha256: str,
) -> Plan:
    """Decide what an import does to the ledger.

    Args:
        ledger: In a snapshot, at its present revision.
        survey: What the file holds.
        names: Its entries as people call them: `entry`, `journal_code`, `entry_number`,
            `assigned_number` (given here, where the file has none), `entry_date`, `first_line`.
        options: What was chosen.
        content_sha256: The fingerprint of the file.

    Raises:
        StaleLedgerError: The ledger has changed since the codes of the survey were read.
    """
    if ledger.revision != survey.codes.revision:
        raise StaleLedgerError
    file = survey.entries()
    judge = Judge(ledger, survey, names, options)
    verdicts = (
        judge.replace(file, options.scope)
        if options.mode is Mode.REPLACE and options.scope is not None
        else judge.append(file)
    )
    return _Planner(ledger, survey, options).plan(judge, file, verdicts, content_sha256)


class _Planner:
    def __init__(self, ledger: Ledger, survey: Survey, options: PostingOptions) -> None:
        self._ledger, self._dossier = ledger, ledger.dossier
        self._survey, self._options = survey, options

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
        targets = _targets(verdicts)
        removed = self._leaving(targets)
        reversed_ = self._leaving(verdicts.reversed)
        links = _links(verdicts)
        creates = self._options.creates_years
        years = years_to_cover(self._dossier, added["entry_date"].unique()) if creates else []
        impact = _counts(added, verdicts) | {
            "fiscalYearsCreated": [
                {"start": year.start.isoformat(), "end": year.end.isoformat()} for year in years
            ],
            "outsideFiscalYears": self._count_outside(added),
        }
        digest = plan_digest(content_sha256, impact, links, *self._identified(added))
        impact["lettering"] = self._seen_lettering(digest) or lettering_impact(
            self._ledger, self._survey, added["entry"], targets, detailed=self._options.detailed
        )
        if verdicts.old_lettering:
            impact["lettering"]["notTaken"] = verdicts.old_lettering
        has_openings = file["journal_id"].is_in(self._survey.codes.openings()).any()
        shows_balances = has_openings or self._options.detailed
        changes = self._changes(verdicts, removed, reversed_) if shows_balances else []
        later = self._later_openings(file)
        impact["openings"] = (
            compare_openings(self._ledger, self._survey.codes, file, changes, later)
            if has_openings or later
            else []
        )
        if self._options.detailed:
            impact |= self._details(changes, years)
        difference = NO_DIFFERENCE
        if self._options.detailed or self._options.mode is Mode.REPLACE or _has_known(verdicts):
            difference = make_difference(judge.names, added, verdicts)
            impact["difference"] = self._first_of(difference)
        if self._options.if_plan is not None and self._options.if_plan != digest:
            refused.append(refusals.other_plan(digest))
        return Plan(
            self._ledger.revision,
            kept_out["entry"],
            links,
            removed,
            tuple({one.fr: one for one in refused}.values()),
            impact,
            digest,
            self._options.mode is Mode.REPLACE,
            tuple(years),
            difference,
            verdicts.reversed,
        )

    def _identified(self, added: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Return what tells the entries that are added from any others of the same file.

        By codes, not by fingerprints: these are made of the numbers of codes, and the number of a
        new code depends on what else is imported meanwhile.
        """
        named = {
            name: pl.col(name).replace_strict(
                self._survey.codes.by_id(kind), default=None, return_dtype=pl.String
            )
            for name, kind in _CODES.items()
        }
        entries = added.select("entry", named["journal_id"], "uncoded")
        return entries, self._survey.totals().with_columns(named.values()).sort(TOTALS_KEY)

    def _seen_lettering(self, digest: str) -> dict[str, Any] | None:
        """Return what the dry run found, if its plan and the ledger are still the same."""
        seen = self._options.seen
        if self._options.detailed:  # it says more
            return None
        if (seen.get("planDigest"), seen.get("ledgerRevision")) != (digest, self._ledger.revision):
            return None
        return {name: seen["impact"]["lettering"][name] for name in ("kept", "broken")}

    def _count_outside(self, added: pl.DataFrame) -> int:
        """Count the entries dated outside the fiscal years of the dossier, if it has any."""
        years = self._dossier.fiscal_years
        if not years:
            return 0
        inside = pl.any_horizontal(
            pl.col("entry_date").is_between(year.start, year.end) for year in years
        )
        return added.filter(~inside).height

    def _later_openings(self, file: pl.DataFrame) -> list[date]:
        """Return the openings that a preview compares, as the file comes before them."""
        first = file["entry_date"].min()
        if not self._options.detailed or not isinstance(first, date):
            return []
        return later_openings(self._ledger, self._survey.codes, first)

    def _changes(self, verdicts: Verdicts, *gone: pl.DataFrame | None) -> list[pl.DataFrame]:
        """Return the totals that the import adds to the ledger, by part; negative: it removes.

        Args:
            verdicts: What becomes of each entry.
            gone: The totals of what is removed, and of what is reversed.
        """
        kept_out = pl.concat([verdicts.skipped, verdicts.unchanged])
        there = self._leaving(kept_out.select("batch_id", pl.col("target").alias("entry")))
        parts = self._survey.totals(), there, *gone  # what is there already changes nothing
        return [part for part in parts if part is not None]

    def _leaving(self, entries: pl.DataFrame) -> pl.DataFrame | None:
        """Return the totals of entries of the ledger, negative; None: there are none."""
        return negated(totals_of_entries(self._ledger, entries)) if entries.height else None

    def _details(self, changes: list[pl.DataFrame], years: Sequence[FiscalYear]) -> dict[str, Any]:
        return {
            "accountsCreated": self._created(CodeKind.ACCOUNT),
            "journalsCreated": self._created(CodeKind.JOURNAL),
            "thirdPartiesCreated": self._created(CodeKind.THIRD_PARTY),
            "balances": changed_balances(self._ledger, self._survey.codes, changes, years),
        }

    def _first_of(self, difference: pl.DataFrame) -> dict[str, Any]:
        """Return the first hundred entries of each kind."""
        return {
            change.value: describe(
                self._ledger, difference.filter(pl.col("change") == change.value)[:NAMED_MAX]
            )
            for change in Change
        }

    def _created(self, kind: CodeKind) -> list[str]:
        return self._survey.codes.new(kind)["code"].to_list()


def _targets(verdicts: Verdicts) -> pl.DataFrame:
    """Return the entries that leave the ledger; what is reversed stays in it."""
    changed = verdicts.changed.select("batch_id", pl.col("target").alias("entry"))
    found = pl.concat([verdicts.removed.select("batch_id", "entry"), changed])
    return found.join(verdicts.reversed, on=["batch_id", "entry"], how="anti")


def _has_known(verdicts: Verdicts) -> bool:
    return bool(verdicts.skipped.height or verdicts.removed.height or verdicts.reused.height)


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
        "reversalEntries": verdicts.reversed.height,
        "duplicates": verdicts.duplicates,
    }


def _links(verdicts: Verdicts) -> pl.DataFrame:
    """Return what the import does to entries of the ledger; what is reversed stays in it."""
    if all(one.is_empty() for one in verdicts[:4]):
        return NO_LINKS
    stays = verdicts.reversed
    confirmed = pl.concat([verdicts.skipped, verdicts.unchanged]).select(
        "batch_id", pl.col("target").alias("entry")
    )
    kept = stays.rename({"entry": "target"})
    changed = (
        verdicts.changed.join(kept, on=["batch_id", "target"], how="anti")
        .select(
            target_batch_id="batch_id",
            first_entry="target",
            last_entry="target",
            kind=pl.lit("changes"),
            entry="entry",
        )
        .cast(NO_LINKS.schema)
    )
    removed = verdicts.removed.join(stays, on=["batch_id", "entry"], how="anti")
    parts = links_to(removed, "removes"), links_to(confirmed, "confirms"), changed
    return pl.concat(parts).sort("target_batch_id", "first_entry")


_CODES = {
    "journal_id": CodeKind.JOURNAL,
    "account_id": CodeKind.ACCOUNT,
    "third_party_id": CodeKind.THIRD_PARTY,
}
