"""Dossiers: the books of one company each, with its establishments and fiscal years."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from ecritures.core.errors import ConflictError, NotFoundError, RefusedRequestError
from ecritures.core.siret import is_siren, is_siret
from ecritures.database.paging import Page, make_page, page_query
from ecritures.database.tables import dossiers, establishments, fiscal_years
from ecritures.directory.codes import checked_code
from ecritures.directory.firms import next_id

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date, datetime

    from ecritures.database import Database
    from ecritures.directory.domains import Domain


class YearState(StrEnum):
    """The state of a fiscal year."""

    OPEN = "open"
    CLOSED = "closed"  # its entries are locked; it can be reopened
    FINAL = "final"  # clôture définitive: never reopened


@dataclass(frozen=True, slots=True)
class FiscalYear:
    """A fiscal year (exercice): first and last day, both included."""

    start: date
    end: date
    state: YearState = YearState.OPEN

    @property
    def closed(self) -> bool:
        """Whether nothing may be dated in it."""
        return self.state is not YearState.OPEN


@dataclass(frozen=True, slots=True)
class Dossier:
    """The books of one company. The first SIRET is the main establishment's.

    Attributes:
        locked_through: The last day of a lock that can be lifted.
        closed_through: The last day of the final closing, which never is.
        settings: The policies of its imports, by name.
    """

    id: int
    domain_id: int
    code: str
    name: str
    siren: str
    sirets: tuple[str, ...] = ()
    fiscal_years: tuple[FiscalYear, ...] = ()
    locked_through: date | None = None
    closed_through: date | None = None
    ledger_revision: int = 0
    settings: dict[str, Any] = field(default_factory=dict)


def create_dossier(  # noqa: PLR0913 - each is a field of the dossier
    database: Database,
    domain: Domain,
    *,
    code: str,
    name: str,
    siren: str,
    sirets: Sequence[str] = (),
    years: Sequence[FiscalYear] = (),
) -> Dossier:
    """Create a dossier with its establishments and fiscal years.

    Raises:
        RefusedRequestError: A code, SIREN, SIRET or fiscal year is not valid.
        ConflictError: The code is taken in this domain.
    """
    new = checked_dossier(domain, code, name, siren, sirets, years)
    with database.write() as connection:
        return insert_dossier(connection, domain, new, database.clock.now())


def checked_dossier(  # noqa: PLR0913, PLR0917 - each is a field of the dossier
    domain: Domain,
    code: str,
    name: str,
    siren: str,
    sirets: Sequence[str],
    years: Sequence[FiscalYear],
) -> Dossier:
    """Check a dossier and return it, ready to be inserted.

    Raises:
        RefusedRequestError: A code, SIREN, SIRET or fiscal year is not valid.
    """
    checked_code(code)
    check_company(siren, sirets)
    _check_years(years)
    return Dossier(0, domain.id, code, name or code, siren, tuple(sirets), tuple(years))


def insert_dossier(
    connection: sa.Connection, domain: Domain, new: Dossier, now: datetime
) -> Dossier:
    """Insert a checked dossier, in the caller's transaction.

    Raises:
        ConflictError: The code is taken in this domain.
    """
    dossier_id = next_id(connection, domain.id)
    row = {"domain_id": domain.id, "code": new.code, "name": new.name, "siren": new.siren}
    try:
        connection.execute(dossiers.insert().values(id=dossier_id, **row, created_at=now))
    except sa.exc.IntegrityError as error:
        raise ConflictError(
            "dossier-exists",
            f"Le dossier {new.code} existe déjà dans le domaine {domain.code}.",
            f"Dossier {new.code} already exists in domain {domain.code}.",
        ) from error
    of_dossier = {"domain_id": domain.id, "dossier_id": dossier_id}
    insert_establishments(connection, domain.id, dossier_id, new.sirets)
    for year in new.fiscal_years:
        connection.execute(
            fiscal_years.insert().values(
                **of_dossier, start=year.start, end=year.end, state=year.state
            )
        )
    return read_dossier(connection, domain.id, dossier_id)


def insert_establishments(
    connection: sa.Connection, domain_id: int, dossier_id: int, sirets: Sequence[str]
) -> None:
    """Insert the establishments of a dossier, the main one first."""
    of_dossier = {"domain_id": domain_id, "dossier_id": dossier_id}
    for rank, siret in enumerate(sirets):
        connection.execute(establishments.insert().values(**of_dossier, siret=siret, rank=rank))


def get_dossier(database: Database, domain_id: int, code: str) -> Dossier:
    """Return a dossier of a domain by its code.

    Raises:
        NotFoundError: There is none in this domain.
    """
    try:
        with database.read() as connection:
            return find_dossiers(connection, domain_id, [code])[code]
    except KeyError:
        raise dossier_unknown(code) from None


def read_dossier(connection: sa.Connection, domain_id: int, dossier_id: int) -> Dossier:
    """Return a dossier that exists, as the caller's transaction sees it."""
    return _read(connection, _OF_ID, {"domain_id": domain_id, "id": dossier_id})[0]


