"""Sign in with the account of the firm, at its OpenID Connect provider."""

from fastapi import APIRouter, Request, Response

from ecritures.api.http.address import address_of
from ecritures.api.http.app_state import state_of
from ecritures.core.errors import EcrituresError, ForbiddenError, UnauthorizedError
from ecritures.directory.sign_in import sign_in_verified
from ecritures.web.door import is_secure, let_in
from ecritures.web.guard import SIGN_IN, see
from ecritures.web.local_paths import local_path
from ecritures.web.routes.sign_in import show_sign_in
from ecritures.web.single_sign_on import Attempt, Provider, provider_of

router = APIRouter(prefix=f"{SIGN_IN}/firm-account")

COOKIE = "firm_account"
COOKIE_SECONDS = 600
UNAUTHORIZED, FORBIDDEN, UNAVAILABLE = 401, 403, 503


@router.get("")
def leave(request: Request) -> Response:
    """Send a browser to the provider."""
    provider = provider_of(state_of(request).settings)
    if provider is None:
        return see(SIGN_IN)
    address = local_path(request.query_params.get("next", ""))
    try:
        url, attempt = provider.begin(_return_address(request), address)
    except EcrituresError as error:
        return _refused(request, error, address)
    answer = see(url)
    answer.set_cookie(
        COOKIE,
        attempt.text(),
        COOKIE_SECONDS,
        httponly=True,
        samesite="lax",
        secure=is_secure(request),
        path=router.prefix,
    )
    return answer


@router.get("/return")
def come_back(request: Request) -> Response:
    """Open a session for the person whose verified e-mail address the provider gives."""
    provider = provider_of(state_of(request).settings)
    if provider is None:
        return see(SIGN_IN)
    attempt = Attempt.read(request.cookies.get(COOKIE, ""))
    address = local_path(attempt.next if attempt else "")
    try:
        answer = _let_in(request, provider, attempt, address)
    except EcrituresError as error:
        answer = _refused(request, error, address)
    answer.delete_cookie(COOKIE, path=router.prefix)
    return answer


def _let_in(
    request: Request, provider: Provider, attempt: Attempt | None, address: str
) -> Response:
    given = request.query_params
    email = provider.finish(
        attempt, given.get("state", ""), given.get("code", ""), _return_address(request)
    )
    return let_in(request, sign_in_verified(state_of(request).everyone, email), address)


def _refused(request: Request, error: EcrituresError, address: str) -> Response:
    status = UNAVAILABLE
    if isinstance(error, UnauthorizedError):
        status = UNAUTHORIZED
    elif isinstance(error, ForbiddenError):
        status = FORBIDDEN
    return show_sign_in(request, address, status, error.sentence, {"firm": ""})


def _return_address(request: Request) -> str:
    return f"{address_of(request, state_of(request).settings)}{router.prefix}/return"
