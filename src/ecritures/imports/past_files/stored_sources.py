"""The files of past imports, for as long as they are kept."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from ecritures.config.folders import make_folder
from ecritures.core.errors import AbsentSourceError, ConflictError
from ecritures.imports.execution.reading_options import options_of
from ecritures.imports.queries import count_details, every_anomaly, get_import
from ecritures.imports.submission.deposits import received_sha256
from ecritures.reading.recorded import OF_DOSSIER, as_recorded
from ecritures.reading.rejected import with_every_detail, write_rejected
from ecritures.sources import failures
from ecritures.sources.storage import fetch
from ecritures.sources.unpack import UnpackLimits, unpack

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import BinaryIO

    from ecritures.config.settings import Settings
    from ecritures.core.anomalies import Anomaly
    from ecritures.core.sentences import Language
    from ecritures.directory.keys import Caller
    from ecritures.imports.dependencies import Dependencies
    from ecritures.imports.queries import ImportState
    from ecritures.reading.check import CheckOptions


def write_rejected_entries(
    deps: Dependencies, state: ImportState, language: Language, target: BinaryIO
) -> None:
    """Write the entries with an error of a past import, to be corrected and sent again.

    Raises:
        ConflictError: The file is not kept (any more), or cannot be cut into entries.
        TransientSourceError: The storage does not answer.
        ReaderDiedError: Reading it took too much memory or time.
    """
    with stored_source(deps, state) as path:
        rejected = path.with_name("rejected")
        options = options_of(deps.database, state)
        name = state.source_name or ""
        found = [
            one
            for code in count_details(deps.database, state)
            if code.startswith(OF_DOSSIER)
            for one in every_anomaly(deps.database, state, code)
        ]
        deps.preview(
            write_rejected_of, path, name, options, found, deps.settings, language, rejected
        )
        with rejected.open("rb") as file:
            shutil.copyfileobj(file, target)


@contextmanager
def stored_source(deps: Dependencies, state: ImportState) -> Iterator[Path]:
    """Bring the file of a past import to a folder of its own on this machine, as it was received.

    Raises:
        ConflictError: The file is not kept (any more).
        AbsentSourceError: What is kept is not what was received.
        TransientSourceError: The storage does not answer.
    """
    if state.stored_key is None:
        raise _not_kept()
    make_folder(deps.settings.scratch_dir)
    with TemporaryDirectory(dir=deps.settings.scratch_dir, prefix="kept-") as folder:
        path = Path(folder) / "source"
        try:
            bytes_max = state.source_bytes or deps.settings.upload_bytes_max
            fetched = fetch(deps.storage, state.stored_key, path, bytes_max)
        except AbsentSourceError:
            raise _not_kept() from None
        received = state.source_sha256 or received_sha256(
            deps.database, state.domain_id, state.stored_key
        )
        if received not in {None, fetched.sha256}:  # None: nobody has read it yet
            raise failures.not_as_received(state.source_name or "")
        yield path


@contextmanager
def again_from_stored(
    deps: Dependencies, import_id: str, caller: Caller
) -> Iterator[tuple[ImportState, Path]]:
    """Bring the file of a past import to this machine, to be imported once more.

    Raises:
        NotFoundError: There is no such import, or not for this caller.
        ConflictError: The file is not kept (any more).
    """
    known = get_import(deps.database, import_id, caller)
    with stored_source(deps, known) as path:
        yield known, path


def copy_stored_source(deps: Dependencies, state: ImportState, target: BinaryIO) -> None:
    """Write the file of a past import, as it was received (raises as `stored_source`)."""
    with stored_source(deps, state) as path, path.open("rb") as file:
        shutil.copyfileobj(file, target)


def write_rejected_of(  # noqa: PLR0913, PLR0917 - what is read, how, and where it goes
    path: Path,
    name: str,
    options: CheckOptions,
    recorded: Sequence[Anomaly],
    settings: Settings,
    language: Language,
    target: Path,
) -> None:
    """Unpack a file, read it, and write its entries with an error: for a child process."""
    unpacked, _ = unpack(path, name, UnpackLimits.from_settings(settings))
    report = as_recorded(with_every_detail(unpacked, settings, options), recorded)
    with target.open("wb") as file:
        write_rejected(unpacked, report, settings, language, file, options.model)


def _not_kept() -> ConflictError:
    return ConflictError(
        "source-not-kept",
        "Le fichier de cet import n'est pas conservé : « ecritures check FICHIER "
        "--report rejets.txt » donne ses écritures rejetées.",
        "The file of this import is not kept: “ecritures check FILE --report rejected.txt” "
        "writes its rejected entries.",
    )
