"""What the history of a ledger keeps about the import that a batch comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ecritures.core.policies import POLICIES

if TYPE_CHECKING:
    from ecritures.imports.queries import ImportState


def batch_details(wanted: ImportState, name: str, sha256: str | None) -> dict[str, Any]:
    """Return the details of a batch: its file, its model, who asked, the policies in use.

    Args:
        wanted: The import.
        name: Of the file that was read.
        sha256: Of the bytes that arrived.
    """
    return {
        "file": name,
        "sha256": sha256,
        "kind": wanted.kind,
        "model": wanted.model,
        "modelVersion": wanted.options.get("modelVersion"),
        "siret": wanted.siret,
        "key": wanted.asked_by,
        "policies": {name: wanted.options[name] for name in POLICIES if name in wanted.options},
    }
