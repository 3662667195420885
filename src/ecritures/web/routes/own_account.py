"""One's own account: password, sessions, and for an operator the firm to work on."""

from typing import Annotated

from fastapi import APIRouter, Request, Response
from fastapi.params import Path

from ecritures.api.http.app_state import state_of
from ecritures.core.errors import EcrituresError
from ecritures.core.sentences import Sentence
from ecritures.directory.domains import list_domains
from ecritures.directory.sessions import (
    end_other_sessions,
    end_session,
    list_sessions,
    switch_firm,
)
from ecritures.directory.sign_in import change_password
from ecritures.web.door import network_of, refused
from ecritures.web.guard import CurrentSession, Form, SignedInRoute, see
from ecritures.web.local_paths import local_path
from ecritures.web.rendering import render
from ecritures.web.words.browser_names import browser_name

router = APIRouter(route_class=SignedInRoute)

SessionId = Annotated[int, Path(ge=1, le=2**31 - 1)]
ACCOUNT = "/account"


@router.get(ACCOUNT)
def show(request: Request, session: CurrentSession) -> Response:
    """Show the account."""
    return _account(request, session)


@router.post(f"{ACCOUNT}/password")
def new_password(request: Request, session: CurrentSession, form: Form) -> Response:
    """Change the password; the other sessions end."""
    if session.user_id is None:  # a key has none
        return see(ACCOUNT)
    if form.get("password", "") != form.get("again", ""):
        return _account(request, session, 422, _DIFFER)
    state = state_of(request)
    try:
        change_password(
            *(state.everyone, session.user_id, session.id),
            *(form.get("old", ""), form.get("password", "")),
            *(network_of(request), state.attempt_limits),
            state.settings.password_characters_min,
        )
    except EcrituresError as error:
        return _account(request, session, refused(error)[0], error.sentence)
    return see(f"{ACCOUNT}?done=password")


@router.post(f"{ACCOUNT}/sessions/{{session_id}}/end")
def end(request: Request, session: CurrentSession, session_id: SessionId) -> Response:
    """End one of one's own sessions."""
    end_session(state_of(request).everyone, session, session_id)
    return see(f"{ACCOUNT}?done=session")


@router.post(f"{ACCOUNT}/sessions/end-others")
def end_others(request: Request, session: CurrentSession) -> Response:
    """End every session of one's own but this one."""
    end_other_sessions(state_of(request).everyone, session)
    return see(f"{ACCOUNT}?done=session")


@router.post(f"{ACCOUNT}/firm")
def work_on(request: Request, session: CurrentSession, form: Form) -> Response:
    """Work on another firm: an operator only."""
    switch_firm(state_of(request).everyone, session, form.get("firm", ""))
    return see(local_path(form.get("next", "")))


def _account(
    request: Request, session: CurrentSession, status: int = 200, error: Sentence | None = None
) -> Response:
    state = state_of(request)
    return render(
        request,
        "account.html",
        status,
        error=error,
        done=request.query_params.get("done", ""),
        open_sessions=list_sessions(state.everyone, session, state.session_limits),
        browser_name=browser_name,
        firms=list_domains(state.everyone) if session.is_operator else [],
        characters_min=state.settings.password_characters_min,
    )


_DIFFER = Sentence(
    "passwords-differ",
    "Les deux mots de passe ne sont pas les mêmes.",
    "The two passwords are not the same.",
)
