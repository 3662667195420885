"""The operator's storage: a folder, Azure, S3 or Google, behind one protocol.

The guard on addresses does not apply to its client, which is written in Rust. The address of the
storage comes from the settings alone, never from a request.
"""

from __future__ import annotations

import hashlib
import itertools
import os
import uuid
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, Self
from urllib.parse import urlsplit

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError
from obstore.store import AzureStore, GCSStore, LocalStore, MemoryStore, S3Store, from_url

from ecritures.config.folders import make_folder
from ecritures.core.errors import AbsentSourceError, RefusedRequestError
from ecritures.sources import failures
from ecritures.sources.azure import AzureKey
from ecritures.sources.download import Fetched

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from obstore import GetResult
    from obstore.store import ObjectStore

    from ecritures.config.settings import Settings

BLOCK_BYTES = 4 << 20
IDENTITY_KEY = ".ecritures"  # no domain has this prefix, and no URI reaches it
FOLDER_SCHEMES = {"", "file"}
REMOTE_SCHEMES = {"az", "s3", "gs"}
ENDPOINT_VARIABLES = (
    *("AZURE_STORAGE_ENDPOINT", "AZURE_ENDPOINT"),
    *("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", "AWS_ENDPOINT"),
)
CLIENT_OPTIONS = {
    *("allow_http", "allow_invalid_certificates", "connect_timeout", "default_content_type"),
    *("http1_only", "http2_keep_alive_interval", "http2_keep_alive_timeout"),
    *("http2_keep_alive_while_idle", "http2_only", "pool_idle_timeout", "pool_max_idle_per_host"),
    *("proxy_ca_certificate", "proxy_excludes", "proxy_url", "timeout", "user_agent"),
}
"""Options of the HTTP client, which obstore takes apart from those of the store."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A file of the storage, being read."""

    size: int
    blocks: Iterator[bytes]


class Storage(Protocol):
    """Stores files under keys: parts of a path, separated by `/`.

    Attributes:
        signs: Whether `sign` returns addresses.
    """

    signs: bool

    def put(self, key: str, path: Path) -> None:
        """Store a file, whole or not at all; a file with the same key is replaced.

        Raises:
            TransientSourceError: The storage cannot take it now.
        """

    def open(self, key: str) -> Stored:
        """Return a file.

        Raises:
            AbsentSourceError: There is none.
            TransientSourceError: The storage does not answer.
        """

    def delete(self, key: str) -> None:
        """Remove a file; nothing happens when there is none.

        Raises:
            TransientSourceError: The storage does not answer.
        """

    def sign(self, key: str, now: datetime, lifetime: timedelta) -> str | None:
        """Return an address to put a file at; None when the service must take it itself."""

    def identity(self) -> str:
        """Return what tells this storage from any other, written into it by its first user.

        Raises:
            TransientSourceError: The storage does not answer.
        """


def fetch(
    storage: Storage,
    key: str,
    target: Path,
    bytes_max: int,
    progress: Callable[[int], None] = lambda _bytes: None,
) -> Fetched:
    """Copy a file of the storage to this machine, counted and hashed.

    Raises:
        AbsentSourceError: There is none.
        TransientSourceError: The storage does not answer, or the disk is full.
        SourceError: It is too big.
    """
    name = key.rpartition("/")[2]
    stored = storage.open(key)
    if stored.size > bytes_max:
        raise failures.too_big(name, bytes_max)
    digest = hashlib.sha256()
    with _storage_failures_as_source_errors(key), target.open("wb") as file:
        for block in stored.blocks:
            file.write(block)
            digest.update(block)
            progress(file.tell())
        if file.tell() != stored.size:
            raise failures.truncated(name)
        return Fetched(file.tell(), digest.hexdigest())


