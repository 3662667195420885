"""What stands before every page: the session, the token of forms, and errors shown as pages."""

import hmac
from collections.abc import Callable, Coroutine
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import Depends, Request, Response
from fastapi.exceptions import HTTPException, RequestValidationError
from fastapi.responses import RedirectResponse
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool

from ecritures.api.http.app_state import AppState, state_of
from ecritures.api.http.failures import status_of
from ecritures.app.dry_runs import CompanyUnknownError
from ecritures.app.people import names_of_administrators
from ecritures.core.errors import EcrituresError, ForbiddenError
from ecritures.core.sentences import Sentence
from ecritures.directory.sessions import Session, find_session
from ecritures.web.local_paths import READING, page_of
from ecritures.web.rendering import render, writing_of
from ecritures.web.words.import_words import first_sentence_and_rest

SESSION_COOKIE = "session"
CSRF_FIELD, CSRF_HEADER = "csrf_token", "x-csrf-token"
SIGN_IN = "/sign-in"
SEE_OTHER, FORBIDDEN, NOT_FOUND, METHOD_NOT_ALLOWED = 303, 403, 404, 405
UNREADABLE = 400
INVALID, INTERNAL = 422, 500

_NOT_FOUND = Sentence(
    "page-unknown",
    "Cette page n'existe pas, ou n'est pas à vous.",
    "This page does not exist, or is not yours.",
)
_STALE_FORM = Sentence(
    "form-stale",
    "Ce formulaire n'est plus valable : la session a changé depuis qu'il a été ouvert. Rien n'a été"
    " fait. Revenez à la page et recommencez.",
    "This form is no longer valid: the session has changed since it was opened. Nothing was done."
    " Go back to the page and try again.",
)
_INVALID = Sentence(
    "request-invalid",
    "Une valeur de cette adresse ne se comprend pas.",
    "A value of this address cannot be understood.",
)

_PAGES = {NOT_FOUND: (_NOT_FOUND, NOT_FOUND), UNREADABLE: (_INVALID, INVALID)}
"""Status of an exception of the framework → the page that answers, and its status."""


class SignedInRoute(APIRoute):
    """A page for people who have signed in; others are asked to, and come back to it.

    A form must hold the token of its session, in a field or in a header.
    """

    token_in_form = True

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Find the session before anything else of the request is read."""
        handle = super().get_route_handler()

        async def signed_in(request: Request) -> Response:
            session = await _enter(request)
            if session is None:
                return sign_in_first(request)
            try:
                state_of(request).rate_limit.check(session.caller.by)
                if request.method not in READING:
                    await self._check_token(request, session)
                return await handle(request)
            except EcrituresError as error:
                return error_page(request, error)
            except RequestValidationError:
                return message_page(request, _INVALID, INVALID)
            except HTTPException as error:
                if error.status_code not in _PAGES:
                    raise
                return message_page(request, *_PAGES[error.status_code])

        return signed_in

    async def _check_token(self, request: Request, session: Session) -> None:
        given = request.headers.get(CSRF_HEADER)
        if given is None and self.token_in_form:
            given = str((await request.form()).get(CSRF_FIELD, ""))
        if given is not None:
            check_token(session, given)


class FileRoute(SignedInRoute):
    """A route that is sent a file: it reads the form, and checks its token, itself."""

    token_in_form = False


async def _enter(request: Request) -> Session | None:
    """Find the session of a request, and what it may see; None: nobody has signed in."""
    state = state_of(request)
    token = request.cookies.get(SESSION_COOKIE)
    session = await run_in_threadpool(find_session, state.everyone, token, state.session_limits)
    if session is not None:
        request.state.session = session
        request.state.ecritures = state.for_domain(session.caller.domain_id)
    return session


async def unknown_page(request: Request) -> Response:
    """Return the answer to somebody who opens an address that does not exist."""
    if await _enter(request) is None:
        return sign_in_first(request)
    return message_page(request, _NOT_FOUND, NOT_FOUND)


def check_token(session: Session, given: str) -> None:
    """Refuse a form that is not of this session.

    Raises:
        ForbiddenError: Its token is missing, or another one.
    """
    if not hmac.compare_digest(given.encode(), session.csrf_token.encode()):
        raise ForbiddenError(_STALE_FORM.code, _STALE_FORM.fr, _STALE_FORM.en)


def sign_in_first(request: Request) -> Response:
    """Send a reader to the sign-in page, and back to this one afterwards."""
    path = page_of(request)
    back = f"?next={quote(path)}" if path != "/" else ""
    if request.method == "POST":  # a form: its session ended, perhaps in another tab
        back += f"{'&' if back else '?'}ended=1"
    if "hx-request" in request.headers:  # a part of a page: the whole page must go
        return Response(status_code=401, headers={"hx-redirect": f"{SIGN_IN}{back}"})
    return RedirectResponse(f"{SIGN_IN}{back}", SEE_OTHER)


def error_page(request: Request, error: EcrituresError, back: str = "") -> Response:
    """Return the page that says why a request is refused.

    Args:
        request: It.
        error: Why.
        back: The page that it was sent from, where it is not that of a form.
    """
    status = status_of(error) or INTERNAL
    if isinstance(error, ForbiddenError) and error.sentence.code != _STALE_FORM.code:
        return _forbidden_page(request, error.sentence)
    if isinstance(error, CompanyUnknownError):
        return message_page(request, error.sentence, status, siren=error.siren)
    return message_page(request, error.sentence, status, back)


def _forbidden_page(request: Request, sentence: Sentence) -> Response:
    """Return the page that names what is missing, and who can give it."""
    session: Session = request.state.session
    domain_id = session.caller.domain_id
    able = names_of_administrators(request.state.ecritures.database, domain_id)
    return render(request, "forbidden.html", FORBIDDEN, error=sentence, administrators=able)


def message_page(
    request: Request, sentence: Sentence, status: int, back: str = "", **values: object
) -> Response:
    """Return a page that says one thing, and leads back to where a form was sent from."""
    sender = page_of(request) if request.method not in READING else "/"
    return render(
        request,
        "message.html",
        status,
        sentence=sentence,
        sentences=first_sentence_and_rest(sentence, writing_of(request)),
        back=sender if sender != "/" else back,
        **values,
    )


def see(address: str) -> Response:
    """Return the answer to a form: the reader goes on to a page."""
    return RedirectResponse(address, SEE_OTHER)


async def _session(request: Request) -> Session:
    session: Session = request.state.session
    return session


async def _form(request: Request) -> dict[str, str]:
    return {name: value for name, value in (await request.form()).items() if isinstance(value, str)}


async def _state(request: Request) -> AppState:
    state: AppState = request.state.ecritures
    return state


CurrentSession = Annotated[Session, Depends(_session)]
FirmState = Annotated[AppState, Depends(_state)]
Form = Annotated[dict[str, str], Depends(_form)]
