"""The plan of an import: what it would do to the ledger, decided once for dry runs and real runs.

A plan is made of what the file holds (a survey) and of the ledger at one revision. A real run
applies it only if the ledger is still at that revision; else it plans again.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import polars as pl

from ecritures.core.policies import Duplicates, Lookalikes, Mode, Openings
from ecritures.ledger.entry_frames import ranges_of
from ecritures.ledger.events import canonical
from ecritures.ledger.planning.difference import NO_DIFFERENCE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from ecritures.core.sentences import Sentence
    from ecritures.directory.dossiers import FiscalYear


@dataclass(frozen=True, slots=True)
class Scope:
    """What a replacement replaces. None: no limit.

    Attributes:
        journals: Codes of journals.
    """

    start: date | None = None
    end: date | None = None
    journals: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class PostingOptions:
    """What the caller, the dossier and the firm have chosen.

    Attributes:
        creates_years: Whether fiscal years are added for days outside those of the dossier.
        if_plan: The digest of the plan that the caller has seen; None: any.
        seen: The summary of that plan, if it is known.
        detailed: Whether the plan says what it does to accounts: of use to dry runs only.
        reverses: Whether validated entries that would leave are reversed instead.
    """

    mode: Mode = Mode.APPEND
    scope: Scope | None = None
    duplicate_entries: Duplicates = Duplicates.REFUSE
    lookalikes: Lookalikes = Lookalikes.ALLOW
    openings: Openings = Openings.REFUSE
    creates_years: bool = False
    if_plan: str | None = None
    seen: Mapping[str, Any] = field(default_factory=dict)
    detailed: bool = False
    reverses: bool = False

    @property
    def expects_whole_file(self) -> bool:
        """Whether all of the file will probably be posted: a replacement keeps most entries.

        What the plan that was seen has found is known where it is confirmed.
        """
        if impact := self.seen.get("impact"):
            return not impact["entries"]["unchanged"] + impact["entries"]["skipped"]
        return self.mode is not Mode.REPLACE


NO_REVERSED = pl.DataFrame(schema={"batch_id": pl.Int32, "entry": pl.UInt32})
NO_LINKS = pl.DataFrame(
    schema={
        "target_batch_id": pl.Int32,
        "first_entry": pl.UInt32,
        "last_entry": pl.UInt32,
        "kind": pl.String,
        "entry": pl.UInt32,
    }
)


def links_to(entries: pl.DataFrame, kind: str) -> pl.DataFrame:
    """Return the links of a batch to entries of others: columns of `NO_LINKS`.

    Args:
        entries: Columns `batch_id`, `entry`.
        kind: What the batch does to them: `removes` or `confirms`.
    """
    parts = [
        ranges_of(some["entry"].sort())
        .select(
            pl.lit(batch_id).alias("target_batch_id"),
            "first_entry",
            "last_entry",
            pl.lit(kind).alias("kind"),
            pl.lit(None).alias("entry"),
        )
        .cast(NO_LINKS.schema)
        for (batch_id,), some in entries.group_by("batch_id", maintain_order=True)
    ]
    return pl.concat([NO_LINKS, *parts])


@dataclass(frozen=True, slots=True)
class Plan:
    """What an import does to the ledger.

    Attributes:
        revision: Of the ledger it was made for.
        left_out: The numbers of the entries of the file that are not loaded: skipped, or in the
            ledger already.
        links: What it does to entries of the ledger: columns of `NO_LINKS`.
        removed: The totals of what it removes, negative.
        refusals: Why it is refused; none: it is not.
        impact: What it does, in JSON.
        digest: Tells this plan from any other; the same for a dry run and the real run.
        replaces: Whether it replaces a part of the ledger.
        years: The fiscal years that it adds to the dossier.
        difference: What becomes of each entry: columns of `difference.DIFFERENCE_SCHEMA`; none
            where an import only adds entries.
        reversed: The validated entries that are reversed: columns of `NO_REVERSED`.
        said: What is said of it, where it adds nothing because its file is there.
    """

    revision: int
    left_out: pl.Series
    links: pl.DataFrame
    removed: pl.DataFrame | None
    refusals: tuple[Sentence, ...]
    impact: dict[str, Any] = field(default_factory=dict)
    digest: str = ""
    replaces: bool = False
    years: tuple[FiscalYear, ...] = ()
    difference: pl.DataFrame = field(default_factory=lambda: NO_DIFFERENCE)
    reversed: pl.DataFrame = field(default_factory=lambda: NO_REVERSED)
    said: Sentence | None = None

    def of_known_file(self, source: str, refusals: tuple[Sentence, ...]) -> Plan:
        """Return the plan of a file that is in the ledger already: that is what there is to say.

        Args:
            source: What posted it.
            refusals: Why it is refused; none: it is allowed.
        """
        duplicates = self.impact["duplicates"] | {"file": source}
        return replace(
            self,
            impact=self.impact | {"duplicates": duplicates},
            refusals=refusals or self.refusals,
        )

    def adding_nothing(self, said: Sentence) -> Plan:
        """Return the same, of a file that is left out as a whole, whatever its entries are."""
        counts = self.impact["entries"]
        entries = dict.fromkeys(counts, 0) | {"skipped": counts["added"] + counts["skipped"]}
        impact = {name: _nothing(held) for name, held in self.impact.items()}
        impact |= {"entries": entries, "duplicates": self.impact["duplicates"]}
        nothing = replace(self, links=NO_LINKS, removed=None, refusals=(), impact=impact, years=())
        return replace(nothing, difference=NO_DIFFERENCE, reversed=NO_REVERSED, said=said)

    def refused(self, why: Sentence) -> Plan:
        """Return the same, refused for one reason more, which comes first."""
        return replace(self, refusals=(why, *self.refusals))

    def with_counts(self, counts: Mapping[str, Any]) -> Plan:
        """Return the same, saying what the policies changed in the lines of the file."""
        return replace(self, impact=self.impact | dict(counts))

    def summary(self) -> dict[str, Any]:
        """Return the plan in JSON, as an import keeps it."""
        return {
            "ledgerRevision": self.revision,
            "planDigest": self.digest,
            "impact": self.impact,
            **refusals_summary(self.refusals),
        }


def refusals_summary(refusals: Iterable[Sentence]) -> dict[str, Any]:
    """Return in JSON why an import is refused: all that is kept of a plan that is not made."""
    return {
        "refusals": [{"code": one.code, "message": one.fr, "messageEn": one.en} for one in refusals]
    }


def _nothing(held: Any) -> Any:  # noqa: ANN401 - any JSON value
    """Return JSON of the same shape with nothing in it."""
    if isinstance(held, dict):
        return {name: _nothing(one) for name, one in held.items()}
    return [] if isinstance(held, list) else 0


def plan_digest(content_sha256: str, impact: Mapping[str, Any], *frames: pl.DataFrame) -> str:
    """Return what tells a plan from any other; the revision of the ledger is no part of it."""
    digest = hashlib.sha256(canonical([content_sha256, impact]).encode())
    for frame in frames:
        digest.update(frame.write_csv().encode())
    return digest.hexdigest()
