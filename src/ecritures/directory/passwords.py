"""Passwords: only their Argon2id digest is kept."""

from __future__ import annotations

from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from ecritures.core.errors import RefusedRequestError

CHARACTERS_MAX = 200
AT_ONCE_MAX = 4
"""Digests computed at once: each takes a core and 19 MiB."""

_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)  # as OWASP advises
_NOBODY = _HASHER.hash("")
_TURN = BoundedSemaphore(AT_ONCE_MAX)


def checked_password(password: str, characters_min: int) -> str:
    """Return a password that somebody chooses, or refuse it.

    Raises:
        RefusedRequestError: It is too short or too long.
    """
    if not characters_min <= len(password) <= CHARACTERS_MAX:
        raise RefusedRequestError(
            "password-length",
            f"Le mot de passe doit avoir de {characters_min} à {CHARACTERS_MAX} caractères : une"
            " phrase convient.",
            f"The password must have {characters_min} to {CHARACTERS_MAX} characters: a sentence"
            " will do.",
        )
    return password


def digest_of(password: str) -> str:
    """Return the digest of a password, with its salt and its cost."""
    with _TURN:
        return _HASHER.hash(password)


def is_password(digest: str | None, password: str) -> bool:
    """Return whether a password is the one of a digest; None takes as long, and never is."""
    with _TURN:
        try:
            _HASHER.verify(digest or _NOBODY, password[: CHARACTERS_MAX + 1])
        except (VerificationError, InvalidHashError):
            return False
    return digest is not None


def is_outdated(digest: str) -> bool:
    """Return whether a digest was made at another cost than digests are today."""
    return _HASHER.check_needs_rehash(digest)
