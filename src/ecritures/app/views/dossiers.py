"""Dossiers as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typing_extensions import TypedDict

from ecritures.app.cursors import next_cursor
from ecritures.core.policies import POLICY_NAMES

if TYPE_CHECKING:
    from ecritures.database.paging import Page
    from ecritures.directory.dossiers import Dossier, FiscalYear


class EstablishmentView(TypedDict):
    """An establishment of a company."""

    siret: str
    main: bool


class FiscalYearView(TypedDict):
    """A fiscal year; both days are included."""

    start: str
    end: str
    state: str
    closed: bool


class DossierView(TypedDict):
    """A dossier. The first SIRET is the main establishment's.

    `policies`: what it has chosen for its imports itself; for the rest, its domain decides.
    """

    domain: str
    code: str
    name: str
    siren: str
    sirets: list[str]
    establishments: list[EstablishmentView]
    fiscalYears: list[FiscalYearView]
    policies: dict[str, str | int]


class DossierPage(TypedDict):
    """A page of dossiers, by code."""

    items: list[DossierView]
    nextCursor: str | None


def dossier_view(dossier: Dossier, domain: str) -> DossierView:
    """Return a dossier as JSON; `domain`: the code of its domain."""
    return {
        "domain": domain,
        "code": dossier.code,
        "name": dossier.name,
        "siren": dossier.siren,
        "sirets": list(dossier.sirets),
        "establishments": [
            {"siret": siret, "main": rank == 0} for rank, siret in enumerate(dossier.sirets)
        ],
        "fiscalYears": [year_view(year) for year in dossier.fiscal_years],
        "policies": {
            name: dossier.settings[name] for name in POLICY_NAMES if name in dossier.settings
        },
    }


def year_view(year: FiscalYear) -> FiscalYearView:
    """Return a fiscal year as JSON."""
    return {
        "start": year.start.isoformat(),
        "end": year.end.isoformat(),
        "state": str(year.state),
        "closed": year.closed,
    }


def dossier_page(page: Page[Dossier], domain: str) -> DossierPage:
    """Return a page of the dossiers of a domain as JSON."""
    return {
        "items": [dossier_view(dossier, domain) for dossier in page.items],
        "nextCursor": next_cursor(page),
    }
