"""Sign in, with a password or a key, or by invitation; sign out."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from fastapi.params import Path

from ecritures.api.http.app_state import state_of
from ecritures.core.errors import EcrituresError, GoneError, UnauthorizedError
from ecritures.core.sentences import Sentence
from ecritures.directory.people import EMAIL_CHARACTERS_MAX
from ecritures.directory.sessions import end_session
from ecritures.directory.sign_in import (
    accept_invitation,
    invited_email,
    sign_in,
    sign_in_with_key,
)
from ecritures.web.door import (
    STALE_FORM,
    is_on_this_machine,
    is_own_form,
    let_in,
    network_of,
    refused,
    session_of,
    show_door,
)
from ecritures.web.guard import SESSION_COOKIE, SIGN_IN, CurrentSession, Form, SignedInRoute, see
from ecritures.web.local_paths import local_path
from ecritures.web.rendering import LANGUAGE_COOKIE, language_of
from ecritures.web.routes.preferences import YEAR_SECONDS
from ecritures.web.single_sign_on import provider_of

router = APIRouter()
signed_in = APIRouter(route_class=SignedInRoute)

Token = Annotated[str, Path(max_length=100)]

UNAUTHORIZED, GONE = 401, 410


@router.get(SIGN_IN)
def ask(request: Request) -> Response:
    """Show the two forms; whoever has signed in goes on."""
    language = request.query_params.get("language")
    if language in {"fr", "en"}:
        answer = see(_door_address(request.query_params.get("next", "")))
        answer.set_cookie(LANGUAGE_COOKIE, language, YEAR_SECONDS, samesite="lax", httponly=True)
        return answer
    address = local_path(request.query_params.get("next", ""))
    if session_of(request) is not None:
        return see(address)
    visitor = request.app.state.visitor
    if visitor is not None and is_on_this_machine(request):
        return let_in(request, visitor, address)
    return show_sign_in(request, address)


@router.post(SIGN_IN)
def enter(request: Request, form: Form) -> Response:
    """Open a session for who shows a password or a key."""
    state, network = state_of(request), network_of(request)
    address = local_path(form.get("next", ""))
    if not is_own_form(request, form):
        return show_sign_in(request, address, 403, STALE_FORM, form)
    try:
        if "key" in form:
            who = sign_in_with_key(state.everyone, form["key"], network, state.attempt_limits)
        else:
            email, password = form.get("email", ""), form.get("password", "")
            who = sign_in(state.everyone, email, password, network, state.attempt_limits)
    except UnauthorizedError as error:
        return show_sign_in(request, address, UNAUTHORIZED, error.sentence, form)
    except EcrituresError as error:
        status, headers = refused(error)
        answer = show_sign_in(request, address, status, error.sentence, form)
        answer.headers.update(headers)
        return answer
    return let_in(request, who, address)


@signed_in.post("/sign-out")
def leave(request: Request, session: CurrentSession) -> Response:
    """End the session."""
    end_session(state_of(request).everyone, session)
    answer = see(SIGN_IN)
    answer.delete_cookie(SESSION_COOKIE)
    return answer


@router.get("/invitation/{token}")
def show_invitation(request: Request, token: Token) -> Response:
    """Let somebody who was invited choose a password."""
    return _invitation(request, token)


@router.post("/invitation/{token}")
def accept(request: Request, token: Token, form: Form) -> Response:
    """Keep the password chosen, and open a session."""
    state, password = state_of(request), form.get("password", "")
    if not is_own_form(request, form):
        return _invitation(request, token, 403, STALE_FORM)
    if password != form.get("again", ""):
        return _invitation(request, token, 422, _DIFFER)
    characters_min = state.settings.password_characters_min
    try:
        who = accept_invitation(state.everyone, token, password, characters_min)
    except EcrituresError as error:
        return _invitation(request, token, refused(error)[0], error.sentence)
    return let_in(request, who, "/")


def show_sign_in(
    request: Request,
    address: str,
    status: int = 200,
    error: Sentence | None = None,
    form: dict[str, str] | None = None,
) -> Response:
    """Return the page with its forms.

    Args:
        request: Whose.
        address: Where its reader goes on.
        status: The HTTP status.
        error: Why the form that was sent is refused.
        form: That form.
    """
    form = form or {}
    has_ended = SESSION_COOKIE in request.cookies or "ended" in request.query_params
    return show_door(
        request,
        "sign_in.html",
        status,
        error,
        next=address,
        email=form.get("email", "")[:EMAIL_CHARACTERS_MAX],
        with_key="key" in form,
        with_firm="firm" in form,
        ended=error is None and has_ended,
        has_provider=provider_of(state_of(request).settings) is not None,
        firm_account=f"{SIGN_IN}/firm-account?{urlencode({'next': address})}",
        other=_door_address(address, language="en" if language_of(request) == "fr" else "fr"),
    )


def _door_address(address: str, **more: str) -> str:
    """Return the address of the form, which leads on to a page."""
    path = local_path(address)
    query = ({} if path == "/" else {"next": path}) | more
    return f"{SIGN_IN}?{urlencode(query)}" if query else SIGN_IN


def _invitation(
    request: Request, token: str, status: int = 200, error: Sentence | None = None
) -> Response:
    state = state_of(request)
    email = ""
    try:
        email = invited_email(state.everyone, token)
    except GoneError as gone:
        status, error = GONE, gone.sentence
    shortest = state.settings.password_characters_min
    values = {"email": email, "token": token, "characters_min": shortest}
    return show_door(request, "invitation.html", status, error, **values)


_DIFFER = Sentence(
    "passwords-differ",
    "Les deux mots de passe ne sont pas les mêmes.",
    "The two passwords are not the same.",
)
