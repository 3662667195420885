"""Bring the file of an import to this machine, from wherever it is, ready to be read."""

from __future__ import annotations

import uuid
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from ecritures.core.errors import TransientSourceError
from ecritures.directory.domains import storage_prefix
from ecritures.imports.request import SourceKind
from ecritures.imports.submission.deposits import received_sha256, record_deposit
from ecritures.sources import failures
from ecritures.sources.deposits import kept_key
from ecritures.sources.files import copy_file
from ecritures.sources.sas import read_sas
from ecritures.sources.storage import fetch

if TYPE_CHECKING:
    from collections.abc import Callable

    from ecritures.imports.dependencies import Dependencies
    from ecritures.imports.queries import ImportState
    from ecritures.sources.download import Fetched


def fetch_source(
    deps: Dependencies, state: ImportState, target: Path, progress: Callable[[int], None]
) -> Fetched:
    """Copy the file of an import to `target`.

    Raises:
        SourceError: It cannot be fetched; an `AbsentSourceError` or a `TransientSourceError` when
            another try may succeed.
    """
    location = state.source_location or ""
    if state.source_kind is SourceKind.PATH:
        return copy_file(Path(location), target)
    if state.source_kind is SourceKind.URL:
        return fetch_address(deps, state.domain_id, location, target, progress)
    bytes_max = deps.settings.download_bytes_max
    if state.source_kind is SourceKind.UPLOAD:
        bytes_max = deps.settings.upload_bytes_max
    return _fetch_stored(deps, state.domain_id, location, target, bytes_max, progress)


def fetch_address(
    deps: Dependencies,
    domain_id: int,
    address: str,
    target: Path,
    progress: Callable[[int], None],
) -> Fetched:
    """Copy the file of an address to `target`: a signed one of this service, or any other.

    Raises:
        SourceError: It cannot be fetched; an `AbsentSourceError` or a `TransientSourceError` when
            another try may succeed.
    """
    now = deps.database.clock.now()
    own = deps.signer.key_in(address, now)
    if own is not None:
        bytes_max = deps.settings.download_bytes_max
        return _fetch_stored(deps, domain_id, own, target, bytes_max, progress)
    if sas := read_sas(address):
        sas.check(now)
    return deps.downloader.download(address, target, progress)


def _fetch_stored(  # noqa: PLR0913, PLR0917 - a file of the storage, and whose it is
    deps: Dependencies,
    domain_id: int,
    key: str,
    target: Path,
    bytes_max: int,
    progress: Callable[[int], None],
) -> Fetched:
    fetched = fetch(deps.storage, key, target, bytes_max, progress)
    if received_sha256(deps.database, domain_id, key) not in {None, fetched.sha256}:
        raise failures.not_as_received(key.rpartition("/")[2])
    return fetched


def keep_source(deps: Dependencies, state: ImportState, path: Path, fetched: Fetched) -> str | None:
    """Keep a file that came from an address in the storage, if files are kept; return its key.

    Raises:
        TransientSourceError: The storage cannot take it now.
    """
    is_elsewhere = state.source_kind is SourceKind.URL
    if not is_elsewhere or not deps.settings.source_days_kept:
        return state.stored_key
    key = kept_key(state.storage_prefix, state.id)
    record_deposit(deps.database, state.id, state.domain_id, key, fetched.sha256)
    deps.storage.put(key, path)
    return key


def store_upload(deps: Dependencies, domain_id: int, path: Path, sha256: str) -> str:
    """Put a file that came with a request into the storage; return its key.

    Its fingerprint is recorded, and compared when the file is read.

    Raises:
        TransientSourceError: The storage cannot take it now.
    """
    upload_id = str(uuid.uuid4())
    key = kept_key(storage_prefix(deps.database, domain_id), upload_id)
    record_deposit(deps.database, upload_id, domain_id, key, sha256)
    deps.storage.put(key, path)
    return key


def drop_upload(deps: Dependencies, key: str) -> None:
    """Remove a file whose request was refused; if that fails, housekeeping does it later."""
    with suppress(TransientSourceError):
        deps.storage.delete(key)
