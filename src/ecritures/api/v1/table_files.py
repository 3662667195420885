"""Whole reads of a ledger, as files."""

from __future__ import annotations

from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING

from ecritures.api.http.sent_files import send
from ecritures.reports.tables.forms import TABLE_FORMS, write_table

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from starlette.responses import Response

    from ecritures.core.sentences import Language
    from ecritures.reports.tables.content import Table
    from ecritures.reports.tables.forms import TableFormName


def table_file(
    opened: AbstractContextManager[Table], code: str, as_: TableFormName, language: Language
) -> Response:
    """Answer with a table as a file: written to disk, then sent piece by piece.

    Args:
        opened: Opens the table.
        code: That of the dossier, which names the file.
        as_: The form of the file.
        language: Of its headings.
    """
    form = TABLE_FORMS[as_]
    file = NamedTemporaryFile()  # noqa: SIM115 - closed once it is sent
    try:
        with opened as table:
            write_table(form, table, language, Path(file.name))
            called = f"{code}-{table.title.code}.{as_}"
    except BaseException:
        file.close()
        raise
    return send(file, form.media_type, called)
