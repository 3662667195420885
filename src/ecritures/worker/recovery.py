"""Recovery: imports whose attempt died run again, and what it left behind is removed."""

from __future__ import annotations

import shutil
import time
from contextlib import suppress
from typing import TYPE_CHECKING

import structlog

from ecritures.config.folders import make_folder
from ecritures.imports.queries import list_running
from ecritures.imports.state import end_abandoned, end_overdue, recover
from ecritures.ledger.sweep import sweep

if TYPE_CHECKING:
    from ecritures.imports.dependencies import Dependencies

log = structlog.get_logger()

SCRATCH_SECONDS = 600


def reconcile(
    deps: Dependencies, *, is_alone: bool = False, scratch_seconds_min: float = SCRATCH_SECONDS
) -> None:
    """Requeue or end imports that died or run too long; remove dead batches and scratch folders.

    Args:
        deps: Database and settings.
        is_alone: Whether no other process can be running an import: every running one is dead.
        scratch_seconds_min: Age from which a scratch folder may be removed: a younger one may
            belong to an attempt that has just begun.
    """
    database, settings = deps.database, deps.settings
    end_overdue(database, settings.run_hours_max)
    recover(database, settings.interruptions_max, every_lease=is_alone)
    end_abandoned(database)
    swept = sweep(database)
    if swept:
        log.info("removed the batches of dead attempts", batches=swept)
    _remove_scratch(deps, scratch_seconds_min)


def _remove_scratch(deps: Dependencies, seconds_min: float) -> None:
    """Remove the folders of attempts that no longer run, on this machine."""
    folder = deps.settings.scratch_dir
    make_folder(folder)
    alive = {f"{import_id}-{attempt}" for import_id, attempt in list_running(deps.database)}
    for path in folder.iterdir():
        with suppress(FileNotFoundError):  # its attempt has just ended
            if path.name not in alive and time.time() - path.stat().st_mtime >= seconds_min:
                shutil.rmtree(path, ignore_errors=True)
