"""Pages for those who have not signed in: their forms are protected by a cookie of their own."""

from __future__ import annotations

import hmac
import secrets
from typing import TYPE_CHECKING

from ecritures.api.http.app_state import state_of
from ecritures.core.errors import BusyError, EcrituresError
from ecritures.core.sentences import Sentence
from ecritures.directory.sessions import end_session, find_session, open_session
from ecritures.web.guard import CSRF_FIELD, SESSION_COOKIE, see
from ecritures.web.rendering import render

if TYPE_CHECKING:
    from fastapi import Request, Response

    from ecritures.directory.sessions import Session
    from ecritures.directory.sign_in import SignedIn

DOOR_COOKIE = "door"
"""Holds the token that a form sent before sign-in must repeat: another site cannot read it."""

STALE_FORM = Sentence(
    "form-stale",
    "Ce formulaire n'est plus valable : recommencez.",
    "This form is no longer valid: try again.",
)


def show_door(
    request: Request,
    template: str,
    status: int = 200,
    error: Sentence | None = None,
    **values: object,
) -> Response:
    """Return a page with a form for somebody who has not signed in.

    Args:
        request: Whose.
        template: The name of the template.
        status: The HTTP status.
        error: Why the form that was sent is refused.
        values: What else the template shows.
    """
    token = request.cookies.get(DOOR_COOKIE) or secrets.token_urlsafe(32)
    answer = render(request, template, status, door_token=token, error=error, **values)
    answer.headers["cache-control"] = "no-store"
    answer.set_cookie(DOOR_COOKIE, token, httponly=True, samesite="lax", secure=is_secure(request))
    return answer


def is_own_form(request: Request, form: dict[str, str]) -> bool:
    """Return whether a form was sent from a page that `show_door` has shown to this browser."""
    token = request.cookies.get(DOOR_COOKIE, "")
    given = form.get(CSRF_FIELD, "")
    return bool(token) and hmac.compare_digest(token.encode(), given.encode())


def let_in(request: Request, who: SignedIn, address: str) -> Response:
    """Open a session, in the place of any other, and send its owner to a page."""
    state = state_of(request)
    old = session_of(request)
    if old is not None:
        end_session(state.everyone, old)
    token = open_session(
        state.everyone,
        who,
        state.session_limits,
        agent=request.headers.get("user-agent", ""),
        address=network_of(request),
    )
    answer = see(address)
    answer.set_cookie(
        SESSION_COOKIE, token, httponly=True, samesite="lax", secure=is_secure(request)
    )
    answer.delete_cookie(DOOR_COOKIE)
    return answer


def session_of(request: Request) -> Session | None:
    """Return the session of a browser, if it has one."""
    state = state_of(request)
    return find_session(state.everyone, request.cookies.get(SESSION_COOKIE), state.session_limits)


def network_of(request: Request) -> str:
    """Return the network address that a request comes from."""
    return request.client.host if request.client else ""


def is_on_this_machine(request: Request) -> bool:
    """Return whether a request comes from this machine, for this machine, through no proxy."""
    is_direct = not any(name in request.headers for name in ("forwarded", "x-forwarded-for"))
    here = {"127.0.0.1", "::1", "localhost"}
    return is_direct and network_of(request) in here and (request.url.hostname or "") in here


def is_secure(request: Request) -> bool:
    """Return whether a browser reaches the service by HTTPS, a proxy perhaps in between."""
    public = state_of(request).settings.public_url
    return request.url.scheme == "https" or public.startswith("https:")


def refused(error: EcrituresError) -> tuple[int, dict[str, str]]:
    """Return the status and the headers of a form that is refused."""
    if isinstance(error, BusyError):
        return 429, {"retry-after": str(max(1, round(error.retry_after_seconds)))}
    return 422, {}
