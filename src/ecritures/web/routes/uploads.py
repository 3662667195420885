"""Uploads in pieces (the core of tus 1.0): begin, ask how much has arrived, send the next piece."""

import base64
import binascii
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Request, Response

from ecritures.api.http.app_state import AppState
from ecritures.api.http.disk_space import RequireDiskSpace
from ecritures.api.http.multipart import receive_body
from ecritures.config.folders import make_folder
from ecritures.core.errors import RefusedRequestError
from ecritures.core.rights import Right
from ecritures.web.guard import CSRF_HEADER, CurrentSession, FileRoute, FirmState, check_token
from ecritures.web.imports.partial_uploads import PartialUploads

TUS = {"tus-resumable": "1.0.0"}
NAME_CHARS_MAX = 255


def _check_token(request: Request, session: CurrentSession) -> None:
    """Pieces are no forms: the token of the session comes in a header."""
    check_token(session, request.headers.get(CSRF_HEADER, ""))


router = APIRouter(route_class=FileRoute, prefix="/uploads", dependencies=[Depends(_check_token)])


def uploads_of(state: AppState, session: CurrentSession) -> PartialUploads:
    """Return the uploads of whoever is signed in."""
    return PartialUploads(state.settings.data_dir / "uploads", session.caller)


@router.post("", dependencies=[RequireDiskSpace])
def begin(
    state: FirmState,
    session: CurrentSession,
    upload_length: Annotated[int, Header(ge=0)],
    upload_metadata: Annotated[str, Header()] = "",
) -> Response:
    """Begin an upload; `Location` is where its pieces go."""
    session.caller.require(Right.IMPORT)
    name = _name_in(upload_metadata)
    made = uploads_of(state, session).begin(name, upload_length, state.settings.upload_bytes_max)
    return Response(status_code=201, headers=TUS | {"location": f"/uploads/{made.id}"})


@router.get("/{upload_id}")  # HEAD is answered as GET
def look(state: FirmState, session: CurrentSession, upload_id: str) -> Response:
    """Say how much has arrived."""
    found = uploads_of(state, session).find(upload_id)
    headers = {"upload-offset": str(found.offset), "upload-length": str(found.size)}
    return Response(headers=TUS | headers)


@router.patch("/{upload_id}", dependencies=[RequireDiskSpace])
async def go_on(
    request: Request,
    state: FirmState,
    session: CurrentSession,
    upload_id: str,
    upload_offset: Annotated[int, Header(ge=0)],
) -> Response:
    """Take the next piece."""
    session.caller.require(Right.IMPORT)
    uploads = uploads_of(state, session)
    found = uploads.find(upload_id)
    make_folder(state.settings.scratch_dir)
    with TemporaryDirectory(dir=state.settings.scratch_dir, prefix="piece-") as folder:
        piece = Path(folder) / "piece"
        await receive_body(request, piece)
        arrived = uploads.append(found, upload_offset, piece)
    return Response(status_code=204, headers=TUS | {"upload-offset": str(arrived)})


@router.delete("/{upload_id}")
def give_up(state: FirmState, session: CurrentSession, upload_id: str) -> Response:
    """Remove an upload."""
    session.caller.require(Right.IMPORT)
    uploads = uploads_of(state, session)
    uploads.forget(uploads.find(upload_id))
    return Response(status_code=204, headers=TUS)


def _name_in(metadata: str) -> str:
    pairs = dict(part.strip().partition(" ")[::2] for part in metadata.split(",") if part.strip())
    try:
        name = base64.b64decode(pairs.get("filename", ""), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        name = ""
    name = name.replace("\\", "/").rpartition("/")[2]
    if not name or len(name) > NAME_CHARS_MAX or any(ord(one) < ord(" ") for one in name):
        raise RefusedRequestError(
            "file-name-invalid",
            "Le nom de ce fichier ne peut pas être gardé : renommez-le.",
            "The name of this file cannot be kept: rename it.",
        )
    return name
