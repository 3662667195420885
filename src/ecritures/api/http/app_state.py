"""What every route needs: the service's parts, and who is calling."""

import hmac
import uuid
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import Annotated, Any

from fastapi import Depends, Request, Response
from fastapi.routing import APIRoute
from starlette.datastructures import Headers

from ecritures.api.http.rate_limit import RateLimit
from ecritures.api.http.request_batcher import RequestBatcher
from ecritures.api.loop.submissions import SubmissionBatch, UnauthenticatedRequest
from ecritures.api.operations.collector import Metrics
from ecritures.config.settings import Settings
from ecritures.core.clock import SystemClock
from ecritures.core.errors import UnauthorizedError
from ecritures.database import Database
from ecritures.directory.keys import Caller, authenticate_all
from ecritures.imports.dependencies import Dependencies
from ecritures.imports.enqueue import Enqueued

LOOP_PREFIX = "/loop-api-publiques"
SUBSCRIPTION_HEADER = "Ocp-Apim-Subscription-Key"


@dataclass(frozen=True)
class AppState:
    """The parts of a running service.

    Attributes:
        wake: Tells the runner that something waits.
        instance_id: Names this service in the vendor's error envelope.
        whole: The service of which this one shows what a firm may see.
    """

    settings: Settings
    database: Database
    wake: Callable[[], None]
    instance_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    unscoped: "AppState | None" = None

    def for_domain(self, domain_id: int) -> "AppState":
        """Return the service as one firm may see it."""
        return replace(self, database=self.database.for_domain(domain_id), unscoped=self)

    @cached_property
    def rate(self) -> RateLimit:
        """What bounds how often one key may ask."""
        settings = self.settings
        return RateLimit(
            SystemClock(), settings.requests_per_second_max, settings.requests_burst_max
        )

    @cached_property
    def callers(self) -> RequestBatcher[str | None, Caller]:
        """Tells who has which credential."""
        return RequestBatcher(partial(authenticate_all, self.database.for_all_domains()))

    @cached_property
    def intake(self) -> RequestBatcher[UnauthenticatedRequest, Enqueued]:
        """Writes down the requests of the Loop-compatible face, and wakes the runner."""
        whole = self.database.for_all_domains()
        return RequestBatcher(SubmissionBatch(self.settings, whole, self.rate, self.wake).take)

    @cached_property
    def metrics(self) -> Metrics:
        """What `/metrics` tells."""
        return Metrics(self.database.for_all_domains())

    @cached_property
    def deps(self) -> Dependencies:
        """What brings and keeps files; opened when the first one is concerned."""
        if self.unscoped is not None:
            return replace(self.unscoped.deps, database=self.database)
        return Dependencies.over(self.settings, self.database)


def is_loop(path: str) -> bool:
    """Tell whether a path belongs to the Loop-compatible face."""
    return path.lower().partition("/")[2].partition("/")[0] == LOOP_PREFIX.strip("/")


class AuthenticatedRoute(APIRoute):
    """A route that knows its caller before it reads anything else.

    FastAPI reads and parses the body before it solves dependencies, so a dependency would let an
    unknown caller send a body and be told what is wrong with it.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Put authentication in front of FastAPI's handler."""
        handle = super().get_route_handler()

        async def authenticated(request: Request) -> Response:
            service: AppState = request.app.state.service
            if is_loop(request.url.path):
                check_subscription(service.settings, request.headers)
            caller = await service.callers.submit(credential_of(request.headers))
            service.rate.check(caller.key)
            request.state.caller = caller
            request.state.service = service.for_domain(caller.domain_id)
            return await handle(request)

        return authenticated


async def _service(request: Request) -> AppState:
    """Return the service: for an authenticated caller, what its firm may see of it."""
    service: AppState = getattr(request.state, "service", request.app.state.service)
    return service


async def _caller(request: Request) -> Caller:
    caller: Caller = request.state.caller
    return caller


TheState = Annotated[AppState, Depends(_service)]
TheCaller = Annotated[Caller, Depends(_caller)]


def credential_of(headers: Headers) -> str | None:
    """Return the credential that a request carries."""
    scheme, _, credential = headers.get("authorization", "").partition(" ")
    bearer = credential.strip() if scheme.lower() == "bearer" else None
    return headers.get("x-apikey") or bearer


def check_subscription(settings: Settings, headers: Headers) -> None:
    """Refuse who lacks a subscription key, where the operator asks for one.

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
