"""Reads and checks a file: for `ecritures check`, and as the first half of every import."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from ecritures.config.settings import Settings
from ecritures.core.anomalies import Anomalies
from ecritures.core.grouping import NOT_GROUPED, Grouping, GroupingReason, HowGrouped
from ecritures.core.policies import FileEncoding
from ecritures.formats.definition import ReadOptions
from ecritures.formats.detect import is_readable_text, opens_with_endless_line
from ecritures.formats.loop_json.definition import NAME as JSON
from ecritures.formats.registry import find_format, open_reader
from ecritures.formats.text.encoding import Encoding, judge_encoding
from ecritures.formats.text.reader import NotUtf8Error, UnreadableTextError, raw_blocks
from ecritures.reading.file_report import Report
from ecritures.reading.official import official_name, official_verdict
from ecritures.reading.options import CheckOptions
from ecritures.rules.catalogue import is_conforming
from ecritures.rules.checker import Checker
from ecritures.rules.dgfip import Demands, XmlChecks
from ecritures.rules.expectations import Expectations
from ecritures.rules.policy import Policy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    import polars as pl

    from ecritures.core.lines import Block, NumberedLines
    from ecritures.formats.reader import Reader
    from ecritures.rules.checker import Checked
    from ecritures.rules.dgfip import Official

MODELS_NAMED_MAX = 3
NO_FEC = {"FEC-FIC-03", "FEC-XML-18", *(f"FEC-STR-0{n}" for n in (1, 2, 3, 7))}
"""What tells that a file has another layout than the FEC's."""
XML = "xml"
FEC = "fec"
_DEFAULTS = Settings.model_construct()

__all__ = ["CheckOptions", "LineSink", "Report", "check_file", "read_blocks", "read_lines"]


class LineSink(Protocol):
    """Receives the lines of a file while it is read."""

    def write(self, numbered: NumberedLines) -> None:
        """Take the next canonical lines, numbered as they come."""

    def clear(self) -> None:
        """Discard them: the file is read again from its start."""

    def refuse(self) -> None:
        """Take no more lines: the file is refused, or its entries are scattered."""


