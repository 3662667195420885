"""A dossier as JSON."""

from __future__ import annotations

from datetime import date

from ecritures.app.views.dossiers import dossier_page, dossier_view
from ecritures.database.paging import Page
from ecritures.directory.dossiers import Dossier, FiscalYear, YearState

DOSSIER = Dossier(
    1,
    1,
    "CEGID003",
    "Atelier Lumen",
    "079555421",
    ("07955542100027", "07955542100035"),
    (FiscalYear(date(2024, 1, 1), date(2024, 12, 31), YearState.CLOSED),),
)


def test_the_first_establishment_is_the_main_one_and_years_say_whether_they_are_closed():
    assert dossier_view(DOSSIER, "CABINET1") == {
        "domain": "CABINET1",
        "code": "CEGID003",
        "name": "Atelier Lumen",
        "siren": "079555421",
        "sirets": ["07955542100027", "07955542100035"],
        "establishments": [
            {"siret": "07955542100027", "main": True},
            {"siret": "07955542100035", "main": False},
        ],
        "fiscalYears": [
            {"start": "2024-01-01", "end": "2024-12-31", "state": "closed", "closed": True}
        ],
        "policies": {},
    }


def test_the_last_page_has_no_cursor():
    assert dossier_page(Page([DOSSIER]), "CABINET1") == {
        "items": [dossier_view(DOSSIER, "CABINET1")],
        "nextCursor": None,
    }
