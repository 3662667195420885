"""Domains: the accounting firms. None can see anything of another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import sqlalchemy as sa

from ecritures.core.choices import changed, check_defaults
from ecritures.core.errors import ConflictError, NotFoundError
from ecritures.database.tables import domains, firms
from ecritures.directory.codes import checked_code

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ecritures.core.policies import PolicyValue
    from ecritures.database import Database


@dataclass(frozen=True, slots=True)
class Domain:
    """An accounting firm.

    Attributes:
        storage_prefix: Where its files are in the operator's storage.
    """

    id: int
    code: str
    name: str
    settings: dict[str, Any]
    storage_prefix: str


class Changed(NamedTuple):
    """A domain before and after a change."""

    before: Domain
    after: Domain


def create_domain(database: Database, code: str, name: str = "") -> Domain:
    """Create a domain.

    Raises:
        RefusedRequestError: The code is not valid.
        ConflictError: The code is taken.
    """
    checked_code(code)
    with database.write() as connection:
        try:
            domain_id = connection.execute(
                domains.insert()
                .values(
                    code=code,
                    name=name or code,
                    settings={},
                    created_at=database.clock.now(),
                )
                .returning(domains.c.id)
            ).scalar_one()
            connection.execute(firms.insert().values(domain_id=domain_id))
        except sa.exc.IntegrityError as error:
            raise ConflictError(
                "domain-exists",
                f"Le domaine {code} existe déjà.",
                f"Domain {code} exists already.",
            ) from error
    return get_domain(database, code)


def get_domain(database: Database, code: str) -> Domain:
    """Return a domain by its code.

    Raises:
        NotFoundError: There is none.
    """
    with database.read() as connection:
        return read_domain(connection, code)


def read_domain(connection: sa.Connection, code: str) -> Domain:
    """Return a domain by its code, in the caller's transaction.

    Raises:
        NotFoundError: There is none.
    """
    row = connection.execute(_SELECT.where(domains.c.code == code)).one_or_none()
    if row is None:
        raise domain_unknown(code)
    return Domain(*row)


def domain_unknown(code: str) -> NotFoundError:
    """Return the error that there is no such domain, or not for this caller."""
    return NotFoundError(
        "domain-unknown",
        f"Le domaine {code} n'existe pas : « ecritures domain list » donne les domaines.",
        f"Domain {code} does not exist: “ecritures domain list” shows the domains.",
    )


def set_rules(
    connection: sa.Connection, code: str, *, block: Sequence[str], unblock: Sequence[str]
) -> Changed:
    """Set which rules block the imports of a domain, and which do not.

    Raises:
        NotFoundError: There is no such domain.
    """
    domain = _lock(connection, code)
    settings = domain.settings | {"block": sorted(block), "unblock": sorted(unblock)}
    return Changed(domain, _set(connection, code, {"settings": settings}))


def change_domain(
    connection: sa.Connection,
    code: str,
    policies: Mapping[str, PolicyValue | None],
    name: str | None = None,
) -> Changed:
    """Choose policies for the imports of a domain, and its name, in the caller's transaction.

    What is not named stays as it is; a policy that is None is that of the product again.

    Raises:
        NotFoundError: There is no such domain.
        RefusedRequestError: A policy cannot be chosen for every import.
    """
    domain = _lock(connection, code)
    settings = changed(domain.settings, policies)
    check_defaults(settings)
    values = {"settings": settings, "name": name or domain.name}
    return Changed(domain, _set(connection, code, values))


def list_domains(database: Database) -> list[Domain]:
    """Return every domain, by code."""
    with database.read() as connection:
        return [Domain(*row) for row in connection.execute(_SELECT.order_by(domains.c.code))]


def storage_prefix(database: Database, domain_id: int) -> str:
    """Return where the files of a domain are in the operator's storage."""
    query = sa.select(domains.c.storage_prefix).where(domains.c.id == domain_id)
    with database.read() as connection:
        return str(connection.execute(query).scalar_one())


def _lock(connection: sa.Connection, code: str) -> Domain:
    connection.execute(domains.update().where(domains.c.code == code).values(code=code))
    return read_domain(connection, code)


def _set(connection: sa.Connection, code: str, values: Mapping[str, Any]) -> Domain:
    connection.execute(domains.update().where(domains.c.code == code).values(values))
    return read_domain(connection, code)


_SELECT = sa.select(
    domains.c.id, domains.c.code, domains.c.name, domains.c.settings, domains.c.storage_prefix
)
