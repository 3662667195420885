"""The models that come with the product."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from ecritures.formats.layouts.loading import load_model, parse_document

if TYPE_CHECKING:
    from ecritures.formats.layouts.document import ImportModel


def builtin_names() -> list[str]:
    """Return the names of the built-in models."""
    return sorted(one.name.removesuffix(".yaml") for one in _files())


def builtin_document(name: str) -> Any:  # noqa: ANN401 - a document
    """Return the document of a built-in model, its name without regard to case; else None."""
    wanted = f"{name.casefold()}.yaml"
    found = next((one for one in _files() if one.name == wanted), None)
    return parse_document(found.read_bytes()) if found else None


def builtin_model(name: str) -> ImportModel | None:
    """Return a built-in model, its name without regard to case; None when there is none."""
    known = name.casefold()
    return _load(known) if known in builtin_names() else None


@cache
def _load(name: str) -> ImportModel:
    return load_model(builtin_document(name))


def _files() -> list[Any]:
    folder = files("ecritures.formats.layouts.builtin")
    return [one for one in folder.iterdir() if one.name.endswith(".yaml")]
