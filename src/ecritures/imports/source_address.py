"""The file name that an address, a path or a URI ends with."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit


def name_in_address(address: str) -> str | None:
    """Return the last part of the path, decoded, without any query: it may hold a signature."""
    path = urlsplit(address).path if "://" in address else address
    return unquote(path.rpartition("/")[2]) or None
