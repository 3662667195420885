"""The files of past imports, for as long as they are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from ecritures.imports.store import ImportState
    from ecritures.settings import Settings


def open_source(settings: Settings, state: ImportState) -> Path | None:  # noqa: ARG001 - nothing is kept yet
    """Return the file of an import on this machine; None when it is not kept (any more)."""
    return None
