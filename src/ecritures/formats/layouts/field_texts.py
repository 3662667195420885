"""The texts of the fields: what a model does to the columns of a file before they are parsed."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import polars as pl

from ecritures.core.nothing_words import NOTHING_WORDS
from ecritures.formats.layouts.expressions import First, Join, compile_value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ecritures.formats.layouts.accounts import Accounts
    from ecritures.formats.layouts.fields import FieldSpec, Map, Replace
    from ecritures.formats.layouts.row_lines import Findings


_CODES = {"entry_number", "third_party_number", "third_party_label", "piece_ref", "lettering"}
_FIGURES = {"debit", "credit", "piece_date", "lettering_date", "validation_date"}
"""Fields where such a word is rejected or ignored anyway: checking the first rows is enough."""
_SAMPLE_ROWS = 500


class FieldMaker:
    """Computes the text of each field, block after block.

    Args:
        specs: Field → how it is made.
        names: Field → the name of its source in messages.
        anomalies: Where what does not fit is recorded.
    """

    def __init__(
        self, specs: Mapping[str, FieldSpec], names: Mapping[str, str], anomalies: Findings
    ) -> None:
        self._specs = specs
        self._names = names
        self._anomalies = anomalies
        self._carried: dict[str, str] = {}
        self._worded: set[str] = set()  # fields already reported for such words
        self._expressions = [shape(spec).alias(name) for name, spec in specs.items()]

    def make(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Make the text of every field.

        Args:
            rows: `line`, and the columns of the file that the model names, all of them texts.

        Returns:
            `line`, and one column of texts for each field. Same rows.
        """
        made = rows.select("line", *self._expressions)
        changed = []
        for name, spec in self._specs.items():
            text = self._without_words(made["line"], made[name], name)
            if spec.map:
                text = self._mapped(made["line"], text, spec.map, name)
            if spec.default:
                text = text.replace("", spec.default)
            if spec.carry:
                text = self._carry(
                    text, name, made["entry_date"] if spec.carry == "entry" else None
                )
            if spec.accept:
                self._check(made["line"], text, spec.accept, name)
            changed.append(text.alias(name))
        return made.with_columns(changed)

    def _without_words(self, line: pl.Series, text: pl.Series, name: str) -> pl.Series:
        """Empty codes and amounts that hold a word such as NULL; report each field once."""
        sample = text if name in _CODES or name in self._worded else text.head(_SAMPLE_ROWS)
        if name not in _CODES | _FIGURES or not sample.is_in(NOTHING_WORDS).any():
            return text
        words = text.is_in(NOTHING_WORDS)
        if name not in self._worded:
            self._worded.add(name)
            found = pl.DataFrame({"line": line, "value": text}).filter(words).head(1)
            shown = found.with_columns(expected=pl.lit(self._names.get(name, name)))
            self._anomalies.extend("FEC-STR-22", shown)
        return text.set(words, "")

    def _mapped(self, line: pl.Series, text: pl.Series, table: Map, name: str) -> pl.Series:
        words = text.unique().to_list()
        found = {word: look_up(table, word) for word in words if word}
        unknown = [word for word, value in found.items() if value is None]
        if unknown and table.unknown == "error":
            at = pl.DataFrame({"line": line, "value": text})
            self._record("MOD-TAB-01", at.filter(pl.col("value").is_in(unknown)), name)
        other = {word: table.default if table.unknown == "default" else word for word in unknown}
        known = {word: value for word, value in found.items() if value is not None}
        return text.replace(known | other)

    def _carry(self, text: pl.Series, name: str, date: pl.Series | None) -> pl.Series:
        """Repeat values downwards; not below a filled date, where one is given."""
        given = text.replace("", None)
        if date is not None:
            given = text.zip_with(date != "", given)
        filled = given.forward_fill().fill_null(self._carried.get(name, ""))
        if filled.len():
            self._carried[name] = filled[-1]
        return filled

    def _check(self, line: pl.Series, text: pl.Series, pattern: str, name: str) -> None:
        odd = (text != "") & ~text.str.contains(rf"^(?:{pattern})$")
        right = (text != "") & ~odd
        self._anomalies.right("accepted", int(right.sum()), self._names.get(name, name))
        found = pl.DataFrame({"line": line, "value": text}).filter(odd)
        self._record("MOD-VAL-01", found.with_columns(expected=pl.lit(pattern)), name)

    def _record(self, code: str, found: pl.DataFrame, name: str) -> None:
        self._anomalies.extend(code, found, column=self._names.get(name, name))


