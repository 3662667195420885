"""Domains as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typing_extensions import TypedDict

from ecritures.core.policies import POLICY_NAMES, default_of

if TYPE_CHECKING:
    from ecritures.directory.domains import Domain


class DomainView(TypedDict):
    """A domain: an accounting firm.

    `block` and `unblock`: the rules made to block its imports, and those that no longer do.
    `policies`: what it has chosen for its imports, by name.
    """

    code: str
    name: str
    storagePrefix: str
    block: list[str]
    unblock: list[str]
    policies: dict[str, str | int]


def domain_view(domain: Domain) -> DomainView:
    """Return a domain as JSON."""
    return {
        "code": domain.code,
        "name": domain.name,
        "storagePrefix": domain.storage_prefix,
        "block": list(domain.settings.get("block", ())),
        "unblock": list(domain.settings.get("unblock", ())),
        "policies": {name: domain.settings.get(name, default_of(name)) for name in POLICY_NAMES},
    }
