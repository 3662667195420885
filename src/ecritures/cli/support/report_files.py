"""`ecritures check --report`: the extension of the file chooses the form of the report."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, BinaryIO

from ecritures.cli.support.connect import open_settings
from ecritures.core.amounts import counted
from ecritures.core.errors import ConflictError, RefusedRequestError, SourceError
from ecritures.reports.forms import FORMS, write_report

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from ecritures.cli.support.output import Output
    from ecritures.reading.check import CheckOptions, Report
    from ecritures.reports.content import Content

REJECTED = ("txt", "fec")


def require_writable(reports: Sequence[Path], files: Sequence[Path]) -> None:
    """Refuse reports that cannot be written, before anything is read.

    Raises:
        RefusedRequestError: A form is unknown, there are several files, or a report would overwrite
            the file itself.
    """
    for path in reports:
        if _form_name(path) not in (*FORMS, *REJECTED):
            raise RefusedRequestError(
                "report-form-unknown",
                f"Rapport {path.name} : l'extension dit la forme, .html, .xlsx, .csv, .json, "
                "ou .txt pour les écritures rejetées.",
                f"Report {path.name}: the extension chooses the form, .html, .xlsx, .csv, .json, "
                "or .txt for the rejected entries.",
            )
    if reports and len(files) > 1:
        raise RefusedRequestError(
            "report-of-several-files",
            "--report va avec un seul fichier : contrôlez-les un par un.",
            "--report takes a single file: check them one by one.",
        )
    if {path.resolve() for path in reports} & {path.resolve() for path in files}:
        raise RefusedRequestError(
            "report-over-source",
            "Le rapport prendrait la place du fichier contrôlé : donnez-lui un autre nom.",
            "The report would overwrite the file being checked: choose another name.",
        )


def write_reports(
    reports: Sequence[Path],
    source: Path,
    report: Report,
    content: Content,
    options: CheckOptions,
    out: Output,
) -> None:
    """Write the reports of one file, which have this content; rejected entries need the source."""
    for path in reports:
        if _form_name(path) in REJECTED:
            _write_rejected(path, source, report, options, out)
        else:
            with _written(path) as target:
                write_report(FORMS[_form_name(path)], content, out.language, target)
            out.note(out.say(f"Rapport écrit : {path}", f"Report written: {path}"))


def _write_rejected(
    path: Path, source: Path, report: Report, options: CheckOptions, out: Output
) -> None:
    from ecritures.reading.rejected import with_every_detail, write_rejected

    settings = open_settings()
    known = replace(options, file_name=report.file)
    complete = with_every_detail(source, settings, known, report)
    try:
        with _written(path) as target:
            lines = write_rejected(source, complete, settings, out.language, target, options.model)
    except ConflictError as error:
        out.note(error.sentence.text(out.language))
    else:
        out.note(
            out.say(
                f"Écritures rejetées : {path} ({counted(lines, 'ligne', 'lignes')})",
                f"Rejected entries: {path} ({counted(lines, 'line', 'lines', 'en')})",
            )
        )


def _form_name(path: Path) -> str:
    return path.suffix.lower().removeprefix(".")


@contextmanager
def _written(path: Path) -> Iterator[BinaryIO]:
    """Write a file next to its final place, and move it there once it is complete.

    Raises:
        SourceError: It cannot be written.
    """
    part = path.with_name(f"{path.name}.part")
    try:
        with part.open("wb") as target:
            yield target
        part.replace(path)
    except OSError as error:
        raise SourceError(
            "report-unwritable",
            f"Le rapport {path} ne s'écrit pas ({error.strerror}) : vérifiez le dossier.",
            f"Report {path} cannot be written ({error.strerror}): check the folder.",
        ) from error
    finally:
        part.unlink(missing_ok=True)
