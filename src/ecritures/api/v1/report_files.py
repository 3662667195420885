"""Reports to download."""

from __future__ import annotations

from pathlib import PurePath
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Any, BinaryIO, Final, Literal
from urllib.parse import quote

from starlette.responses import StreamingResponse

from ecritures.imports.stored_report import content_of_import, require_report
from ecritures.imports.stored_sources import write_rejected_entries
from ecritures.reports.forms import FORMS, write_report

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ecritures.api.http.app_state import AppState
    from ecritures.core.sentences import Language
    from ecritures.imports.queries import ImportState

DownloadName = Literal["csv", "json", "xlsx", "html", "fec"]
CHUNK_BYTES = 1 << 16
FEC_MEDIA_TYPE = "text/plain; charset=utf-8"

DOWNLOADED: Final[dict[str, Any]] = {
    "description": "Une page d'anomalies, ou le fichier demandé par `as`.",
    "content": {
        media_type.partition(";")[0]: {"schema": {"type": "string", "format": "binary"}}
        for media_type in (FEC_MEDIA_TYPE, *(form.media_type for form in FORMS.values()))
        if media_type != "application/json"
    },
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
    file.seek(0)
    return StreamingResponse(
        _chunks(file),
        media_type=media_type,
        headers={"content-disposition": _disposition(state, ending)},
    )


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    with file:
        while chunk := file.read(CHUNK_BYTES):
            yield chunk


def _disposition(state: ImportState, ending: str) -> str:
    """Derive the name from that of the source; names that are not ASCII follow RFC 6266."""
    stem = PurePath((state.source_name or state.id).replace("\\", "/")).stem or state.id
    name = f"{stem}-{ending}"
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "-_.") else "_" for c in name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
