"""Documents that are attached to lines: what refers to them, and their names."""

from __future__ import annotations

import re
from itertools import takewhile
from typing import TYPE_CHECKING
from urllib.parse import unquote

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

NAME_CHARS_MAX = 200
UNNAMED = "document"
_CONTROLS = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")


def safe_name(name: str) -> str:
    """Return a name that a file may have in any folder: no hidden one, none of a device."""
    plain = re.sub(r'[<>:"/\\|?*]', "_", name).strip(" .")
    return plain or UNNAMED


def paths_by_name(paths: Iterable[str]) -> dict[str, list[str]]:
    """Return paths by the name that they end with, whatever its case."""
    found: dict[str, list[str]] = {}
    for path in paths:
        found.setdefault(document_name(path).casefold(), []).append(path)
    return found


def paths_meant(reference: str, by_name: Mapping[str, list[str]]) -> list[str]:
    """Return the path that a reference means; several that are as like it, or none.

    An address is meant as it is. Of paths, the last parts are compared: a reference may have those
    of another machine, or none. Case counts only between paths that differ in nothing else.

    Args:
        reference: A path, or an address.
        by_name: The paths there are, as `paths_by_name` returns them.
    """
    there = by_name.get(document_name(reference).casefold(), [])
    if reference in there or "://" in reference:
        return [reference] if reference in there else []
    for write in (str.casefold, str):
        likeness = {path: _alike(write(reference), write(path)) for path in there}
        most = max(likeness.values(), default=0)
        there = [path for path in there if likeness[path] == most]
    return there


def _alike(one: str, other: str) -> int:
    """Return how many parts at the end of two paths are the same."""
    pairs = zip(_parts(one), _parts(other), strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def _parts(path: str) -> list[str]:
    return [part for part in reversed(path.replace("\\", "/").split("/")) if part]


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
