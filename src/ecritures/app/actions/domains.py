"""Create domains, and choose which rules block their imports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecritures.directory import domains

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ecritures.database import Database
    from ecritures.directory.domains import Domain
    from ecritures.rules.policy import Policy


def create_domain(database: Database, code: str, name: str = "") -> Domain:
    """Create a domain.

    Raises:
        RefusedRequestError: The code is malformed.
        ConflictError: The code is taken.
    """
    return domains.create_domain(database, code, name)


def set_rules(database: Database, code: str, policy: Policy) -> Domain:
    """Replace the rules made to block the imports of a domain, and those that no longer do.

    Raises:
        NotFoundError: There is no such domain.
    """
    domain = domains.get_domain(database, code)
    return domains.set_rules(
        database, domain, block=sorted(policy.block), unblock=sorted(policy.unblock)
    )


def set_policies(database: Database, code: str, policies: Mapping[str, str]) -> Domain:
    """Choose what happens to certain files of a domain (see `core.policies`).

    Raises:
        NotFoundError: There is no such domain.
    """
    return domains.set_policies(database, domains.get_domain(database, code), policies)
