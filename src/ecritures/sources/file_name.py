"""The file name that an address, a path or a URI ends with."""

from __future__ import annotations

import re
from urllib.parse import unquote

_UNSTORABLE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
_PATH = re.compile(r"[^/?#]*/([^?#]*)")


def name_in_address(address: str) -> str | None:
    """Return the last part of the path, decoded, without control characters or any query.

    A query may hold a signature.
    """
    _, mark, rest = address.partition("://")
    found = _PATH.match(rest)
    path = (found[1] if found else "") if mark else address
    return _UNSTORABLE.sub("", unquote(path.rpartition("/")[2])) or None
