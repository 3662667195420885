"""What is known of a file before it is read, and what its lines are held against."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ecritures.core.regime import Regime

if TYPE_CHECKING:
    from datetime import date


@dataclass(frozen=True, slots=True)
class Expectations:
    """What a file should be.

    Attributes:
        regime: What the file is held to; None: a file of any layout.
        file_name: The name to judge; None when the file came without one.
        siren: SIREN of the company, when known.
        sirets: SIRETs of its establishments; empty: not known.
        closing_date: Last day of the fiscal year, when known other than by the file's name.
        fiscal_years: First day, last day and whether closed, of each fiscal year of the dossier;
            empty: every date is accepted.
        chart: The chart of accounts its numbers must follow; None: any of them.
        dossier: The code of the dossier; "": not known.
        is_loop_json: Whether it is a request of importJson, whose SIRETs have the vendor's words.
    """

    regime: Regime | None = Regime.BIC
    file_name: str | None = None
    siren: str | None = None
    sirets: tuple[str, ...] = ()
    closing_date: date | None = None
    fiscal_years: tuple[tuple[date, date, bool], ...] = ()
    chart: str | None = None
    dossier: str = ""
    is_loop_json: bool = False
