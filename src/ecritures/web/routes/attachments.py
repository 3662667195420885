"""The documents attached to the entries of a dossier, to be downloaded."""

from fastapi import APIRouter, Response

from ecritures.api.v1.attachments import attachment_answer
from ecritures.core.rights import Right
from ecritures.web.guard import CurrentSession, FirmState, SignedInRoute

router = APIRouter(route_class=SignedInRoute, prefix="/dossiers/{code}/attachments")


@router.get("/{name}")
def download(state: FirmState, session: CurrentSession, code: str, name: str) -> Response:
    """Download a document as it was received."""
    session.caller.require(Right.READ)
    return attachment_answer(state, session.caller, code, name)
