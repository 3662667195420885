"""Fetches a file by its address: streamed to disk, counted and hashed while it arrives."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, Self

import httpx2

from ecritures import __version__
from ecritures.core.errors import TransientSourceError
from ecritures.sources import answers, failures
from ecritures.sources.addresses import AddressRules, shown
from ecritures.sources.deadline import Deadline
from ecritures.sources.guard import GuardedBackend, GuardedTransport, Resolver, SystemResolver
from ecritures.sources.part import Part

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from ecritures.config.settings import Settings

HEADERS = {
    "User-Agent": f"ecritures/{__version__}",
    "Accept": "*/*",
    "Accept-Encoding": "identity",  # the bytes counted, hashed and resumed are the file's own
}
SLOW_SECONDS = 60
"""From when the average speed of a transfer says something."""
RESUMABLE = {"download-timeout", "download-reset", "download-truncated"}


@dataclass(frozen=True, slots=True)
class Fetched:
    """A file that has arrived whole."""

    bytes: int
    sha256: str


class Downloader(Protocol):
    """Anything that brings the file of an address to this machine."""

    def download(
        self, address: str, target: Path, progress: Callable[[int], None] | None = None
    ) -> Fetched:
        """Fetch the file into `target`, which appears only once it is whole.

        Args:
            address: Where the file is.
            target: Where it goes; `target` + `.part` is used meanwhile.
            progress: Called after each block with the number of bytes that have arrived; the number
                falls back when the file has to be started again.

        Raises:
            TransientSourceError: Another try may succeed.
            SourceError: It would not.
        """


class HttpDownloader:
    """Downloads over HTTPS, from the addresses that the rules and the guard let through."""

    def __init__(  # noqa: PLR0913 - each limit is the operator's to set
        self,
        *,
        bytes_max: int,
        connect_seconds_max: float,
        stall_seconds_max: float,
        total_seconds_max: float,
        bytes_per_second_min: float = 0,
        allow_private_addresses: bool,
        allowed_hosts: Sequence[str] = (),
        redirects_max: int = 3,
        resumes_max: int = 5,
        resolver: Resolver | None = None,
        ssl_context: ssl.SSLContext | None = None,
    ) -> None:
        self._bytes_max = bytes_max
        self._timeout = httpx2.Timeout(stall_seconds_max, connect=connect_seconds_max)
        self._total_seconds_max = total_seconds_max
        self._bytes_per_second_min = bytes_per_second_min
        self._allow_private_addresses = allow_private_addresses
        self._rules = AddressRules(allow_private_addresses, tuple(allowed_hosts))
        self._redirects_max = redirects_max
        self._resumes_max = resumes_max
        self._resolver = resolver or SystemResolver()
        self._ssl_context = ssl_context or httpx2.create_ssl_context(trust_env=False)

    @classmethod
    def from_settings(cls, settings: Settings) -> Self:
        """Return the downloader of the settings."""
        return cls(
            bytes_max=settings.download_bytes_max,
            connect_seconds_max=settings.download_connect_seconds_max,
            stall_seconds_max=settings.download_stall_seconds_max,
            total_seconds_max=settings.download_total_seconds_max,
            bytes_per_second_min=settings.download_bytes_per_second_min,
            allow_private_addresses=settings.allow_private_addresses,
            allowed_hosts=settings.download_allowed_hosts,
            redirects_max=settings.download_redirects_max,
            resumes_max=settings.download_resumes_max,
        )

    def download(
        self, address: str, target: Path, progress: Callable[[int], None] | None = None
    ) -> Fetched:
        """Fetch the file; see `Downloader.download`."""
        url = self._rules.parse(address)
        path = target.with_name(f"{target.name}.part")
        try:
            with path.open("wb") as file:
                part = Part(file, self._bytes_max, self._watched(shown(url), progress))
                self._fill(url, part)
            path.replace(target)
        except OSError as error:
            if failures.is_disk_full(error):
                raise failures.disk_full() from error
            raise
        finally:
            path.unlink(missing_ok=True)
        return Fetched(part.bytes, part.sha256)

    def _watched(self, where: str, progress: Callable[[int], None] | None) -> Callable[[int], None]:
        """Return the same progress, which stops a transfer that is too slow."""
        start = time.monotonic()

        def watch(done: int) -> None:
            seconds = time.monotonic() - start
            if seconds >= SLOW_SECONDS and done < seconds * self._bytes_per_second_min:
                raise failures.too_slow(where, self._bytes_per_second_min)
            if progress is not None:
                progress(done)

        return watch

    def _fill(self, url: httpx2.URL, part: Part) -> None:
        """Transfer the file, resuming a broken transfer a limited number of times."""
        deadline = Deadline(self._total_seconds_max, shown(url))
        with self._transport(deadline) as transport:
            for resumes_left in range(self._resumes_max, -1, -1):
                try:
                    with _broken_connections_as_source_errors(url, deadline):
                        self._transfer(transport, url, part)
                except TransientSourceError as broken:
                    resumable = part.bytes and broken.sentence.code in RESUMABLE
                    if not (resumable and resumes_left) or deadline.passed:
                        raise
                else:
                    return

    def _transport(self, deadline: Deadline) -> GuardedTransport:
        """Open the connections of one download: none outlives it or serves another caller."""
        backend = GuardedBackend(
            self._resolver, deadline, allow_private_addresses=self._allow_private_addresses
        )
        return GuardedTransport(backend, self._ssl_context)

    def _transfer(self, transport: GuardedTransport, url: httpx2.URL, part: Part) -> None:
        """Request what is missing and write it; request the whole file if that fails."""
        with self._answer(transport, url, part.request_headers()) as response:
            usable = part.accept(response, shown(url))
            if usable:
                part.write(response, shown(url))
        if not usable:
            part.restart()
            self._transfer(transport, url, part)

    @contextmanager
    def _answer(
        self, transport: GuardedTransport, url: httpx2.URL, headers: dict[str, str]
    ) -> Iterator[httpx2.Response]:
        """Follow the redirects, checking each address like the first, and yield the answer."""
        start = shown(url)
        for _ in range(self._redirects_max + 1):
            response = transport.handle_request(self._request(url, headers))
            try:
                if not response.has_redirect_location:
                    yield response
                    return
            finally:
                response.close()
            url = self._rules.parse(response.headers["location"], base=url)
        raise failures.redirect_loop(start, self._redirects_max)

    def _request(self, url: httpx2.URL, headers: dict[str, str]) -> httpx2.Request:
        """Send one request; httpx's client would log whole addresses and keep cookies."""
        extensions = {"timeout": self._timeout.as_dict()}
        request = httpx2.Request("GET", url, headers=HEADERS | headers, extensions=extensions)
        if url.userinfo:
            return next(httpx2.BasicAuth(url.username, url.password).auth_flow(request))
        return request


@contextmanager
def _broken_connections_as_source_errors(url: httpx2.URL, deadline: Deadline) -> Iterator[None]:
    """Turn what the connection raises into our failures."""
    where = shown(url)
    try:
        yield
    except httpx2.TimeoutException as error:
        deadline.check()
        raise failures.silent(where) from error
    except httpx2.ConnectError as error:
        raise answers.tls_failure(error, where) from error
    except httpx2.TransportError as error:
        raise failures.reset(where) from error