def shape(spec: FieldSpec) -> pl.Expr:
    """Compile what a field does to the text of its columns.

    Args:
        spec: How the field is made.

    Returns:
        An expression over the columns of the file.
    """
    text = compile_value(spec.from_)
    if spec.strip and not isinstance(spec.from_, First | Join):  # those are, by their parts
        text = text.str.strip_chars()
    if spec.strip_start:
        text = text.str.strip_chars_start(spec.strip_start)
    if spec.strip_end:
        text = text.str.strip_chars_end(spec.strip_end)
    if spec.replace:
        text = text.map_batches(
            partial(_replaced, replacements=spec.replace), pl.String, is_elementwise=True
        )
    if spec.case:
        text = text.str.to_uppercase() if spec.case == "upper" else text.str.to_lowercase()
    if spec.cut:
        text = text.str.head(spec.cut)
    if spec.pad:
        text = padded(text, spec.pad.length, spec.pad.with_, spec.pad.side)
    return text


def _replaced(text: pl.Series, replacements: list[Replace]) -> pl.Series:
    """Make the replacements, once for each distinct text where many are the same.

    Args:
        text: The texts.
        replacements: What to replace, in order.
    """
    words = text.unique()
    few = words.len() * 2 < text.len()
    changed = words if few else text
    for one in replacements:
        literal = one.text is not None
        by = one.by if literal else one.by.replace("$", "$$")
        changed = changed.str.replace_all(one.text or one.pattern or "", by, literal=literal)
    return text.replace_strict(words, changed, return_dtype=pl.String) if few else changed


def padded(text: pl.Expr, length: int, char: str, side: str) -> pl.Expr:
    """Fill up the texts that are not empty.

    Args:
        text: The texts.
        length: How long they become; longer ones stay as they are.
        char: The character to fill up with.
        side: `left` or `right`, where it goes.
    """
    full = text.str.pad_end(length, char) if side == "right" else text.str.pad_start(length, char)
    return pl.when(text == "").then(text).otherwise(full)


def look_up(table: Map, word: str) -> str | None:
    """Look a text up: the whole of it, its longest known root, or the range it is in.

    Args:
        table: The known texts and their values.
        word: The text to look up.

    Returns:
        Its value; None when it is unknown.
    """
    if table.by == "exact":
        return table.table.get(word)
    if table.by == "root":
        roots = (word[:length] for length in range(len(word), 0, -1))
        return next((table.table[root] for root in roots if root in table.table), None)
    for key, value in table.table.items():
        first, _, last = key.partition("-")
        if len(word) >= len(first) and first <= word[: len(first)] <= last:
            return value
    return None


def normalise_accounts(numbers: pl.Series, how: Accounts) -> tuple[pl.Series, pl.Series]:
    """Separate general accounts from the auxiliary ones written in their place.

    Each distinct account is worked out once: there are few.

    Args:
        numbers: Account numbers, as the file has them.
        how: Which are auxiliary, and how general ones are rewritten.

    Returns:
        General accounts, and auxiliary accounts ("" where there is none). Same rows as `numbers`.
    """
    if not (how.third_parties or how.replace or how.cut or how.pad):
        return numbers, pl.repeat("", numbers.len(), dtype=pl.String, eager=True)
    words = numbers.unique()
    general, auxiliary = words.clone(), pl.repeat("", words.len(), dtype=pl.String, eager=True)
    for one in how.third_parties:
        if one.general is None:
            continue
        fits = one.fits(words) & (auxiliary == "")
        whole = words if one.keep == "whole" else words.str.strip_prefix(one.starts_with or "")
        auxiliary = auxiliary.scatter(fits.arg_true(), whole.filter(fits))
        general = general.set(fits, one.general)
    frame = general.alias("text").to_frame()
    text = pl.col("text")
    replaced = pl.coalesce(
        *(
            pl.when(text.str.starts_with(one.root)).then(
                pl.concat_str(pl.lit(one.by), text.str.slice(len(one.root)))
            )
            for one in sorted(how.replace, key=lambda one: -len(one.root))
        ),
        text,
    )
    general = frame.select(replaced.alias("text")).to_series()
    if how.cut:
        general = general.str.head(how.cut)
    if how.pad:
        full = padded(text, how.pad.length, how.pad.with_, how.pad.side)
        general = general.alias("text").to_frame().select(full).to_series()
    return numbers.replace(words, general), numbers.replace(words, auxiliary)
