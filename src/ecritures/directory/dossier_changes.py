"""Change a dossier: its name, SIREN, establishments and policies."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ecritures.core.choices import Policies, changed, check_defaults
from ecritures.database.tables import dossiers, establishments
from ecritures.directory.dossiers import (
    check_company,
    dossier_unknown,
    find_dossiers,
    insert_establishments,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import sqlalchemy as sa

    from ecritures.core.policies import PolicyValue
    from ecritures.directory.domains import Domain
    from ecritures.directory.dossiers import Dossier


@dataclass(frozen=True, slots=True)
class DossierChanges:
    """What to change; what is None, or not named, stays as it is.

    Attributes:
        sirets: All of them, the main establishment's first.
        policies: By name; one that is None is that of the domain again.
    """

    name: str | None = None
    siren: str | None = None
    sirets: Sequence[str] | None = None
    policies: Mapping[str, PolicyValue | None] = field(default_factory=dict)


def change_dossier(
    connection: sa.Connection, domain: Domain, code: str, changes: DossierChanges
) -> tuple[Dossier, Dossier]:
    """Change a dossier in the caller's transaction; return it as it was and as it is.

    Raises:
        NotFoundError: The domain has no such dossier.
        RefusedRequestError: The SIREN or a SIRET is not valid, or a policy cannot be chosen here.
    """
    of_dossier = dossiers.c.domain_id == domain.id, dossiers.c.code == code
    connection.execute(dossiers.update().where(*of_dossier).values(code=code))  # locks it
    known = find_dossiers(connection, domain.id, [code]).get(code)
    if known is None:
        raise dossier_unknown(code)
    siren = known.siren if changes.siren is None else changes.siren
    sirets = known.sirets if changes.sirets is None else tuple(changes.sirets)
    check_company(siren, sirets)
    settings = changed(known.settings, changes.policies)
    check_defaults(settings)
    Policies.of({}, settings, domain.settings)
    connection.execute(
        dossiers.update()
        .where(*of_dossier)
        .values(name=changes.name or known.name, siren=siren, settings=settings)
    )
    if sirets != known.sirets:
        mine = establishments.c.domain_id == domain.id, establishments.c.dossier_id == known.id
        connection.execute(establishments.delete().where(*mine))
        insert_establishments(connection, domain.id, known.id, sirets)
    return known, find_dossiers(connection, domain.id, [code])[code]
