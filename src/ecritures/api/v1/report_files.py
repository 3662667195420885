"""Reports to download."""

from __future__ import annotations

from pathlib import PurePath
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Any, Final, Literal

from ecritures.api.http.sent_files import file_contents, send
from ecritures.imports.past_files.stored_sources import write_rejected_entries
from ecritures.imports.read.stored_report import content_of_import, require_report
from ecritures.reports.forms import FORMS, write_report

if TYPE_CHECKING:
    from starlette.responses import StreamingResponse

    from ecritures.api.http.app_state import AppState
    from ecritures.core.sentences import Language
    from ecritures.imports.queries import ImportState

DownloadName = Literal["csv", "json", "xlsx", "html", "fec"]
FEC_MEDIA_TYPE = "text/plain; charset=utf-8"

DOWNLOADED: Final[dict[str, Any]] = {
    "description": "Une page d'anomalies, ou le fichier demandé par `as`.",
    "content": file_contents(FEC_MEDIA_TYPE, *(form.media_type for form in FORMS.values())),
}


def download(
    app_state: AppState, state: ImportState, name: DownloadName, language: Language
) -> StreamingResponse:
    """Answer with a report of an import; it is written to disk, then sent piece by piece.

    Raises:
        ConflictError: The file was not read, or is no longer kept.
    """
    require_report(state)
    file = TemporaryFile()  # noqa: SIM115 - closed once it is sent
    try:
        if name == "fec":
            write_rejected_entries(app_state.deps, state, language, file)
            media_type, ending = FEC_MEDIA_TYPE, "rejets.txt"
        else:
            content = content_of_import(app_state.database, state)
            write_report(FORMS[name], content, language, file)
            media_type, ending = FORMS[name].media_type, f"anomalies.{name}"
    except BaseException:
        file.close()
        raise
    stem = PurePath((state.source_name or state.id).replace("\\", "/")).stem or state.id
    return send(file, media_type, f"{stem}-{ending}")
