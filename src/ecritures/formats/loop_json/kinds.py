"""The types of lines: which of them are entries of the books."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from ecritures.core.amounts import cents_text
from ecritures.core.opening_journals import is_opening_journal
from ecritures.formats.loop_json.fields import TYPE, TYPE_OF_MOVEMENT

if TYPE_CHECKING:
    from ecritures.core.anomalies import Anomalies

GENERAL, SIMULATION, FORECAST = "Générale", "Simulation", "Prévisionnelle"
PROJECT, OPENING, BUDGET, DRAFT = "Projet", "Initial", "Budget", "Brouillard"
OF_TYPE = dict(
    zip("1234567", (GENERAL, SIMULATION, FORECAST, PROJECT, OPENING, BUDGET, DRAFT), strict=True)
)
OF_MOVEMENT = OF_TYPE | {"2": FORECAST, "3": SIMULATION}
"""The page exchanges two numbers of its two fields."""
IN_BOOKS = (GENERAL, OPENING, DRAFT)
_EXPECTED = ", ".join(OF_TYPE)


class Kinds:
    """Tells which lines enter the ledger, and counts the others.

    Args:
        opens: Whether opening entries are wanted.
        anomalies: Where what is left out, or does not go together, is recorded.
    """

    def __init__(self, anomalies: Anomalies, *, opens: bool) -> None:
        self._anomalies = anomalies
        self._wanted = [kind for kind in IN_BOOKS if opens or kind != OPENING]
        self._left_out: dict[str, tuple[int, int, int, int]] = {}
        self._reported: set[str] = set()

    def read(self, frame: pl.DataFrame) -> pl.Series:
        """Return the kind of each line; "" where its type is unknown or contradicts itself."""
        of_line, of_head = frame[TYPE], frame[TYPE_OF_MOVEMENT]
        found = []
        for field, text, known in (
            (TYPE, of_line, OF_TYPE),
            (TYPE_OF_MOVEMENT, of_head, OF_MOVEMENT),
        ):
            kind = text.replace_strict(known | {"": ""}, default=None, return_dtype=pl.String)
            odd = kind.is_null()
            wrong = frame.filter(odd).select("line", value=field, expected=pl.lit(_EXPECTED))
            self._anomalies.extend("JSON-TYP-02", wrong, column=field)
            found.append(kind)
        by_type, by_head = found
        against = (by_type != "") & (by_head != "") & (by_type != by_head)
        against = against.fill_null(value=False)
        if against.any():
            rows = pl.DataFrame({"line": frame["line"], "value": by_type, "expected": by_head})
            self._anomalies.extend("JSON-TYP-03", rows.filter(against), column=TYPE)
        said = by_head.zip_with((by_type == "").fill_null(value=False), by_type)
        said = said.set(said == "", GENERAL).fill_null("")
        return said.set(against, "")

    def kept(self, kinds: pl.Series, amounts: pl.DataFrame) -> pl.Series:
        """Return which lines enter the ledger; count those of the other kinds.

        Args:
            kinds: The kind of each line.
            amounts: `line`, `debit_cents` and `credit_cents`.
        """
        kept = kinds.is_in(self._wanted)
        if not kept.all():
            self._count(amounts.with_columns(kind=kinds).filter(~kept & (kinds != "")))
        return kept

    def look_for_openings(self, kinds: pl.Series, frame: pl.DataFrame) -> None:
        """Tell of openings in journals that are not theirs: the ledger knows them by these."""
        opening = frame.filter(kinds == OPENING).unique(
            "journal", keep="first", maintain_order=True
        )
        for line, code, label in opening.select("line", "journal", "journalLib").iter_rows():
            if code not in self._reported and not is_opening_journal(code, label):
                self._reported.add(code)
                self._anomalies.add("JSON-OUV-01", line=line, column="journal", value=code)

    def finish(self) -> None:
        """Record what was left out, once for each kind."""
        for kind, (line, count, debit, credit) in self._left_out.items():
            totals = f"{count} : {cents_text(debit)} / {cents_text(credit)}"
            self._anomalies.add("JSON-TYP-01", line=line, column=TYPE, value=kind, expected=totals)

    def _count(self, rows: pl.DataFrame) -> None:
        sums = rows.group_by("kind", maintain_order=True).agg(
            pl.col("line").first(),
            pl.len().alias("lines"),
            pl.col("debit_cents", "credit_cents").sum(),
        )
        for kind, line, count, debit, credit in sums.iter_rows():
            first, *known = self._left_out.get(kind, (line, 0, 0, 0))
            self._left_out[kind] = (first, known[0] + count, known[1] + debit, known[2] + credit)
