"""Give back the rejected entries of a file, to be mended and sent again."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

from ecritures.formats.encoding import Encoding, judge_encoding
from ecritures.formats.text import TextReader, raw_blocks
from ecritures.imports.check import check_file
from ecritures.imports.report_content import content_of_report
from ecritures.model.anomalies import Anomalies
from ecritures.model.errors import ConflictError
from ecritures.reports import rejected

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ecritures.imports.check import CheckOptions, Report
    from ecritures.model.sentences import Language
    from ecritures.settings import Settings

DETAILS_MAX = 2_000_000
"""How many anomalies of one code are looked at; beyond, nobody mends by hand."""


def with_every_detail(
    path: Path,
    settings: Settings,
    options: CheckOptions | None = None,
    report: Report | None = None,
) -> Report:
    """Return a report that knows every line to give back: the one just made, or one made anew."""
    if report is not None and _is_complete(report):
        return report
    more = settings.model_copy(update={"anomaly_details_max": DETAILS_MAX})
    return check_file(path, options, settings=more)


def write_rejected(
    path: Path, report: Report, settings: Settings, language: Language, target: BinaryIO
) -> int:
    """Write the rejected entries of a file as a FEC; return how many lines they have.

    Raises:
        ConflictError: The file cannot be cut into lines of entries.
    """
    if report.format == "model":
        raise ConflictError(
            "rejected-entries-of-a-model",
            "Les écritures rejetées ne se rendent que pour un FEC : "
            "corrigez le fichier d'origine d'après le rapport.",
            "Rejected entries are given back for a FEC only: "
            "mend the original file with the help of the report.",
        )
    if not report.separator or report.checked is None:
        raise ConflictError(
            "rejected-entries-unreadable",
            "Ce fichier ne se découpe pas en écritures : il est à corriger en entier.",
            "This file cannot be cut into entries: it is to be mended as a whole.",
        )
    content = content_of_report(report)
    wrong = rejected.find_rejected(content, report.checked.entries, language)
    return rejected.write(_lines(path, report, settings), report.separator, wrong, target)


def _is_complete(report: Report) -> bool:
    content = content_of_report(report)
    return all(
        one.kept == one.count
        for one in content.codes()
        if rejected.rejects(one.rule.code, report.policy)
    )


def _lines(path: Path, report: Report, settings: Settings) -> Iterator[rejected.SourceLines]:
    sizes = {"block_bytes": settings.block_bytes, "line_bytes_max": settings.line_bytes_max}
    encoding = Encoding()
    if report.encoding != "utf-8" or report.anomalies.counts["FEC-ENC-01"]:
        encoding = judge_encoding(raw_blocks(path, **sizes), Anomalies(0))
    reader = TextReader(path, encoding, Anomalies(0), **sizes)
    for block in reader.blocks():
        yield rejected.SourceLines(block.first_line, block.lines)
