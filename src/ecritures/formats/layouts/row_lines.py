"""Several ledger lines from one row of a file: an account to debit and one to credit."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import polars as pl

from ecritures.core.anomalies import Anomalies
from ecritures.core.lines import Block

if TYPE_CHECKING:
    from ecritures.formats.layouts.document import ImportModel
    from ecritures.formats.layouts.habits import ModelFindings
    from ecritures.formats.layouts.reader import LineMaker

    Findings: TypeAlias = "ModelFindings | OnceEach"

_ROW = "\0row"
_NUMBER = "L"  # begins the number of an entry that is a row: no piece is likely to be called so


class RowLines:
    """Makes the lines of each row, one after the other; they have the number of the row.

    Args:
        model: How to do it.
        makers: What makes each line.
        found: Where they record what cannot be read.
    """

    def __init__(self, model: ImportModel, makers: list[LineMaker], found: OnceEach) -> None:
        self._makers = makers
        self._found = found
        self._skips_zero = [line.skip_zero for line in model.lines]
        self._numbers_rows = model.grouping is None

    def make(self, rows: pl.DataFrame) -> Block:
        """Make the canonical lines of some rows."""
        self._found.begin()
        lines, texts, names = [], [], dict[str, list[str]]()
        for maker, skips_zero in zip(self._makers, self._skips_zero, strict=True):
            block = maker.make(rows)
            place = pl.int_range(rows.height, dtype=pl.UInt32, eager=True).alias(_ROW)
            zero = (block.lines["debit_cents"] == 0) & (block.lines["credit_cents"] == 0)
            kept = ~(zero.fill_null(value=False)) if skips_zero else place >= 0
            lines.append(block.lines.with_columns(place).filter(kept))
            texts.append(block.text.with_columns(place).filter(kept))
            for field, name in block.names.items():
                if name != field.removesuffix("_cents"):  # as a constant is called
                    names.setdefault(field, []).append(name)
        text = pl.concat(texts, how="diagonal").sort(_ROW, maintain_order=True).drop(_ROW)
        return Block(
            self._numbered(pl.concat(lines).sort(_ROW, maintain_order=True).drop(_ROW)),
            text.with_columns(pl.col(pl.String).fill_null("")),
            {field: " / ".join(dict.fromkeys(found)) for field, found in names.items()},
            "model",
        )

    def _numbered(self, lines: pl.DataFrame) -> pl.DataFrame:
        """Make each row an entry of its own, where neither a number nor a piece says otherwise."""
        if not self._numbers_rows:
            return lines
        number = pl.format("{}{}", pl.lit(_NUMBER), "line")
        for name in ("piece_ref", "entry_number"):
            number = pl.when(pl.col(name) != "").then(name).otherwise(number)
        return lines.with_columns(number.alias("entry_number"))


class OnceEach(Anomalies):
    """Passes anomalies on, each once: the lines of a row are made of the same columns.

    Args:
        anomalies: Where they are recorded.
    """

    def __init__(self, anomalies: ModelFindings) -> None:
        super().__init__(anomalies.details_max, line_by_line=anomalies.line_by_line)
        self._anomalies = anomalies
        self._seen: dict[tuple[str, str | None], pl.DataFrame] = {}

    def begin(self) -> None:
        """Forget what was found in other rows."""
        self._seen.clear()

    def extend(self, code: str, found: pl.DataFrame, *, column: str | None = None) -> None:
        """Record the rows of a table that were not recorded of the same column."""
        if found.is_empty():
            return
        seen = self._seen.get((code, column))
        if seen is not None:
            found = found.join(seen, on="line", how="anti", maintain_order="left")
        here = found.select("line")
        self._seen[code, column] = here if seen is None else pl.concat([seen, here])
        self._anomalies.extend(code, found, column=column)

    def right(self, what: str, count: int, column: str = "") -> None:
        """Count in texts that are right; those of several lines of a row count several times."""
        self._anomalies.right(what, count, column)
