"""`ecritures check`: check the files, write the reports, show the result."""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from ecritures.cli.support.exit_codes import CLEAN, FOUND
from ecritures.cli.support.progress import bar
from ecritures.core.errors import RefusedRequestError, SourceError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import Any

    from ecritures.cli.support.output import Output
    from ecritures.reading.check import CheckOptions, Report
    from ecritures.reports.content import Content


def check_files(
    files: Sequence[Path],
    options: CheckOptions,
    reports: list[Path],
    fix: Path | None,
    out: Output,
) -> int:
    """Check files, or the repaired copy of one; return the exit code.

    Raises:
        RefusedRequestError: There is no file, or there are several to repair.
        SourceError: One cannot be read.
    """
    from ecritures.cli.support.connect import open_settings
    from ecritures.cli.support.fix import repair, repairs_wanted
    from ecritures.cli.support.report_files import require_writable, write_reports
    from ecritures.reading.content import content_of_report
    from ecritures.rules.catalogue import noteworthy

    _require_files(files, fix)
    require_writable(reports, list(files))
    found: list[Content] = []
    repairs: list[dict[str, Any]] = []
    for given in files:
        with opened(given) as (path, name):
            if fix:
                repairs.append(repair(path, fix, open_settings()))
            judged = _check_one(name, fix or path, options, out)
            content = content_of_report(judged)
            if not fix:
                wanted = repairs_wanted(path, content.counts, open_settings())
                content = replace(content, summary={**content.summary, "repairable": wanted})
            found.append(content)
            write_reports(reports, fix or path, judged, content, options, out)
    documents = _documents(found, repairs, out) if out.as_json else []
    out.show(
        documents[0] if len(documents) == 1 else documents,
        lambda: _for_people(found, repairs, out),
    )
    return FOUND if any(noteworthy(one.counts) for one in found) else CLEAN


def _require_files(files: Sequence[Path], fix: Path | None) -> None:
    if not files:
        raise RefusedRequestError(
            "file-missing",
            "Nommez au moins un fichier : ecritures check FICHIER.",
            "Name at least one file: ecritures check FILE.",
        )
    for path in files:
        require_readable(path)
    if fix and len(files) > 1:
        raise RefusedRequestError(
            "fix-one-file",
            "--fix répare un seul fichier à la fois : n'en nommez qu'un.",
            "--fix repairs one file at a time: name only one.",
        )


@contextmanager
def opened(path: Path) -> Iterator[tuple[Path, str]]:
    """Give the file to read and its name: that of an archive, or the one given.

    Raises:
        SourceError: The archive holds no single accounting file, or cannot be opened.
    """
    from ecritures.cli.support.connect import open_settings
    from ecritures.sources.unpack import UnpackLimits, is_archive, unpack

    if not is_archive(path):
        yield path, text_name(path)
        return
    with TemporaryDirectory(prefix="ecritures-") as folder:
        beside = Path(folder) / "archive"
        beside.symlink_to(path.resolve())
        unpacked, name = unpack(
            beside, text_name(path), UnpackLimits.from_settings(open_settings())
        )
        yield (path, name) if unpacked == beside else (unpacked, name)


def _check_one(name: str, checked: Path, options: CheckOptions, out: Output) -> Report:
    """Check a file, or its repaired copy under the name of the file."""
    from ecritures.cli.support.connect import open_settings
    from ecritures.reading.check import check_file

    size = checked.stat().st_size
    label = out.say(f"Lecture de {name}", f"Reading {name}")
    with bar(out, label) as move:
        return check_file(
            checked,
            replace(options, file_name=name),
            settings=open_settings(),
            progress=lambda done, lines: move(f"{label} ({lines})", done, size),
        )


def _documents(
    found: list[Content], repairs: list[dict[str, Any]], out: Output
) -> list[dict[str, Any]]:
    from ecritures.reports.as_json import document

    documents = [document(one, out.language) for one in found]
    if repairs:
        documents[0] |= {"repairs": repairs[0]}
    return documents


def _for_people(found: list[Content], repairs: list[dict[str, Any]], out: Output) -> Iterable[str]:
    from ecritures.cli.support.fix import repairs_for_people
    from ecritures.cli.support.verdict import for_people

    for one in repairs:
        yield from repairs_for_people(one, out)
    for content in found:
        yield from for_people(content, out)


def text_name(path: Path) -> str:
    """Return the name of a file as text, even when its bytes are not."""
    return os.fsencode(path.name).decode(errors="replace")


def require_readable(path: Path) -> None:
    """Refuse a file that cannot be read, before any file is checked.

    Raises:
        SourceError: It cannot be read.
    """
    if path.is_dir():
        raise SourceError(
            "file-is-a-folder",
            f"{path} est un dossier : nommez un fichier.",
            f"{path} is a folder: name a file.",
        )
    try:
        with path.open("rb"):
            pass
    except FileNotFoundError as error:
        raise SourceError(
            "file-unknown",
            f"Le fichier {path} n'existe pas : vérifiez son nom.",
            f"File {path} does not exist: check its name.",
        ) from error
    except OSError as error:
        raise SourceError(
            "file-unreadable",
            f"Le fichier {path} ne se lit pas ({error.strerror}) : vérifiez ses droits.",
            f"File {path} cannot be read ({error.strerror}): check its permissions.",
        ) from error
