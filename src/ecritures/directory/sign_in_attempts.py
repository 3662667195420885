"""Attempts to sign in, bounded for each e-mail address and each network address.

An attempt is counted before its password is looked at, so that many at once gain nothing.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ecritures.core.errors import BusyError
from ecritures.database.statements import insert_unless_present
from ecritures.database.tables import sign_in_attempts

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    import sqlalchemy as sa

    from ecritures.database import Database


@dataclass(frozen=True, slots=True)
class AttemptLimits:
    """How often one may try.

    Attributes:
        per_email_max: With one e-mail address.
        per_network_max: From one network address, without success.
        wait: How long one waits after that many, and how long one attempt is remembered.
    """

    per_email_max: int
    per_network_max: int
    wait: timedelta


def count_attempt(database: Database, email: str, network: str, limits: AttemptLimits) -> int:
    """Count an attempt that is about to be made; return how many are left for the address.

    Args:
        database: With every firm.
        email: The e-mail address, whether somebody has it or not; empty for a key.
        network: The network address it comes from.
        limits: How many are allowed.

    Raises:
        BusyError: There were too many; it says how long to wait.
    """
    now = database.clock.now()
    bounds = {_of_network(network): limits.per_network_max}
    if email:
        bounds[_of_email(email)] = limits.per_email_max
    left = limits.per_network_max
    with database.write() as connection:
        connection.execute(sign_in_attempts.delete().where(sign_in_attempts.c.until <= now))
        for subject, most in bounds.items():
            row = _locked(connection, subject, now)
            if row.attempts >= most and row.until > now:
                raise _too_many((row.until - now).total_seconds())
            left = most - row.attempts - 1
        for subject in bounds:
            more = {"attempts": sign_in_attempts.c.attempts + 1, "until": now + limits.wait}
            connection.execute(sign_in_attempts.update().where(_is(subject)).values(more))
    return left


def forget_attempts(database: Database, email: str, network: str) -> None:
    """Forget those of an e-mail address, and the last one of a network address: it succeeded."""
    with database.write() as connection:
        connection.execute(sign_in_attempts.delete().where(_is(_of_email(email))))
        fewer = {"attempts": sign_in_attempts.c.attempts - 1}
        connection.execute(sign_in_attempts.update().where(_is(_of_network(network))).values(fewer))


def _locked(connection: sa.Connection, subject: bytes, now: datetime) -> sa.Row[int, datetime]:
    """Return the row of a subject, which no other transaction changes meanwhile."""
    new = {"subject_sha256": subject, "attempts": 0, "until": now}
    insert = insert_unless_present(connection, sign_in_attempts).values(new)
    keep = insert.on_conflict_do_update(
        index_elements=[sign_in_attempts.c.subject_sha256],
        set_={"attempts": sign_in_attempts.c.attempts},
    )
    return connection.execute(
        keep.returning(sign_in_attempts.c.attempts, sign_in_attempts.c.until)
    ).one()


def _is(subject: bytes) -> sa.ColumnElement[bool]:
    return sign_in_attempts.c.subject_sha256 == subject


def _of_email(email: str) -> bytes:
    return hashlib.sha256(f"email {email.strip().casefold()}".encode()).digest()


def _of_network(network: str) -> bytes:
    return hashlib.sha256(f"network {network}".encode()).digest()


def _too_many(seconds: float) -> BusyError:
    minutes = max(1, -(-int(seconds) // 60))
    return BusyError(
        "too-many-attempts",
        f"Trop d'essais de connexion : attendez {minutes} min, puis recommencez.",
        f"Too many attempts to sign in: wait {minutes} min, then try again.",
        seconds,
    )
