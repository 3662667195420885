"""An import: what was asked, and how far it is."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import Any

KINDS = ("fec", "perso", "tra", "json")
"""The kinds of import, as the vendor's routes name them."""


class Status(IntEnum):
    """The four states of an import, numbered as Cegid Loop numbers them."""

    WAITING = 1
    RUNNING = 2
    DONE = 3
    ENDED_WITH_ERROR = 4


class Phase(StrEnum):
    """Where a running import is."""

    WAITING = "waiting"
    DOWNLOAD = "download"
    CHECK = "check"
    LOAD = "load"
    PUBLISH = "publish"
    ENDED = "ended"


class SourceKind(StrEnum):
    """How the file was named."""

    URL = "url"
    URI = "uri"
    UPLOAD = "upload"
    PATH = "path"


@dataclass(frozen=True, slots=True)
class ImportRequest:
    """What a caller asks for.

    Attributes:
        kind: One of `KINDS`.
        dossier: Code of the dossier, unique in the caller's domain.
        url: An authenticated address, or None.
        uri: A path in the operator's storage, or None.
        path: A file of this machine (command line only), or None.
        upload: A file sent with the request: where the storage keeps it, or None.
        name: What the file is called, when its address does not tell.
        siret: Establishment of every line; None is the main one.
        line_sirets: Other establishments, of single lines, that the dossier must have.
        content_sha256: Of a file sent with the request: what a repeated request shares with it.
        dry_run: Check everything, post nothing.
        options: Anything else the kind understands (`groupBy`, `block`, `unblock`, `regime`…).
    """

    kind: str
    dossier: str | None = None
    url: str | None = None
    uri: str | None = None
    path: str | None = None
    upload: str | None = None
    name: str | None = None
    siret: str | None = None
    model: str | None = None
    line_sirets: tuple[str, ...] = ()
    content_sha256: str | None = None
    dry_run: bool = False
    options: dict[str, Any] = field(default_factory=dict)
