"""What the pages of the administration share: who may see them, their frame, dossiers to tick."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Request

from ecritures.app.actions.webhooks import require_administrator
from ecritures.core.errors import ConflictError
from ecritures.directory.counts import count_firm
from ecritures.directory.dossiers import page_dossiers
from ecritures.directory.sessions import Session
from ecritures.web.guard import CurrentSession  # noqa: TC001 - FastAPI reads it
from ecritures.web.rendering import render

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fastapi import Response

    from ecritures.api.http.app_state import AppState
    from ecritures.directory.dossiers import Dossier

TICKED_MAX = 400
"""A firm with more dossiers names them by their codes: nobody ticks in a list that long."""


async def _administrator(session: CurrentSession) -> Session:
    require_administrator(session.caller)
    if not session.domain:
        raise ConflictError(
            "firm-none",
            "Il n'y a pas encore de cabinet : créez-en un dans Administration, Cabinets.",
            "There is no firm yet: create one in Administration, Firms.",
        )
    return session


Administrator = Annotated[Session, Depends(_administrator)]
"""The session of somebody who administers a whole firm."""


async def _ticked(request: Request) -> list[str]:
    form = await request.form()
    given = [one for one in form.getlist("dossier") if isinstance(one, str)]
    named = form.get("dossiers", "")
    if isinstance(named, str):
        given += named.replace(",", " ").split()
    return list(dict.fromkeys(given))


ChosenDossiers = Annotated[list[str], Depends(_ticked)]
"""The codes of the dossiers that a form has ticked, or named in its field `dossiers`."""


def show_admin(
    request: Request,
    state: AppState,
    session: Session,
    template: str,
    status: int = 200,
    /,
    **values: object,
) -> Response:
    """Return a page of the administration, with what its frame needs; no cache keeps it."""
    counts = count_firm(state.database, session.caller.domain_id)
    page = render(request, f"admin/{template}", status, counts=counts, **values)
    page.headers["cache-control"] = "no-store"
    return page


def dossiers_to_tick(state: AppState, session: Session) -> list[Dossier] | None:
    """Return the dossiers of the firm, by code; None: there are too many for a list."""
    domain_id = session.caller.domain_id
    page = page_dossiers(state.database, domain_id, None, TICKED_MAX)
    return None if page.next_key else list(page.items)


def content_of(form: dict[str, str], chosen: Iterable[str]) -> dict[str, str]:
    """Return a form with all the dossiers that it chooses, to tell it from others."""
    return {**form, "dossier": " ".join(chosen)}
