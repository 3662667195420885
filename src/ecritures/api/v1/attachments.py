"""The documents attached to the entries of a dossier."""

from pathlib import Path as FilePath
from tempfile import TemporaryDirectory
from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from ecritures.api.http.app_state import AppState, AuthenticatedRoute, CurrentState, ReadingCaller
from ecritures.api.http.paging import Cursor, Limit
from ecritures.api.http.problems import problem_responses
from ecritures.api.http.sent_files import send
from ecritures.app.attachments import fetch_attachment, show_attachments
from ecritures.app.views.attachments import AttachmentPage
from ecritures.config.folders import make_folder
from ecritures.directory.keys import Caller

router = APIRouter(prefix="/v1/dossiers", tags=["Ledger"], route_class=AuthenticatedRoute)

DossierCode = Annotated[str, Path(description="Code du dossier.")]
ANY_TYPE = "application/octet-stream"


@router.get(
    "/{code}/attachments",
    operation_id="listAttachments",
    summary="Lister les pièces jointes",
    description="Celles des écritures du grand livre et celles des fichiers qui les ont apportées,"
    " par lot et numéro. Toutes les pages sont de la révision `ledgerRevision`.",
    responses=problem_responses(401, 403, 404, 410, 422, 429),
)
def list_attachments(  # noqa: PLR0917 - a filter and a page
    state: CurrentState,
    caller: ReadingCaller,
    code: DossierCode,
    import_id: Annotated[
        str | None,
        Query(alias="import", max_length=36, description="Celles de cet import seulement."),
    ] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> AttachmentPage:
    """List attached documents."""
    return show_attachments(
        state.database, caller, code, import_id=import_id, limit=limit, cursor=cursor
    )


@router.get(
    "/{code}/attachments/{name}",
    operation_id="downloadAttachment",
    summary="Télécharger une pièce jointe",
    description="Telle qu'elle a été reçue : son empreinte est comparée avant l'envoi.",
    response_class=Response,
    responses={
        200: {
            "description": "Le fichier.",
            "content": {ANY_TYPE: {"schema": {"type": "string", "format": "binary"}}},
        },
        **problem_responses(401, 403, 404, 409, 422, 429),
    },
)
def download_attachment(
    state: CurrentState,
    caller: ReadingCaller,
    code: DossierCode,
    name: Annotated[str, Path(description="`lot-numéro`.", examples=["91631441-1"])],
) -> Response:
    """Send an attached document."""
    return attachment_answer(state, caller, code, name)


def attachment_answer(state: AppState, caller: Caller, code: str, name: str) -> Response:
    """Answer with a document, to be saved and not to be shown: nobody vouches for it."""
    scratch = state.settings.scratch_dir
    make_folder(scratch)
    with TemporaryDirectory(dir=scratch, prefix="attachment-") as folder:
        path = FilePath(folder, "document")
        found = fetch_attachment(state.deps, caller, code, name, path)
        file = path.open("rb")  # sent after its name is gone
    answer = send(file, ANY_TYPE, found.name)
    answer.headers["content-security-policy"] = "sandbox"
    return answer
