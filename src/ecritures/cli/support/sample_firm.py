"""The firms of the demonstration and of the sandbox, created by their first start."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from ecritures.core.errors import ConflictError, UnauthorizedError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from ecritures.database import Database
    from ecritures.directory.domains import Domain
    from ecritures.directory.keys import NewKey

DOSSIER = "CEGID003"
SIREN = "079555421"
SIRET = "07955542100027"


@dataclass(frozen=True, slots=True)
class SampleFirm:
    """A firm to try the service with.

    Attributes:
        code: Of its domain.
        dossiers: Code → name.
        year: The only fiscal year of its dossiers; None: they accept every date.
        policies: What it chooses for its imports.
    """

    code: str
    name: str
    dossiers: Mapping[str, str]
    year: int | None = None
    policies: Mapping[str, str] = field(default_factory=dict)


DEMONSTRATION = SampleFirm("DEMO", "Cabinet de démonstration", {DOSSIER: "Atelier Lumen"}, 2024)


def prepare_firm(database: Database, firm: SampleFirm) -> Domain:
    """Create what is missing of a firm, and return its domain."""
    from ecritures.app.actions.domains import change_domain, create_domain
    from ecritures.app.actions.dossiers import DossierFields, create_dossier
    from ecritures.directory.domains import get_domain
    from ecritures.directory.dossiers import FiscalYear, list_dossiers
    from ecritures.directory.keys import Caller

    try:
        domain = create_domain(database, firm.code, firm.name)
    except ConflictError:
        domain = get_domain(database, firm.code)
    operator = Caller.for_operator(domain)
    if firm.policies:
        change_domain(database, operator, firm.policies)
    known = {one.code for one in list_dossiers(database, domain.id)}
    years = [FiscalYear(date(firm.year, 1, 1), date(firm.year, 12, 31))] if firm.year else []
    for code, name in firm.dossiers.items():
        if code not in known:
            create_dossier(database, operator, DossierFields(code, SIREN, name, [SIRET], years))
    return domain


def keep_key(database: Database, domain: Domain, path: Path, wanted: NewKey) -> str:
    """Return `key:secret`, of a key that is created when the file does not have it.

    The secret is kept in a file that only its owner can read, so that the next start can show it.
    """
    from ecritures.app.actions.keys import create_key
    from ecritures.directory.authentication import authenticate
    from ecritures.directory.keys import Caller

    try:
        kept = path.read_text("ascii").strip()
        authenticate(database, kept)
    except (FileNotFoundError, UnauthorizedError):
        kept = create_key(database, Caller.for_operator(domain), wanted).view["apiKey"]
        path.unlink(missing_ok=True)
        with open(
            path, "x", encoding="ascii", opener=lambda name, flags: os.open(name, flags, 0o600)
        ) as file:
            file.write(f"{kept}\n")
    return kept
