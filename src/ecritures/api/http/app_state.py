"""What every route needs: the parts of the running service, and its caller."""

import hmac
import uuid
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cached_property, partial
from typing import Annotated, Any

from fastapi import Depends, Request, Response
from fastapi.routing import APIRoute
from starlette.datastructures import Headers

from ecritures.api.http.parameters import (
    check_loop_parameters,
    check_parameters,
    check_path,
    names_of,
)
from ecritures.api.http.rate_limit import RateLimit
from ecritures.api.http.request_batcher import RequestBatcher
from ecritures.api.loop.submit_together import SubmissionBatch, Submitter
from ecritures.api.operations.collector import Metrics
from ecritures.config.settings import Settings
from ecritures.core.clock import SystemClock
from ecritures.core.errors import UnauthorizedError
from ecritures.core.rights import Right
from ecritures.database import Database
from ecritures.directory.authentication import authenticate_all
from ecritures.directory.keys import Caller
from ecritures.directory.sessions import SessionLimits
from ecritures.directory.sign_in_attempts import AttemptLimits
from ecritures.imports.dependencies import Dependencies
from ecritures.processes import Executor

LOOP_PREFIX = "/loop-api-publiques"
SUBSCRIPTION_HEADER = "Ocp-Apim-Subscription-Key"


@dataclass(frozen=True)
class AppState:
    """The parts of a running service.

    Attributes:
        settings: The operator's choices.
        database: The database, limited to one firm for an authenticated caller.
        wake: Wakes the runner when an import is waiting.
        executor: Reads files for callers that wait.
        instance_id: Identifies this service in the vendor's error envelope.
        unscoped: The state of the whole service, when this one is limited to a firm.
    """

    settings: Settings
    database: Database
    wake: Callable[[], None]
    executor: Executor
    instance_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    unscoped: "AppState | None" = None

    def for_domain(self, domain_id: int) -> "AppState":
        """Return the same state, limited to one firm."""
        return replace(self, database=self.database.for_domain(domain_id), unscoped=self)

    @cached_property
    def rate_limit(self) -> RateLimit:
        """Limits how often a key may be used."""
        settings = self.settings
        return RateLimit(
            SystemClock(), settings.requests_per_second_max, settings.requests_burst_max
        )

    @cached_property
    def authenticator(self) -> RequestBatcher[str | None, Caller]:
        """Finds the caller that a credential belongs to."""
        return RequestBatcher(partial(authenticate_all, self.database.for_all_domains()))

    @property
    def everyone(self) -> Database:
        """The database with every firm: who signs in, or is signed in, is not known yet."""
        return self.database.for_all_domains()

    @cached_property
    def session_limits(self) -> SessionLimits:
        """How long a session of the page lasts."""
        settings = self.settings
        return SessionLimits(
            timedelta(hours=settings.session_hours_max),
            timedelta(minutes=settings.session_idle_minutes_max),
        )

    @cached_property
    def attempt_limits(self) -> AttemptLimits:
        """How often one may try to sign in."""
        settings = self.settings
        return AttemptLimits(
            settings.sign_in_attempts_max,
            settings.sign_in_network_attempts_max,
            timedelta(seconds=settings.sign_in_wait_seconds),
        )

    @cached_property
    def submitter(self) -> Submitter:
        """Submits the requests of the Loop-compatible API, and wakes the runner."""
        database = self.database.for_all_domains()
        batch = SubmissionBatch(self.settings, database, self.rate_limit, self.wake)
        return Submitter(batch)

    @cached_property
    def metrics(self) -> Metrics:
        """The metrics that `/metrics` shows."""
        return Metrics(self.database.for_all_domains())

    @cached_property
    def deps(self) -> Dependencies:
        """The downloader and the storage, opened when first needed."""
        if self.unscoped is not None:
            return replace(self.unscoped.deps, database=self.database)
        return replace(Dependencies.over(self.settings, self.database), executor=self.executor)


def state_of(request: Request) -> AppState:
    """Return the state of the whole service."""
    state: AppState = request.app.state.ecritures
    return state


def is_loop(path: str) -> bool:
    """Return whether a path belongs to the Loop-compatible API."""
    return path.lower().lstrip("/").partition("/")[0] == LOOP_PREFIX.strip("/")


class AuthenticatedRoute(APIRoute):
    """A route that authenticates its caller before it reads anything else.

    FastAPI reads and parses the body before it solves dependencies: with a dependency, an unknown
    caller could send a body and learn what is wrong with it.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Put authentication in front of FastAPI's handler."""
        handle = super().get_route_handler()
        known = names_of(self.dependant)

        async def authenticated(request: Request) -> Response:
            state = state_of(request)
            of_loop = is_loop(request.url.path)
            if of_loop:
                check_subscription(state.settings, request.headers)
            caller = await state.authenticator.submit(credential_of(request.headers))
            state.rate_limit.check(caller.by)
            check_path(request)
            if of_loop:
                check_loop_parameters(request)
            else:
                check_parameters(request, known)
            request.state.caller = caller
            request.state.ecritures = state.for_domain(caller.domain_id)
            return await handle(request)

        return authenticated


async def _state(request: Request) -> AppState:
    """Return the state limited to the caller's firm, or the whole one without a caller."""
    state: AppState = getattr(request.state, "ecritures", request.app.state.ecritures)
    return state


@dataclass(frozen=True)
class WithRight:
    """Gives a route its caller, who must have a right: every route under `/v1` names it so."""

    right: Right

    async def __call__(self, request: Request) -> Caller:
        """Return the caller of a request.

        Raises:
            ForbiddenError: The key does not have the right.
        """
        caller: Caller = request.state.caller
        caller.require(self.right)
        return caller


CurrentState = Annotated[AppState, Depends(_state)]
ReadingCaller = Annotated[Caller, Depends(WithRight(Right.READ))]
ImportingCaller = Annotated[Caller, Depends(WithRight(Right.IMPORT))]
WithdrawingCaller = Annotated[Caller, Depends(WithRight(Right.WITHDRAW))]
AdministeringCaller = Annotated[Caller, Depends(WithRight(Right.ADMINISTER))]


def credential_of(headers: Headers) -> str | None:
    """Return the credential that a request carries."""
    scheme, _, credential = headers.get("authorization", "").partition(" ")
    bearer = credential.strip() if scheme.lower() == "bearer" else None
    return headers.get("x-apikey") or bearer


def check_subscription(settings: Settings, headers: Headers) -> None:
    """Refuse a request without a subscription key, when the operator requires one.

    Raises:
        UnauthorizedError: It is missing or wrong.
    """
    if not settings.subscription_keys:
        return
    accepted = [key.get_secret_value().encode() for key in settings.subscription_keys]
    given = headers.get(SUBSCRIPTION_HEADER, "").encode()
    if not any(hmac.compare_digest(given, key) for key in accepted):
        raise UnauthorizedError(
            "subscription-key-refused",
            f"Clé d'abonnement absente ou refusée : voir l'en-tête {SUBSCRIPTION_HEADER}.",
            f"Subscription key missing or refused: see the {SUBSCRIPTION_HEADER} header.",
        )
