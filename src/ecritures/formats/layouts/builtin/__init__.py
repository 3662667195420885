"""The models that come with the product."""

from __future__ import annotations

from copy import deepcopy
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from ecritures.formats.layouts.loading import load_model, parse_document

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

    from ecritures.formats.layouts.document import ImportModel


def builtin_names() -> list[str]:
    """Return the names of the built-in models."""
    return sorted(_files())


def builtin_document(name: str) -> Any:  # noqa: ANN401 - a document
    """Return the document of a built-in model, its name without regard to case; else None."""
    known = name.casefold()
    return deepcopy(_parse(known)) if known in _files() else None


def builtin_model(name: str) -> ImportModel | None:
    """Return a built-in model, its name without regard to case; None when there is none."""
    known = name.casefold()
    return _load(known) if known in _files() else None


@cache
def _load(name: str) -> ImportModel:
    return load_model(_parse(name))


@cache
def _parse(name: str) -> Any:  # noqa: ANN401 - a document
    return parse_document(_files()[name].read_bytes())


@cache
def _files() -> dict[str, Traversable]:
    folder = files("ecritures.formats.layouts.builtin")
    return {
        one.name.removesuffix(".yaml"): one
        for one in folder.iterdir()
        if one.name.endswith(".yaml")
    }
