"""Typed values of what the service returns; `raw` holds the whole JSON."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Mapping


class Status(IntEnum):
    """The state of an import, as Cegid Loop numbers it."""

    WAITING = 1
    RUNNING = 2
    DONE = 3
    FAILED = 4

    @property
    def ended(self) -> bool:
        """Whether nothing more happens by itself."""
        return self >= Status.DONE


@dataclass(frozen=True, slots=True)
class Import:
    """An import, as `/v1` shows it."""

    id: str
    dossier: str
    status: Status
    phase: str
    message: str | None
    message_en: str | None
    message_code: str | None
    lines: int
    lines_expected: int | None
    attachment_count: int
    anomaly_count: int
    anomaly_counts: Mapping[str, int]
    conforming: bool | None
    importable: bool | None
    raw: Mapping[str, Any]

    @property
    def done(self) -> bool:
        """Whether it has ended well."""
        return self.status is Status.DONE

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> Self:
        """Read an import from JSON."""
        return cls(
            id=raw["id"],
            dossier=raw["dossier"],
            status=Status(raw["status"]),
            phase=raw["phase"],
            message=raw["message"],
            message_en=raw["messageEn"],
            message_code=raw["messageCode"],
            lines=raw["lines"],
            lines_expected=raw["linesExpected"],
            attachment_count=raw["attachmentCount"],
            anomaly_count=raw["anomalyCount"],
            anomaly_counts=raw["anomalyCounts"],
            conforming=raw["conforming"],
            importable=raw["importable"],
            raw=raw,
        )


@dataclass(frozen=True, slots=True)
class Anomaly:
    """Something found in a file."""

    code: str
    severity: str
    blocking: bool
    line: int | None
    column: str | None
    value: str | None
    entry: str | None
    message: str
    remedy: str
    raw: Mapping[str, Any]

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> Self:
        """Read an anomaly from JSON."""
        names = ("code", "severity", "blocking", "line", "column", "value", "entry", "message")
        return cls(**{name: raw[name] for name in (*names, "remedy")}, raw=raw)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A document that came with an import.

    Attributes:
        entry: The id of its entry; None: it goes with the file as a whole.
        line: That of its line.
        kept: Whether it can be downloaded; the file may have named what did not come with it.
    """

    id: str
    dossier: str
    entry: str | None
    line: str | None
    name: str
    media_type: str | None
    bytes: int | None
    sha256: str | None
    kept: bool
    raw: Mapping[str, Any]

    @classmethod
    def of(cls, raw: Mapping[str, Any], dossier: str) -> Self:
        """Read a document of a dossier from JSON."""
        names = ("id", "entry", "line", "name", "bytes", "sha256", "kept")
        given = {name: raw[name] for name in names}
        return cls(**given, media_type=raw["mediaType"], dossier=dossier, raw=raw)


@dataclass(frozen=True, slots=True)
class LoopStatus:
    """An import, as the routes of Cegid Loop show it; `message`: only Écritures has one."""

    id: str
    code_ibs: str
    domain: str
    status: Status
    created: str
    updated: str
    message: str | None
    raw: Mapping[str, Any]

    @property
    def done(self) -> bool:
        """Whether it has ended well."""
        return self.status is Status.DONE

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> Self:
        """Read an import from JSON."""
        return cls(
            id=raw["id"],
            code_ibs=raw["codeIBS"],
            domain=raw["domain"],
            status=Status(raw["status"]),
            created=raw["creationDate"],
            updated=raw["lastUpdate"],
            message=raw.get("message"),
            raw=raw,
        )
