"""What can be asked about the people and the keys of a firm."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecritures.app.actions.webhooks import require_administrator
from ecritures.app.cursors import next_cursor
from ecritures.app.views.keys import key_view
from ecritures.app.views.people import firm_change_page, user_page, user_view
from ecritures.directory.domains import get_domain
from ecritures.directory.firm_changes import page_changes
from ecritures.directory.keys import page_keys
from ecritures.directory.people import (
    find_person,
    list_administrators,
    page_people,
    read_person,
)

if TYPE_CHECKING:
    from ecritures.app.views.keys import KeyPage
    from ecritures.app.views.people import FirmChangePage, UserPage, UserView
    from ecritures.database import Database
    from ecritures.directory.keys import Caller
    from ecritures.directory.people import Person

PAGE_ITEMS = 500
ADMINISTRATORS_NAMED = 5


def show_users(
    database: Database, caller: Caller, limit: int, after: tuple[str, int] | None = None
) -> UserPage:
    """Return a page of the people of a caller's firm as JSON, by e-mail address.

    Raises:
        ForbiddenError: The caller may not administer the whole firm.
    """
    require_administrator(caller)
    with database.read() as connection:
        return user_page(page_people(connection, caller.domain_id, limit, after))


def show_user(database: Database, caller: Caller, person_id: int) -> UserView:
    """Return a person of a caller's firm as JSON.

    Raises:
        ForbiddenError: The caller may not administer the whole firm.
        NotFoundError: There is no such person in the firm.
    """
    require_administrator(caller)
    with database.read() as connection:
        return user_view(read_person(connection, person_id, caller.domain_id))


def show_firm_changes(
    database: Database, caller: Caller, limit: int, after: tuple[int] | None = None
) -> FirmChangePage:
    """Return a page of the changes in the administration of a caller's firm as JSON.

    Raises:
        ForbiddenError: The caller may not administer the whole firm.
    """
    require_administrator(caller)
    with database.read() as connection:
        return firm_change_page(page_changes(connection, caller.domain_id, limit, after))


def names_of_administrators(database: Database, domain_id: int) -> list[str]:
    """Return what the administrators of a firm are called: those to ask for a right."""
    with database.read() as connection:
        found = list_administrators(connection, domain_id, ADMINISTRATORS_NAMED)
    return [one.name for one in found]


def list_people(database: Database, domain_id: int | None) -> list[UserView]:
    """Return the people of a firm as JSON; None: those of all firms, and operators."""
    found: list[UserView] = []
    after = None
    with database.read() as connection:
        while True:
            page = page_people(connection, domain_id, PAGE_ITEMS, after)
            found += [user_view(one) for one in page.items]
            if page.next_key is None:
                return found
            after = page.next_key


def find_user(database: Database, email: str, domain: str | None) -> Person:
    """Return a person by e-mail address, for the operator of this machine.

    Args:
        database: With every firm.
        email: The address.
        domain: The code of the firm; None: whoever alone has the address.

    Raises:
        NotFoundError: There is no such firm, or nobody has this address.
        RefusedRequestError: Several have it.
    """
    firm = get_domain(database, domain) if domain else None
    with database.read() as connection:
        return find_person(connection, email, firm.id if firm else None)


def show_keys(
    database: Database, caller: Caller, limit: int, after: tuple[int] | None = None
) -> KeyPage:
    """Return a page of the keys of a caller's firm as JSON, oldest first, without secrets.

    Raises:
        ForbiddenError: The caller may not administer the whole firm.
    """
    require_administrator(caller)
    with database.read() as connection:
        page = page_keys(connection, caller.domain_id, limit, after)
    return {"items": [key_view(one) for one in page.items], "nextCursor": next_cursor(page)}
