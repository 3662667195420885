"""What the reader of a request must know of its dossier: codes, identifiers, the open year."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecritures.core.dossier_codes import DossierCodes
from ecritures.core.object_ids import Thing, object_id
from ecritures.ledger.codes import CodeKind, read_names

if TYPE_CHECKING:
    import sqlalchemy as sa

    from ecritures.directory.dossiers import Dossier


def dossier_codes(connection: sa.Connection, dossier: Dossier) -> DossierCodes:
    """Read the codes of a dossier."""
    journals, accounts, third_parties = (
        read_names(connection, dossier, kind)
        for kind in (CodeKind.JOURNAL, CodeKind.ACCOUNT, CodeKind.THIRD_PARTY)
    )
    open_years = [(year.start, year.end) for year in dossier.fiscal_years if not year.closed]
    return DossierCodes(
        _by_identifier(dossier, Thing.JOURNAL, journals),
        _by_identifier(dossier, Thing.ACCOUNT, accounts),
        frozenset(code for code, _ in third_parties.values()),
        dossier.code,
        max(open_years, default=None),
    )


def _by_identifier(
    dossier: Dossier, thing: Thing, names: dict[int, tuple[str, str]]
) -> dict[str, str]:
    """Return codes by the identifiers that the vendor's lists give them."""
    place = dossier.domain_id, dossier.id
    return {object_id(thing, *place, 0, number): code for number, (code, _) in names.items()}
