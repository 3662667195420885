"""Checks of the installation itself: versions, folders, storage, clock."""

from __future__ import annotations

import shutil
import sqlite3
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from tempfile import TemporaryFile
from typing import TYPE_CHECKING

from ecritures import __version__
from ecritures.app.health.check import Check
from ecritures.core.clock import SystemClock
from ecritures.core.errors import AbsentSourceError, EcrituresError
from ecritures.core.sentences import pick
from ecritures.sources.storage import ObstoreStorage

if TYPE_CHECKING:
    from ecritures.config.settings import Settings
    from ecritures.core.sentences import Language

SQLITE_WAL_FIXED = (3, 51, 3)
DISK_FREE_BYTES_MIN = 1 << 30
OTHERS_MAY_ENTER = 0o007
SANE_AFTER = datetime(2026, 1, 1, tzinfo=UTC)
LIBRARIES = ("polars", "fastapi", "sqlalchemy", "uvicorn", "httpx2")


def check_installation(settings: Settings, language: Language) -> list[Check]:
    """Look at everything but the database."""
    looks = (_versions, _sqlite, _data_dir, _disk, _storage, _clock)
    return [look(settings, language) for look in looks]


def _versions(_settings: Settings, _language: Language) -> Check:
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    python = ".".join(map(str, sys.version_info[:3]))
    return Check("versions", "ok", f"ecritures {__version__}, Python {python}, {libraries}")


def _sqlite(_settings: Settings, language: Language) -> Check:
    found = sqlite3.sqlite_version
    if sqlite3.sqlite_version_info >= SQLITE_WAL_FIXED:
        return Check("sqlite", "ok", found)
    return Check(
        "sqlite",
        "remark",
        pick(
            language,
            f"{found} : avant 3.51.3, SQLite peut abîmer son journal quand deux connexions "
            "écrivent ensemble ; Écritures n'en laisse écrire qu'une, n'ouvrez pas la base "
            "autrement",
            f"{found}: before 3.51.3 SQLite can damage its log when two connections write at once; "
            "Écritures allows only one writer; do not open the database with anything else",
        ),
    )


def _data_dir(settings: Settings, language: Language) -> Check:
    folder = settings.data_dir.resolve()
    existing = next(one for one in (folder, *folder.parents) if one.exists())
    try:
        with TemporaryFile(dir=existing):
            pass
    except OSError as error:
        return Check(
            "data",
            "wrong",
            pick(
                language,
                f"{folder} ne s'écrit pas ({error.strerror}) : donnez-en les droits "
                "ou changez ECRITURES_DATA_DIR",
                f"{folder} cannot be written ({error.strerror}): grant the permission "
                "or change ECRITURES_DATA_DIR",
            ),
        )
    if folder.exists() and folder.stat().st_mode & OTHERS_MAY_ENTER:
        return Check(
            "data",
            "remark",
            pick(
                language,
                f"{folder} est ouvert aux autres utilisateurs de la machine : « chmod o-rwx » le "
                "leur ferme",
                f"{folder} is open to the other users of the machine: “chmod o-rwx” closes it",
            ),
        )
    return Check("data", "ok", str(folder))


def _disk(settings: Settings, language: Language) -> Check:
    folder = settings.data_dir.resolve()
    existing = next(one for one in (folder, *folder.parents) if one.is_dir())
    free = shutil.disk_usage(existing).free
    text = pick(language, f"{free // (1 << 20)} Mio libres", f"{free // (1 << 20)} MiB free")
    if free >= DISK_FREE_BYTES_MIN:
        return Check("disk", "ok", text)
    return Check("disk", "wrong", text + pick(language, " : faites de la place", ": make room"))


def _storage(settings: Settings, language: Language) -> Check:
    url = settings.effective_storage_url
    if not settings.storage_url and not settings.data_dir.exists():
        return Check(
            "storage", "ok", pick(language, "sera créé à l'usage", "will be created when needed")
        )
    try:
        ObstoreStorage.from_settings(settings).open("doctor")
    except AbsentSourceError:  # it answers
        return Check("storage", "ok", url)
    except EcrituresError as error:
        return Check("storage", "wrong", error.sentence.text(language))
    return Check("storage", "ok", url)


def _clock(_settings: Settings, language: Language) -> Check:
    now = SystemClock().now()
    if now >= SANE_AFTER:
        return Check("clock", "ok", now.isoformat(timespec="seconds"))
    return Check(
        "clock",
        "wrong",
        pick(
            language,
            f"{now:%Y-%m-%d} : mettez l'horloge à l'heure",
            f"{now:%Y-%m-%d}: set the clock",
        ),
    )
