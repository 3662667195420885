"""Documents that are attached to lines: what refers to them, and their names."""

from __future__ import annotations

import re
from urllib.parse import unquote

NAME_CHARS_MAX = 200
UNNAMED = "document"
_CONTROLS = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")


def safe_name(name: str) -> str:
    """Return a name that a file may have in any folder: no hidden one, none of a device."""
    plain = re.sub(r'[<>:"/\\|?*]', "_", name).strip(" .")
    return plain or UNNAMED


def document_name(reference: str) -> str:
    """Return the name of the file that an address or a path ends with.

    The query of an address may hold a signature: it is no part of the name.
    """
    path = reference
    if "://" in reference:
        path = unquote(re.split(r"[?#]", reference.partition("://")[2], maxsplit=1)[0])
        path = path.partition("/")[2]
    name = _CONTROLS.sub("", path.replace("\\", "/").rpartition("/")[2]).strip()
    return name[-NAME_CHARS_MAX:] or UNNAMED
