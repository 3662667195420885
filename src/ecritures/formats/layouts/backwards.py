"""Writes canonical lines in the layout of an import model: its document, read backwards."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

import polars as pl

from ecritures.core.errors import RefusedRequestError
from ecritures.core.lines import DATES
from ecritures.formats.extra import member_texts
from ecritures.formats.layouts.field_targets import targets_of
from ecritures.formats.layouts.fields import CENTS, Amounts, Dates
from ecritures.formats.layouts.inputs import Place

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ecritures.formats.layouts.document import ImportModel
    from ecritures.formats.layouts.fields import FieldSpec
    from ecritures.formats.layouts.inputs import LineTest, Record

EXTRA = "extra."
LINE_END = "\r\n"
_TOKENS = {"AAAA": "%Y", "AA": "%y", "MM": "%m", "JJ": "%d"}
_NO_COLUMN = "\0"  # begins the name of a position that the model does not read
_AMOUNTS = ("debit", "credit", "amount", "currency_amount")


def is_writable(model: ImportModel) -> bool:
    """Return whether files can be written in the layout of a model: some models only read."""
    try:
        ModelWriter(model, "")
    except RefusedRequestError:
        return False
    return True


class ModelWriter:
    """Makes the text of a file that a model reads.

    Args:
        model: The model.
        title: What a line that the model skips at the top says.

    Attributes:
        fields: The fields of a canonical line that it has a place for.

    Raises:
        RefusedRequestError: The model only reads.
    """

    def __init__(self, model: ImportModel, title: str) -> None:
        _require_writable(model)
        self._model, self._title = model, title
        self._record = next(one for one in model.input.records if one.role == "entry")
        self._fixed = model.input.kind == "fixed"
        self._specs = model.fields.given() | {
            f"{EXTRA}{name}": spec for name, spec in model.fields.extra.items()
        }
        self._places = _places(model, self._record)
        self._targets = targets_of(self._specs)
        self._has_collectives = any(one.account and one.account.general for one in self._accounts)
        self._reported: set[tuple[str, str]] = set()
        missing = [
            name
            for name in ("entry_date", "account_number", "amount", "debit", "credit")
            if name in self._specs and not self._targets.get(name)
        ]
        if missing:
            raise _only_reads(model.name)
        self.fields = frozenset(self._targets)

    @property
    def _accounts(self) -> list[Record]:
        return [one for one in self._model.input.records if one.role in {"account", "journal"}]

    @property
    def separator(self) -> str:
        """What stands between the columns; "": they have fixed places."""
        delimiter = self._model.input.dialect.delimiter
        return "" if self._fixed else ";" if delimiter == "auto" else delimiter

    @property
    def quotes(self) -> bool:
        """Whether a text may hold the separator."""
        return not self._fixed and self._model.input.dialect.quote_char is not None

    @property
    def takes_third_parties(self) -> bool:
        """Whether it has a place for third parties."""
        return "third_party_number" in self.fields or self._has_collectives

    def head(self) -> str:
        """Return the lines before those of entry: what is skipped, and the names of columns."""
        lines = [self._title] * min(self._model.input.skip_lines, 1)
        lines += [""] * (self._model.input.skip_lines - len(lines))
        if self._model.input.has_header:
            names = [
                place.known_as[0] if place.known_as else name.partition(_NO_COLUMN)[0]
                for name, place in self._places.items()
            ]
            frame = pl.DataFrame([names], orient="row", schema=[str(n) for n in range(len(names))])
            return "".join(line + LINE_END for line in lines) + self._delimited(frame)
        return "".join(line + LINE_END for line in lines)

    def lines(self, rows: pl.DataFrame) -> str:
        """Return the lines of some canonical lines, after those that describe their accounts.

        Raises:
            RefusedRequestError: An amount is longer than its column.
        """
        described = "".join(self._described(record, rows) for record in self._accounts)
        texts = self._texts(rows)
        if not self._fixed:
            return described + self._delimited(pl.DataFrame(texts))
        return described + self._cut(self._record, texts, rows.height)

    def _texts(self, rows: pl.DataFrame) -> dict[str, pl.Series]:
        """Return the text of each column, in the order of the columns."""
        height = rows.height
        texts = {name: _constant(place.write or "", height) for name, place in self._places.items()}
        for field, targets in self._targets.items():
            value = self._value(field, rows)
            for target in targets:
                if target.column in texts:
                    texts[target.column] = target.put(value, texts[target.column])
        return texts

    def _value(self, field: str, rows: pl.DataFrame) -> pl.Series:  # noqa: PLR0911 - one a kind
        """Return the texts of a field."""
        spec = self._specs[field]
        if field in DATES:
            return _dates(rows[field], spec.dates or self._model.dates)
        if field in _AMOUNTS:
            return self._amount(field, rows, spec)
        if field == "direction":
            words = (
                spec.amounts or self._specs["amount"].amounts or self._model.amounts
            ).directions
            side = pl.when(pl.col("credit_cents") != 0).then(pl.lit(words.credit[0]))
            return rows.select(side.otherwise(pl.lit(words.debit[0]))).to_series()
        if field == "sign":
            negative = (pl.col("debit_cents") + pl.col("credit_cents")) < 0
            return rows.select(
                pl.when(negative).then(pl.lit("-")).otherwise(pl.lit("+"))
            ).to_series()
        if field == "account_number":
            return _mapped_back(self._account(rows), spec)
        if field.startswith(EXTRA):
            return member_texts(rows["extra"], field.removeprefix(EXTRA))
        return _mapped_back(rows[field], spec)

    def _account(self, rows: pl.DataFrame) -> pl.Series:
        """Return the accounts; third parties in their place, where the layout has it so."""
        general, third = rows["account_number"], rows["third_party_number"]
        if "third_party_number" in self._targets:
            return general
        if self._has_collectives:
            return third.zip_with(third != "", general)
        for kind in self._model.accounts.third_parties:
            whole = third if kind.keep == "whole" else (kind.starts_with or "") + third
            theirs = (third != "") & (general == kind.general) & kind.fits(whole)
            general = whole.zip_with(theirs, general)
        return general

    def _amount(self, field: str, rows: pl.DataFrame, spec: FieldSpec) -> pl.Series:
        how = spec.amounts or self._model.amounts
        if field == "currency_amount":
            return self._currency(rows, how)
        debit, credit = pl.col("debit_cents"), pl.col("credit_cents")
        if field != "amount":
            mine, other = (debit, credit) if field == "debit" else (credit, debit)
            cents: pl.Expr = pl.when((mine != 0) | (other == 0)).then(mine)
        elif "direction" not in self._specs:
            cents = debit - credit if how.positive == "debit" else credit - debit
        else:
            cents = debit + credit
            cents = cents.abs() if "sign" in self._specs else cents
        text = _amount_text(rows.select(cents.alias("cents"))["cents"], how, self._mark(how))
        self._require_room(field, text)
        return text

    def _currency(self, rows: pl.DataFrame, how: Amounts) -> pl.Series:
        """Return amounts in currency, in the decimals they have or the layout implies."""
        value, scale = rows["currency_amount"], rows["currency_scale"]
        if value.null_count() == value.len():
            return _constant("", value.len())
        return pl.Series(
            [_scaled(one, of, how, self._mark(how)) for one, of in zip(value, scale, strict=True)],
            dtype=pl.String,
        )

    def _mark(self, how: Amounts) -> str:
        if how.decimal == "any":
            return "." if self._fixed else ","
        return how.decimal

    def _require_room(self, field: str, text: pl.Series) -> None:
        for target in self._targets.get(field, ()):
            length = self._places[target.column].length
            if self._fixed and length and (text.str.len_chars() > length).any():
                longest = text.filter(text.str.len_chars() > length)[0]
                raise RefusedRequestError(
                    "export-amount-too-long",
                    f"Le montant {longest} dépasse les {length} caractères du format.",
                    f"Amount {longest} is longer than the {length} characters of the format.",
                )

    def _delimited(self, texts: pl.DataFrame) -> str:
        target = io.BytesIO()
        quote = self._model.input.dialect.quote_char
        filled = texts.with_columns(pl.all().replace("", None))  # else written as ""
        filled.write_csv(
            target,
            include_header=False,
            line_terminator=LINE_END,
            separator=self.separator,
            quote_char=quote or '"',
            quote_style="necessary" if quote else "never",
        )
        return target.getvalue().decode()

    def _cut(self, record: Record, texts: Mapping[str, pl.Series], height: int) -> str:
        """Put the texts of the columns of a record at their places in lines."""
        parts, at = [], 1
        marked = _mark_of(record.when)
        pieces = [(start, len(text), _constant(text, height)) for start, text in marked]
        pieces += [
            (place.start or 1, place.length or 1, _fitted(texts[name], place, name in self._right))
            for name, place in record.columns.items()
            if name in texts
        ]
        for start, length, text in sorted(pieces, key=lambda piece: piece[0]):
            if start < at:
                continue  # it overlaps what stands before it
            parts.append(_constant(" " * (start - at), height))
            parts.append(text)
            at = start + length
        least = record.width or max(
            (place.end for place in record.columns.values() if not place.optional), default=0
        )
        whole = pl.select(pl.concat_str(parts)).to_series().str.strip_chars_end(" ")
        return "".join(line + LINE_END for line in whole.str.pad_end(least, " "))

    @property
    def _right(self) -> set[str]:
        """The columns whose texts stand at the right: those of amounts."""
        return {target.column for field in _AMOUNTS for target in self._targets.get(field, ())}

    def _described(self, record: Record, rows: pl.DataFrame) -> str:
        """Return the lines that describe accounts, or journals, not described before."""
        blank = _constant("", rows.height)
        if record.account:
            third, general = rows["third_party_number"], rows["account_number"]
            has = third != ""
            columns = {
                record.account.number: self._account(rows),
                record.account.label: rows["third_party_label"].zip_with(
                    has, rows["account_label"]
                ),
            }
            if record.account.general:
                columns[record.account.general] = general.zip_with(has, blank)
            key = record.account.number
        elif record.journal:
            key = record.journal.code
            columns = {key: rows["journal_code"], record.journal.label: rows["journal_label"]}
        else:
            return ""
        found = pl.DataFrame(columns).unique(key, keep="first", maintain_order=True)
        new = [(record.name, text) not in self._reported for text in found[key]]
        found = found.filter(pl.Series(new, dtype=pl.Boolean))
        self._reported.update((record.name, text) for text in found[key])
        if found.is_empty():
            return ""
        return self._cut(record, {one.name: one for one in found}, found.height)


def _require_writable(model: ImportModel) -> None:
    """Refuse a model whose files cannot be made of lines of entry alone."""
    roles = {record.role for record in model.input.records}
    records = [record for record in model.input.records if record.role == "entry"]
    kind = model.input.kind
    marks = all(_is_plain(record.when) for record in records) and len(records) == 1
    described = {"account", "journal"} & roles
    if (
        kind not in {"fixed", "delimited"}
        or "heading" in roles
        or model.lines
        or not marks
        or (described and kind != "fixed")
        or (kind == "delimited" and any(record.when for record in records))
        or model.amounts.decimals_implied == 1
    ):
        raise _only_reads(model.name)


def _only_reads(name: str) -> RefusedRequestError:
    return RefusedRequestError(
        "model-only-reads",
        f"Le modèle {name} lit des fichiers, mais ne permet pas d'en écrire.",
        f"Model {name} reads files, but none can be written by it.",
    )


def _is_plain(test: LineTest | None) -> bool:
    return test is None or bool(test.starts_with or test.equals or test.in_)


def _mark_of(test: LineTest | None) -> list[tuple[int, str]]:
    """Return where a line says of what kind it is, and what it says there."""
    if test is None:
        return []
    text = test.starts_with or test.equals or (test.in_ or [""])[0]
    return [(test.start or 1, text)]


def _places(model: ImportModel, record: Record) -> dict[str, Place]:
    """Return the columns of the lines, in their order; those of a file with a header by name."""
    if not record.columns:
        return {name: Place(name=name) for name in model.used_columns}
    if model.input.kind == "fixed" or any(one.known_as for one in record.columns.values()):
        return dict(record.columns)
    by_position = {place.position or 0: name for name, place in record.columns.items()}
    return {
        by_position.get(position, f"{_NO_COLUMN}{position}"): record.columns.get(
            by_position.get(position, ""), Place(position=position)
        )
        for position in range(1, max(by_position) + 1)
    }


def _constant(text: str, height: int) -> pl.Series:
    return pl.Series([text], dtype=pl.String).new_from_index(0, height)


def _fitted(text: pl.Series, place: Place, at_right: bool) -> pl.Series:  # noqa: FBT001 - of amounts
    """Cut or fill up texts to the length of their column."""
    length = place.length or 1
    cut = text.str.slice(0, length)
    if not at_right:
        return cut.str.pad_end(length, " ")
    return cut.str.pad_start(length, " ")


def _dates(days: pl.Series, how: Dates) -> pl.Series:
    form = re.sub("AAAA|AA|MM|JJ", lambda token: _TOKENS[token.group()], how.formats[0])
    return days.dt.strftime(form).fill_null("")


def _amount_text(cents: pl.Series, how: Amounts, mark: str) -> pl.Series:
    """Write cents as a layout does: zeros before them where the decimals are implied."""
    value = pl.col("cents")
    if how.decimals_implied:
        whole = value * 10 ** (how.decimals_implied - CENTS)
        text = whole.cast(pl.String).str.zfill(12)
    else:
        sign = pl.when(value < 0).then(pl.lit("-")).otherwise(pl.lit(""))
        units, rest = value.abs() // 100, (value.abs() % 100).cast(pl.String).str.zfill(CENTS)
        text = pl.concat_str(sign, units, pl.lit(mark), rest)
    return cents.alias("cents").to_frame().select(text.fill_null("")).to_series()


def _scaled(value: int | None, scale: int | None, how: Amounts, mark: str) -> str:
    if value is None:
        return ""
    digits = scale or 0
    if how.decimals_implied:
        return str(value * 10 ** max(how.decimals_implied - digits, 0))
    text = str(abs(value)).zfill(digits + 1)
    sign = "-" if value < 0 else ""
    return sign + (f"{text[:-digits]}{mark}{text[-digits:]}" if digits else text)


def _mapped_back(texts: pl.Series, spec: FieldSpec) -> pl.Series:
    """Undo a table of correspondence that says the same of no two texts."""
    if spec.map is None or spec.map.by != "exact":
        return texts
    back = {value: key for key, value in reversed(spec.map.table.items())}
    return texts.replace(back)
