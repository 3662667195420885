"""What a file may have to know of the dossier it goes to, before it is read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date


@dataclass(frozen=True, slots=True)
class DossierCodes:
    """The codes of a dossier, and its last open fiscal year.

    Attributes:
        journals: Its journals: the identifier that callers know each by → its code.
        accounts: Its accounts, likewise.
        third_parties: The codes of its third parties.
        dossier: The code of the dossier itself.
        last_open_year: First and last day; None: it has no fiscal year, or none is open.
    """

    journals: Mapping[str, str] = field(default_factory=dict)
    accounts: Mapping[str, str] = field(default_factory=dict)
    third_parties: frozenset[str] = frozenset()
    dossier: str = ""
    last_open_year: tuple[date, date] | None = None