def dossier_unknown(code: str) -> NotFoundError:
    """Return the error that a domain has no such dossier."""
    return NotFoundError(
        "dossier-unknown",
        f"Le dossier {code} n'existe pas sur le domaine.",
        f"Dossier {code} does not exist in the domain.",
    )


def find_dossiers(
    connection: sa.Connection, domain_id: int, codes: Collection[str]
) -> dict[str, Dossier]:
    """Return those dossiers of a domain that exist, by code."""
    found = _read(connection, _OF_CODES, {"domain_id": domain_id, "codes": list(codes)})
    return {dossier.code: dossier for dossier in found}


def names_of_dossiers(
    connection: sa.Connection, domain_id: int, codes: Collection[str]
) -> dict[str, str]:
    """Return the names of those dossiers of a domain that exist, by code."""
    query = sa.select(dossiers.c.code, dossiers.c.name).where(
        dossiers.c.domain_id == domain_id, dossiers.c.code.in_(codes)
    )
    return {row.code: row.name for row in connection.execute(query)}


def list_dossiers(database: Database, domain_id: int) -> list[Dossier]:
    """Return the dossiers of a domain, by code."""
    with database.read() as connection:
        return _read(connection, _OF_DOMAIN, {"domain_id": domain_id})


def page_dossiers(  # noqa: PLR0913 - a page, and which dossiers
    database: Database,
    domain_id: int,
    only: Collection[int] | None,
    limit: int,
    after: tuple[str] | None = None,
    *,
    text: str = "",
    where: sa.ColumnElement[bool] | None = None,
) -> Page[Dossier]:
    """Return a page of the dossiers of a domain, by code.

    Args:
        database: The firm's.
        domain_id: The firm.
        only: Those with these ids; None: all.
        limit: How many a page has.
        after: The code after which the page begins.
        text: A part of their code, their name or their SIREN; empty: all.
        where: What else they must fulfil.
    """
    query = sa.select(dossiers.c.id, dossiers.c.code).where(dossiers.c.domain_id == domain_id)
    if only is not None:
        query = query.where(dossiers.c.id.in_(only))
    if text.strip():
        query = query.where(_has_text(text.strip()))
    if where is not None:
        query = query.where(where)
    with database.read() as connection:
        rows = connection.execute(page_query(query, [dossiers.c.code], after, limit)).all()
        page = make_page(rows, limit, lambda last: (last.code,))
        found = _read(
            connection, _OF_IDS, {"domain_id": domain_id, "ids": [row.id for row in page.items]}
        )
    return Page(found, page.next_key)


def _has_text(text: str) -> sa.ColumnElement[bool]:
    named = (dossiers.c.code, dossiers.c.name)
    found = [column.icontains(text, autoescape=True) for column in named]
    digits = "".join(text.split())
    return sa.or_(*found, dossiers.c.siren.contains(digits, autoescape=True))


def dossiers_of_ids(database: Database, domain_id: int, ids: Collection[int]) -> list[Dossier]:
    """Return those dossiers of a domain that exist, in the order of their ids as given."""
    with database.read() as connection:
        found = _read(connection, _OF_IDS, {"domain_id": domain_id, "ids": list(ids)})
    places = {number: place for place, number in enumerate(ids)}
    return sorted(found, key=lambda one: places[one.id])


