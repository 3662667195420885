"""The rejected entries as a FEC to correct and send again, with two columns that say why.

It has every line of an entry that has an error or a blocking anomaly: as the source wrote it or,
for a file read by a model, as a FEC would write it. Then come the number of its line in the source,
and what is wrong. The two columns come after all others, where article A47 A-1 allows additional
columns. A line that could not be cut into fields is left as it is before them: once its separators
are corrected, the two columns are in their place.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

import polars as pl

from ecritures.core.sentences import pick
from ecritures.rules.catalogue import RULES, Severity, describe

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ecritures.core.sentences import Language
    from ecritures.reports.content import Content
    from ecritures.rules.entries.found import Entries
    from ecritures.rules.policy import Policy

LINE_COLUMN = "LigneSource"
WHY_COLUMN = "Anomalies"
CODES_SHOWN_MAX = 3
_OF_NO_ENTRY = ("FEC-STR-07", "FEC-STR-14")  # not cut, or blank: beside an entry, not in it


@dataclass(frozen=True, slots=True)
class SourceLines:
    """Lines of the source, without line ends; the very first is the header.

    Attributes:
        numbers: Their line numbers, rising.
        texts: One text per line.
    """

    numbers: pl.Series
    texts: pl.Series


@dataclass(frozen=True, slots=True)
class Rejected:
    """Which lines are rejected, and why.

    Attributes:
        reasons: `line` and `why`, one row per line that is wrong itself, in line order.
        runs: `first_line`, `why` in line order; lines from there to the next run belong to a
            rejected entry when `why` is not null.
    """

    reasons: pl.DataFrame
    runs: pl.DataFrame


def rejects(code: str, policy: Policy) -> bool:
    """Return whether that anomaly rejects its line."""
    return policy.blocks(code) or RULES[code].severity is Severity.ERROR


def find_rejected(content: Content, entries: Entries | None, language: Language) -> Rejected:
    """Find the rejected lines: those that are wrong, and all others of their entries."""
    policy = content.policy
    rows = [
        (one.line, one.code, f"{one.code} : {describe(one, language)[0]}")
        for one in content.anomalies()
        if one.line is not None and rejects(one.code, policy)
    ]
    schema = {"line": pl.UInt32, "code": pl.String, "why": pl.String}
    wrong = pl.DataFrame(rows, schema=schema, orient="row").sort("line", maintain_order=True)
    reasons = wrong.group_by("line", maintain_order=True).agg(pl.col("why").str.join(" ; "))
    return Rejected(reasons, _runs(wrong, entries, language))


def write(
    source: Iterable[SourceLines], separator: str, rejected: Rejected, target: BinaryIO
) -> int:
    """Write the file in UTF-8; return how many lines of entries it has."""
    written = 0
    fields = 0
    for block in source:
        texts = _without_our_columns(block.texts, separator)
        lines = pl.DataFrame({"line": block.numbers, "text": texts})
        if not fields:
            header = str(texts[0]).removeprefix("\ufeff")
            fields = header.count(separator) + 1
            _put(target, separator.join((header, LINE_COLUMN, WHY_COLUMN)))
            lines = lines[1:]
        lines = _choose(lines, rejected)
        if lines.height:
            _put(target, *_ended(lines, separator, fields))
            written += lines.height
    return written


def _put(target: BinaryIO, *lines: str) -> None:
    target.write("".join(f"{line}\r\n" for line in lines).encode())


def _runs(wrong: pl.DataFrame, entries: Entries | None, language: Language) -> pl.DataFrame:
    if entries is None:
        return pl.DataFrame(schema={"first_line": pl.UInt32, "why": pl.String})
    runs = entries.runs.select(pl.col("first_line").cast(pl.UInt32), "entry").sort("first_line")
    found = wrong.join_asof(runs, left_on="line", right_on="first_line", strategy="backward")
    word = pick(language, "ligne", "line")
    reported = found.filter(~pl.col("code").is_in(_OF_NO_ENTRY)).with_columns(
        why=pl.format("{} ({} {})", "code", pl.lit(word), "line")
    )
    per_entry = reported.group_by("entry", maintain_order=True).agg(
        why=pl.lit("→ ")
        + pl.col("why").unique(maintain_order=True).head(CODES_SHOWN_MAX).str.join(" ; ")
    )
    return runs.join(per_entry, on="entry", how="left", maintain_order="left").select(
        "first_line", "why"
    )


def _choose(lines: pl.DataFrame, rejected: Rejected) -> pl.DataFrame:
    """Return the rejected ones of some lines: `line`, `text`, `why`."""
    lines = lines.filter(pl.col("text").str.strip_chars() != "")
    own = lines.join(rejected.reasons, on="line", how="left", maintain_order="left").set_sorted(
        "line"
    )
    both = own.join_asof(rejected.runs, left_on="line", right_on="first_line", suffix="_of_entry")
    return both.select("line", "text", why=pl.coalesce("why", "why_of_entry")).filter(
        pl.col("why").is_not_null()
    )


def _ended(lines: pl.DataFrame, separator: str, fields: int) -> pl.Series:
    """Add the two columns at the end; extra separators at the end of a line are dropped."""
    bare = pl.col("text").str.strip_chars_end(separator)
    padded = (pl.col("text").str.count_matches(separator, literal=True) >= fields) & (
        bare.str.count_matches(separator, literal=True) < fields
    )
    cut = pl.col("text").str.split(separator).list.head(fields).list.join(separator)
    why = pl.col("why").str.replace_all(r"[\x00-\x1f\x7f|]+", " ")
    return lines.select(
        pl.concat_str(
            pl.when(padded).then(cut).otherwise(pl.col("text")),
            pl.lit(separator),
            pl.col("line"),
            pl.lit(separator),
            why,
        )
    ).to_series()


def _without_our_columns(texts: pl.Series, separator: str) -> pl.Series:
    """Remove the two columns from a file that was already rejected once."""
    mark = "\\|" if separator == "|" else separator
    head = f"{mark}{LINE_COLUMN}{mark}{WHY_COLUMN}$"
    return texts.str.replace(head, "").str.replace(
        rf"{mark}\d+{mark}([A-Z]{{3}}-|→ )[^{separator}]*$", ""
    )
