"""Which addresses are accepted, and how they may be shown."""

from __future__ import annotations

from dataclasses import dataclass

import httpx2

from ecritures.sources import failures

SHOWN_CHARACTERS_MAX = 300
PORTS = range(1, 1 << 16)
HOST_CHARS_MAX, LABEL_CHARS_MAX = 253, 63  # of a name; an address is shorter


@dataclass(frozen=True, slots=True)
class AddressRules:
    """Which addresses are accepted.

    Attributes:
        allow_plain_http: Also `http://`.
        allowed_hosts: `files.example` or `*.files.example`; empty: any host.
    """

    allow_plain_http: bool
    allowed_hosts: tuple[str, ...]

    def parse(self, address: str, base: httpx2.URL | None = None) -> httpx2.URL:
        """Return the address, resolved against where it was found, once it is accepted."""
        try:
            url = base.join(address) if base else httpx2.URL(address.strip())
        except httpx2.InvalidURL:
            # Without the cause, which may repeat a part of the address.
            raise failures.address_invalid() from None
        if not url.scheme or not url.host or not _is_possible(url):
            raise failures.address_invalid()
        if url.scheme not in ({"https", "http"} if self.allow_plain_http else {"https"}):
            raise failures.scheme_refused(shown(url))
        if not self._host_allowed(url.raw_host.decode("ascii")):
            raise failures.address_refused(url.netloc.decode("ascii"))
        return url

    def _host_allowed(self, host: str) -> bool:
        host = host.rstrip(".")
        return not self.allowed_hosts or any(
            host.endswith(allowed[1:]) if allowed.startswith("*.") else host == allowed
            for allowed in map(str.lower, self.allowed_hosts)
        )


def check_form(address: str) -> None:
    """Refuse at once what cannot be the address of a file, whatever the settings.

    Raises:
        SourceError: It is no HTTP address, or its host or port cannot exist.
    """
    AddressRules(allow_plain_http=True, allowed_hosts=()).parse(address)


def _is_possible(url: httpx2.URL) -> bool:
    """Return whether there could be such a server: its port, and the length of its name."""
    host = url.raw_host.decode("ascii").removesuffix(".")
    labels = [host] if ":" in host else host.split(".")
    return (
        (url.port is None or url.port in PORTS)
        and len(host) <= HOST_CHARS_MAX
        and all(0 < len(label) <= LABEL_CHARS_MAX for label in labels)
    )


def shown(url: httpx2.URL) -> str:
    """Return an address fit for people and logs: no password, no query (it may hold a signature).

    The path stays percent-encoded, so that it cannot break a line of a log.
    """
    path = url.raw_path.partition(b"?")[0]
    text = f"{url.scheme}://{url.netloc.decode('ascii')}{path.decode('ascii')}"
    return text if len(text) <= SHOWN_CHARACTERS_MAX else f"{text[:SHOWN_CHARACTERS_MAX]}…"
