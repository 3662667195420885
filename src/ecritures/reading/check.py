"""Read a file and judge it: what `check` says, and the first half of every import."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from ecritures.config.settings import Settings
from ecritures.core.anomalies import Anomalies
from ecritures.formats.detect import is_readable_text
from ecritures.formats.layouts.opening import open_model_reader
from ecritures.formats.registry import ReadOptions, open_reader
from ecritures.formats.text.encoding import Encoding, judge_encoding
from ecritures.formats.text.reader import NotUtf8Error, UnreadableTextError, raw_blocks
from ecritures.rules.catalogue import is_conforming
from ecritures.rules.checker import Checker
from ecritures.rules.dgfip import DgfipChecks
from ecritures.rules.entries.grouping import NUMBER
from ecritures.rules.expectations import Expectations
from ecritures.rules.policy import Policy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date
    from pathlib import Path

    import polars as pl

    from ecritures.formats.fec.fixed_description import FixedField
    from ecritures.formats.layouts.document import ImportModel
    from ecritures.formats.reader import Reader
    from ecritures.rules.checker import Checked


class LineSink(Protocol):
    """What takes the lines of a file while it is read."""

    def write(self, lines: pl.DataFrame) -> None:
        """Take the next canonical lines."""

    def clear(self) -> None:
        """Forget them: the file is read again from its start."""

    def refuse(self) -> None:
        """Learn that the file is refused; told once or many times."""


@dataclass(frozen=True, slots=True)
class CheckOptions:
    """What may be told about a file before reading it. None: find out."""

    format: str | None = None
    file_name: str | None = None  # the name to judge, when the file is kept under another
    siren: str | None = None
    sirets: tuple[str, ...] = ()  # of the dossier
    closing_date: date | None = None
    fiscal_years: tuple[tuple[date, date, bool], ...] = ()
    regime: str | None = None
    description: tuple[FixedField, ...] = ()  # of a fixed-length file
    group_by: str | None = None
    model: ImportModel | None = None  # reads a file in a layout of its own
    as_dgfip: bool = False
    policy: Policy = field(default_factory=Policy)

    @property
    def grouping(self) -> str | None:
        """The rule that tells the entries apart; None: found out."""
        return self.group_by or (self.model.grouping_rule if self.model else None)


@dataclass(frozen=True, slots=True)
class Report:
    """What reading a file has found.

    Attributes:
        separator: `|` or tab; "" when the file has none.
        grouping: The rule that told the entries apart, one of `checks.entries.RULES`.
        dgfip: What the official tool would say; None when not asked.
        checked: The entries and codes, for who loads them; None when nothing could be read.
        read_again: Reads the canonical lines of the file once more.
    """

    file: str
    format: str
    layout: str
    encoding: str
    separator: str
    grouping: str
    lines: int
    entries: int
    debit_cents: int
    credit_cents: int
    conforming: bool
    importable: bool
    anomalies: Anomalies
    policy: Policy
    seconds: float
    read_again: Callable[[], Iterator[pl.DataFrame]] = field(repr=False)
    dgfip: str | None = None
    checked: Checked | None = field(default=None, repr=False)

    def summary(self) -> dict[str, Any]:
        """The report in JSON, camelCase, without the details of the anomalies."""
        return {
            "file": self.file,
            "format": self.format,
            "layout": self.layout,
            "encoding": self.encoding,
            "separator": self.separator,
            "grouping": self.grouping,
            "lines": self.lines,
            "entries": self.entries,
            "conforming": self.conforming,
            "importable": self.importable,
            "debitCents": self.debit_cents,
            "creditCents": self.credit_cents,
            "anomalyCounts": dict(sorted(self.anomalies.counts.items())),
            "seconds": round(self.seconds, 3),
            "statistics": self.checked.statistics if self.checked else {},
            "policy": self.policy.summary(),
        } | ({"dgfip": self.dgfip} if self.dgfip else {})


def check_file(
    path: Path,
    options: CheckOptions | None = None,
    *,
    settings: Settings | None = None,
    progress: Callable[[int, int], None] = lambda _bytes, _lines: None,
    sink: LineSink | None = None,
) -> Report:
    """Read and judge a file; load nothing.

    Args:
        path: The file, on this machine.
        options: What is known about it.
        settings: Limits and sizes.
        progress: Told the bytes and lines read so far, after each block. An exception of it stops
            the reading.
        sink: Given the canonical lines.

    Raises:
        OSError: The file cannot be read.
    """
    settings = settings or Settings()
    options = options or CheckOptions()
    started = time.perf_counter()
    reading = _Reading(path, options, settings, progress, sink)
    reading.run()
    return reading.report(time.perf_counter() - started)


class _Reading:
    """One reading of one file; begun again when its encoding turns out not to be UTF-8."""

    def __init__(
        self,
        path: Path,
        options: CheckOptions,
        settings: Settings,
        progress: Callable[[int, int], None],
        sink: LineSink | None,
    ) -> None:
        self._path = path
        self._options = options
        self._details_max = settings.anomaly_details_max
        self._how = ReadOptions(
            options.format,
            options.regime,
            settings.block_bytes,
            settings.line_bytes_max,
            options.description,
        )
        self._progress = progress
        self._sink = sink
        self._anomalies = Anomalies(self._details_max)
        self._encoding = Encoding()
        self._reader: Reader | None = None
        self._checked: Checked | None = None
        self._official = DgfipChecks(options.file_name) if options.as_dgfip else None

    def run(self) -> None:
        """Read and check the whole file."""
        model = self._options.model
        if not (model and model.input.kind == "sheet") and not is_readable_text(
            self._path, self._anomalies
        ):
            return
        try:
            try:
                self._read()
            except NotUtf8Error:
                if self._sink:
                    self._sink.clear()
                self._anomalies = Anomalies(self._details_max)
                told = Anomalies(0) if model else self._anomalies  # the law is the FEC's alone
                self._encoding = judge_encoding(self._raw_blocks(), told)
                self._read()
        except UnreadableTextError as error:
            self._anomalies.add("FEC-FIC-04", value=error.sentence.fr)

    def report(self, seconds: float) -> Report:
        """Say what was found."""
        reader, checked = self._reader, self._checked
        counts = self._anomalies.counts
        return Report(
            file=self._options.file_name or self._path.name,
            format=reader.format if reader else "fec",
            layout=reader.layout if reader else "",
            encoding=reader.encoding if reader else self._encoding.name,
            separator=reader.separator if reader else "",
            grouping=checked.entries.rule if checked else NUMBER,
            lines=checked.totals.lines if checked else 0,
            entries=checked.entries.table.height if checked else 0,
            debit_cents=checked.totals.debit_cents if checked else 0,
            credit_cents=checked.totals.credit_cents if checked else 0,
            conforming=is_conforming(counts),
            importable=self._options.policy.allows(counts),
            policy=self._options.policy,
            anomalies=self._anomalies,
            seconds=seconds,
            dgfip=self._official.verdict(counts) if self._official else None,
            checked=checked,
            read_again=self._read_again,
        )

    def _read(self) -> None:
        reader = self._open(self._anomalies)
        self._reader = reader
        checker: Checker | None = None
        lines_read = 0
        for block in reader.blocks():
            checker = checker or Checker(
                self._anomalies, self._expected(reader), self._options.grouping
            )
            checker.check(block)
            if self._official:
                self._official.check(block, reader.regime)
            if self._sink and self._options.policy.allows(self._anomalies.counts):
                self._sink.write(block.lines)
            elif self._sink:
                self._sink.refuse()
            lines_read += block.lines.height
            self._progress(reader.bytes_read, lines_read)
        if checker is not None:
            self._checked = checker.finish(self._read_again)
        elif reader.layout and Policy().allows(self._anomalies.counts):  # nothing else says why
            self._anomalies.add("FEC-FIC-02")

    def _read_again(self) -> Iterator[pl.DataFrame]:
        """Yield the lines once more; what is wrong with them is known."""
        for block in self._open(Anomalies(0)).blocks():
            yield block.lines

    def _open(self, anomalies: Anomalies) -> Reader:
        model = self._options.model
        if model:
            return open_model_reader(self._path, model, self._encoding, self._how, anomalies)
        return open_reader(self._path, self._encoding, self._how, anomalies)

    def _expected(self, reader: Reader) -> Expectations:
        options = self._options
        return Expectations(
            regime=reader.regime,
            file_name=None if options.model else options.file_name,
            siren=options.siren,
            sirets=options.sirets,
            closing_date=options.closing_date or reader.closing_date,
            fiscal_years=options.fiscal_years,
        )

    def _raw_blocks(self) -> Iterator[bytes]:
        return raw_blocks(self._path, self._how.block_bytes, self._how.line_bytes_max)
