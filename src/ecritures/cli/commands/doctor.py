"""`ecritures doctor`: check the installation, and say what to correct."""

from __future__ import annotations

import shutil
import sqlite3
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import version
from tempfile import TemporaryFile
from typing import TYPE_CHECKING

from ecritures import __version__
from ecritures.cli.support.connect import open_settings
from ecritures.cli.support.database_health import Line, check_database
from ecritures.cli.support.exit_codes import CLEAN, FOUND
from ecritures.cli.support.language import say
from ecritures.cli.support.options import example
from ecritures.cli.support.output import DEFAULT_LANGUAGE, AsJson, Lang, Output

if TYPE_CHECKING:
    from collections.abc import Callable

    import typer

    from ecritures.config.settings import Settings

SQLITE_WAL_FIXED = (3, 51, 3)
DISK_FREE_BYTES_MIN = 1 << 30
OTHERS_MAY_ENTER = 0o007
SANE_AFTER = datetime(2026, 1, 1, tzinfo=UTC)
LIBRARIES = ("polars", "fastapi", "sqlalchemy", "uvicorn", "httpx2")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        "doctor",
        help=say(
            "Vérifie l'installation : chaque point est bon, ou dit quoi faire.",
            "Checks the installation: each point is fine, or says what to do.",
        ),
        epilog=example("ecritures doctor"),
    )(doctor)


def doctor(as_json: AsJson = False, lang: Lang = DEFAULT_LANGUAGE) -> int:
    """Run every check."""
    out = Output(as_json, lang)
    settings = open_settings()
    looks: tuple[Callable[[Settings, Output], Line], ...] = (
        _versions,
        _sqlite,
        _data_dir,
        _disk,
        _storage,
        _clock,
    )
    lines = [*(look(settings, out) for look in looks), *check_database(settings, out)]
    names = {
        "ok": "OK",
        "remark": out.say("REMARQUE", "REMARK"),
        "wrong": out.say("À CORRIGER", "WRONG"),
    }
    fine = all(line.state != "wrong" for line in lines)
    out.show(
        {"ok": fine, "checks": [asdict(line) for line in lines]},
        lambda: [f"{names[line.state]:<10}  {line.name}: {line.text}" for line in lines],
    )
    return CLEAN if fine else FOUND


def _versions(_settings: Settings, _out: Output) -> Line:
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    python = ".".join(map(str, sys.version_info[:3]))
    return Line("versions", "ok", f"ecritures {__version__}, Python {python}, {libraries}")


def _sqlite(_settings: Settings, out: Output) -> Line:
    found = sqlite3.sqlite_version
    if sqlite3.sqlite_version_info >= SQLITE_WAL_FIXED:
        return Line("sqlite", "ok", found)
    return Line(
        "sqlite",
        "remark",
        out.say(
            f"{found} : avant 3.51.3, SQLite peut abîmer son journal quand deux connexions "
            "écrivent ensemble ; Écritures n'en laisse écrire qu'une, n'ouvrez pas la base "
            "autrement",
            f"{found}: before 3.51.3 SQLite can damage its log when two connections write at once; "
            "Écritures allows only one writer; do not open the database with anything else",
        ),
    )


def _data_dir(settings: Settings, out: Output) -> Line:
    folder = settings.data_dir.resolve()
    existing = next(one for one in (folder, *folder.parents) if one.exists())
    try:
        with TemporaryFile(dir=existing):
            pass
    except OSError as error:
        return Line(
            "data",
            "wrong",
            out.say(
                f"{folder} ne s'écrit pas ({error.strerror}) : donnez-en les droits "
                "ou changez ECRITURES_DATA_DIR",
                f"{folder} cannot be written ({error.strerror}): grant the permission "
                "or change ECRITURES_DATA_DIR",
            ),
        )
    if folder.exists() and folder.stat().st_mode & OTHERS_MAY_ENTER:
        return Line(
            "data",
            "remark",
            out.say(
                f"{folder} est ouvert aux autres utilisateurs de la machine : « chmod o-rwx » le "
                "leur ferme",
                f"{folder} is open to the other users of the machine: “chmod o-rwx” closes it",
            ),
        )
    return Line("data", "ok", str(folder))


def _disk(settings: Settings, out: Output) -> Line:
    folder = settings.data_dir.resolve()
    existing = next(one for one in (folder, *folder.parents) if one.is_dir())
    free = shutil.disk_usage(existing).free
    text = out.say(f"{free // (1 << 20)} Mio libres", f"{free // (1 << 20)} MiB free")
    if free >= DISK_FREE_BYTES_MIN:
        return Line("disk", "ok", text)
    return Line("disk", "wrong", text + out.say(" : faites de la place", ": make room"))


def _storage(settings: Settings, out: Output) -> Line:
    from ecritures.core.errors import AbsentSourceError, EcrituresError
    from ecritures.sources.storage import ObstoreStorage

    url = settings.effective_storage_url
    if not settings.storage_url and not settings.data_dir.exists():
        return Line("storage", "ok", out.say("sera créé à l'usage", "will be created when needed"))
    try:
        ObstoreStorage.from_settings(settings).open("doctor")
    except AbsentSourceError:  # it answers
        return Line("storage", "ok", url)
    except EcrituresError as error:
        return Line("storage", "wrong", error.sentence.text(out.language))
    return Line("storage", "ok", url)


def _clock(_settings: Settings, out: Output) -> Line:
    from ecritures.core.clock import SystemClock

    now = SystemClock().now()
    if now >= SANE_AFTER:
        return Line("clock", "ok", now.isoformat(timespec="seconds"))
    return Line(
        "clock",
        "wrong",
        out.say(f"{now:%Y-%m-%d} : mettez l'horloge à l'heure", f"{now:%Y-%m-%d}: set the clock"),
    )
