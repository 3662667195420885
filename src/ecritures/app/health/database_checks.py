"""Checks of the database, of the processes that use it, and of what is written in it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from ecritures.app.health.check import Check
from ecritures.app.health.disruption_words import describe
from ecritures.app.queries import show_disruptions
from ecritures.core.errors import EcrituresError
from ecritures.core.sentences import pick
from ecritures.database.failures import DatabaseError
from ecritures.database.migrate import (
    require_known_revision,
    require_recent_server,
    schema_revision,
)
from ecritures.directory.presence import count_workers, require_same
from ecritures.imports.dependencies import Dependencies
from ecritures.imports.identity import identify

if TYPE_CHECKING:
    from ecritures.config.settings import Settings
    from ecritures.core.sentences import Language
    from ecritures.database import Database

DISRUPTIONS_SHOWN = 3


def check_database(settings: Settings, database: Database, language: Language) -> list[Check]:
    """Look at a database with every firm, the processes that use it, and its disruptions.

    The last two are in the tables of this version, so they are left out when it has others.
    """
    try:
        found = _database(database, language)
        if found.state == "wrong" or not database.exists():
            return [found]
        workers = _processes(settings, database, language)
        return [found, workers, _disruptions(database, language)]
    except EcrituresError as error:
        return [Check("database", "wrong", error.sentence.text(language))]
    except (DatabaseError, OSError) as error:
        return [Check("database", "wrong", str(error).splitlines()[0])]


def _database(database: Database, language: Language) -> Check:
    if not database.exists():
        text = pick(language, "sera créée à l'usage", "will be created when needed")
        return Check("database", "ok", text)
    require_recent_server(database)
    require_known_revision(database)
    current, wanted = schema_revision(database)
    text = pick(language, f"révision {current}", f"revision {current}")
    if not database.keeps_domains_apart():
        return Check(
            "database",
            "wrong",
            pick(
                language,
                f"{database.location} : ce rôle échappe à la sécurité par ligne (SUPERUSER ou "
                "BYPASSRLS), les cabinets ne sont plus séparés que par le programme : donnez à "
                "ECRITURES_DATABASE_URL un rôle ordinaire, propriétaire de la base",
                f"{database.location}: this role escapes row-level security (SUPERUSER or "
                "BYPASSRLS), so only the program keeps the firms apart: use an ordinary role that "
                "owns the database in ECRITURES_DATABASE_URL",
            ),
        )
    if current == wanted:
        return Check("database", "ok", f"{database.location}, {text}")
    return Check(
        "database",
        "wrong",
        pick(
            language,
            f"{text}, {wanted} attendue : « ecritures serve » la met à niveau",
            f"{text}, {wanted} wanted: “ecritures serve” brings it up",
        ),
    )


def _processes(settings: Settings, database: Database, language: Language) -> Check:
    lease = timedelta(seconds=settings.lease_seconds)
    count = count_workers(database, lease)
    if not count:
        return Check(
            "workers",
            "remark",
            pick(
                language,
                "aucun ne tourne, les imports attendent : lancez « ecritures serve » ou "
                "« ecritures worker »",
                "none is running, imports wait: start “ecritures serve” or “ecritures worker”",
            ),
        )
    if database.is_shared:
        try:
            require_same(database, identify(Dependencies.over(settings, database)), lease)
        except EcrituresError as error:
            return Check("workers", "wrong", error.sentence.text(language))
    return Check("workers", "ok", pick(language, f"en marche : {count}", f"running: {count}"))


def _disruptions(database: Database, language: Language) -> Check:
    found = show_disruptions(database, None, DISRUPTIONS_SHOWN)["items"]
    if not found:
        return Check("disruptions", "ok", pick(language, "aucune", "none"))
    goes_on = any(one["endedAt"] is None for one in found)
    text = " ; ".join(describe(one, language) for one in found)
    return Check("disruptions", "remark" if goes_on else "ok", text)
