"""What `ecritures doctor` says of the database, and of what is written in it."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Literal

from ecritures.core.errors import EcrituresError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ecritures.cli.support.output import Output
    from ecritures.config.settings import Settings
    from ecritures.database import Database

DISRUPTIONS_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Line:
    """The result of one check, with its explanation."""

    name: str
    state: Literal["ok", "remark", "wrong"]
    text: str


def check_database(settings: Settings, out: Output) -> list[Line]:
    """Look at the database, the processes that use it, and its disruptions.

    The last two are in the tables of this version, so they are left out when it has others.
    """
    from ecritures.database.failures import DatabaseError

    try:
        with _opened(settings) as database:
            line = _database(database, out)
            if line.state == "wrong" or not database.exists():
                return [line]
            return [line, _processes(settings, database, out), _disruptions(database, out)]
    except EcrituresError as error:
        return [Line("database", "wrong", error.sentence.text(out.language))]
    except (DatabaseError, OSError) as error:
        return [Line("database", "wrong", str(error).splitlines()[0])]


@contextmanager
def _opened(settings: Settings) -> Iterator[Database]:
    from ecritures.database import Database

    database = Database(settings.effective_database_url)
    try:
        yield database.for_all_domains()
    finally:
        database.close()


def _database(database: Database, out: Output) -> Line:
    from ecritures.database.migrate import (
        require_known_revision,
        require_recent_server,
        schema_revision,
    )

    if not database.exists():
        text = out.say("sera créée à l'usage", "will be created when needed")
        return Line("database", "ok", text)
    require_recent_server(database)
    require_known_revision(database)
    current, wanted = schema_revision(database)
    text = out.say(f"révision {current}", f"revision {current}")
    if not database.keeps_domains_apart():
        return Line(
            "database",
            "wrong",
            out.say(
                f"{database.location} : ce rôle échappe à la sécurité par ligne (SUPERUSER ou "
                "BYPASSRLS), les cabinets ne sont plus séparés que par le programme : donnez à "
                "ECRITURES_DATABASE_URL un rôle ordinaire, propriétaire de la base",
                f"{database.location}: this role escapes row-level security (SUPERUSER or "
                "BYPASSRLS), so only the program keeps the firms apart: use an ordinary role that "
                "owns the database in ECRITURES_DATABASE_URL",
            ),
        )
    if current == wanted:
        return Line("database", "ok", f"{database.location}, {text}")
    return Line(
        "database",
        "wrong",
        out.say(
            f"{text}, {wanted} attendue : « ecritures serve » la met à niveau",
            f"{text}, {wanted} wanted: “ecritures serve” brings it up",
        ),
    )


def _processes(settings: Settings, database: Database, out: Output) -> Line:
    from ecritures.directory.presence import count_workers, require_same
    from ecritures.imports.dependencies import Dependencies
    from ecritures.worker.heartbeat import identify

    lease = timedelta(seconds=settings.lease_seconds)
    count = count_workers(database, lease)
    if not count:
        return Line(
            "workers",
            "remark",
            out.say(
                "aucun ne tourne, les imports attendent : lancez « ecritures serve » ou "
                "« ecritures worker »",
                "none is running, imports wait: start “ecritures serve” or “ecritures worker”",
            ),
        )
    if database.is_shared:
        try:
            require_same(database, identify(Dependencies.over(settings, database)), lease)
        except EcrituresError as error:
            return Line("workers", "wrong", error.sentence.text(out.language))
    return Line("workers", "ok", out.say(f"en marche : {count}", f"running: {count}"))


def _disruptions(database: Database, out: Output) -> Line:
    from ecritures.app.queries import show_disruptions
    from ecritures.cli.commands.disruptions import describe

    found = show_disruptions(database, None, DISRUPTIONS_SHOWN)["items"]
    if not found:
        return Line("disruptions", "ok", out.say("aucune", "none"))
    goes_on = any(one["endedAt"] is None for one in found)
    text = " ; ".join(describe(one, out) for one in found)
    return Line("disruptions", "remark" if goes_on else "ok", text)
