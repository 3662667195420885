"""What the policies of an import change in its lines before they are posted.

Entries dated in a locked or closed period move to the first open day; entries off balance get a
line that balances them; entries without a number get the next one of their journal. Each change is
counted in the plan, and added lines are marked as such.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import polars as pl

from ecritures.core.amounts import cents_text
from ecritures.core.lines import LINE_SCHEMA, NumberedLines
from ecritures.core.policies import LateEntries, MissingNumbers, Unbalanced
from ecritures.core.sentences import Sentence
from ecritures.ledger.fiscal_years.standing import (
    DayState,
    first_open_day,
    has_closed_days,
    state_of_day,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from ecritures.directory.dossiers import Dossier
    from ecritures.rules.entries.found import Entries

SHARE_MAX = 100
"""At most one entry in so many may be off balance by a few cents; one always may."""
SHOWN_MAX = 5
ADDED_MAX = 100
SUSPENSE, LOSS, GAIN = "471", "658", "758"
LABELS = {
    SUSPENSE: "Compte d'attente",
    LOSS: "Charges diverses de gestion courante",
    GAIN: "Produits divers de gestion courante",
}
OF_ENTRY = ("journal_label", "piece_ref", "piece_date", "validation_date", "siret")
"""What an added line takes from the first line of its entry."""
MADE_LABEL = "Écart d'import"
SUSPENSE_LABEL = "Compte d'attente – écart d'import"


@dataclass(frozen=True, slots=True)
class Adjustments:
    """The changes that the policies of an import ask for.

    Attributes:
        last_numbers: The largest number of each journal of the ledger, by its code.
        counts: How often each was made, by its name in the impact of the plan.
        added: The lines that were added.
    """

    dossier: Dossier
    late: LateEntries = LateEntries.REFUSE
    unbalanced: Unbalanced = Unbalanced.REFUSE
    difference_cents: int = 0
    numbers: MissingNumbers = MissingNumbers.KEEP
    last_numbers: Mapping[str, int] = field(default_factory=dict)
    counts: dict[str, Any] = field(default_factory=dict)
    added: list[NumberedLines] = field(default_factory=list)
    assigned: list[pl.DataFrame] = field(default_factory=list)

    @classmethod
    def of(
        cls, dossier: Dossier, options: Mapping[str, Any], last_numbers: Mapping[str, int]
    ) -> Adjustments:
        """Return those that the options of an import ask for."""
        return cls(
            dossier,
            LateEntries(options.get("lateEntries", LateEntries.REFUSE)),
            Unbalanced(options.get("unbalanced", Unbalanced.REFUSE)),
            int(options.get("differenceCents", 0)),
            MissingNumbers(options.get("missingNumbers", MissingNumbers.KEEP)),
            last_numbers,
        )

    @property
    def may_change(self) -> bool:
        """Whether lines may be changed, so that they cannot be loaded as they come."""
        return (
            (self.late is LateEntries.FIRST_OPEN_DAY and has_closed_days(self.dossier))
            or self.unbalanced is not Unbalanced.REFUSE
            or self.numbers is MissingNumbers.ASSIGN
        )

    @property
    def revision(self) -> int:
        """The revision of the ledger that they follow."""
        return self.dossier.ledger_revision

    def refusal(self, entries: Entries) -> Sentence | None:
        """Say why the entries off balance cannot be balanced; None: they can, or there are none."""
        off = entries.unbalanced
        if self.unbalanced is not Unbalanced.DIFFERENCE or off.is_empty():
            return None
        large = off.filter(pl.col("balance_cents").abs() > self.difference_cents)
        many = off.height > max(1, entries.table.height // SHARE_MAX)
        if large.is_empty() and not many:
            return None
        shown = large if large.height else off
        named = shown[:SHOWN_MAX].select("journal_code", "entry_number", "balance_cents")
        listed = ", ".join(
            f"{journal} {number} ({cents_text(cents)})"
            for journal, number, cents in named.iter_rows()
        )
        limit = self.difference_cents
        return Sentence(
            "unbalanced-too-much",
            f"Rien n'a été importé : écritures déséquilibrées au-delà de ce qui peut être soldé"
            f" ({limit} centimes par écriture, 1 % des écritures) : {listed}.",
            f"Nothing was imported: entries are off balance by more than can be settled ({limit}"
            f" cents an entry, 1 % of the entries): {listed}.",
        )

    def apply(self, numbered: Iterable[NumberedLines], entries: Entries) -> Iterator[NumberedLines]:
        """Yield lines as they are posted, those added at the end."""
        for kept in (self.counts, self.added, self.assigned):
            kept.clear()
        off = entries.unbalanced if self.unbalanced is not Unbalanced.REFUSE else None
        balanced = off["entry"].implode() if off is not None else None
        counter = (
            _Counter(self.last_numbers, entries) if self.numbers is MissingNumbers.ASSIGN else None
        )
        last, width, heads = 0, 0, []
        for some in numbered:
            adjusted = self._move(some)
            if balanced is not None:
                open_ones = some.entry.is_in(balanced)
                heads.append(_heads(some, open_ones & some.begins))
                adjusted = adjusted._replace(whole=adjusted.whole & ~open_ones)
            if counter is not None:
                adjusted = self._number(adjusted, counter)
            last = int(str(some.lines["line"].max()))
            width = width or int(str(some.lines["account_number"].str.len_chars().max()))
            yield adjusted
        if off is not None and off.height:
            made = self._made(off.join(pl.concat(heads), on="entry", how="left"), last, width)
            self.added.append(made)
            yield self._move(made)

    def _move(self, numbered: NumberedLines) -> NumberedLines:
        """Move what is dated on days that are not open to the first day that is."""
        if self.late is LateEntries.REFUSE:
            return numbered
        lines = numbered.lines
        days = lines["entry_date"].unique().drop_nulls()
        moved = {
            day: first_open_day(self.dossier, day)
            for day in days
            if state_of_day(self.dossier, day) is not DayState.OPEN
        }
        if not moved:
            return numbered
        late = lines["entry_date"].is_in(list(moved))
        self._count("lateEntries", int((late & numbered.begins).sum()))
        given = pl.col("piece_date").is_not_null() & (pl.col("piece_date") != pl.col("entry_date"))
        written = pl.col("piece_date").dt.strftime("%Y-%m-%d")
        kept = pl.concat_str(pl.lit('{"PieceDate":"'), written, pl.lit('"'))
        extra = (
            pl.when(pl.col("extra").is_null())
            .then(pl.concat_str(kept, pl.lit("}")))
            .otherwise(pl.concat_str(kept, pl.lit(","), pl.col("extra").str.slice(1)))
        )
        changed = lines.with_columns(
            extra=pl.when(late & given).then(extra).otherwise(pl.col("extra")),
            piece_date=pl.when(late).then(pl.col("entry_date")).otherwise(pl.col("piece_date")),
            entry_date=pl.col("entry_date").replace(moved),
        )
        return numbered._replace(lines=changed)

    def _number(self, numbered: NumberedLines, counter: _Counter) -> NumberedLines:
        """Give entries without a number the next one of their journal."""
        lines = numbered.lines
        missing = numbered.begins & (lines["entry_number"] == "")
        if not missing.any():
            return numbered
        self._count("numbersAssigned", int(missing.sum()))
        journals = lines["journal_code"].filter(missing)
        given = pl.Series([counter.next(str(code)) for code in journals], dtype=pl.String)
        self.assigned.append(
            pl.DataFrame({"entry": numbered.entry.filter(missing), "assigned_number": given})
        )
        column = pl.Series("assigned_number", [None], dtype=pl.String)
        column = column.new_from_index(0, lines.height).scatter(missing.arg_true(), given)
        return numbered._replace(lines=lines.with_columns(column.alias("assigned_number")))

    def _made(self, off: pl.DataFrame, last: int, width: int) -> NumberedLines:
        """Return a line for each entry off balance, after the last one of the file."""
        rows = [
            self._made_row(one, last + place, width)
            for place, one in enumerate(off.iter_rows(named=True), 1)
        ]
        lines = pl.DataFrame(rows, schema=LINE_SCHEMA).with_columns(made=pl.lit(value=True))
        no = pl.Series([False]).new_from_index(0, lines.height)
        return NumberedLines(lines, off["entry"], no, no)

    def _made_row(self, one: Mapping[str, Any], line: int, width: int) -> dict[str, Any]:
        missing = -int(one["balance_cents"])  # positive: debit is missing
        root = SUSPENSE if self.unbalanced is Unbalanced.SUSPENSE else LOSS if missing > 0 else GAIN
        texts = {name: "" for name, dtype in LINE_SCHEMA.items() if dtype == pl.String}
        return texts | {
            "line": line,
            "journal_code": str(one["journal_code"]),
            "entry_number": one["entry_number"],
            "entry_date": one["entry_date"],
            **{name: one[name] for name in OF_ENTRY},
            "account_number": root.ljust(width, "0"),
            "account_label": LABELS[root],
            "label": SUSPENSE_LABEL if root == SUSPENSE else MADE_LABEL,
            "debit_cents": max(missing, 0),
            "credit_cents": max(-missing, 0),
            "extra": None,
        }

    def named(self, names: pl.DataFrame) -> pl.DataFrame:
        """Return names of entries (`entry`, …) with the `assigned_number` of those that got one."""
        found = pl.concat([_NO_ASSIGNED, *self.assigned])
        return names.join(found, on="entry", how="left", maintain_order="left")

    def impact(self, left_out: pl.Series) -> dict[str, Any]:
        """Return what was changed, as the impact of a plan says it.

        Args:
            left_out: The numbers of the entries that are not posted: nothing is added to them.
        """
        if not self.added:
            return self.counts
        made = self.added[0]
        added = made.lines.filter(~made.entry.is_in(left_out.implode()))
        first = added[:ADDED_MAX].select(
            journal="journal_code",
            number="entry_number",
            date=pl.col("entry_date").dt.to_string(),
            account="account_number",
            debitCents="debit_cents",
            creditCents="credit_cents",
        )
        return self.counts | {
            "linesAdded": added.height,
            "addedDebitCents": added["debit_cents"].sum(),
            "addedCreditCents": added["credit_cents"].sum(),
            "addedLines": first.to_dicts(),
        }

    def _count(self, name: str, more: int) -> None:
        self.counts[name] = self.counts.get(name, 0) + more


_NO_ASSIGNED = pl.DataFrame(schema={"entry": pl.UInt32, "assigned_number": pl.String})


def _heads(numbered: NumberedLines, which: pl.Series) -> pl.DataFrame:
    """Return what an added line takes from the first line of its entry."""
    lines = numbered.lines.select(*OF_ENTRY, entry=numbered.entry)
    return lines.filter(which)


class _Counter:
    """The next numbers of the journals of a file."""

    def __init__(self, last_numbers: Mapping[str, int], entries: Entries) -> None:
        number = pl.col("entry_number")
        found = (
            entries.table.select(pl.col("journal_code").cast(pl.String), "entry_number")
            .filter(number.str.contains(r"^[0-9]{1,18}$"))
            .group_by("journal_code")
            .agg(number.cast(pl.Int64).max())
        )
        self._last = dict(found.iter_rows())
        for code, last in last_numbers.items():
            self._last[code] = max(last, self._last.get(code, 0))

    def next(self, journal: str) -> str:
        self._last[journal] = self._last.get(journal, 0) + 1
        return str(self._last[journal])
