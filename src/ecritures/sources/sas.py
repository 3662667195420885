"""A signed Azure address (SAS): what its query says it allows, and until when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from ecritures.core.sentences import Sentence
from ecritures.sources import failures

if TYPE_CHECKING:
    from collections.abc import Mapping

LIFETIME_MIN = timedelta(hours=24)
TOLERANCE = timedelta(minutes=5)
"""Between the signature of an address valid for exactly that long, and the request."""


@dataclass(frozen=True, slots=True)
class Sas:
    """What a signed address says about itself; None: nothing.

    Attributes:
        starts_at: `st`, from when the address is valid.
        expires_at: `se`, or the end of the key that signed it (`ske`) when that is sooner.
        permissions: `sp`, one letter each; `r` is to read.
    """

    starts_at: datetime | None
    expires_at: datetime | None
    permissions: str | None

    def check(self, now: datetime) -> None:
        """Refuse an address that the server would refuse.

        Raises:
            SourceError: It has expired, or does not allow reading.
        """
        if self.expires_at is not None and self.expires_at <= now:
            raise failures.address_expired(self.expires_at)
        if self.permissions is not None and "r" not in self.permissions:
            raise failures.address_unreadable()

    def warnings(self, now: datetime) -> list[Sentence]:
        """Return a warning about an address that is accepted but may fail."""
        if self.expires_at is None or not now < self.expires_at < now + LIFETIME_MIN - TOLERANCE:
            return []
        moment = f"{self.expires_at:%Y-%m-%d %H:%M} UTC"
        return [
            Sentence(
                "address-expires-soon",
                f"L'adresse du fichier expire le {moment}, dans moins de 24 heures : après, aucun"
                " nouvel essai ne sera possible.",
                f"The address of the file expires on {moment}, in less than 24 hours: no other"
                " try will be possible after that.",
            )
        ]


def read_sas(address: str) -> Sas | None:
    """Return what a signed address says; None when the address is not one."""
    if "sig=" not in address:  # most are not, and parsing is slower
        return None
    try:
        query = parse_qs(urlsplit(address).query)
    except ValueError:  # no address at all: the downloader says so
        return None
    if "sig" not in query or not query.keys() & {"sv", "se", "sp"}:
        return None
    ends = [moment for name in ("se", "ske") if (moment := _moment(query, name))]
    return Sas(
        starts_at=_moment(query, "st"),
        expires_at=min(ends, default=None),
        permissions=query["sp"][0] if "sp" in query else None,
    )


def _moment(query: Mapping[str, list[str]], name: str) -> datetime | None:
    """Return a moment of the query, or None when it is absent or unreadable: the server judges."""
    try:
        moment = datetime.fromisoformat(query.get(name, [""])[0].strip())
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