def check_company(siren: str, sirets: Sequence[str]) -> None:
    """Refuse a SIREN, or the SIRET of an establishment, that cannot be.

    Raises:
        RefusedRequestError: One is not valid, or is given twice.
    """
    if not is_siren(siren):
        raise RefusedRequestError(
            "siren-invalid",
            f"Le SIREN « {siren} » doit comporter 9 chiffres et une clé de Luhn juste.",
            f"SIREN “{siren}” must be 9 digits with a valid Luhn check digit.",
        )
    for siret in sirets:
        if not is_siret(siret) or not siret.startswith(siren):
            raise RefusedRequestError(
                "siret-invalid",
                f"Le SIRET « {siret} » doit comporter 14 chiffres, une clé juste, "
                f"et commencer par le SIREN {siren}.",
                f"SIRET “{siret}” must be 14 digits with a valid check digit, and start with"
                f" SIREN {siren}.",
            )
    if len(set(sirets)) < len(sirets):
        raise RefusedRequestError(
            "siret-twice",
            "Un même SIRET est donné deux fois.",
            "The same SIRET is given twice.",
        )


def _check_years(years: Sequence[FiscalYear]) -> None:
    ordered = sorted(years, key=lambda year: year.start)
    follows = pairwise(ordered)
    if any(y.end < y.start for y in ordered) or any(b.start <= a.end for a, b in follows):
        raise RefusedRequestError(
            "fiscal-years-invalid",
            "Un exercice doit finir après son début, et deux exercices ne se chevauchent pas.",
            "A fiscal year must end after its start, and no two may overlap.",
        )


@dataclass(frozen=True, slots=True)
class _DossierQueries:
    """The queries that read dossiers: one for all of them, and one for each kind of child."""

    dossiers: sa.Select[Any]
    establishments: sa.Select[Any]
    years: sa.Select[Any]

    @classmethod
    def of(cls, *which: sa.ColumnElement[bool]) -> _DossierQueries:
        """Build the queries once: building them is slower than running them."""
        of_dossier, year = establishments.c, fiscal_years.c
        return cls(
            sa.select(
                dossiers.c.id,
                dossiers.c.domain_id,
                dossiers.c.code,
                dossiers.c.name,
                dossiers.c.siren,
                dossiers.c.locked_through,
                dossiers.c.closed_through,
                dossiers.c.ledger_revision,
                dossiers.c.settings,
            )
            .where(*which)
            .order_by(dossiers.c.code),
            sa.select(of_dossier.dossier_id, of_dossier.siret)
            .join(dossiers)
            .where(*which)
            .order_by(of_dossier.rank),
            sa.select(year.dossier_id, year.start, year.end, year.state)
            .join(dossiers)
            .where(*which)
            .order_by(year.start),
        )


_OF_ID = _DossierQueries.of(
    dossiers.c.domain_id == sa.bindparam("domain_id"), dossiers.c.id == sa.bindparam("id")
)
_OF_IDS = _DossierQueries.of(
    dossiers.c.domain_id == sa.bindparam("domain_id"),
    dossiers.c.id.in_(sa.bindparam("ids", expanding=True)),
)
_OF_DOMAIN = _DossierQueries.of(dossiers.c.domain_id == sa.bindparam("domain_id"))
_OF_CODES = _DossierQueries.of(
    dossiers.c.domain_id == sa.bindparam("domain_id"),
    dossiers.c.code.in_(sa.bindparam("codes", expanding=True)),
)


def _read(
    connection: sa.Connection, which: _DossierQueries, values: dict[str, Any]
) -> list[Dossier]:
    """Return dossiers by code.

    Raises:
        ConflictError: A value was changed behind the service's back: SQLite keeps any text in a
            column of dates.
    """
    try:
        return _read_values(connection, which, values)
    except ValueError as error:
        raise ConflictError(
            "dossier-unreadable",
            "Dans la base de données, une date ou un état d'un dossier ou de ses exercices n'est "
            f"plus lisible ({error}). La valeur a été modifiée sans passer par le service : "
            "rétablissez-la depuis une sauvegarde.",
            "In the database, a date or a state of a dossier or of its fiscal years can no longer "
            f"be read ({error}). The value was changed behind the service's back: restore it from "
            "a backup.",
        ) from error


def _read_values(
    connection: sa.Connection, which: _DossierQueries, values: dict[str, Any]
) -> list[Dossier]:
    sirets, years = defaultdict(list), defaultdict(list)
    for dossier_id, siret in connection.execute(which.establishments, values):
        sirets[dossier_id].append(siret)
    for dossier_id, start, end, state in connection.execute(which.years, values):
        years[dossier_id].append(FiscalYear(start, end, YearState(state)))
    return [
        Dossier(
            **row._mapping,  # noqa: SLF001 - SQLAlchemy's documented name
            sirets=tuple(sirets[row.id]),
            fiscal_years=tuple(years[row.id]),
        )
        for row in connection.execute(which.dossiers, values)
    ]
