"""The ways in which the lines of a past file can become entries, side by side."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import polars as pl

from ecritures.core.errors import ConflictError
from ecritures.core.grouping import Grouping
from ecritures.imports.execution.reading_options import options_of
from ecritures.imports.past_files.stored_sources import stored_source
from ecritures.reading.check import check_file, read_blocks
from ecritures.rules.entries.grouping import EntryIndex
from ecritures.sources.unpack import UnpackLimits, unpack

if TYPE_CHECKING:
    from pathlib import Path

    from ecritures.config.settings import Settings
    from ecritures.imports.dependencies import Dependencies
    from ecritures.imports.queries import ImportState
    from ecritures.reading.check import CheckOptions
    from ecritures.rules.entries.found import Entries

LINES_SHOWN = 60
_NUMBERS = (Grouping.NUMBER, Grouping.FILE_NUMBER, Grouping.NUMBER_DATE)
_RULES = (Grouping.AUTO, *_NUMBERS, Grouping.PIECE_DATE, Grouping.RUNNING_BALANCE)
_NEEDED = (
    *("line", "journal_code", "entry_number", "entry_date", "piece_ref", "account_number"),
    *("third_party_number", "label", "debit_cents", "credit_cents"),
)


@dataclass(frozen=True, slots=True)
class Grouped:
    """What one rule makes of the lines.

    Attributes:
        asked: The value of `groupBy` that asks for it.
        rule: The rule that this comes to.
        entries: How many there are.
        unbalanced: How many of them do not balance.
        several_days: How many have lines of several days.
        several_pieces: How many put several pieces together.
        hidden: How many balance only because errors in them cancel out: by another rule, which
            does not look at balances, they are several entries of which some do not balance.
        hidden_lines: The first and the last line of the first of those.
        same: The other values of `groupBy` that give the same entries.
    """

    asked: str
    rule: str
    entries: int
    unbalanced: int
    several_days: int
    several_pieces: int
    hidden: int = 0
    hidden_lines: tuple[int, int] | None = None
    same: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a line stands in its entry.

    Attributes:
        begins: Whether it is the first of those shown; `ends`: the last of them.
        balance_cents: That of the entry; None where one of its amounts cannot be read.
        debit_cents: The debit of the entry; the same.
        lines: How many it has.
        days: On how many days.
        is_hiding: Whether it balances only because errors cancel out.
    """

    begins: bool
    ends: bool
    balance_cents: int | None
    debit_cents: int | None
    lines: int
    days: int
    is_hiding: bool


@dataclass(frozen=True, slots=True)
class Groupings:
    """The possible groupings of a file.

    Attributes:
        groups: One for each set of entries, that of the import first.
        shown: The two that are compared, by their places in `groups`.
        lines: The first lines where they differ, or the first lines: canonical values, and `marks`.
        line_count: How many lines the file has.
        differing: How many lines stand in an entry that the other grouping does not have.
    """

    groups: list[Grouped]
    shown: tuple[int, ...]
    lines: list[dict[str, Any]]
    line_count: int
    differing: int


def groupings_of(
    deps: Dependencies, state: ImportState, other: str = "", *, is_all: bool = False
) -> Groupings:
    """Return the possible groupings of the file of a past import.

    Args:
        deps: The storage.
        state: The import.
        other: The value of `groupBy` to compare with; empty: the first that differs.
        is_all: Show the first lines, not only those where the groupings differ.

    Raises:
        ConflictError: The file is not read yet, is not kept (any more), or has no lines.
        ReaderDiedError: Reading it takes too much memory or time.
    """
    if state.source_bytes is None:
        raise ConflictError(
            "file-not-read",
            "Ce fichier n'est pas encore lu : attendez la fin de l'aperçu.",
            "This file has not been read yet: wait for the end of the preview.",
        )
    limits = UnpackLimits.from_settings(deps.settings)
    with stored_source(deps, state) as path:
        options = options_of(deps.database, state)
        name = state.source_name or ""
        return deps.preview(
            read_groupings, path, name, limits, options, deps.settings, other, is_all
        )


def read_groupings(  # noqa: PLR0913, PLR0917 - a file, how it is read, and what is wanted
    path: Path,
    name: str,
    limits: UnpackLimits,
    options: CheckOptions,
    settings: Settings,
    other: str,
    is_all: bool,  # noqa: FBT001 - sent to a child process
) -> Groupings:
    """Group the lines of a file by each rule: for a child process.

    Raises:
        ConflictError: The file has no lines.
    """
    unpacked, _ = unpack(path, name, limits)
    report = check_file(unpacked, options, settings=settings)
    encoding = report.decided_encoding
    given = [
        (block.lines.select(_NEEDED), block.headings)
        for block in read_blocks(unpacked, options, settings, encoding)
    ]
    headed = [block for block in given if block[0].height]
    blocks = [block for block, _ in headed]
    if not blocks:
        raise ConflictError(
            "no-lines-to-group",
            "Aucune ligne de ce fichier ne se lit : il n'y a rien à regrouper.",
            "No line of this file can be read: there is nothing to group.",
        )
    lines = pl.concat(blocks)
    found: list[tuple[Grouped, Entries, pl.Series]] = []
    for asked in _asked(options, report.grouping.rule, lines):
        entries = _entries(replace(options, group_by=asked), headed)
        numbers = entries.of_lines(lines["line"]).cast(pl.Int64)
        twin = next((one for one, _, known in found if known.equals(numbers)), None)
        if twin is not None:
            twin.same.append(str(asked))
        else:
            found.append((_grouped(str(asked), entries, lines, numbers), entries, numbers))
    strict = [entries for one, entries, _ in found if one.rule != Grouping.RUNNING_BALANCE]
    hiding = [_hiding(entries, strict, lines) for _, entries, _ in found]
    groups = [
        _with_hidden(one, entries, hidden)
        for (one, entries, _), hidden in zip(found, hiding, strict=True)
    ]
    at = next((n for n, one in enumerate(groups) if n and other in {one.asked, *one.same}), 1)
    shown = (0, at) if len(groups) > 1 else (0,)
    differs = _differs(*(found[n][2] for n in (shown * 2)[:2]))
    wanted = lines.with_row_index("at")
    if not is_all and differs.any():
        wanted = wanted.filter(differs)
    wanted = wanted.head(LINES_SHOWN)
    marks = [_marks(found[n][1], found[n][2], hiding[n], lines, wanted["at"]) for n in shown]
    rows = [
        row | {"marks": [column[at] for column in marks]}
        for at, row in enumerate(wanted.iter_rows(named=True))
    ]
    return Groupings(groups, shown, rows, lines.height, int(differs.sum()))


