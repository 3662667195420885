"""Files of this machine: their fingerprint, and a file taken as a source (command line only)."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from ecritures.core.errors import SourceError
from ecritures.sources.download import Fetched

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BLOCK_BYTES = 1 << 20


def sha256_of(path: Path) -> str:
    """Return the fingerprint of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def copy_file(source: Path, target: Path) -> Fetched:
    """Copy a file, and return its size and fingerprint.

    Raises:
        SourceError: It cannot be read.
        OSError: The copy cannot be written.
    """
    digest = hashlib.sha256()
    with target.open("wb") as writer:
        for block in _blocks(source):
            digest.update(block)
            writer.write(block)
        return Fetched(writer.tell(), digest.hexdigest())


def _blocks(source: Path) -> Iterator[bytes]:
    try:
        with source.open("rb") as reader:
            while block := reader.read(BLOCK_BYTES):
                yield block
    except OSError as error:
        raise SourceError(
            "file-unreadable",
            f"Le fichier {source} ne peut pas être lu : {error.strerror}.",
            f"File {source} cannot be read: {error.strerror}.",
        ) from error
