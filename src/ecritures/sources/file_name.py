"""The file name that an address, a path or a URI ends with."""

from __future__ import annotations

import re
from urllib.parse import unquote

_PATH = re.compile(r"[^/?#]*/([^?#]*)")


def name_in_address(address: str) -> str | None:
    """Return the last part of the path, decoded, without any query: it may hold a signature."""
    _, mark, rest = address.partition("://")
    found = _PATH.match(rest)
    path = (found[1] if found else "") if mark else address
    return unquote(path.rpartition("/")[2]) or None
