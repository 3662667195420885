"""API keys as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, NotRequired

from typing_extensions import TypedDict

from ecritures.app.views.instants import instant_or_none, instant_text
from ecritures.directory.keys import sorted_rights

if TYPE_CHECKING:
    from ecritures.directory.keys import KeyInfo, NewKey


class KeyView(TypedDict):
    """A key without its secret. `dossiers` is null for a key to the whole domain.

    `lastUsedAt` is true to within some minutes.
    """

    key: str
    name: str | None
    domain: str
    dossiers: list[str] | None
    rights: list[str]
    createdAt: str
    expiresAt: str | None
    revokedAt: str | None
    lastUsedAt: str | None


class NewKeyView(TypedDict):
    """A new key with its secret, which a repeated request is not shown again."""

    apiKey: NotRequired[str]
    name: str | None
    domain: str
    dossiers: list[str] | None
    rights: list[str]
    expiresAt: str | None


class KeyPage(TypedDict):
    """A page of keys, oldest first."""

    items: list[KeyView]
    nextCursor: str | None


def key_view(key: KeyInfo) -> KeyView:
    """Return a key as JSON."""
    return {
        "key": key.key,
        "name": key.name or None,
        "domain": key.domain,
        "dossiers": None if key.dossiers is None else list(key.dossiers),
        "rights": [str(right) for right in key.rights],
        "createdAt": instant_text(key.created_at),
        "expiresAt": instant_or_none(key.expires_at),
        "revokedAt": instant_or_none(key.revoked_at),
        "lastUsedAt": instant_or_none(key.last_used_at),
    }


def new_key_view(api_key: str, domain: str, made: NewKey) -> NewKeyView:
    """Return a new key as JSON; no dossier: a key to the whole domain."""
    return {
        "apiKey": api_key,
        "name": made.name or None,
        "domain": domain,
        "dossiers": list(made.dossiers) or None,
        "rights": [str(right) for right in sorted_rights(made.given_rights)],
        "expiresAt": instant_or_none(made.expires_at),
    }
