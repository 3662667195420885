"""The people of a firm, and the operators of the service: who they are and what they may do."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypedDict

import sqlalchemy as sa

from ecritures.core.errors import ConflictError, NotFoundError, RefusedRequestError
from ecritures.core.rights import Role
from ecritures.database.paging import Page, make_page, page_query
from ecritures.database.tables import domains, dossiers, sessions, user_dossiers, users
from ecritures.directory.dossiers import dossier_unknown, find_dossiers

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

EMAIL_CHARACTERS_MAX = 254
_EMAIL = re.compile(r"[^\s@<>\"',;:\\\x00-\x1f\x7f]+@[^\s@<>\"',;:\\\x00-\x1f\x7f]+")


@dataclass(frozen=True, slots=True)
class Person:
    """A person.

    Attributes:
        domain_id: That of the firm; None: an operator.
        domain: The code of the firm.
        dossiers: The codes of those assigned; None: all of the firm.
        invited_until: Until when an invitation that has not been accepted is valid.
    """

    id: int
    domain_id: int | None
    domain: str | None
    email: str
    name: str
    role: Role
    dossiers: tuple[str, ...] | None
    has_password: bool
    invited_until: datetime | None
    created_at: datetime
    disabled_at: datetime | None
    last_sign_in_at: datetime | None


class PersonChanges(TypedDict, total=False):
    """What to change; what is not named stays as it is."""

    name: str
    role: Role
    dossiers: Sequence[str] | None
    disabled: bool


def email_key(email: str) -> str:
    """Return the form by which e-mail addresses are compared."""
    return email.strip().casefold()


def checked_email(text: str) -> str:
    """Return an e-mail address.

    Raises:
        RefusedRequestError: It is not a valid address.
    """
    email = text.strip()
    if len(email) > EMAIL_CHARACTERS_MAX or not _EMAIL.fullmatch(email):
        raise RefusedRequestError(
            "email-invalid",
            f"« {email[:EMAIL_CHARACTERS_MAX]} » n'est pas une adresse électronique.",
            f"“{email[:EMAIL_CHARACTERS_MAX]}” is not an e-mail address.",
        )
    return email


def insert_person(  # noqa: PLR0913 - each is a field of the person
    connection: sa.Connection,
    domain_id: int | None,
    *,
    email: str,
    name: str,
    role: Role,
    dossiers: Sequence[str] | None,
    now: datetime,
) -> Person:
    """Add a person, who has no password yet, in the caller's transaction.

    Args:
        connection: Of a database that shows the firm; for an operator, every firm.
        domain_id: The firm; None for an operator, and only for one.
        email: The address by which the person signs in.
        name: How the person is called; empty: as the address.
        role: What the person is.
        dossiers: The codes of those assigned; None: all of the firm, or none for a collaborator.
        now: The time.

    Raises:
        RefusedRequestError: The address, the name, or the role with these dossiers cannot be.
        NotFoundError: There is no such dossier.
        ConflictError: The firm knows the address already.
    """
    email = checked_email(email)
    _check_role(role, domain_id, dossiers)
    if _is_known(connection, domain_id, email_key(email)):
        raise _exists(email)
    values = {
        "domain_id": domain_id,
        "email": email,
        "email_key": email_key(email),
        "name": name.strip() or email,
        "role": str(role),
        "all_dossiers": _has_all(role, dossiers),
        "created_at": now,
    }
    try:
        with connection.begin_nested():
            made = connection.execute(users.insert().values(values).returning(users.c.id))
            person_id: int = made.scalar_one()
    except sa.exc.IntegrityError as error:  # added this instant
        raise _exists(email) from error
    _assign(connection, domain_id, person_id, dossiers or ())
    return read_person(connection, person_id)


def read_person(connection: sa.Connection, person_id: int, domain_id: int | None = None) -> Person:
    """Return a person; `domain_id`: of this firm.

    Raises:
        NotFoundError: There is none.
    """
    query = _SELECT.where(users.c.id == person_id)
    if domain_id is not None:
        query = query.where(users.c.domain_id == domain_id)
    row = connection.execute(query).one_or_none()
    if row is None:
        raise _unknown(str(person_id))
    return _people(connection, [row])[0]


def find_person(connection: sa.Connection, email: str, domain_id: int | None) -> Person:
    """Return a person by e-mail address; `domain_id`: of this firm, None: whoever alone has it.

    Raises:
        NotFoundError: There is none.
        RefusedRequestError: There are several.
    """
    query = _SELECT.where(users.c.email_key == email_key(email))
    if domain_id is not None:
        query = query.where(users.c.domain_id == domain_id)
    found = _people(connection, connection.execute(query.order_by(users.c.id)).all())
    if not found:
        raise _unknown(email)
    if len(found) > 1:
        names = ", ".join(one.domain or one.role for one in found)
        raise RefusedRequestError(
            "user-ambiguous",
            f"Plusieurs domaines connaissent {email} ({names}) : précisez --domain.",
            f"Several domains know {email} ({names}): add --domain.",
        )
    return found[0]


def page_people(
    connection: sa.Connection,
    domain_id: int | None,
    limit: int,
    after: tuple[str, int] | None = None,
) -> Page[Person]:
    """Return a page of the people of a firm, by address; None: of all firms, and operators.

    The key is the address and the number of the last.
    """
    query = _SELECT if domain_id is None else _SELECT.where(users.c.domain_id == domain_id)
    page = page_query(query, [users.c.email_key, users.c.id], after, limit)
    rows = connection.execute(page).all()
    made = make_page(rows, limit, lambda last: (last.email_key, last.id))
    return Page(_people(connection, made.items), made.next_key)


def names_of_assigned(
    connection: sa.Connection, domain_id: int, dossier_ids: Collection[int]
) -> dict[int, list[str]]:
    """Return the names of the collaborators of some dossiers, by the id of the dossier."""
    assigned = user_dossiers.c
    query = sa.select(assigned.dossier_id, assigned.user_id).where(
        assigned.domain_id == domain_id, assigned.dossier_id.in_(dossier_ids)
    )
    pairs = connection.execute(query).all()
    people = sa.select(users.c.id, users.c.name).where(
        users.c.domain_id == domain_id,
        users.c.role == str(Role.COLLABORATOR),
        users.c.disabled_at.is_(None),
        users.c.id.in_({pair.user_id for pair in pairs}),
    )
    found: dict[int, list[str]] = {one: [] for one in dossier_ids}
    for person in connection.execute(people.order_by(users.c.name, users.c.id)):
        for pair in pairs:
            if pair.user_id == person.id:
                found[pair.dossier_id].append(person.name)
    return found


def list_administrators(connection: sa.Connection, domain_id: int, limit: int) -> list[Person]:
    """Return those who administer a firm and have entered it before, by name."""
    query = _SELECT.where(
        users.c.domain_id == domain_id,
        users.c.role == str(Role.ADMINISTRATOR),
        users.c.disabled_at.is_(None),
        users.c.last_sign_in_at.is_not(None),
    )
    rows = connection.execute(query.order_by(users.c.name, users.c.id).limit(limit)).all()
    return _people(connection, rows)


def change_person(
    connection: sa.Connection, person: Person, changes: PersonChanges, now: datetime
) -> Person:
    """Change a person, in the caller's transaction; what it forbids holds at once.

    Raises:
        RefusedRequestError: The role with these dossiers cannot be, or the name is empty.
        NotFoundError: There is no such dossier.
    """
    lock = users.update().where(users.c.id == person.id)
    connection.execute(lock.values(email_key=users.c.email_key))
    role = changes.get("role", person.role)
    given = changes.get("dossiers", person.dossiers if role.may_be_limited else None)
    _check_role(role, person.domain_id, given)
    values: dict[str, Any] = {"role": str(role), "all_dossiers": _has_all(role, given)}
    if "name" in changes:
        values["name"] = changes["name"].strip() or person.email
    if "disabled" in changes:
        values["disabled_at"] = (person.disabled_at or now) if changes["disabled"] else None
    if changes.get("disabled"):
        values |= {"invitation_sha256": None, "invitation_until": None}
        connection.execute(sessions.delete().where(sessions.c.user_id == person.id))
    connection.execute(users.update().where(users.c.id == person.id).values(values))
    connection.execute(user_dossiers.delete().where(user_dossiers.c.user_id == person.id))
    _assign(connection, person.domain_id, person.id, given or ())
    return read_person(connection, person.id)


def _check_role(role: Role, domain_id: int | None, given: Sequence[str] | None) -> None:
    if (role is Role.OPERATOR) != (domain_id is None):
        raise RefusedRequestError(
            "role-misplaced",
            "Un exploitant n'est d'aucun domaine, et les autres personnes sont d'un domaine.",
            "An operator belongs to no domain, and other people belong to one.",
        )
    if given and not role.may_be_limited:
        raise RefusedRequestError(
            "role-of-all-dossiers",
            "Seuls un lecteur et un collaborateur ont des dossiers affectés.",
            "Only a reader and a collaborator have dossiers assigned.",
        )


def _has_all(role: Role, given: Sequence[str] | None) -> bool:
    """Return whether a person may touch every dossier: a collaborator, only those assigned."""
    return given is None and role is not Role.COLLABORATOR


def _is_known(connection: sa.Connection, domain_id: int | None, key: str) -> bool:
    same = sa.select(users.c.id).where(users.c.email_key == key, users.c.domain_id == domain_id)
    return connection.execute(same).first() is not None


def _exists(email: str) -> ConflictError:
    return ConflictError(
        "user-exists",
        f"Une personne du cabinet a déjà l'adresse {email}.",
        f"Somebody of the firm has the address {email} already.",
    )


def _assign(
    connection: sa.Connection, domain_id: int | None, person_id: int, codes: Sequence[str]
) -> None:
    if domain_id is None or not codes:
        return
    found = find_dossiers(connection, domain_id, codes)
    for code in dict.fromkeys(codes):
        if code not in found:
            raise dossier_unknown(code)
        row = {"domain_id": domain_id, "user_id": person_id, "dossier_id": found[code].id}
        connection.execute(user_dossiers.insert().values(row))


def _unknown(name: str) -> NotFoundError:
    return NotFoundError(
        "user-unknown",
        f"Il n'y a pas de personne {name} dans le domaine.",
        f"There is nobody {name} in the domain.",
    )


def _people(connection: sa.Connection, rows: Sequence[sa.Row[*tuple[Any, ...]]]) -> list[Person]:
    assigned: dict[int, list[str]] = {row.id: [] for row in rows}
    query = (
        sa.select(user_dossiers.c.user_id, dossiers.c.code)
        .join(
            dossiers,
            (dossiers.c.domain_id == user_dossiers.c.domain_id)
            & (dossiers.c.id == user_dossiers.c.dossier_id),
        )
        .where(user_dossiers.c.user_id.in_(list(assigned)))
        .order_by(dossiers.c.code)
    )
    for person_id, code in connection.execute(query):
        assigned[person_id].append(code)
    return [
        Person(
            id=row.id,
            domain_id=row.domain_id,
            domain=row.domain,
            email=row.email,
            name=row.name,
            role=Role(row.role),
            dossiers=None if row.all_dossiers else tuple(assigned[row.id]),
            has_password=row.password_hash is not None,
            invited_until=row.invitation_until,
            created_at=row.created_at,
            disabled_at=row.disabled_at,
            last_sign_in_at=row.last_sign_in_at,
        )
        for row in rows
    ]


_SELECT = sa.select(users, domains.c.code.label("domain")).outerjoin(
    domains, domains.c.id == users.c.domain_id
)
