"""Sends a delivery to its receiver, past the same guard as downloads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, Self

import httpx2

from ecritures import __version__
from ecritures.core.errors import SourceError
from ecritures.sources.addresses import AddressRules, shown
from ecritures.sources.deadline import Deadline
from ecritures.sources.guard import GuardedBackend, GuardedTransport, Resolver, SystemResolver
from ecritures.webhooks.answers import ADDRESS_REFUSED, REFUSED, TIMEOUT, UNREACHABLE
from ecritures.webhooks.deliveries import Outcome

if TYPE_CHECKING:
    import ssl
    from collections.abc import Mapping

    from ecritures.config.settings import Settings

SECONDS_MAX = 15.0
"""For everything: connecting, sending and the answer, of which only the status is read."""

HEADERS = {"Content-Type": "application/json", "User-Agent": f"ecritures/{__version__}"}
_ANSWERS = {"download-timeout": TIMEOUT, "download-address-refused": ADDRESS_REFUSED}


class Poster(Protocol):
    """Anything that sends a delivery."""

    def post(self, address: str, headers: Mapping[str, str], body: bytes) -> Outcome:
        """Send a delivery and return what became of it."""


class HttpPoster:
    """Sends over HTTPS, to public addresses only, and follows no redirect.

    Args:
        allow_private_addresses: Also to private ones, and over plain HTTP.
        seconds_max: How long sending one delivery may take.
        resolver: Turns names into addresses.
        ssl_context: By default that of the machine.
    """

    def __init__(
        self,
        *,
        allow_private_addresses: bool,
        seconds_max: float = SECONDS_MAX,
        resolver: Resolver | None = None,
        ssl_context: ssl.SSLContext | None = None,
    ) -> None:
        self._allow_private_addresses = allow_private_addresses
        self._rules = AddressRules(allow_private_addresses, ())
        self._seconds_max = seconds_max
        self._resolver = resolver or SystemResolver()
        self._ssl_context = ssl_context or httpx2.create_ssl_context(trust_env=False)

    @classmethod
    def from_settings(cls, settings: Settings) -> Self:
        """Return the poster of the settings."""
        return cls(allow_private_addresses=settings.allow_private_addresses)

    def post(self, address: str, headers: Mapping[str, str], body: bytes) -> Outcome:
        """Send a delivery; see `Poster.post`."""
        try:
            status = self._status(address, headers, body)
        except SourceError as error:
            return Outcome(None, _ANSWERS.get(error.sentence.code, UNREACHABLE))
        except httpx2.TimeoutException:
            return Outcome(None, TIMEOUT)
        except (httpx2.TransportError, OSError):
            return Outcome(None, UNREACHABLE)
        return Outcome(status, None if httpx2.codes.is_success(status) else REFUSED)

    def _status(self, address: str, headers: Mapping[str, str], body: bytes) -> int:
        url = self._rules.parse(address)
        deadline = Deadline(self._seconds_max, shown(url))
        backend = GuardedBackend(
            self._resolver, deadline, allow_private_addresses=self._allow_private_addresses
        )
        extensions = {"timeout": httpx2.Timeout(self._seconds_max).as_dict()}
        request = httpx2.Request(
            "POST", url, headers={**HEADERS, **headers}, content=body, extensions=extensions
        )
        if url.userinfo:
            request = next(httpx2.BasicAuth(url.username, url.password).auth_flow(request))
        with GuardedTransport(backend, self._ssl_context) as transport:
            response = transport.handle_request(request)
            response.close()
        return response.status_code
