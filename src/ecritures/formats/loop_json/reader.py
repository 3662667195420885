"""Reads the body of importJson into blocks of canonical lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from ecritures.core.anomalies import Anomalies
from ecritures.core.frames import constant
from ecritures.core.habits import Tally
from ecritures.core.lines import LINE_SCHEMA, Block
from ecritures.core.prefetch import prefetch
from ecritures.formats.extra import as_members, as_objects
from ecritures.formats.loop_json.amounts import AmountReader
from ecritures.formats.loop_json.body import BodyFault, JsonBody
from ecritures.formats.loop_json.codes import CodeRules
from ecritures.formats.loop_json.dates import DateReader
from ecritures.formats.loop_json.fields import (
    ATTACHMENT,
    CODES,
    COMMENT,
    CUT_OFFS,
    DATES,
    EXTRA_DATES,
    NAMES,
    RATE,
    TEXTS,
    TYPE,
    UUIDS,
    VOUCHER_DATE,
)
from ecritures.formats.loop_json.kinds import DRAFT, OPENING, Kinds
from ecritures.formats.loop_json.lettering import is_lettered, report, unbalanced, without
from ecritures.formats.loop_json.line_texts import TextReader
from ecritures.formats.loop_json.outline import DOSSIER, read_outline, record
from ecritures.formats.loop_json.splits import Splits
from ecritures.formats.loop_json.vouchers import check_vouchers

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ecritures.core.dossier_codes import DossierCodes
    from ecritures.formats.loop_json.body import Batch, Member
    from ecritures.formats.loop_json.options import Options
    from ecritures.formats.loop_json.outline import Outline

LAYOUT = "importJson"
BATCH_BYTES_MAX = 2 << 20
"""Decoded, it takes many times as much."""
_UUID = r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"
_TYPES = {OPENING: "5", DRAFT: "7"}


class LoopJsonReader:
    """Reads a request.

    Args:
        path: The file.
        anomalies: Where what is wrong with it is recorded.
        block_bytes: How much is read at once.
        line_bytes_max: Longest line accepted.
        codes: What the dossier has; None: it is not known.
    """

    format = "json"
    separator = ""
    regime = None
    closing_date = None
    stated_total = None
    encoding = "utf-8"

    def __init__(
        self,
        path: Path,
        anomalies: Anomalies,
        *,
        block_bytes: int,
        line_bytes_max: int,
        codes: DossierCodes | None = None,
    ) -> None:
        self._anomalies, self._codes = anomalies, codes
        batch_bytes = min(block_bytes, BATCH_BYTES_MAX)
        self._body = JsonBody(path, batch_bytes=batch_bytes, line_bytes_max=line_bytes_max)
        self.layout = ""
        self.bytes_read = 0

    def blocks(self) -> Iterator[Block]:
        """Yield the lines; none when the request cannot be read, which is an anomaly."""
        return prefetch(self._blocks())

    def _blocks(self) -> Iterator[Block]:
        outline = read_outline(self._body, self._anomalies)
        if outline is None or outline.entries is None:
            return
        self.layout = LAYOUT
        self._check_dossier(outline.dossier)
        odd: pl.DataFrame | None = None
        for end, block in self._read(outline, outline.entries, self._anomalies):
            self.bytes_read = end
            if odd is None and is_lettered(block):  # only the whole says what nets to zero
                again = self._read(outline, outline.entries, Anomalies(details_max=0))
                odd = unbalanced(one for _, one in again)
                report(odd, self._anomalies)
            yield block if odd is None else without(block, odd)

    def _read(
        self, outline: Outline, entries: Member, anomalies: Anomalies
    ) -> Iterator[tuple[int, Block]]:
        """Yield the lines of the books, in parts: where each ends, and what it holds."""
        lines = _LineReader(outline.options, self._codes, anomalies)
        try:
            for batch in self._body.batches(entries):
                if (block := lines.read(batch)) is not None:
                    yield batch.end, block
        except BodyFault as fault:
            record(fault, anomalies)
        lines.finish()

    def _check_dossier(self, named: str) -> None:
        """Tell a request that is for another dossier than the one it goes to."""
        own = self._codes.dossier if self._codes else ""
        if own and named and named.casefold() != own.casefold():
            self._anomalies.add("JSON-DOS-01", column=DOSSIER, value=named, expected=own)


class _LineReader:
    """Turns decoded lines into canonical ones."""

    def __init__(self, options: Options, codes: DossierCodes | None, anomalies: Anomalies) -> None:
        self._options, self._anomalies = options, anomalies
        self._codes = CodeRules(options, codes, anomalies)
        self._texts = TextReader(anomalies)
        self._amounts = AmountReader(options.decimal, anomalies)
        self._dates = DateReader(options.date_pattern, anomalies)
        self._kinds = Kinds(anomalies, opens=bool(options.flags["aNouveaux"]))
        self._splits = Splits(anomalies)
        self._outside = Tally(anomalies, "JSON-CTX-04")

    def read(self, batch: Batch) -> Block | None:
        """Read lines; None where none of them is an entry of the books."""
        frame, splits = self._texts.read(batch.first, batch.values)
        check_vouchers(frame, self._anomalies)
        cents = self._amounts.sides(frame)
        amounts = pl.DataFrame({"line": frame["line"], **cents})
        cents["splits"] = self._splits.read(amounts, splits)
        kinds = self._kinds.read(frame)
        kept = self._kinds.kept(kinds, amounts)
        if not kept.any():
            return None
        if not kept.all():
            frame, kinds = frame.filter(kept), kinds.filter(kept)
            cents = {name: one.filter(kept) for name, one in cents.items()}
        frame = self._codes.apply(frame)
        self._kinds.look_for_openings(kinds, frame)
        return self._block(frame, kinds, cents)

    def finish(self) -> None:
        """Record what only the whole request shows."""
        for gathered in (self._texts, self._kinds, self._outside):
            gathered.finish()

    def _block(self, frame: pl.DataFrame, kinds: pl.Series, cents: dict[str, pl.Series]) -> Block:
        lines = frame["line"]
        foreign = self._amounts.foreign(frame, cents)
        days = {
            column: self._dates.read(
                lines, frame[field], field, "JSON-DAT-01" if field == "date" else "JSON-DAT-02"
            )
            for field, column in DATES.items()
        }
        self._report_undated(frame)
        days["piece_date"] = self._dates.read(lines, frame[VOUCHER_DATE], VOUCHER_DATE, None)
        self._check_period(lines, days["entry_date"], frame["date"])
        self._codes.check_year(lines, days["entry_date"], frame["date"])
        texts = {column: frame[field] for field, column in TEXTS.items()}
        if self._options.flags["createPieceRef"]:
            texts["piece_ref"] = _made_pieces(frame, days["entry_date"])
        texts |= {"currency": foreign["currency"]}
        columns = (
            texts
            | days
            | cents
            | {
                "line": lines,
                "currency_amount": foreign["value"],
                "currency_scale": foreign["scale"],
                "attachments": frame[ATTACHMENT],
                "extra": self._extra(frame, kinds, foreign["rate"]),
            }
        )
        blank = constant("", lines.len(), pl.String)
        nothing = constant(None, lines.len(), pl.Date)
        made = {
            name: columns.get(name, nothing if dtype == pl.Date else blank)
            for name, dtype in LINE_SCHEMA.items()
        }
        canonical = pl.DataFrame(made, schema=LINE_SCHEMA)
        text = pl.DataFrame(
            {
                "line": lines,
                **texts,
                **{column: frame[field] for field, column in DATES.items()},
                "piece_date": frame[VOUCHER_DATE],
                "debit_cents": frame["debit.amount"],
                "credit_cents": frame["credit.amount"],
                "currency_amount": foreign["text"],
            }
        )
        return Block(canonical, text, NAMES, "model")

    def _report_undated(self, frame: pl.DataFrame) -> None:
        undated = frame.filter(pl.col("date") == "").select("line")
        self._anomalies.extend("JSON-DAT-01", undated, column="date")

    def _check_period(self, lines: pl.Series, days: pl.Series, text: pl.Series) -> None:
        """Record the lines outside the context: refused, or taken where nothing says which."""
        options = self._options
        if options.period is None or (options.flags["multiPeriode"] and options.says_periods):
            return
        first, last = options.period
        outside = ~days.is_between(first, last).fill_null(value=True)
        if not outside.any():
            return
        if options.flags["multiPeriode"]:
            self._outside.add(lines.filter(outside), f"{first} – {last}")
            return
        found = pl.DataFrame({"line": lines, "value": text}).filter(outside)
        found = found.with_columns(expected=pl.lit(f"{first} – {last}"))
        self._anomalies.extend("JSON-CTX-03", found, column="date")

    def _extra(self, frame: pl.DataFrame, kinds: pl.Series, rate: pl.Series) -> pl.Series:
        """Return what the canonical line does not have, as a JSON object."""
        members = []
        for field in EXTRA_DATES:
            days = self._dates.read(frame["line"], frame[field], field, "JSON-DAT-02")
            if days.null_count() < days.len():
                members.append(as_members(days.dt.to_string("%Y-%m-%d").fill_null(""), field))
        for field, known in CODES.items():
            odd = ~pl.col(field).is_in([*known, ""])
            found = frame.filter(odd).select("line", value=field)
            self._anomalies.extend("JSON-CHP-04", found, column=field)
        for field in UUIDS:
            odd = (pl.col(field) != "") & ~pl.col(field).str.contains(_UUID)
            found = frame.filter(odd).select("line", value=field)
            self._anomalies.extend("JSON-CHP-05", found, column=field)
        types = kinds.replace_strict(_TYPES, default="", return_dtype=pl.String)
        kept = {name: frame[name] for name in (COMMENT, *CODES, *UUIDS)}
        kept |= {name: frame[name].str.head(10) for name in CUT_OFFS}
        for name, values in (kept | {RATE: rate, TYPE: types}).items():
            if (values != "").any():
                members.append(as_members(values, name))
        return as_objects(members, frame.height)


def _made_pieces(frame: pl.DataFrame, days: pl.Series) -> pl.Series:
    """Return piece references; where there is none, the entry's, else its journal and day."""
    of_day = pl.DataFrame({"journal": frame["journal"], "day": days.dt.to_string("%Y%m%d")})
    made = of_day.select(pl.concat_str("journal", pl.lit("-"), "day")).to_series().fill_null("")
    reference = frame["reference"]
    made = made.zip_with(reference == "", reference)
    return made.zip_with(frame["refPiece"] == "", frame["refPiece"])
