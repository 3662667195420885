"""People as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NotRequired

from typing_extensions import TypedDict

from ecritures.app.cursors import next_cursor
from ecritures.app.views.instants import instant_or_none, instant_text

if TYPE_CHECKING:
    from datetime import datetime

    from ecritures.database.paging import Page
    from ecritures.directory.firm_changes import FirmChange
    from ecritures.directory.people import Person


class UserView(TypedDict):
    """A person of a firm.

    `dossiers` is null for somebody who may touch all of them; `domain` for an operator.
    `invitedUntil`: until when an invitation that has not been accepted is valid.
    """

    id: int
    email: str
    name: str
    role: str
    domain: str | None
    dossiers: list[str] | None
    hasPassword: bool
    invitedUntil: str | None
    disabled: bool
    createdAt: str
    lastSignInAt: str | None


class InvitationView(TypedDict):
    """An address where somebody chooses a password once."""

    url: str
    until: str


class NewUserView(UserView):
    """A person with an invitation, which a repeated request is not shown again."""

    invitation: NotRequired[InvitationView]


class UserPage(TypedDict):
    """A page of people, by e-mail address."""

    items: list[UserView]
    nextCursor: str | None


class FirmChangeView(TypedDict):
    """A change in the administration of a firm; `changed`: by name, before and after."""

    id: int
    at: str
    by: str | None
    kind: str
    subject: str
    changed: dict[str, list[Any]]


class FirmChangePage(TypedDict):
    """A page of changes, the last first."""

    items: list[FirmChangeView]
    nextCursor: str | None


def user_view(person: Person) -> UserView:
    """Return a person as JSON."""
    return {
        "id": person.id,
        "email": person.email,
        "name": person.name,
        "role": str(person.role),
        "domain": person.domain,
        "dossiers": None if person.dossiers is None else list(person.dossiers),
        "hasPassword": person.has_password,
        "invitedUntil": instant_or_none(person.invited_until),
        "disabled": person.disabled_at is not None,
        "createdAt": instant_text(person.created_at),
        "lastSignInAt": instant_or_none(person.last_sign_in_at),
    }


def new_user_view(person: Person, url: str, until: datetime) -> NewUserView:
    """Return a person with the address of an invitation."""
    return {**user_view(person), "invitation": {"url": url, "until": instant_text(until)}}


def user_page(page: Page[Person]) -> UserPage:
    """Return a page of people as JSON."""
    return {"items": [user_view(one) for one in page.items], "nextCursor": next_cursor(page)}


def firm_change_page(page: Page[FirmChange]) -> FirmChangePage:
    """Return a page of changes as JSON."""
    items: list[FirmChangeView] = [
        {
            "id": one.id,
            "at": instant_text(one.at),
            "by": one.by,
            "kind": one.kind,
            "subject": one.subject,
            "changed": dict(one.changed),
        }
        for one in page.items
    ]
    return {"items": items, "nextCursor": next_cursor(page)}
