"""A file of this machine, taken as a source (command line only)."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from ecritures.model.errors import SourceError
from ecritures.sources import failures
from ecritures.sources.download import Fetched

if TYPE_CHECKING:
    from pathlib import Path

BLOCK_BYTES = 1 << 20


def copy_file(source: Path, target: Path) -> Fetched:
    """Copy a file, and return its size and fingerprint.

    Raises:
        TransientSourceError: The disk is full.
        SourceError: It cannot be read.
    """
    digest = hashlib.sha256()
    try:
        with source.open("rb") as reader, target.open("wb") as writer:
            while block := reader.read(BLOCK_BYTES):
                digest.update(block)
                writer.write(block)
            return Fetched(writer.tell(), digest.hexdigest())
    except OSError as error:
        if failures.is_disk_full(error):
            raise failures.disk_full() from error
        raise SourceError(
            "file-unreadable",
            f"Le fichier {source} ne peut pas être lu : {error.strerror}.",
            f"File {source} cannot be read: {error.strerror}.",
        ) from error
