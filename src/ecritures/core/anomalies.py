"""Anomalies: what is wrong in a file, as columns; sentences are made when they are shown."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, replace

import polars as pl

from ecritures.core.amounts import count_text
from ecritures.core.frames import constant
from ecritures.core.lines import ROW

ANOMALY_SCHEMA: dict[str, pl.DataType] = {
    "code": pl.String(),
    "line": pl.UInt32(),  # null: the file as a whole
    "column": pl.String(),  # name of the column in the source, null: the line as a whole
    "value": pl.String(),  # what was found
    "expected": pl.String(),  # what was expected, when the rule alone does not say
    "entry": pl.String(),  # journal and number of the entry
}

_TEXTS = frozenset({"column", "value", "expected", "entry"})
VALUE_CHARS_MAX = 200  # of each text: a file decides how long they are
TIMES = "\u202f×\u202f"
"""Between how many findings an anomaly counts for and the value of the first; in no other value."""


@dataclass(frozen=True, slots=True)
class Anomaly:
    """One row of a table of anomalies; the fields are the columns of `ANOMALY_SCHEMA`."""

    code: str
    line: int | None = None
    column: str | None = None
    value: str | None = None
    expected: str | None = None
    entry: str | None = None


def times_of(value: str | None) -> str:
    """Return how many findings an anomaly with this value counts for; "": itself alone."""
    times, found, _ = (value or "").partition(TIMES)
    return times if found else ""


def example_of(value: str | None) -> str:
    """Return what was found, or the first of what was found."""
    text, found, example = (value or "").partition(TIMES)
    return example if found else text


class Anomalies:
    """The anomalies of one reading: exact counts per code, details capped per code.

    Args:
        details_max: How many details of one code are kept; the counts stay exact.
        line_by_line: Whether what is wrong on every line is recorded on each, not once for all.

    Attributes:
        details_max: The same.
        line_by_line: The same.
        counts: How many there are of each code.
    """

    def __init__(self, details_max: int = 1000, *, line_by_line: bool = False) -> None:
        self.details_max = details_max
        self.line_by_line = line_by_line
        self._frames: list[pl.DataFrame] = []
        self._kept: Counter[str] = Counter()
        self.counts: Counter[str] = Counter()
        self._once: dict[tuple[str, str | None], Anomaly] = {}

    def add(  # noqa: PLR0913 - one argument a column
        self,
        code: str,
        *,
        line: int | None = None,
        column: str | None = None,
        value: str | None = None,
        expected: str | None = None,
        entry: str | None = None,
    ) -> None:
        """Record one anomaly."""
        row = {
            "code": code,
            "line": line,
            "column": column,
            "value": value,
            "expected": expected,
            "entry": entry,
        }
        self.extend(code, pl.DataFrame([row], schema=ANOMALY_SCHEMA))

    def extend(self, code: str, found: pl.DataFrame, *, column: str | None = None) -> None:
        """Record the rows of a table, each an anomaly of the same code, in line order.

        Args:
            code: A code of the catalogue.
            found: Any of the columns of `ANOMALY_SCHEMA` but `code`; missing ones are null.
            column: The column of all of them, when `found` has none.
        """
        self._keep(code, found, column, counts=False)

    def report_all(
        self, code: str, first: pl.DataFrame, times: int, *, column: str | None = None
    ) -> None:
        """Record many findings of one code as one, which counts for all of them.

        Args:
            code: A code of the catalogue.
            first: The first of them, as `extend` takes it.
            times: How many there are.
            column: The column of all of them.
        """
        value = pl.col("value").cast(pl.String).fill_null("") if "value" in first else pl.lit("")
        text = pl.concat_str(pl.lit(f"{count_text(times)}{TIMES}"), value)
        self._keep(code, first.head(1).with_columns(value=text), column, counts=True)
        self.count(code, times - 1)

    def _keep(self, code: str, found: pl.DataFrame, column: str | None, *, counts: bool) -> None:
        """Count the rows of a table, and keep as many as there is room for.

        Args:
            code: Their code.
            found: The rows.
            column: Their column.
            counts: Whether their values begin with how many findings they count for.
        """
        if found.is_empty():
            return
        self.counts[code] += found.height
        room = self.details_max - self._kept[code]
        if room <= 0:
            return
        kept = found.head(room)
        self._kept[code] += kept.height
        named = {"code": code} | ({"column": column[:VALUE_CHARS_MAX]} if column else {})
        columns = {
            name: kept[name].cast(dtype)
            if name in kept.columns and name not in named
            else constant(named.get(name), kept.height, dtype)
            for name, dtype in ANOMALY_SCHEMA.items()
        }
        for name in _TEXTS & set(kept.columns):
            columns[name] = columns[name].str.head(VALUE_CHARS_MAX)
        if not counts:
            columns["value"] = columns["value"].str.replace_all(TIMES, " × ", literal=True)
        details = pl.DataFrame(columns)
        if "column" in kept.columns or (column and ROW in column):
            row = pl.col("line").cast(pl.String).fill_null("")
            details = details.with_columns(pl.col("column").str.replace_all(ROW, row, literal=True))
        self._frames.append(details)

    def report_once(self, code: str, found: pl.DataFrame, *, column: str | None = None) -> None:
        """Record the rows of a table as one anomaly, merged with earlier ones of the same column.

        It has the place and the value of the first; what was expected says how many there are.

        Args:
            code: A code of the catalogue.
            found: `line`, `value`.
            column: The column of all of them; those of another are told apart.
        """
        if found.is_empty():
            return
        known = self._once.get((code, column))
        first = known
        line, value = found.sort("line").select("line", "value").row(0)
        if first is None or line < (first.line or 0):
            shown = column and column[:VALUE_CHARS_MAX]
            text = str(value)[:VALUE_CHARS_MAX].replace(TIMES, " × ")
            first = Anomaly(code, line, shown, text)
        times = int((known and known.expected) or 0) + found.height
        self.counts[code] += known is None
        self._once[code, column] = replace(first, expected=str(times))

    def count(self, code: str, times: int) -> None:
        """Count anomalies of which no detail is kept."""
        if times:
            self.counts[code] += times

    def frame(self) -> pl.DataFrame:
        """Return the kept details in line order, those of the whole file first."""
        if not self._frames and not self._once:
            return pl.DataFrame(schema=ANOMALY_SCHEMA)
        reported_once = [asdict(one) for one in self._once.values()]
        once = pl.DataFrame(reported_once, schema=ANOMALY_SCHEMA)
        return pl.concat([*self._frames, once]).sort(
            "line", "code", "column", nulls_last=False, maintain_order=True
        )

    def fill_entries(self, runs: pl.DataFrame, key: pl.Expr) -> None:
        """Give each anomaly of a line the name of its entry.

        Args:
            runs: Runs of lines in file order: `first_line`, `lines` and what `key` reads.
            key: Makes the name of the entry of each run.
        """
        found = self.frame()
        if found["line"].null_count() == found.height:
            return
        placed = found.filter(pl.col("line").is_not_null())
        at = runs["first_line"].search_sorted(placed["line"], side="right").cast(pl.Int64) - 1
        run = runs[at.clip(0)].select(
            last=pl.col("first_line") + pl.col("lines") - 1,
            first="first_line",
            key=key.str.head(VALUE_CHARS_MAX),
        )
        inside = pl.col("line").is_between(pl.col("first"), pl.col("last"))
        entry = pl.coalesce("entry", pl.when(inside).then("key"))
        placed = pl.concat([placed, run], how="horizontal").with_columns(entry=entry)
        self._frames = [found.filter(pl.col("line").is_null()), placed.drop("first", "last", "key")]
        self._once = {}

    @property
    def total(self) -> int:
        """The number of anomalies."""
        return self.counts.total()


def entry_key() -> pl.Expr:
    """Name an entry as people do: journal, slash, number; or what it has of them."""
    journal, number = pl.col("journal_code").cast(pl.String), pl.col("entry_number")
    has_both = (journal != "") & (number != "")
    return pl.concat_str(journal, pl.when(has_both).then(pl.lit("/")).otherwise(pl.lit("")), number)
