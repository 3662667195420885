"""The lines of an export, whole: with all that their entries, accounts and journals say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from ecritures.core.frames import constant
from ecritures.core.lines import LINE_SCHEMA
from ecritures.core.prefetch import prefetch
from ecritures.exports.attached_files import names_of_lines
from ecritures.ledger import stored
from ecritures.ledger.rows import SHARED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ecritures.exports.snapshot import Names, Snapshot

LINES = {name: dtype for name, dtype in LINE_SCHEMA.items() if name != "line"}
"""The columns of a whole line, besides `rank`, `batch_id`, `entry`, `line` and `made`."""
_OF_ENTRY = ("journal_id", "entry_date", *SHARED)


def whole_lines(snapshot: Snapshot) -> Iterator[pl.DataFrame]:
    """Yield the lines of an export in its order, each entry whole.

    Yields:
        `rank` (of the entry, from 0), `batch_id`, `entry`, `line`, `made` (a Boolean), and the
        columns of a canonical line: texts are "" where there is none, lettering is that in force,
        the date of validation is that of the file, else the day of the act that validated it.
    """
    return prefetch(_whole(snapshot))


def _whole(snapshot: Snapshot) -> Iterator[pl.DataFrame]:
    coming = snapshot.entry_rows()
    labels = _Labels(snapshot)
    heads = pl.DataFrame()
    documents = names_of_lines(snapshot.documents)
    for rows in snapshot.line_rows():
        last = rows["rank"][-1]
        while heads.is_empty() or heads["rank"][-1] < last:
            heads = pl.concat([heads, next(coming)]) if heads.height else next(coming)
        first = heads["rank"][0]
        owner = rows["rank"] - first
        whole = _lettered(_joined(rows, heads, owner), snapshot.by_hand)
        if documents.height:
            place = ("batch_id", "line")
            whole = whole.join(documents, on=place, how="left", maintain_order="left")
        yield labels.put(whole)
        heads = heads[last - first + 1 :]


def _joined(rows: pl.DataFrame, heads: pl.DataFrame, owner: pl.Series) -> pl.DataFrame:
    """Put together lines and their entries; `owner`: the row of the entry of each line."""
    missing = [
        constant(None, rows.height, pl.String if dtype is None else dtype).alias(name)
        for name, dtype in stored.LINE_SCHEMA.items()
        if name not in rows.columns and name not in _OF_ENTRY
    ]
    found = {name: heads[name].gather(owner) for name in (*_OF_ENTRY, "valid", "number")}
    for name in _OF_ENTRY:
        if name in rows.columns:
            own = rows[name]
            found[name] = found[name].zip_with(own.is_null(), own)
    valid = found["validation_date"]
    found["validation_date"] = found["valid"].zip_with(valid.is_null(), valid)
    kept = rows.drop(_OF_ENTRY, strict=False)
    return kept.with_columns(
        *missing, *(found[name].alias(name) for name in (*_OF_ENTRY, "number"))
    )


def _lettered(rows: pl.DataFrame, by_hand: pl.DataFrame) -> pl.DataFrame:
    """Put the lettering by hand in the place of the file's."""
    if by_hand.is_empty():
        return rows
    joined = rows.join(by_hand, on=("batch_id", "line"), how="left", maintain_order="left")
    is_file = pl.col("matching_id").is_null()
    return joined.with_columns(
        pl.when(is_file).then("lettering").otherwise("code").alias("lettering"),
        pl.when(is_file).then("lettering_date").otherwise("day").alias("lettering_date"),
    ).drop("matching_id", "code", "day")


class _Labels:
    """Puts codes and labels in the place of their numbers."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._known = {
            "journal": _by_number(snapshot.journals),
            "account": _by_number(snapshot.accounts),
            "third_party": _by_number(snapshot.third_parties),
        }

    def put(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Return whole lines."""
        texts = {}
        for name, code in (
            ("journal", "journal_code"),
            ("account", "account_number"),
            ("third_party", "third_party_number"),
        ):
            codes, labels = self._known[name]
            number = rows[f"{name}_id"]
            known = labels.gather(number)
            own = rows[f"{name}_label"]
            texts[code] = codes.gather(number)
            texts[f"{name}_label"] = known.zip_with(own.is_null(), own)
        texts["entry_number"] = rows["number"]
        blank = constant("", rows.height, pl.String)
        for name in ("splits", "attachments"):
            texts[name] = rows.get_column(name, default=blank)
        for name in ("piece_ref", "label", "lettering", "currency", "siret"):
            texts[name] = rows[name]
        filled = {
            name: text.fill_null("") if text.null_count() else text for name, text in texts.items()
        }
        made = rows["made"].fill_null(value=False)
        columns = [filled[name] if name in filled else rows[name] for name in LINES]
        named = [one.alias(name) for one, name in zip(columns, LINES, strict=True)]
        return rows.select("rank", "batch_id", "entry", "line", made.alias("made"), *named)


def _by_number(names: Names) -> tuple[pl.Series, pl.Series]:
    """Return the codes and the labels as columns, at their numbers."""
    size = max(names, default=0) + 1
    codes, labels = [""] * size, [""] * size
    for number, (code, label) in names.items():
        codes[number], labels[number] = code, label
    return pl.Series(codes, dtype=pl.String), pl.Series(labels, dtype=pl.String)
