"""`-o FILE` of the commands that read a ledger."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ecritures.cli.support.language import say
from ecritures.core.errors import RefusedRequestError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from contextlib import AbstractContextManager

    from ecritures.cli.support.output import Output
    from ecritures.reports.tables.content import Table

ToFile = Annotated[
    Path | None,
    typer.Option(
        "-o",
        "--output",
        help=say("Tout écrire dans ce fichier.", "Write all of it to this file."),
    ),
]
Form = Annotated[
    str | None,
    typer.Option(
        "--as",
        metavar="csv|xlsx|parquet|json",
        help=say(
            "Forme du fichier ; à défaut, celle de son nom.",
            "Form of the file; by default that of its name.",
        ),
    ),
]
FORMS = ("csv", "xlsx", "parquet", "json")


def check_form(path: Path | None, form: str | None) -> None:
    """Refuse a form that cannot be written, before anything is read.

    Raises:
        RefusedRequestError: It is unknown, or there is no file to write.
    """
    if path is None and form is None:
        return
    if path is None:
        raise RefusedRequestError(
            "form-without-file",
            "--as dit la forme d'un fichier : ajoutez -o FICHIER.",
            "--as chooses the form of a file: add -o FILE.",
        )
    if _form_name(path, form) not in FORMS:
        raise RefusedRequestError(
            "table-form-unknown",
            f"Fichier {path.name} : choisissez --as csv, xlsx, parquet ou json, ou l'extension du"
            " même nom.",
            f"File {path.name}: choose --as csv, xlsx, parquet or json, or the extension of the"
            " same name.",
        )


def show_or_write(
    opened: AbstractContextManager[Table],
    read: Callable[[], Any],
    rows: Callable[[Any], Iterable[str]],
    file: tuple[Path | None, str | None],
    out: Output,
) -> None:
    """Show what is read, or write all of it to a file.

    Args:
        opened: Opens all of it as a table.
        read: Returns it, or a page of it, as JSON.
        rows: Tells that to people.
        file: Its path, None: it is shown; and its form.
        out: Where it is shown.

    Raises:
        RefusedRequestError: The file cannot be written.
    """
    path, form = file
    if path is not None:
        write_file(opened, path, form, out)
        return
    view = read()
    out.show(view, lambda: rows(view))


def write_file(
    opened: AbstractContextManager[Table], path: Path, form: str | None, out: Output
) -> None:
    """Write a table to a file, which is there once it is complete.

    Raises:
        RefusedRequestError: The file cannot be written.
    """
    from ecritures.reports.tables.forms import TABLE_FORMS, write_table

    try:
        with NamedTemporaryFile(dir=path.parent, delete=False) as made:
            part = Path(made.name)
    except OSError as error:
        raise RefusedRequestError(
            "file-unwritable",
            f"{path} ne peut pas être écrit : {error.strerror}.",
            f"{path} cannot be written: {error.strerror}.",
        ) from error
    try:
        with opened as table:
            write_table(TABLE_FORMS[_form_name(path, form)], table, out.language, part)
        size = part.stat().st_size
        with part.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        umask = os.umask(0)
        os.umask(umask)
        part.chmod(0o666 & ~umask)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    view = {"file": str(path), "bytes": size, "sha256": digest}
    out.show(view, lambda: [out.say(f"{path} : écrit.", f"{path}: written.")])


def _form_name(path: Path, form: str | None) -> str:
    return form or path.suffix.removeprefix(".").lower()
