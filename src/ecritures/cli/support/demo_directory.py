"""The domain, dossier and key of the demonstration, created by its first start."""

from __future__ import annotations

import os
from datetime import date
from typing import TYPE_CHECKING

from ecritures.core.errors import ConflictError, UnauthorizedError

if TYPE_CHECKING:
    from pathlib import Path

    from ecritures.database import Database
    from ecritures.directory.domains import Domain

DOMAIN = "DEMO"
DOSSIER = "CEGID003"
KEY_FILE = "demo-key"


def prepare_directory(database: Database, data_dir: Path) -> str:
    """Create what is missing and return `key:secret`.

    The secret is kept in a file that only its owner can read, so that the next start can show it.
    """
    from ecritures.app.actions.domains import create_domain
    from ecritures.directory.domains import get_domain

    try:
        domain = create_domain(database, DOMAIN, "Cabinet de démonstration")
    except ConflictError:
        domain = get_domain(database, DOMAIN)
    _prepare_dossier(database, domain)
    return _key(database, domain, data_dir / KEY_FILE)


def _prepare_dossier(database: Database, domain: Domain) -> None:
    from ecritures.app.actions.dossiers import DossierFields, create_dossier
    from ecritures.directory.dossiers import FiscalYear, list_dossiers
    from ecritures.directory.keys import Caller

    if any(one.code == DOSSIER for one in list_dossiers(database, domain.id)):
        return
    fields = DossierFields(
        DOSSIER,
        "079555421",
        "Atelier Lumen",
        ["07955542100027"],
        [FiscalYear(date(2024, 1, 1), date(2024, 12, 31))],
    )
    create_dossier(database, Caller.for_operator(domain), fields)


def _key(database: Database, domain: Domain, path: Path) -> str:
    from ecritures.app.actions.keys import create_key
    from ecritures.directory.authentication import authenticate
    from ecritures.directory.keys import Caller, NewKey

    try:
        kept = path.read_text("ascii").strip()
        authenticate(database, kept)
    except (FileNotFoundError, UnauthorizedError):
        kept = create_key(database, Caller.for_operator(domain), NewKey(name="Démonstration")).view[
            "apiKey"
        ]
        path.unlink(missing_ok=True)
        with open(
            path, "x", encoding="ascii", opener=lambda name, flags: os.open(name, flags, 0o600)
        ) as file:
            file.write(f"{kept}\n")
    return kept
