"""Open the settings and the database, and find domains and dossiers by their codes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ecritures.core.errors import NotFoundError, RefusedRequestError

if TYPE_CHECKING:
    from ecritures.config.settings import Settings
    from ecritures.database import Database
    from ecritures.directory.domains import Domain
    from ecritures.directory.dossiers import Dossier
    from ecritures.directory.keys import Caller


_opened: list[Database] = []


def open_settings(**given: Any) -> Settings:  # noqa: ANN401 - the settings have their own types
    """Return the settings; an argument that is None is ignored.

    Raises:
        RefusedRequestError: A setting is unknown or has an invalid value, or the file of settings
            cannot be read.
    """
    from pydantic import ValidationError

    from ecritures.cli.support import setting_errors
    from ecritures.config.settings import Settings

    setting_errors.warn_of_unknown_variables()
    try:
        setting_errors.require_plain_file()
        return Settings(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        raise setting_errors.refused_setting(error) from error
    # of the file: no TOML, not UTF-8, not to be read, arrays in arrays without end
    except (OSError, ValueError, RecursionError) as error:
        raise setting_errors.unreadable_file(error) from error


def open_database(settings: Settings, *, upgrades: bool = False) -> Database:
    """Return the database with every domain, creating its tables when it is new.

    Args:
        settings: Have its address.
        upgrades: Whether to upgrade one of an earlier version, as what serves it does.

    Raises:
        DatabaseUnavailableError: Its address is wrong, or its schema is that of another version.
    """
    from ecritures.database import Database
    from ecritures.database.engine import DatabaseUnavailableError
    from ecritures.database.migrate import migrate, require_known_revision, schema_revision

    database = Database(settings.effective_database_url)
    _opened.append(database)
    require_known_revision(database)
    current, wanted = schema_revision(database) if database.exists() else (None, None)
    if current is None or upgrades:
        migrate(database)
    elif current != wanted:
        raise DatabaseUnavailableError(
            "database-revision",
            f"La base est à la révision {current} et cette version attend {wanted} : "
            "« ecritures serve » la met à niveau.",
            f"The database is at revision {current} and this version needs {wanted}: "
            "“ecritures serve” upgrades it.",
        )
    return database.for_all_domains()


def close_databases() -> None:
    """Close every database that was opened: on SQLite, the file is complete afterwards."""
    while _opened:
        _opened.pop().close()


def open_domain(code: str) -> tuple[Database, Domain]:
    """Return a domain by its code, and the database limited to that domain.

    Raises:
        DatabaseUnavailableError: As for `open_database`.
        NotFoundError: There is no such domain.
    """
    from ecritures.directory.domains import get_domain

    database = open_database(open_settings())
    domain = get_domain(database, code)
    return database.for_domain(domain.id), domain


def find_dossier(database: Database, code: str, domain: str | None) -> tuple[Domain, Dossier]:
    """Return a dossier and its domain, which must be given when several have that code.

    Raises:
        NotFoundError: No domain has it.
        RefusedRequestError: Several have it.
    """
    from ecritures.directory.domains import get_domain, list_domains
    from ecritures.directory.dossiers import get_dossier

    found = []
    for candidate in [get_domain(database, domain)] if domain else list_domains(database):
        try:
            found.append((candidate, get_dossier(database, candidate.id, code)))
        except NotFoundError:
            continue
    if not found:
        raise NotFoundError(
            "dossier-unknown",
            f"Le dossier {code} n'existe pas : « ecritures dossier list » donne les dossiers.",
            f"Dossier {code} does not exist: “ecritures dossier list” lists the dossiers.",
        )
    if len(found) > 1:
        names = ", ".join(candidate.code for candidate, _ in found)
        raise RefusedRequestError(
            "dossier-ambiguous",
            f"Le dossier {code} existe dans plusieurs domaines ({names}) : précisez --domain.",
            f"Dossier {code} exists in several domains ({names}): add --domain.",
        )
    return found[0]


def open_dossier(code: str, domain: str | None) -> tuple[Database, Caller]:
    """Return the database limited to the firm of a dossier, and the operator working on it.

    Raises:
        NotFoundError: No domain has it.
        RefusedRequestError: Several have it.
    """
    from ecritures.directory.keys import Caller

    database = open_database(open_settings())
    owner, _ = find_dossier(database, code, domain)
    return database.for_domain(owner.id), Caller.for_operator(owner)
