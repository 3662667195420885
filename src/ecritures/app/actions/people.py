"""Add people to a firm, invite them, change what they may do.

A caller may administer the whole firm and gives no right that is not their own. No caller: the
operator of this machine, who may also add operators of the service.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ecritures.app.actions.webhooks import require_administrator
from ecritures.app.idempotency import answer_once
from ecritures.app.views.people import new_user_view, user_view
from ecritures.core.errors import ConflictError
from ecritures.directory import people, sign_in
from ecritures.directory.firm_changes import ChangeKind, record_change
from ecritures.directory.keys import name_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    import sqlalchemy as sa

    from ecritures.app.idempotency import Answer, IdempotentRequest
    from ecritures.app.views.people import NewUserView, UserView
    from ecritures.core.rights import Role
    from ecritures.database import Database
    from ecritures.directory.keys import Caller
    from ecritures.directory.people import Person, PersonChanges


@dataclass(frozen=True, slots=True)
class NewPerson:
    """Somebody to add; `dossiers` as for `directory.people.insert_person`."""

    email: str
    role: Role
    name: str = ""
    dossiers: Sequence[str] | None = None


@dataclass(frozen=True, slots=True)
class Invitations:
    """How people are invited.

    Attributes:
        address: That of the service, as browsers reach it.
        hours_max: How long an invitation is valid.
    """

    address: str
    hours_max: float


def create_user(
    database: Database,
    caller: Caller | None,
    wanted: NewPerson,
    invitations: Invitations,
    idempotent: IdempotentRequest | None = None,
) -> Answer[NewUserView]:
    """Add somebody; the answer has an invitation, which is not shown again.

    Args:
        database: The firm's; with every firm, for an operator of the service.
        caller: Who asks, for their firm; None: for the service.
        wanted: Whom to add.
        invitations: How to invite.
        idempotent: Identifies the request when it carries a key.

    Raises:
        ForbiddenError: The caller may not administer the whole firm, or not give these rights.
        RefusedRequestError: The address, or the role with these dossiers, cannot be.
        NotFoundError: There is no such dossier.
        ConflictError: The firm knows the address already.
    """
    _require_rights(caller, wanted.role)

    def insert(connection: sa.Connection, _: None) -> NewUserView:
        person = _insert(database, connection, caller, caller.domain_id if caller else None, wanted)
        return _invited(database, connection, person, invitations)

    return answer_once(database, idempotent, lambda: None, insert, shown_once="invitation")


def find_or_add_person(database: Database, domain_id: int, wanted: NewPerson) -> int:
    """Return the number of somebody of a firm, added without an invitation when unknown."""
    with database.write() as connection:
        try:
            return _insert(database, connection, None, domain_id, wanted).id
        except ConflictError:
            return people.find_person(connection, wanted.email, domain_id).id


def _insert(
    database: Database,
    connection: sa.Connection,
    caller: Caller | None,
    domain_id: int | None,
    wanted: NewPerson,
) -> Person:
    made = people.insert_person(
        connection,
        domain_id,
        email=wanted.email,
        name=wanted.name,
        role=wanted.role,
        dossiers=wanted.dossiers,
        now=database.clock.now(),
    )
    _record(database, connection, ChangeKind.PERSON_ADDED, caller, None, made)
    return made


def invite_user(
    database: Database,
    caller: Caller | None,
    person_id: int,
    invitations: Invitations,
    idempotent: IdempotentRequest | None = None,
) -> Answer[NewUserView]:
    """Invite somebody again: to choose a first password, or another one.

    Raises:
        ForbiddenError: As for `create_user`.
        NotFoundError: There is no such person in the firm.
        ConflictError: The person is disabled.
    """

    def invite(connection: sa.Connection, _: None) -> NewUserView:
        person = _found(connection, caller, person_id)
        _require_rights(caller, person.role)
        if person.disabled_at is not None:
            raise ConflictError(
                "user-disabled",
                f"{person.email} est désactivé : réactivez d'abord cette personne.",
                f"{person.email} is disabled: enable this person first.",
            )
        return _invited(database, connection, person, invitations)

    return answer_once(database, idempotent, lambda: None, invite, shown_once="invitation")


def change_user(
    database: Database,
    caller: Caller | None,
    person_id: int,
    changes: PersonChanges,
    idempotent: IdempotentRequest | None = None,
) -> Answer[UserView]:
    """Change the name, the role or the dossiers of somebody, disable or enable them: at once.

    Raises:
        ForbiddenError: As for `create_user`.
        NotFoundError: There is no such person in the firm, or no such dossier.
        RefusedRequestError: The role with these dossiers cannot be.
        ConflictError: It is the caller, who would lock themselves out.
    """

    def change(connection: sa.Connection, _: None) -> UserView:
        person = _found(connection, caller, person_id)
        for role in {person.role, changes.get("role", person.role)}:
            _require_rights(caller, role)
        if caller and caller.is_person and person.email == caller.by and set(changes) - {"name"}:
            raise ConflictError(
                "user-is-oneself",
                "On ne change ni son propre rôle ni ses propres dossiers, et on ne se désactive"
                " pas : demandez-le à un autre administrateur.",
                "One cannot change one's own role or dossiers, nor disable oneself: ask another"
                " administrator.",
            )
        changed = people.change_person(connection, person, changes, database.clock.now())
        _record(database, connection, ChangeKind.PERSON_CHANGED, caller, person, changed)
        return user_view(changed)

    return answer_once(database, idempotent, lambda: None, change)


def set_password(database: Database, person: Person, password: str, characters_min: int) -> None:
    """Give somebody a password; their sessions end. For the operator of this machine.

    Raises:
        RefusedRequestError: It is too short or too long.
    """
    with database.write() as connection:
        sign_in.set_password(connection, person.id, password, characters_min)


def _record(  # noqa: PLR0913, PLR0917 - a change, and who made it
    database: Database,
    connection: sa.Connection,
    kind: ChangeKind,
    caller: Caller | None,
    before: Person | None,
    after: Person,
) -> None:
    """Record in the history of the firm what somebody may do now, and before."""
    if after.domain_id is None:  # an operator is of no firm
        return
    new = _rights_of(after)
    old = _rights_of(before) if before else dict.fromkeys(new)
    values = {name: (old[name], new[name]) for name in new}
    now = database.clock.now()
    record_change(connection, after.domain_id, kind, name_of(caller), after.email, values, now)


def _rights_of(person: Person) -> dict[str, object]:
    return {
        "name": person.name,
        "role": str(person.role),
        "dossiers": "*" if person.dossiers is None else list(person.dossiers),
        "disabled": person.disabled_at is not None,
    }


def _require_rights(caller: Caller | None, role: Role) -> None:
    if caller is not None:
        require_administrator(caller)
        for right in role.rights:
            caller.require(right)


def _found(connection: sa.Connection, caller: Caller | None, person_id: int) -> Person:
    return people.read_person(connection, person_id, caller.domain_id if caller else None)


def _invited(
    database: Database, connection: sa.Connection, person: Person, invitations: Invitations
) -> NewUserView:
    until = sign_in.invitation_end(database.clock.now(), invitations.hours_max)
    token = sign_in.invite(connection, person.id, until)
    url = f"{invitations.address.rstrip('/')}/invitation/{token}"
    return new_user_view(people.read_person(connection, person.id), url, until)
