"""The file or address that a command is given."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ecritures.imports.request import ImportRequest


def format_of(source: str) -> str:
    """Return the format of a file of this machine or an address, by its name or first bytes."""
    from ecritures.formats.registry import OWN_KINDS, format_by_name_or_head
    from ecritures.sources.file_name import name_in_address
    from ecritures.sources.unpack import name_and_head

    path = Path(source)
    if path.is_file():
        return format_by_name_or_head(*name_and_head(path, path.name, OWN_KINDS))
    return format_by_name_or_head(name_in_address(source) or "", b"")


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
