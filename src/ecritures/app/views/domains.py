"""Domains as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typing_extensions import TypedDict

if TYPE_CHECKING:
    from ecritures.directory.domains import Domain


class DomainView(TypedDict):
    """A domain: an accounting firm.

    `block` and `unblock`: the rules made to block its imports, and those that no longer do.
    """

    code: str
    name: str
    storagePrefix: str
    block: list[str]
    unblock: list[str]


def domain_view(domain: Domain) -> DomainView:
    """Return a domain as JSON."""
    return {
        "code": domain.code,
        "name": domain.name,
        "storagePrefix": domain.storage_prefix,
        "block": list(domain.settings.get("block", ())),
        "unblock": list(domain.settings.get("unblock", ())),
    }
