"""`-o FILE` of the commands that read a ledger."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING

from ecritures.core.errors import RefusedRequestError

if TYPE_CHECKING:
    from ecritures.app.ledger_reads import ReadName, ReadRequest
    from ecritures.cli.support.output import Output

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


def write_file(
    request: ReadRequest, name: ReadName, path: Path, form: str | None, out: Output
) -> None:
    """Write a whole read to a file, which is there once it is complete.

    Raises:
        RefusedRequestError: The file cannot be written.
    """
    from ecritures.app.ledger_reads import open_table
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
        with open_table(request, name, out.language) as table:
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
