"""Entries: balanced to the cent (PCG, article 1031-1), two lines or more, one date, one place."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import polars as pl

from ecritures.core.amounts import count_text
from ecritures.core.frames import cents_text_of, is_like_before
from ecritures.core.grouping import Grouping, GroupingReason
from ecritures.core.habits import report_most
from ecritures.rules.entries.numbering import NOTHING, has_document
from ecritures.rules.entries.runs import fold
from ecritures.rules.unread import beside_unread

if TYPE_CHECKING:
    from ecritures.core.anomalies import Anomalies
    from ecritures.core.lines import Block
    from ecritures.rules.entries.found import Entries


DOCUMENTS_JUDGED_MIN = 6
OFF_SHARE_MAX = 0.1
OFF_MIN = 2
"""Where more than this share of the documents of a journal do not balance, and more than so many,
they are not expected to."""
DOCUMENTS_OFF_MAX = 1000
"""So many are no mistakes."""
DOCUMENTS_NAMED_MAX = 3
DOCUMENTS_DOUBTED_MIN = 3
"""From this many documents with both sides on, an entry may be several."""
_ENTRY, _DOCUMENT = ("journal_code", "entry_number"), ("piece_ref",)


def check_balanced_entries(entries: Entries, anomalies: Anomalies) -> None:
    """Record the entries off balance."""
    unbalanced = entries.unbalanced
    if unbalanced.height:
        beside = beside_unread(entries, anomalies)
        if beside.is_empty() and entries.how.mixed:
            beside = _beside_unnumbered(entries)
        found = unbalanced.join(beside, on="entry", how="left", maintain_order="left")
        anomalies.extend(
            "FEC-ECR-01",
            found.select(
                line="first_line",
                entry=entries.key,
                value=cents_text_of(pl.col("balance_cents")),
                expected=pl.col("unread").cast(pl.String),
            ),
        )
        _suggest_by_number(entries, unbalanced, anomalies)


def _beside_unnumbered(entries: Entries) -> pl.DataFrame:
    """Return the entries next to a line without a number, in a journal that has numbers.

    Returns:
        `entry`, and `unread`: the number of that line.
    """
    nameless = pl.col("entry_number").str.contains(NOTHING)
    apart = nameless & ~nameless.all().over("journal_code")
    line = pl.when(apart).then("first_line")
    near = pl.coalesce(line, line.shift(1), line.shift(-1))
    found = entries.runs.select("entry", unread=near).drop_nulls()
    return found.unique("entry", keep="first", maintain_order=True)


def _suggest_by_number(entries: Entries, unbalanced: pl.DataFrame, anomalies: Anomalies) -> None:
    """Record that the entries off balance would balance with those of other journals."""
    if entries.how.rule is not Grouping.NUMBER or entries.how.reason is not GroupingReason.NUMBERED:
        return
    key = ["entry_number", "entry_date"]
    together = unbalanced.group_by(key).agg(pl.col("balance_cents").sum())
    balanced = entries.table.filter(pl.col("balance_cents") == 0)
    if (together["balance_cents"] == 0).all() and unbalanced.join(
        balanced, on="entry_number", how="semi"
    ).is_empty():
        first = unbalanced.row(0, named=True)
        number, count = first["entry_number"], count_text(unbalanced.height)
        anomalies.add("FEC-ECR-11", line=first["first_line"], value=number, expected=count)


def check_own_balance(own: Entries, chosen: Entries, anomalies: Anomalies) -> None:
    """Record that the entries are off balance as the file tells them apart, but not as was chosen.

    Args:
        own: The entries as the file tells them apart.
        chosen: The entries as somebody chose to tell them apart.
        anomalies: Where that is recorded.
    """
    unbalanced = own.unbalanced
    if unbalanced.height and not chosen.unbalanced.height:
        first = unbalanced.row(0, named=True)
        count = count_text(unbalanced.height)
        anomalies.add("FEC-ECR-08", line=first["first_line"], value=count)


def check_entries(entries: Entries, anomalies: Anomalies) -> None:
    """Record the entries that are not as the norm or the chart of accounts wants them."""
    single = entries.table["lines"] == 1
    if single.any():
        beside = beside_unread(entries, anomalies)["entry"]
        single &= ~entries.table["entry"].is_in(beside.implode())
        single &= ~entries.table["entry"].is_in(entries.unbalanced["entry"].implode())
        found = entries.table.filter(single).select(entries.key.alias("entry"), line="first_line")
        report_most(anomalies, "FEC-ECR-02", found, entries.table.height)
    _check_dates(entries, anomalies)
    _check_journals(entries, anomalies)
    _check_places(entries, anomalies)


class ValidationChecks:
    """Gathers the lines validated on another day than the line before them."""

    def __init__(self, anomalies: Anomalies) -> None:
        self._anomalies = anomalies
        self._found: list[pl.DataFrame] = []
        self._column: str | None = None

    def check(self, block: Block) -> None:
        """Gather those of a block that have the number of the line before them."""
        lines = block.lines
        other = ~is_like_before(lines, ("validation_date",))
        other &= is_like_before(lines, ("journal_code", "entry_number"))
        # A date that is missing is reported as such.
        given = lines["validation_date"].is_not_null()
        other &= given & given.shift(1, fill_value=False)
        if other.any():
            self._column = block.names.get("validation_date")
            written = pl.col("validation_date").dt.strftime("%Y%m%d")
            found = lines.select("line", value=written, expected=written.shift(1)).filter(other)
            self._found.append(found)

    def finish(self, entries: Entries) -> None:
        """Record those that are in the entry of the line before them."""
        if not self._found:
            return
        found = pl.concat(self._found)
        same = entries.of_lines(found["line"]) == entries.of_lines(found["line"] - 1)
        after_first = int(entries.table["lines"].sum()) - entries.table.height
        report_most(
            self._anomalies, "FEC-ECR-07", found.filter(same), after_first, column=self._column
        )


class DocumentChecks:
    """Gathers the documents of the entries that have several, to find those that do not balance.

    Two entries that share a number by mistake are one entry, in which their errors may cancel: it
    balances, and its documents do not.
    """

    def __init__(self, anomalies: Anomalies) -> None:
        self._anomalies = anomalies
        self._found: list[pl.DataFrame] = []
        self._more: Counter[str] = Counter()
        self._off: Counter[str] = Counter()
        self._column: str | None = None

    def check(self, block: Block) -> None:
        """Gather the documents of a block: those of entries of several, and of cut entries."""
        lines = block.lines.select(*_ENTRY, *_DOCUMENT, "line", "debit_cents", "credit_cents")
        if lines.is_empty():
            return
        same = is_like_before(lines, _ENTRY)
        other = same & ~is_like_before(lines, _DOCUMENT)
        if other.any():
            other &= lines["entry_number"] != ""
            other &= ~lines["journal_code"].is_in(self._given_up)
            self._more.update(lines["journal_code"].filter(other))
        gathered = _of_several_documents(lines, same, other)
        documents = fold(gathered, (*_ENTRY, *_DOCUMENT), sides=True)
        self._column = block.names.get("piece_ref")
        self._found.append(documents)
        off = documents["journal_code"].filter(documents["balance_cents"] != 0).cast(pl.String)
        self._off.update(off)

    @property
    def _given_up(self) -> list[str]:
        return [journal for journal, off in self._off.items() if off > DOCUMENTS_OFF_MAX]

    def finish(self, entries: Entries) -> None:
        """Record the entries that balance, while some of their documents do not."""
        if not self._found:
            return
        runs = pl.concat(self._found)
        runs = runs.with_columns(entry=entries.of_lines(runs["first_line"]))
        sums = ("lines", "balance_cents", "unreadable", "debits", "credits")
        documents = runs.group_by("entry", *_DOCUMENT, maintain_order=True).agg(
            pl.col("journal_code").first().cast(pl.String),
            pl.col("first_line").first(),
            pl.col(sums).sum(),
        )
        self._report_doubt(documents, entries)
        whole = documents.group_by("entry").agg(pl.col(sums[:3]).sum())
        whole = whole.filter(balance_cents=0, unreadable=0)
        whole = whole.join(entries.table, on=("entry", "lines"), how="semi")
        off = documents.filter(pl.col("balance_cents") != 0)
        off = off.join(whole, on="entry", how="semi", maintain_order="left")
        if off.is_empty():
            return
        first = entries.table["journal_code"].cast(pl.String).value_counts()
        judged = self._more + Counter(dict(first.iter_rows()))
        rare = [
            journal
            for journal, count in Counter(off["journal_code"]).items()
            if judged[journal] >= DOCUMENTS_JUDGED_MIN
            and count <= max(OFF_MIN, judged[journal] * OFF_SHARE_MAX)
        ]
        named = has_document()
        found = (
            off.filter(off["journal_code"].is_in(rare))
            .group_by("entry", maintain_order=True)
            .agg(
                is_several=(named & (pl.col("debits") > 0) & (pl.col("credits") > 0)).all(),
                line=pl.col("first_line").get(1, null_on_oob=True),
                value=pl.col("piece_ref").head(DOCUMENTS_NAMED_MAX).str.join(", "),
                expected=pl.col("balance_cents").first().abs(),
            )
            .filter("is_several")
        )
        self._anomalies.extend(
            "FEC-ECR-09",
            found.select("line", "value", expected=cents_text_of(pl.col("expected"))),
            column=self._column,
        )

    def _report_doubt(self, documents: pl.DataFrame, entries: Entries) -> None:
        """Record the only entry of a journal that is made of documents like entries."""
        named = has_document()
        both = documents.filter(named & (pl.col("debits") > 0) & (pl.col("credits") > 0))
        several = both.group_by("entry").len().filter(pl.col("len") >= DOCUMENTS_DOUBTED_MIN)
        if several.is_empty():
            return
        alone = entries.table.filter(pl.len().over("journal_code") == 1)
        found = alone.join(several, on="entry", maintain_order="left")
        self._anomalies.extend(
            "FEC-ECR-10",
            found.select(line="first_line", value=pl.col("len").cast(pl.String)),
            column=self._column,
        )


def _of_several_documents(lines: pl.DataFrame, same: pl.Series, other: pl.Series) -> pl.DataFrame:
    """Return the lines of entries of several documents, and of the first and the last entry.

    Args:
        lines: Of a block.
        same: Which are of the entry of the line before them.
        other: Which of these are of another document.
    """
    if other.any():
        entry = (~same).cum_sum()
        wanted = pl.concat([entry.filter(other), entry[:1], entry[-1:]])
        return lines.filter(entry.is_in(wanted.implode()))
    starts = (~same).arg_true()
    second = starts[1] if starts.len() > 1 else lines.height
    last = max(starts[-1], second)
    return pl.concat([lines[:second], lines[last:]])


def _check_journals(entries: Entries, anomalies: Anomalies) -> None:
    """Record the entries over several journals, once each."""
    over = entries.over_journals
    if over.is_empty():
        return
    journals = over.group_by("entry", maintain_order=True).agg(
        pl.col("first_line", "entry_number").first(),
        pl.col("journal_code").cast(pl.String).unique(maintain_order=True),
    )
    anomalies.extend(
        "FEC-ECR-05",
        journals.select(
            line="first_line",
            value="entry_number",
            expected=pl.col("journal_code").list.join(", "),
        ),
        column="JournalCode",
    )


def _check_dates(entries: Entries, anomalies: Anomalies) -> None:
    """One date an entry; and balance day by day."""
    if not entries.table["dates"].any():
        return
    several = entries.table.filter("dates").select("entry", first_date="entry_date")
    runs = entries.runs.join(several, on="entry", maintain_order="left")
    other = runs.filter(pl.col("entry_date").ne_missing(pl.col("first_date"))).unique(
        "entry", keep="first", maintain_order=True
    )
    day = pl.col("entry_date").dt.strftime("%Y%m%d")
    report_most(
        anomalies,
        "FEC-ECR-03",
        other.select(
            line="first_line", value=day, expected=pl.col("first_date").dt.strftime("%Y%m%d")
        ),
        entries.table.height,
        column="EcritureDate",
    )
    days = runs.group_by("entry", "entry_date", maintain_order=True).agg(
        pl.col("first_line").first(), pl.col("balance_cents").sum()
    )
    report_most(
        anomalies,
        "FEC-ECR-06",
        days.filter(pl.col("balance_cents") != 0)
        .unique("entry", keep="first", maintain_order=True)
        .select(line="first_line", value=cents_text_of(pl.col("balance_cents")), expected=day),
        entries.table.height,
    )


def _check_places(entries: Entries, anomalies: Anomalies) -> None:
    """The lines of an entry follow each other."""
    if (entries.table["runs"] > 1).sum() == 0:
        return
    places = entries.runs.filter(
        (pl.col("entry") != pl.col("entry").shift(1)).fill_null(value=True)
    )
    again = places.filter(~pl.col("entry").is_first_distinct()).unique(
        "entry", keep="first", maintain_order=True
    )
    found = again.select(entries.key.alias("entry"), line="first_line")
    report_most(anomalies, "FEC-ECR-04", found, int((entries.table["lines"] > 1).sum()))