def check_file(
    path: Path,
    options: CheckOptions | None = None,
    *,
    settings: Settings | None = None,
    progress: Callable[[int, int], None] = lambda _bytes, _lines: None,
    sink: LineSink | None = None,
) -> Report:
    """Read and check a file; load nothing.

    Args:
        path: The file, on this machine.
        options: What is known about it.
        settings: Limits and sizes; by default, those of a service without any setting.
        progress: Called with the bytes and lines read so far, after each block. An exception stops
            the reading.
        sink: Given the canonical lines.

    Raises:
        OSError: The file cannot be read.
    """
    settings = settings or _DEFAULTS
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
        self._settings = settings
        self._progress = progress
        self._sink = sink
        self._anomalies = self._no_anomalies()
        self._encoding = Encoding()
        self._reader: Reader | None = None
        self._checked: Checked | None = None
        self._official = XmlChecks()
        self._is_fec = True

    def _no_anomalies(self) -> Anomalies:
        return Anomalies(self._details_max, line_by_line=self._options.line_by_line)

    def run(self) -> None:
        """Read and check the whole file; when it is no FEC, say which model reads it."""
        self._read_whole()
        named = self._options.model or self._options.format or self._options.description
        lines = self._checked.totals.lines if self._checked else 0
        if named or lines or not NO_FEC & self._anomalies.counts.keys():
            return
        if opens_with_endless_line(self._path):
            return
        # The built-in models take as long to load as a small file to check.
        from ecritures.reading.other_models import models_that_read  # noqa: PLC0415

        if models := models_that_read(self._path, self._encoding):
            names = ", ".join(models[:MODELS_NAMED_MAX])
            self._anomalies.add("FEC-FIC-07", value=names, expected=models[0])

    def _read_whole(self) -> None:
        options = _read_options(self._options, self._settings)
        found = find_format(self._path, options)
        self._is_fec = found.kind == FEC
        if found.name == JSON:
            self._options = replace(self._options, format=JSON)
        if found.is_text(options) and not is_readable_text(self._path, self._anomalies):
            return
        try:
            try:
                self._read()
            except NotUtf8Error:
                if self._sink:
                    self._sink.clear()
                self._anomalies = self._no_anomalies()
                # The law applies to the FEC only.
                anomalies = self._anomalies if self._is_fec else Anomalies(0)
                self._encoding = judge_encoding(self._raw_blocks(), anomalies)
                chosen = self._options.encoding
                detected = FileEncoding.AUTO, FileEncoding.UTF_8
                if not self._encoding.mixed and chosen not in detected:
                    self._encoding = Encoding(str(chosen))
                self._read()
        except UnreadableTextError as error:
            self._anomalies.add(
                "FEC-FIC-04",
                line=error.line,
                value=str(error.limit),
                expected="element" if error.sentence.code == "text-too-long" else None,
            )

    def report(self, seconds: float) -> Report:
        """Return what was found."""
        reader, checked = self._reader, self._checked
        grouping = checked.entries.how if checked else NOT_GROUPED
        if grouping.rule == Grouping.NUMBER and self._options.by_heading:
            grouping = HowGrouped(Grouping.HEADING, GroupingReason.NUMBERED)
        elif grouping.reason == GroupingReason.REQUESTED and not self._options.group_by:
            grouping = grouping._replace(reason=GroupingReason.PROPOSED)
        counts = self._anomalies.counts
        return Report(
            file=self._options.file_name or self._path.name,
            format=reader.format if reader else "fec",
            layout=reader.layout if reader else "",
            encoding=reader.encoding if reader else "",
            separator=reader.separator if reader else "",
            grouping=grouping,
            lines=checked.totals.lines if checked else 0,
            entries=checked.entries.table.height if checked else 0,
            debit_cents=checked.totals.debit_cents if checked else 0,
            credit_cents=checked.totals.credit_cents if checked else 0,
            conforming=is_conforming(counts) if self._is_fec else None,
            importable=self._options.policy.allows(counts),
            policy=self._options.policy,
            anomalies=self._anomalies,
            seconds=seconds,
            official=self._official_verdict() if self._options.as_dgfip else None,
            decided_encoding=self._encoding,
            checked=checked,
        )

    def _official_verdict(self) -> Official:
        name, regime = self._options.file_name, self._options.regime
        if self._reader is not None and self._reader.format == XML:
            named = official_name(name)
            return named or self._official.verdict(self._anomalies.counts)
        return official_verdict(self._path, name, regime)

    def _read(self) -> None:
        reader = self._open(self._anomalies)
        self._reader = reader
        checker: Checker | None = None
        lines_read = 0
        for block in reader.blocks():
            checker = checker or Checker(
                self._anomalies,
                self._expected(reader),
                self._options.grouping,
                self._options.proposed_grouping,
            )
            checker.check(block)
            if self._options.as_dgfip and reader.format == XML:
                self._official.check(
                    block, Demands(cash=bool(reader.regime and reader.regime.is_cash))
                )
            if self._sink:
                self._feed(self._sink, checker, block.lines)
            lines_read += block.lines.height
            self._progress(reader.bytes_read, lines_read)
        if checker is not None:
            self._checked = checker.finish(self._read_again, reader.stated_total)
        elif reader.layout and Policy().allows(self._anomalies.counts):  # nothing else says why
            self._anomalies.add("FEC-FIC-02")

    def _feed(self, sink: LineSink, checker: Checker, lines: pl.DataFrame) -> None:
        refused = not self._options.policy.allows(self._anomalies.counts)
        if refused or checker.is_scattered:
            sink.refuse()
        else:
            sink.write(checker.number_lines(lines))

    def _read_again(self) -> Iterator[pl.DataFrame]:
        return read_lines(self._path, self._options, self._settings, self._encoding)

    def _open(self, anomalies: Anomalies) -> Reader:
        return _open(self._path, self._options, self._settings, self._encoding, anomalies)

    def _expected(self, reader: Reader) -> Expectations:
        options = self._options
        return Expectations(
            regime=reader.regime,
            file_name=options.file_name if self._is_fec else None,
            siren=options.siren,
            sirets=options.sirets,
            closing_date=options.closing_date or reader.closing_date,
            fiscal_years=options.fiscal_years,
            chart=options.chart,
            dossier=options.codes.dossier if options.codes else "",
            is_loop_json=reader.format == JSON,
        )

    def _raw_blocks(self) -> Iterator[bytes]:
        return raw_blocks(self._path, self._settings.block_bytes, self._settings.line_bytes_max)


def read_lines(
    path: Path, options: CheckOptions, settings: Settings, encoding: Encoding
) -> Iterator[pl.DataFrame]:
    """Yield the canonical lines of a file once more, block by block, as `read_blocks` does."""
    for block in read_blocks(path, options, settings, encoding):
        yield block.lines


def read_blocks(
    path: Path, options: CheckOptions, settings: Settings, encoding: Encoding
) -> Iterator[Block]:
    """Yield the blocks of a file once more; anomalies are known already.

    Args:
        path: The file.
        options: As they were given to `check_file`.
        settings: As they were given to `check_file`.
        encoding: `Report.decided_encoding`.
    """
    yield from _open(path, options, settings, encoding, Anomalies(0)).blocks()


def _open(
    path: Path,
    options: CheckOptions,
    settings: Settings,
    encoding: Encoding,
    anomalies: Anomalies,
) -> Reader:
    return open_reader(path, encoding, _read_options(options, settings), anomalies)


def _read_options(options: CheckOptions, settings: Settings) -> ReadOptions:
    return ReadOptions(
        options.format,
        options.regime,
        settings.block_bytes,
        settings.line_bytes_max,
        options.description,
        options.reading_model,
        options.kind,
        options.codes,
    )
