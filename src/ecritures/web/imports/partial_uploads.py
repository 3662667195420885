"""Files that arrive in pieces, so that a cut connection costs a piece and not the file.

They follow the core of the tus protocol 1.0 (https://tus.io/protocols/resumable-upload): the
browser asks how much has arrived, and goes on from there.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import time
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ecritures.config.folders import make_folder
from ecritures.core.errors import ConflictError, NotFoundError, RefusedRequestError

if TYPE_CHECKING:
    from pathlib import Path

    from ecritures.directory.keys import Caller

KEPT_SECONDS = 86_400
_ID = re.compile(r"[0-9a-f-]{36}")
_CONTENT, _ABOUT = "content", "about.json"


@dataclass(frozen=True, slots=True)
class PartialUpload:
    """A file that arrives.

    Attributes:
        id: Its number.
        name: What the file is called.
        size: How many bytes it will have.
        path: Where what has arrived is kept.
    """

    id: str
    name: str
    size: int
    path: Path

    @property
    def offset(self) -> int:
        """How many bytes have arrived."""
        return self.path.stat().st_size

    @property
    def is_whole(self) -> bool:
        """Whether all of it has arrived."""
        return self.offset == self.size


class PartialUploads:
    """The files of one caller that arrive, in a folder of their own on this machine.

    Args:
        folder: That of all callers.
        caller: Whose they are: nobody else finds them.
    """

    def __init__(self, folder: Path, caller: Caller) -> None:
        owner = f"{caller.domain_id}/{caller.by}"
        self._folder = folder / hashlib.sha256(owner.encode()).hexdigest()[:32]

    def begin(self, name: str, size: int, size_max: int) -> PartialUpload:
        """Make room for a file; what has been left for a day goes.

        Raises:
            RefusedRequestError: It is too large.
        """
        if size > size_max:
            raise RefusedRequestError(
                "upload-too-large",
                f"Ce fichier dépasse {size_max // 1_000_000} Mo, le plus que le service reçoive.",
                f"This file is larger than {size_max // 1_000_000} MB, the most that the service"
                " takes.",
            )
        self._forget_old()
        upload_id = str(uuid.uuid4())
        made = PartialUpload(upload_id, name, size, self._of(upload_id))
        make_folder(made.path.parent)
        about = {"name": name, "size": size}
        (made.path.parent / _ABOUT).write_text(json.dumps(about), encoding="utf-8")
        made.path.touch()
        return made

    def find(self, upload_id: str) -> PartialUpload:
        """Return a file that arrives.

        Raises:
            NotFoundError: There is none, or it has been left for too long.
        """
        path = self._of(upload_id) if _ID.fullmatch(upload_id) else None
        if path is None or not path.is_file():
            raise NotFoundError(
                "upload-unknown",
                "Cet envoi n'existe plus : envoyez le fichier à nouveau.",
                "This upload does not exist any more: send the file again.",
            )
        about = json.loads((path.parent / _ABOUT).read_text(encoding="utf-8"))
        return PartialUpload(upload_id, about["name"], about["size"], path)

    def append(self, upload: PartialUpload, offset: int, piece: Path) -> int:
        """Add a piece and return how much has arrived.

        Raises:
            ConflictError: It does not begin where the others end, or is too long.
        """
        if offset != upload.offset or offset + piece.stat().st_size > upload.size:
            raise ConflictError(
                "upload-offset",
                f"Cet envoi en est à l'octet {upload.offset} : la suite part de là.",
                f"This upload is at byte {upload.offset}: it goes on from there.",
            )
        with upload.path.open("ab") as file, piece.open("rb") as more:
            shutil.copyfileobj(more, file)
        return upload.offset

    def forget(self, upload: PartialUpload) -> None:
        """Remove a file, once it has been imported or given up."""
        shutil.rmtree(upload.path.parent, ignore_errors=True)

    def _of(self, upload_id: str) -> Path:
        return self._folder / upload_id / _CONTENT

    def _forget_old(self) -> None:
        if not self._folder.is_dir():
            return
        before = time.time() - KEPT_SECONDS
        for one in self._folder.iterdir():
            if one.stat().st_mtime < before:
                shutil.rmtree(one, ignore_errors=True)
