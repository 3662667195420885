"""Writes the rejected entries of a file, to be corrected and sent again."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, BinaryIO, TypedDict

import polars as pl

from ecritures.core.anomalies import Anomalies
from ecritures.core.errors import ConflictError
from ecritures.formats.definition import ReadOptions
from ecritures.formats.fec import write as fec_lines
from ecritures.formats.layouts.definition import open_model_reader
from ecritures.formats.loop_json.definition import NAME as JSON
from ecritures.formats.registry import open_reader
from ecritures.formats.text.reader import TextReader
from ecritures.formats.tra.definition import NAME as TRA
from ecritures.reading.check import CheckOptions, check_file
from ecritures.reading.content import content_of_report
from ecritures.reports import rejected

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ecritures.config.settings import Settings
    from ecritures.core.sentences import Language
    from ecritures.formats.layouts.document import ImportModel
    from ecritures.formats.reader import Reader
    from ecritures.reading.check import Report

DETAILS_MAX = 2_000_000
"""How many anomalies of one code are considered; nobody corrects more by hand."""


class Sizes(TypedDict):
    """How much is read at once, and the longest line."""

    block_bytes: int
    line_bytes_max: int


def with_every_detail(
    path: Path,
    settings: Settings,
    options: CheckOptions | None = None,
    report: Report | None = None,
) -> Report:
    """Return a report with every line to write: the given one, or that of a new reading."""
    if report is not None and _is_complete(report):
        return report
    more = settings.model_copy(update={"anomaly_details_max": DETAILS_MAX})
    line_by_line = replace(options or CheckOptions(), line_by_line=True)
    return check_file(path, line_by_line, settings=more)


def write_rejected(  # noqa: PLR0913, PLR0917 - what is read, how, and where it goes
    path: Path,
    report: Report,
    settings: Settings,
    language: Language,
    target: BinaryIO,
    model: ImportModel | None = None,
) -> int:
    """Write the rejected entries of a file as a FEC; return how many lines they have.

    Args:
        path: The file.
        report: What is wrong with it.
        settings: Limits and sizes.
        language: That of the sentences.
        target: Where it is written.
        model: How the file was read, when it is of no format that is known.

    Raises:
        ConflictError: The file cannot be cut into lines of entries.
    """
    as_fec = model is not None or report.format in (TRA, JSON)
    if report.checked is None or not (report.separator or as_fec):
        raise ConflictError(
            "rejected-entries-unreadable",
            "Ce fichier ne se découpe pas en écritures : il est à corriger en entier.",
            "This file cannot be cut into entries: correct it as a whole.",
        )
    content = content_of_report(report)
    wrong = rejected.find_rejected(content, report.checked.entries, language)
    if as_fec:
        lines = _lines_of_fec(_reader(path, report, settings, model))
        return rejected.write(lines, fec_lines.SEPARATOR, wrong, target)
    return rejected.write(_lines(path, report, settings), report.separator, wrong, target)


def _is_complete(report: Report) -> bool:
    content = content_of_report(report)
    return all(
        one.kept == one.count
        for one in content.codes()
        if rejected.rejects(one.rule.code, report.policy)
    )


def _lines(path: Path, report: Report, settings: Settings) -> Iterator[rejected.SourceLines]:
    reader = TextReader(path, report.decided_encoding, Anomalies(0), **_sizes(settings))
    for block in reader.blocks():
        after = block.first_line + block.lines.len()
        numbers = pl.int_range(block.first_line, after, dtype=pl.UInt32, eager=True)
        yield rejected.SourceLines(numbers, block.lines)


def _lines_of_fec(reader: Reader) -> Iterator[rejected.SourceLines]:
    no_line = pl.Series([0], dtype=pl.UInt32)
    yield rejected.SourceLines(no_line, pl.Series([fec_lines.HEADER]))
    for block in reader.blocks():
        yield rejected.SourceLines(block.lines["line"], fec_lines.fec_lines(block))


def _reader(path: Path, report: Report, settings: Settings, model: ImportModel | None) -> Reader:
    how, encoding = ReadOptions(report.format, **_sizes(settings)), report.decided_encoding
    if model:
        return open_model_reader(path, model, encoding, how, Anomalies(0))
    return open_reader(path, encoding, how, Anomalies(0))


def _sizes(settings: Settings) -> Sizes:
    return {"block_bytes": settings.block_bytes, "line_bytes_max": settings.line_bytes_max}
