"""The establishments of a dossier, as a list to be filtered and sorted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from ecritures.database.tables import establishments

if TYPE_CHECKING:
    from ecritures.directory.dossiers import Dossier


def establishments_of(_connection: sa.Connection, dossier: Dossier) -> sa.Select[Any]:
    """Select the establishments of a dossier: `siret`, `rank` (0: the main one), `company`."""
    place = establishments.c
    return sa.select(
        place.siret, place.rank, sa.literal(dossier.name, sa.String).label("company")
    ).where(place.domain_id == dossier.domain_id, place.dossier_id == dossier.id)
