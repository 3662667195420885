"""The guard on connections: a name is resolved once, and only checked addresses are connected to.

It works below HTTP, where connections are made, so no spelling of an address, no redirect and no
DNS name that changes its answer can bypass it.
"""

from __future__ import annotations

import logging
import socket
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TYPE_CHECKING, Protocol

import httpcore2
import httpx2

from ecritures.sources import failures

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterable, Sequence

    from ecritures.sources.deadline import Deadline

# Addresses that `ipaddress`, depending on its version, calls global, and where no public server is.
# But for Azure's, all are in IANA's registries of special-purpose addresses.
NOT_FOR_US = tuple(
    map(
        ip_network,
        (
            "192.0.0.0/24",  # protocol assignments; a cloud's metadata service is there
            "168.63.129.16/32",  # by which Azure reaches its own machines
            "192.88.99.0/24",  # relays of 6to4, given up
            "192.31.196.0/24",  # AS112: name servers for private addresses, often run inside
            "192.175.48.0/24",
            "2620:4f:8000::/48",
            "192.52.193.0/24",  # multicast relays
            "2001::/23",  # protocol assignments
            "3fff::/20",  # documentation
        ),
    )
)
# The only IPv6 space given to the public; the rest is local, obsolete or translated.
IPV6_PUBLIC = IPv6Network("2000::/3")
NAT64 = IPv6Network("64:ff9b::/96")

# At its debug level the library writes whole headers, among them redirects with their signatures.
logging.getLogger("httpcore2").setLevel(logging.INFO)


class Resolver(Protocol):
    """Anything that turns a host name into addresses."""

    def resolve(self, host: str, port: int) -> Sequence[str]:
        """Return every address of the host; raise OSError when there is none."""


class SystemResolver:
    """The machine's resolver."""

    def resolve(self, host: str, port: int) -> Sequence[str]:
        """Ask the machine, which also understands `127.1`, `2130706433` and `0x7f000001`."""
        answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        return list(dict.fromkeys(str(answer[4][0]) for answer in answers))


def is_public(address: str) -> bool:
    """Return whether an address, unwrapped, belongs to the public Internet."""
    try:
        return _is_public(ip_address(address))
    except ValueError:
        return False


def _is_public(address: IPv4Address | IPv6Address) -> bool:
    if isinstance(address, IPv6Address):
        wrapped = _wrapped(address)
        if wrapped:
            return _is_public(wrapped)
        if address not in IPV6_PUBLIC:
            return False
    return (
        address.is_global
        and not address.is_multicast
        and not any(address in network for network in NOT_FOR_US)
    )


def _wrapped(address: IPv6Address) -> IPv4Address | None:
    """Return the IPv4 address embedded in an IPv6 one: mapped, 6to4 or NAT64."""
    if address in NAT64:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped or address.sixtofour


def _is_numeric(host: str) -> bool:
    """Return whether a host is an address, however it is written."""
    try:
        socket.getaddrinfo(host, None, flags=socket.AI_NUMERICHOST)
    except (OSError, UnicodeError):
        return False
    return True


class GuardedBackend(httpcore2.NetworkBackend):
    """Connects to checked addresses only, within the time of one download."""

    def __init__(
        self,
        resolver: Resolver,
        deadline: Deadline,
        *,
        allow_private_addresses: bool,
        connector: httpcore2.NetworkBackend | None = None,
    ) -> None:
        self._resolver = resolver
        self._deadline = deadline
        self._allow_private_addresses = allow_private_addresses
        self._connector = connector or httpcore2.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        """Connect to the first address of the host that answers, once all have been checked."""
        failure: Exception | None = None
        for address in self._judged(host, port):
            try:
                stream = self._connector.connect_tcp(
                    address, port, self._deadline.within(timeout), local_address, socket_options
                )
            except httpcore2.ConnectError:
                failure = failures.connection_refused(f"{host}:{port}")
            except httpcore2.ConnectTimeout as error:
                failure = error
            else:
                return TimedStream(stream, self._deadline)
        raise failure or failures.unknown_host(host)

    def _judged(self, host: str, port: int) -> Sequence[str]:
        try:
            addresses = self._resolver.resolve(host, port)
        except UnicodeError as error:  # a label that no name server would take
            raise failures.address_invalid() from error
        except OSError as error:
            raise failures.unknown_host(host) from error
        if not self._allow_private_addresses and not all(map(is_public, addresses)):
            if _is_numeric(host):
                raise failures.address_refused(f"{host}:{port}")
            # As if there were no such name: callers are not to learn which names exist inside.
            raise failures.unknown_host(host)
        return addresses


class TimedStream(httpcore2.NetworkStream):
    """A connection on which no wait outlasts the download's deadline."""

    def __init__(self, stream: httpcore2.NetworkStream, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read, within the time left."""
        return self._stream.read(max_bytes, self._deadline.within(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Write, within the time left."""
        self._stream.write(buffer, self._deadline.within(timeout))

    def close(self) -> None:
        """Close the connection."""
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore2.NetworkStream:
        """Switch to TLS under the host's name, within the time left."""
        timeout = self._deadline.within(timeout)
        stream = self._stream.start_tls(ssl_context, server_hostname, timeout)
        return TimedStream(stream, self._deadline)

    def get_extra_info(self, info: str) -> object:
        """Return what the connection knows about itself."""
        return self._stream.get_extra_info(info)


class GuardedTransport(httpx2.HTTPTransport):
    """HTTP over guarded connections, never through a proxy."""

    def __init__(self, backend: GuardedBackend, ssl_context: ssl.SSLContext) -> None:
        # Not the parent's constructor: it would make a pool that connects anywhere.
        self._pool = httpcore2.ConnectionPool(
            ssl_context=ssl_context, network_backend=backend, max_connections=1
        )
