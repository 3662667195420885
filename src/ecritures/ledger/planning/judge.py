"""What becomes of each entry of a file, and of those of the ledger that it replaces."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from ecritures.core.policies import Duplicates, Lookalikes, Mode, Openings
from ecritures.ledger.codes import CodeKind
from ecritures.ledger.fiscal_years.definitive import Validity
from ecritures.ledger.fiscal_years.standing import DayState, has_closed_days, state_of_day
from ecritures.ledger.in_force import reversals_in_force, reversing_in_force
from ecritures.ledger.lettering.lettering_plan import relettered_entries
from ecritures.ledger.openings.opening_years import openings_there
from ecritures.ledger.planning import plan_refusals as refusals
from ecritures.ledger.planning.existing import EXISTING_SCHEMA, read_existing
from ecritures.ledger.planning.pairs import PAIR_SCHEMA, pair, unpaired, unpaired_targets
from ecritures.ledger.planning.plan import NO_REVERSED

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    import sqlalchemy as sa

    from ecritures.core.sentences import Sentence
    from ecritures.directory.dossiers import Dossier
    from ecritures.ledger.moves import Ledger
    from ecritures.ledger.planning.plan import PostingOptions, Scope
    from ecritures.ledger.planning.survey import Survey

NAMED_MAX = 100
"""How many entries of each kind are named."""
KEY, NO_KEY = ("key_hash", "content_hash"), ("content_hash",)
NO_PAIRS = pl.DataFrame(schema=PAIR_SCHEMA)
NO_DUPLICATES: Mapping[str, int | None] = {
    "file": None,
    "entries": 0,
    "lookalikes": 0,
    "numberReused": 0,
}


class Verdicts(NamedTuple):
    """What becomes of each entry.

    Attributes:
        skipped: Pairs: in the ledger already, and not loaded.
        unchanged: Pairs: as they are in the scope of a replacement.
        changed: Pairs: of the same number in the scope, with other contents.
        removed: Entries of the ledger, in the scope and not in the file.
        reused: Pairs: posted under a number that the ledger has already, with other contents.
        reversed: The validated ones of what is changed or removed, which are reversed instead:
            columns of `NO_REVERSED`.
        old_lettering: How many of `unchanged` keep the lettering of the ledger, as they are
            validated or of a period that is not open: the file has another.
        refusals: Why the import is refused.
        duplicates: Counts, in JSON.
    """

    skipped: pl.DataFrame
    unchanged: pl.DataFrame
    changed: pl.DataFrame
    removed: pl.DataFrame
    reused: pl.DataFrame
    reversed: pl.DataFrame
    old_lettering: int
    refusals: list[Sentence]
    duplicates: dict[str, int | None]


class Judge:
    """Decides about the entries of one file, given the ledger at one revision.

    Args:
        ledger: In a snapshot, at its present revision.
        survey: What the file holds.
        names: Its entries as people call them.
        options: What was chosen.
    """

    def __init__(
        self, ledger: Ledger, survey: Survey, names: pl.DataFrame, options: PostingOptions
    ) -> None:
        self._ledger, self._survey = ledger, survey
        self.names, self._options = names, options

    def append(self, file: pl.DataFrame) -> Verdicts:
        """Look for entries of the file that are in the ledger already."""
        options = self._options
        refused: list[Sentence] = []
        existing = read_existing(self._ledger, *_whole_months(file["entry_date"]))
        if existing.is_empty():
            openings = self._openings(file, refused)
            none = NO_PAIRS, NO_PAIRS, NO_PAIRS
            gone = self._to_reverse(openings)
            return Verdicts(*none, openings, NO_PAIRS, gone, 0, refused, dict(NO_DUPLICATES))
        standing = self._not_reversed(existing)
        same = pair(file, standing, KEY)
        alike = pair(_without_key(file), _without_key(standing), NO_KEY)
        reused = _reused(unpaired(file, same), unpaired_targets(standing, same))
        if options.mode is Mode.REFUSE_IF_PRESENT:
            refused += self._refuse_if_present(file, existing)
        if options.duplicate_entries is Duplicates.REFUSE and same.height:
            refused.append(refusals.entries_known(self.named(same["entry"]), same.height))
        if options.lookalikes is Lookalikes.REFUSE and alike.height:
            refused.append(refusals.entries_alike(self.named(alike["entry"]), alike.height))
        skipped = [
            pairs
            for pairs, choice in ((same, options.duplicate_entries), (alike, options.lookalikes))
            if choice == Duplicates.SKIP
        ]
        counts: dict[str, int | None] = dict(NO_DUPLICATES) | {
            "entries": same.height,
            "lookalikes": alike.height,
            "numberReused": reused.height,
        }
        left_out = pl.concat([NO_PAIRS, *skipped])
        openings = unpaired_targets(
            self._openings(unpaired(file, left_out), refused), left_out
        )  # those that the file has too stay
        gone = self._to_reverse(openings)
        return Verdicts(left_out, NO_PAIRS, NO_PAIRS, openings, reused, gone, 0, refused, counts)

    def replace(self, file: pl.DataFrame, scope: Scope) -> Verdicts:
        """Compare the file with the part of the ledger that it replaces."""
        journals = self._journal_ids(scope)
        inside = read_existing(self._ledger, scope.start, scope.end, journals)
        # What was reversed stays, with its reversal: together they are nothing.
        inside = self._without(self._not_reversed(inside), reversing_in_force)
        refused = []
        outside = file.filter(~_is_in(file, scope, journals))
        if outside.height:
            named = self.named(outside["entry"])
            refused.append(refusals.outside_scope(named, outside.height))
        unchanged = pl.concat(
            [
                pair(file, inside, ("key_hash", "full_hash")),
                pair(_without_key(file), _without_key(inside), ("full_hash",)),
            ]
        ).sort("entry")
        relettered = unchanged["entry"].is_in(
            relettered_entries(self._ledger, self._survey, unchanged).implode()
        )
        definitive = self._definitive(unchanged.filter(relettered), inside)
        unchanged = pl.concat([unchanged.filter(~relettered), definitive]).sort("entry")
        rest, left = unpaired(file, unchanged), unpaired_targets(inside, unchanged)
        changed = pair(rest, left, ("key_hash",))
        removed = unpaired_targets(left, changed)
        if removed.height * 2 > inside.height and self._options.if_plan is None:
            refused.append(refusals.removes_much(removed.height, inside.height))
        refused += self._refuse_definitive(left)
        gone, counts = self._to_reverse(left), dict(NO_DUPLICATES)
        return Verdicts(
            *(NO_PAIRS, unchanged, changed, removed, NO_PAIRS, gone),
            definitive.height,
            refused,
            counts,
        )

    def named(self, entry: pl.Series) -> pl.DataFrame:
        """Return the names of the first of some entries of the file."""
        few = entry.sort()[:NAMED_MAX].to_frame("entry")
        return few.join(self.names, on="entry", how="left", maintain_order="left")

    def _not_reversed(self, existing: pl.DataFrame) -> pl.DataFrame:
        """Return entries of the ledger but those that a reversal cancels: they may come again."""
        return self._without(existing, reversals_in_force)

    def _without(
        self, existing: pl.DataFrame, chosen: Callable[[int, int], sa.Select[tuple[int, int]]]
    ) -> pl.DataFrame:
        """Return entries of the ledger but some: `chosen` selects them in a dossier."""
        dossier = self._ledger.dossier
        schema = {name: EXISTING_SCHEMA[name] for name in ("batch_id", "entry")}
        left_out = self._ledger.read_frame(chosen(dossier.domain_id, dossier.id), schema)
        return existing.join(left_out, on=list(schema), how="anti", maintain_order="left")

    def _openings(self, added: pl.DataFrame, refused: list[Sentence]) -> pl.DataFrame:
        """Return the openings that those of the file replace; refuse a second one otherwise."""
        if self._options.openings is Openings.ALLOW:
            return _NONE_EXISTING
        there = openings_there(self._ledger, self._survey.codes, added)
        if there.height:
            there = self._without(self._not_reversed(there), reversing_in_force)
        if there.is_empty():
            return there
        if self._options.openings is Openings.REFUSE:
            refused.append(refusals.opening_present(there["entry_date"], there.height))
            return there[:0]
        refused += self._refuse_definitive(there)
        return there

    def _definitive(self, pairs: pl.DataFrame, existing: pl.DataFrame) -> pl.DataFrame:
        """Return the pairs whose entry of the ledger is validated, or of days that are not open.

        Their lettering is no part of them (A47 A-1, columns 14 and 15): another one is no reason
        to refuse or to reverse them.
        """
        if pairs.is_empty():
            return pairs
        key = pl.col("batch_id"), pl.col("entry")
        targets = pairs.select("batch_id", pl.col("target").alias("entry"))
        there = existing.join(targets, on=("batch_id", "entry"), how="semi")
        late = there.filter(days_not_open(self._ledger.dossier, there["entry_date"]))
        validated = Validity(self._ledger).validated_among(there)
        kept = pl.concat([late.select(key), validated.select(key)]).unique()
        on = ("batch_id", "target")
        return pairs.join(kept.rename({"entry": "target"}), on=on, how="semi")

    def _refuse_definitive(self, gone: pl.DataFrame) -> list[Sentence]:
        """Refuse to take validated entries, or those of days that are not open, off the ledger."""
        refused = []
        dossier = self._ledger.dossier
        late = gone.filter(days_not_open(dossier, gone["entry_date"]))
        if late.height:
            refused.append(refusals.kept_by_period(dossier, late["entry_date"], late.height))
        if self._options.reverses:
            return refused
        if validated := Validity(self._ledger).validated_among(gone).height:
            refused.append(refusals.validated(validated))
        return refused

    def _to_reverse(self, gone: pl.DataFrame) -> pl.DataFrame:
        """Return the validated ones of entries that leave, if they may be reversed."""
        if not self._options.reverses or gone.is_empty():
            return NO_REVERSED
        found = Validity(self._ledger).validated_among(gone)
        return found.select("batch_id", "entry").cast(NO_REVERSED.schema).sort("batch_id", "entry")

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

    def _journal_ids(self, scope: Scope) -> list[int] | None:
        if scope.journals is None:
            return None
        names = self._survey.codes.by_id(CodeKind.JOURNAL)
        return [number for number, code in names.items() if code in scope.journals]


def _reused(file: pl.DataFrame, there: pl.DataFrame) -> pl.DataFrame:
    """Pair entries of the file with the first entry of the ledger that has their number."""
    first = there.drop_nulls("key_hash").unique("key_hash", keep="first", maintain_order=True)
    first = first.select("key_hash", "batch_id", pl.col("entry").alias("target"))
    return file.join(first, on="key_hash", how="inner").select(NO_PAIRS.columns)


def _without_key(entries: pl.DataFrame) -> pl.DataFrame:
    """Return the entries without a number."""
    if not entries["key_hash"].null_count():
        return entries[:0]
    return entries.filter(entries["key_hash"].is_null())


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


def days_not_open(dossier: Dossier, days: pl.Series) -> pl.Series:
    """Return which days are locked or closed."""
    if not has_closed_days(dossier):
        return pl.repeat(value=False, n=days.len(), dtype=pl.Boolean, eager=True)
    closed = [day for day in days.unique() if state_of_day(dossier, day) is not DayState.OPEN]
    return days.is_in(closed)


_NONE_EXISTING = pl.DataFrame(schema=EXISTING_SCHEMA)
