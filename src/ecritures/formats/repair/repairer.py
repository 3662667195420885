"""Repair of a flat FEC on request: bytes in, bytes out, a block at a time.

Only what is safe is repaired, and every change is reported. No amount changes its value. Anything
else is left as it is, for the checks to report; so is a lone line feed among lines that end
otherwise, when it cannot be known what it divides.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from ecritures.formats.fec.header import (
    LAW_NAMES,
    SEPARATORS,
    canonical_name,
    law_name,
    misspelt_columns,
    mixed_names,
)
from ecritures.formats.fec.rows import totals_in
from ecritures.formats.fec.uneven import begins_total, halves
from ecritures.formats.repair.changes import Repairs
from ecritures.formats.repair.fields import is_quoted, mend_line, repair_column, unquoted
from ecritures.formats.repair.source_lines import Texts
from ecritures.formats.repair.survey import Decisions, Survey
from ecritures.formats.text.reader import cut_fields

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ecritures.formats.text.encoding import Encoding

_SCHEMA = {"line": pl.UInt32, "value": pl.String}


def survey(blocks: Iterable[bytes], encoding: Encoding) -> Decisions:
    """Read a file once, and decide what may be repaired in it."""
    found = Survey()
    for _ in Repairer(encoding, Repairs(0), found=found).repair(blocks):
        pass
    return found.decide()


class Repairer:
    """Repairs one file.

    Args:
        encoding: What its bytes mean.
        repairs: Where every change is recorded.
        decisions: What may be repaired.
        found: Is shown the fields as they are, in a first reading.
    """

    def __init__(
        self,
        encoding: Encoding,
        repairs: Repairs,
        decisions: Decisions | None = None,
        *,
        found: Survey | None = None,
    ) -> None:
        self._repairs = repairs
        self._texts = Texts(encoding, repairs)
        self._decisions = decisions or Decisions()
        self._found = found
        self._separator = ""
        self._columns: list[str] = []
        self._header = ""
        self._unquote_all = False

    def repair(self, blocks: Iterable[bytes]) -> Iterator[bytes]:
        """Yield the blocks of a file, each of whole lines, repaired."""
        for lines in self._texts.of(blocks):
            rest = lines
            if not self._separator:
                rest, header = self._read_header(lines)
                yield header
            yield self._lines(rest)

    def _read_header(self, lines: pl.DataFrame) -> tuple[pl.DataFrame, bytes]:
        """Split off the repaired header, with the blank lines before it."""
        while lines.height and not str(lines["value"][0]).strip():
            self._repairs.add("blank-lines", int(lines["line"][0]), str(lines["value"][0]), "")
            lines = lines[1:]
        if not lines.height:
            return lines, b""
        first, line = int(lines["line"][0]), str(lines["value"][0])
        following = str(lines["value"][1]) if lines.height > 1 else line
        lawful = any(one in following for one in SEPARATORS)
        mixed = mixed_names(line) if lawful else None
        separator = max(SEPARATORS, key=(following if mixed else line).count)
        names = mixed or line.split(separator)
        self._separator, self._header = separator, line
        self._texts.expect(separator, names)
        self._unquote_all = sum(map(is_quoted, names)) > len(names) // 2
        plain = [unquoted(name).strip() if self._unquote_all else name.strip() for name in names]
        if not any(map(law_name, plain)):
            self._columns, self._unquote_all = [], False
            return lines[1:], line.encode() + b"\r\n"
        self._columns = self._named(plain, following.count(separator) + 1)
        if mixed:
            self._repairs.add("header", first, line, separator.join(self._columns))
        for before, after in zip(names, self._columns, strict=False):
            if before != after:
                self._repairs.add("header", first, before, after, after)
        if surplus := len(names) - len(self._columns):
            self._repairs.add("trailing-separators", first, separator * surplus, "")
        return lines[1:], separator.join(self._columns).encode() + b"\r\n"

    def _named(self, names: list[str], width: int) -> list[str]:
        """Give columns the names of the law; drop those without a name that no line has."""
        guessed = {index: LAW_NAMES[key] for key, index in misspelt_columns(names).items()}
        kept = names[:width] if not any(names[width:]) else names
        return [guessed.get(i) or law_name(name) or name
                for i, name in enumerate(kept)]  # fmt: skip

    def _lines(self, table: pl.DataFrame) -> bytes:
        """Repair the lines of a block: `line` and `value`."""
        if not self._columns or table.is_empty():
            return _joined(table["value"])
        table = self._without_headers(table, self._header)
        wanted = len(self._columns) - 1
        good = table["value"].str.count_matches(self._separator, literal=True) == wanted
        good &= table["value"] != self._separator * wanted
        if self._texts.unresolved:
            good &= ~table["value"].str.contains("[\r\n]")
        left = table.clear()
        if not good.all():
            mended, left = self._mended(table.filter(~good))
            table = pl.concat([table.filter(good), mended]).sort("line")
        table = self._without_totals(table)
        repaired = self._fields(_joined(table["value"], "\n"), table["line"])
        if repaired is not None:
            table = table.with_columns(value=repaired)
        table = self._without_headers(table, self._separator.join(self._columns))
        return _joined(pl.concat([table, left]).sort("line")["value"])

    def _without_headers(self, table: pl.DataFrame, header: str) -> pl.DataFrame:
        """Leave out the lines that repeat the header: exports put end to end."""
        repeated = table["value"] == header
        if not repeated.any():
            return table
        for number in table["line"].filter(repeated):
            self._repairs.add("repeated-headers", int(number), header, "")
        return table.filter(~repeated)

    def _without_totals(self, table: pl.DataFrame) -> pl.DataFrame:
        """Remove total lines, which are not entries; record the full text of each."""
        keys = [canonical_name(title) for title in self._columns]
        if self._decisions.keeps_totals or not {"entry_date", "account_number"} <= set(keys):
            return table
        day = keys.index("entry_date")
        pieces = table["value"].str.split(self._separator).list
        perhaps = table.filter(
            (pieces.get(day).str.strip_chars() == "")
            | (pieces.get(keys.index("account_number")).str.contains("(?i)tot"))
        )
        if perhaps.is_empty():
            return table
        cut = perhaps["value"].str.split(self._separator).list
        fields = {key: cut.get(place).str.strip_chars() for place, key in enumerate(keys) if key}
        found = totals_in(pl.DataFrame({"line": perhaps["line"], **fields}))
        totals = found["line"]
        kept = table.filter(~pl.col("line").is_in(totals.implode()))
        if self._found is not None:
            self._found.totals.look(found.drop("value"), kept["line"])
        for number, text in perhaps.filter(pl.col("line").is_in(totals.implode())).iter_rows():
            self._repairs.add("total-lines", number, text, "")
        return kept

    def _mended(self, odd: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Repair lines with another number of fields; return those that now fit, and the others."""
        mended: list[tuple[int, str]] = []
        left: list[tuple[int, str]] = []
        for number, line in self._whole(list(odd.iter_rows())):
            if not line.strip() or line == self._separator * (len(self._columns) - 1):
                self._repairs.add("blank-lines", number, line, "")
                continue
            if begins_total(line):
                self._repairs.add("total-lines", number, line, "")
                continue
            found = None
            if "\n" not in line and "\r" not in line:
                found = mend_line(number, line, self._separator, self._columns, self._repairs)
            (left if found is None else mended).append((number, line if found is None else found))
        return (
            pl.DataFrame(mended, schema=_SCHEMA, orient="row"),
            pl.DataFrame(left, schema=_SCHEMA, orient="row"),
        )

    def _whole(self, lines: list[tuple[int, str]]) -> Iterator[tuple[int, str]]:
        """Join the lines that are one line, cut by a line feed."""
        at = 0
        for first, last in halves(lines, self._separator, self._columns):
            yield from lines[at:first]
            parts = [text for _, text in lines[first : last + 1]]
            joined = " ".join(parts)
            self._repairs.add("line-feeds", lines[first][0], "\n".join(parts), joined)
            yield lines[first][0], joined
            at = last + 1
        yield from lines[at:]

    def _fields(self, data: bytes, numbers: pl.Series) -> pl.Series | None:
        """Repair lines that all have the right number of fields; None when nothing changed."""
        if not data:
            return None
        fields = cut_fields(data, self._separator, len(self._columns))
        if fields.height != numbers.len():  # nothing may be lost on the way
            message = f"{fields.height} lines cut where {numbers.len()} were counted"
            raise AssertionError(message)
        keys = [canonical_name(title) for title in self._columns]
        if self._found is not None:
            self._found.look(fields, keys)
            return None
        changed = False
        columns = []
        for index, (name, title) in enumerate(zip(fields.columns, self._columns, strict=True)):
            after = repair_column(
                fields[name],
                numbers,
                title,
                keys[index],
                self._repairs,
                unquote=self._unquote_all or index in self._decisions.unquoted,
                convert=index not in self._decisions.left,
                doubtful=index in self._decisions.doubtful_dates,
            )
            changed = changed or after is not fields[name]
            columns.append(after.alias(name))
        if not changed:
            return None
        whole = pl.concat_str(fields.columns, separator=self._separator)
        return pl.DataFrame(columns).select(text=whole).to_series()


def _joined(lines: pl.Series, end: str = "\r\n") -> bytes:
    return "".join(f"{line}{end}" for line in lines.to_list()).encode()