class ObstoreStorage:
    """A storage that obstore reaches.

    Args:
        store: The store of obstore.
        azure_key: Signs addresses of an Azure container.
        folder: Where files are, when it is a folder.
    """

    def __init__(
        self,
        store: ObjectStore,
        azure_key: AzureKey | None = None,
        folder: Path | None = None,
    ) -> None:
        self._store = store
        self._azure_key = azure_key
        self._folder = folder
        self.signs = isinstance(store, AzureStore | GCSStore | S3Store)

    @classmethod
    def in_memory(cls) -> Self:
        """Return a storage in memory. For tests."""
        return cls(MemoryStore())

    @classmethod
    def from_settings(cls, settings: Settings) -> Self:
        """Open the storage of the settings; a missing folder is created.

        Raises:
            RefusedRequestError: The settings do not name a storage.
        """
        url = settings.effective_storage_url
        parts = urlsplit(url)
        try:
            if parts.scheme in FOLDER_SCHEMES:
                folder = Path(parts.path if parts.scheme else url).resolve()
                make_folder(folder)
                return cls(LocalStore(folder), folder=folder)
            if parts.scheme in REMOTE_SCHEMES:
                return cls._remote(url, settings)
            reason = "scheme"
        except (OSError, BaseError, ValueError, TypeError) as error:
            reason = type(error).__name__
        except BaseException as error:
            reason = type(error).__name__
            if reason != "PanicException":  # of Rust; it can be imported from nowhere
                raise
        raise RefusedRequestError(
            "storage-url",
            f"Le stockage {url} ne s'ouvre pas ({reason}) : corrigez ECRITURES_STORAGE_URL et"
            " ECRITURES_STORAGE_OPTIONS.",
            f"Storage {url} cannot be opened ({reason}): correct ECRITURES_STORAGE_URL and"
            " ECRITURES_STORAGE_OPTIONS.",
        )

    @classmethod
    def _remote(cls, url: str, settings: Settings) -> Self:
        options = {
            name.lower(): value.get_secret_value()
            for name, value in settings.storage_options.items()
        }
        endpoint = options.get("endpoint") or _from_environment(*ENDPOINT_VARIABLES) or ""
        of_client: Any = {name: options.pop(name) for name in CLIENT_OPTIONS & options.keys()}
        config: Any = options  # options that some kind of store understands
        store = from_url(
            url,
            config=config,
            client_options={
                "allow_http": endpoint.startswith("http://"),
                "connect_timeout": timedelta(seconds=settings.download_connect_seconds_max),
                "timeout": timedelta(seconds=settings.download_total_seconds_max),
            }
            | of_client,
            # No retries here: the import itself is retried for a day.
            retry_config={"max_retries": 2, "retry_timeout": timedelta(seconds=30)},
        )
        return cls(store, _azure_key(options) if isinstance(store, AzureStore) else None)

    def put(self, key: str, path: Path) -> None:
        """Store a file."""
        with _storage_failures_as_source_errors(key):
            self._check_folder()
            self._remove_unfinished(key)
            obstore.put(self._store, key, path)
            self._make_durable(key)

    def open(self, key: str) -> Stored:
        """Return a file."""
        with _storage_failures_as_source_errors(key):
            self._check_folder()
            found = obstore.get(self._store, key)
            return Stored(found.meta["size"], _blocks(found, key))

    def delete(self, key: str) -> None:
        """Remove a file."""
        with suppress(AbsentSourceError), _storage_failures_as_source_errors(key):
            self._check_folder()
            self._remove_unfinished(key)
            obstore.delete(self._store, key)

    def _check_folder(self) -> None:
        """Tell a folder that is gone, with its disk perhaps, from a file that is not there."""
        if self._folder is not None and not self._folder.is_dir():
            raise NotADirectoryError

    def _make_durable(self, key: str) -> None:
        """Have a folder keep a file through a loss of power, as the database keeps its row."""
        if self._folder is None:
            return
        path = self._folder / key
        for one in (path, *path.parents):  # the folders hold the names, and may be new too
            descriptor = os.open(one, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
            if one == self._folder:
                return

    def _remove_unfinished(self, key: str) -> None:
        """Remove `key#1`, `key#2`…: partial files left by a process that died."""
        if self._folder is not None:
            with suppress(FileNotFoundError):
                for number in itertools.count(1):
                    (self._folder / f"{key}#{number}").unlink()

    def identity(self) -> str:
        """Return what tells this storage from any other."""
        with _storage_failures_as_source_errors(IDENTITY_KEY):
            self._check_folder()
            with suppress(FileNotFoundError):
                return self._identity()
            with suppress(AlreadyExistsError):  # another process was faster
                obstore.put(self._store, IDENTITY_KEY, str(uuid.uuid4()).encode(), mode="create")
            return self._identity()

    def _identity(self) -> str:
        return bytes(obstore.get(self._store, IDENTITY_KEY).bytes()).decode()

    def sign(self, key: str, now: datetime, lifetime: timedelta) -> str | None:
        """Return an address to put a file at."""
        if not isinstance(self._store, AzureStore | GCSStore | S3Store):
            return None
        with _storage_failures_as_source_errors(key):
            signed = obstore.sign(self._store, "PUT", key, lifetime)
        if self._azure_key is None:
            return signed
        return self._azure_key.sign(signed.partition("?")[0], now + lifetime)


def _azure_key(options: dict[str, str]) -> AzureKey | None:
    account = options.get("account_name") or _from_environment("AZURE_STORAGE_ACCOUNT_NAME")
    key = options.get("account_key") or _from_environment("AZURE_STORAGE_ACCOUNT_KEY")
    return AzureKey(account, key) if account and key else None


def _from_environment(*names: str) -> str | None:
    return next((os.environ[name] for name in names if os.environ.get(name)), None)


def _blocks(found: GetResult, key: str) -> Iterator[bytes]:
    with _storage_failures_as_source_errors(key):
        for block in found.stream(min_chunk_size=BLOCK_BYTES):
            yield bytes(block)


@contextmanager
def _storage_failures_as_source_errors(key: str) -> Iterator[None]:
    """Convert the storage's exceptions into ours."""
    name = key.rpartition("/")[2]
    try:
        yield
    except FileNotFoundError:
        raise failures.not_found(name) from None
    except (OSError, BaseError, ValueError) as error:
        if failures.is_disk_full(error):
            raise failures.disk_full() from error
        raise failures.storage_down(type(error).__name__) from error
