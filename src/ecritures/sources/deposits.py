"""Signed, expiring addresses for deposits, and the keys of files in the storage."""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Self
from urllib.parse import parse_qs, quote, unquote, urlencode, urlsplit

from ecritures.config.folders import make_folder
from ecritures.core.errors import RefusedRequestError, UnauthorizedError
from ecritures.sources import failures

if TYPE_CHECKING:
    from pathlib import Path

    from ecritures.config.settings import Settings

PATH = "/deposits/"
EXTENSIONS = ("tra", "txt", "csv", "xml", "xlsx", "zip", "gz", "json")
NAME_CHARACTERS_MAX = 200
URI_CHARACTERS_MAX = 1000
SIGNATURE = "sig"
"""The parameter that Azure has too: what collects traces knows that it is secret."""
SIGNATURE_BEFORE = "signature"
"""Its name in addresses given out by earlier versions: they are valid for a day."""
KEPT = ".kept"  # no URI reaches it: a part of one never starts with a dot

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_PART = re.compile(r"[^./\\%\x00-\x1f\x7f][^/\\%\x00-\x1f\x7f]*")


def uri_key(storage_prefix: str, uri: str) -> str:
    """Return the key of a file named by its URI: always under the domain's own prefix.

    Nothing in a URI is decoded, so that nothing can be hidden in it; a `%` has no place there.

    Raises:
        RefusedRequestError: The URI is not a plain relative path.
    """
    parts = uri.split("/")
    if len(uri) > URI_CHARACTERS_MAX or not all(_PART.fullmatch(part) for part in parts):
        raise RefusedRequestError(
            "uri-refused",
            "Le chemin d'accès URI est refusé : donnez celui que getFileUrlDeposit a rendu.",
            "The URI is refused: give the one that getFileUrlDeposit returned.",
        )
    return f"{storage_prefix}/{uri}"


def kept_key(storage_prefix: str, name: str) -> str:
    """Return the key of a file that the service itself keeps for a domain."""
    return f"{storage_prefix}/{KEPT}/{name}"


def is_kept(key: str) -> bool:
    """Return whether a key is that of a file that the service itself keeps, no deposit."""
    return key.split("/")[1:2] == [KEPT]


def checked_name(name: str) -> str:
    """Return the name of a file to deposit, or refuse it.

    Raises:
        RefusedRequestError: It is empty, contains a path, or has another extension.
    """
    if len(name) > NAME_CHARACTERS_MAX:
        raise RefusedRequestError(
            "filename-too-long",
            f"Le paramètre filename dépasse {NAME_CHARACTERS_MAX} caractères : donnez un nom plus"
            " court.",
            f"Parameter filename has more than {NAME_CHARACTERS_MAX} characters: give a shorter"
            " name.",
        )
    if _CONTROL.search(name):
        raise RefusedRequestError(
            "filename-unreadable",
            "Le paramètre filename contient un saut de ligne ou un autre caractère de contrôle.",
            "Parameter filename contains a line break or another control character.",
        )
    if not _PART.fullmatch(name):
        raise RefusedRequestError(
            "filename-refused",
            "Le paramètre filename doit être un nom de fichier seul, sans chemin.",
            "Parameter filename must be a file name alone, without a path.",
        )
    if name.rpartition(".")[2].lower() not in EXTENSIONS or "." not in name:
        known = ", ".join(EXTENSIONS)
        raise RefusedRequestError(
            "extension-refused",
            f"L'extension du fichier n'est pas acceptée : il faut {known}.",
            f"The extension of the file is not accepted: it must be one of {known}.",
        )
    return name


@dataclass(frozen=True, slots=True)
class DepositSigner:
    """Signs the addresses that this service gives out, and verifies them.

    Attributes:
        secret: The signing key; by default, a random one.
    """

    secret: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)

    @classmethod
    def from_settings(cls, settings: Settings) -> Self:
        """Use the operator's secret, or that of the data folder, created when it is missing."""
        if settings.deposit_secret:
            return cls(settings.deposit_secret.get_secret_value().encode())
        return cls(_secret_in(settings.data_dir / "deposit.key"))

    @property
    def key_id(self) -> str:
        """A digest by which processes compare their secrets without showing them."""
        return hmac.new(self.secret, b"key-id", hashlib.sha256).hexdigest()

    def address(self, base: str, key: str, expires_at: datetime) -> str:
        """Return the address of a deposit under that of the service."""
        expires = str(int(expires_at.timestamp()))
        query = urlencode({"expires": expires, SIGNATURE: self._signature(key, expires)})
        return f"{base.rstrip('/')}{PATH}{quote(key)}?{query}"

    def key_in(self, address: str, now: datetime) -> str | None:
        """Return the key that an address of ours names, whatever its host; None: not ours.

        Raises:
            SourceError: It is ours, and has expired.
        """
        try:
            parts = urlsplit(address)
        except ValueError:
            return None
        _, found, path = parts.path.rpartition(PATH)
        query = parse_qs(parts.query)
        expires = query.get("expires", [""])[0]
        signature = (query.get(SIGNATURE) or query.get(SIGNATURE_BEFORE) or [""])[0]
        key = unquote(path)
        if not found or not self._is_signed(key, expires, signature):
            return None
        if _moment(expires) <= now:
            raise failures.address_expired(_moment(expires))
        return key

    def check(self, key: str, expires: str, signature: str, now: datetime) -> None:
        """Accept a request for a deposit, or raise.

        Raises:
            UnauthorizedError: The address is not ours, or has expired.
        """
        if not self._is_signed(key, expires, signature) or _moment(expires) <= now:
            raise UnauthorizedError(
                "deposit-refused",
                "L'adresse de dépôt est fausse ou a expiré : demandez-en une à getFileUrlDeposit.",
                "The deposit address is wrong or has expired: ask getFileUrlDeposit for one.",
            )

    def _is_signed(self, key: str, expires: str, signature: str) -> bool:
        wanted = self._signature(key, expires).encode()
        return hmac.compare_digest(wanted, signature.encode())

    def _signature(self, key: str, expires: str) -> str:
        return hmac.new(self.secret, f"{key}\n{expires}".encode(), hashlib.sha256).hexdigest()


def _moment(expires: str) -> datetime:
    """Return the signed text."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=int(expires))


def _secret_in(path: Path) -> bytes:
    """Return the secret of a file, created by whichever process comes first."""
    make_folder(path.parent)
    while not path.exists():
        fresh = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
        with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:  # noqa: PTH123 - with its permissions from the start
            file.write(secrets.token_hex(32).encode())
        try:
            os.link(fresh, path)  # unlike a rename, it fails when another was quicker
        except FileExistsError:
            continue
        finally:
            fresh.unlink()
    return path.read_bytes()