def _asked(options: CheckOptions, used: Grouping, lines: pl.DataFrame) -> list[Grouping | None]:
    """Return the rules to try, that of the import first: asked for, of its model, or detected."""
    number = lines["entry_number"].str.strip_chars("0 ")
    rules = [rule for rule in _RULES if rule not in _NUMBERS or (number != "").any()]
    is_proposed = options.grouping is not None or options.proposed_grouping is not None
    current = options.group_by or (used if is_proposed else Grouping.AUTO)
    return [current, *(rule for rule in rules if rule != current)]


def _entries(options: CheckOptions, blocks: list[tuple[pl.DataFrame, pl.Series | None]]) -> Entries:
    index = EntryIndex(options.grouping, options.proposed_grouping)
    for block, headings in blocks:
        index.add(block, headings)
    return index.find(lambda: (block for block, _ in blocks))


def _grouped(asked: str, entries: Entries, lines: pl.DataFrame, numbers: pl.Series) -> Grouped:
    piece = pl.col("piece_ref").str.strip_chars("0 ")
    joined = (
        lines.select("entry_date", piece=pl.when(piece != "").then(piece), entry=numbers)
        .group_by("entry")
        .agg(days=pl.col("entry_date").n_unique(), pieces=pl.col("piece").drop_nulls().n_unique())
    )
    return Grouped(
        asked,
        str(entries.how.rule),
        entries.table.height,
        entries.unbalanced.height,
        int((joined["days"] > 1).sum()),
        int((joined["pieces"] > 1).sum()),
    )


def _hiding(entries: Entries, others: list[Entries], lines: pl.DataFrame) -> pl.Series:
    """Return the balanced entries that hold an unbalanced entry of another grouping."""
    off = set(entries.unbalanced["entry"].to_list())
    numbers = entries.of_lines(lines["line"])
    held: set[int] = set()
    for other in others:
        if other is entries or not other.unbalanced.height:
            continue
        pairs = pl.DataFrame({"here": numbers, "there": other.of_lines(lines["line"])})
        parts = pairs.with_columns(parts=pl.col("there").n_unique().over("here"))
        faulty = parts.filter(
            pl.col("there").is_in(other.unbalanced["entry"].implode()), pl.col("parts") > 1
        )
        held |= set(faulty["here"].to_list())
    return pl.Series(sorted(held - off), dtype=pl.UInt32)


def _with_hidden(one: Grouped, entries: Entries, hidden: pl.Series) -> Grouped:
    if hidden.is_empty():
        return one
    runs = entries.runs.filter(pl.col("entry") == hidden[0])
    last = int((runs["first_line"] + runs["lines"] - 1).max())  # type: ignore[arg-type]
    first = int(runs["first_line"].min())  # type: ignore[arg-type]
    return replace(one, hidden=hidden.len(), hidden_lines=(first, last))


def _differs(one: pl.Series, other: pl.Series) -> pl.Series:
    """Return which lines stand in an entry that is not one entry in the other grouping."""
    pairs = pl.DataFrame({"a": one, "b": other})
    both = pl.len().over("a", "b")
    same = (pl.len().over("a") == both) & (pl.len().over("b") == both)
    return pairs.select(differs=~same)["differs"]


def _marks(
    entries: Entries, numbers: pl.Series, hiding: pl.Series, lines: pl.DataFrame, at: pl.Series
) -> list[Mark]:
    """Return where each of the lines shown stands in its entry."""
    shown = numbers.gather(at)
    facts = {
        row["entry"]: row
        for row in lines.select("entry_date", "debit_cents", entry=numbers)
        .filter(pl.col("entry").is_in(shown.unique().implode()))
        .group_by("entry")
        .agg(pl.col("debit_cents").sum(), lines=pl.len(), days=pl.col("entry_date").n_unique())
        .iter_rows(named=True)
    }
    balances = dict(
        entries.table.select("entry", "balance_cents")
        .filter(entries.table["unreadable"] == 0)
        .iter_rows()
    )
    held, marks, order = set(hiding.to_list()), [], shown.to_list()
    for place, entry in enumerate(order):
        fact = facts[entry]
        marks.append(
            Mark(
                entry not in order[:place],
                entry not in order[place + 1 :],
                balances.get(entry),
                fact["debit_cents"] if entry in balances else None,
                fact["lines"],
                fact["days"],
                entry in held,
            )
        )
    return marks
