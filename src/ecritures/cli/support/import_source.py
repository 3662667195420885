"""The file or address that a command is given."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ecritures.imports.request import ImportRequest


def format_of(source: str) -> str:
    """Return the format of a file of this machine or an address, by its name or first bytes."""
    from ecritures.formats.definition import ReadOptions
    from ecritures.formats.detect import read_head
    from ecritures.formats.registry import BY_NAME, OWN_KINDS
    from ecritures.sources.file_name import name_in_address

    path = Path(source)
    name = path.name if path.is_file() else name_in_address(source) or ""
    head = read_head(path) if path.is_file() else b""
    for one in map(BY_NAME.__getitem__, OWN_KINDS):
        if Path(name).suffix.lower() == f".{one.name}" or one.matches(ReadOptions(), head):
            return one.name
    return "fec"


def request_of(
    source: str, dossier: str, siret: str | None, model: str | None, *, dry_run: bool
) -> ImportRequest:
    """Return the request to import a file of this machine or an address."""
    from ecritures.cli.support.checking import require_readable

    if source.lower().startswith(("http://", "https://")):
        place: dict[str, Any] = {"url": source}
    else:
        path = Path(source)
        require_readable(path)
        place = {"path": str(path.resolve())}
    return ImportRequest("fec", dossier, siret=siret, model=model, dry_run=dry_run, **place)
