"""The files of past imports, for as long as they are kept."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from ecritures.config.folders import make_folder
from ecritures.core.errors import AbsentSourceError
from ecritures.sources.storage import fetch
from ecritures.sources.unpack import UnpackLimits, unpack

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ecritures.imports.dependencies import Dependencies
    from ecritures.imports.queries import ImportState


@contextmanager
def open_source(deps: Dependencies, state: ImportState) -> Iterator[Path | None]:
    """Give the file of an import, unpacked, on this machine; None when it is not kept (any more).

    Raises:
        TransientSourceError: The storage does not answer.
    """
    if state.stored_key is None:
        yield None
        return
    settings = deps.settings
    make_folder(settings.scratch_dir)
    with TemporaryDirectory(dir=settings.scratch_dir, prefix="kept-") as folder:
        path = Path(folder) / "source"
        try:
            fetch(deps.storage, state.stored_key, path, state.source_bytes or 0)
        except AbsentSourceError:
            yield None
            return
        limits = UnpackLimits.from_settings(settings)
        yield unpack(path, state.source_name or "", limits)[0]
