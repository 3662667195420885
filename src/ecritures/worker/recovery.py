"""Recovery: imports whose attempt died run again, and what it left behind is removed."""

from __future__ import annotations

import shutil
import time
from contextlib import suppress
from typing import TYPE_CHECKING

import structlog

from ecritures.config.folders import make_folder
from ecritures.imports.queries import list_running
from ecritures.imports.state import bring_forward, end_abandoned, end_overdue, recover
from ecritures.imports.state.claim import batch_source
from ecritures.ledger.batch import abandon_batches, list_loading
from ecritures.ledger.loading.sweep import sweep

if TYPE_CHECKING:
    from pathlib import Path

    from ecritures.database import Database
    from ecritures.imports.dependencies import Dependencies

log = structlog.get_logger()

SCRATCH_SECONDS = 600
"""A folder in which nothing was written for so long belongs to nobody that runs."""


def reconcile(deps: Dependencies) -> None:
    """Requeue or end imports that died or run too long; remove dead batches and scratch folders."""
    database, settings = deps.database, deps.settings
    end_overdue(database, settings.run_hours_max)
    recover(database, settings.interruptions_max)
    end_abandoned(database)
    bring_forward(database)
    abandon_lost_batches(database)
    swept = sweep(database)
    if swept:
        log.info("removed the batches of dead attempts", batches=swept)
    remove_scratch(deps, SCRATCH_SECONDS)


def abandon_lost_batches(database: Database) -> None:
    """Abandon the batches of attempts that no longer run; `database` sees every firm.

    Ending an attempt abandons its batch, unless its process was frozen in the midst of a load and
    held it.
    """
    loading = list_loading(database)  # first: a batch that is loading now belongs to a later claim
    running = {batch_source(*one) for one in list_running(database)}
    for domain_id, source in loading:
        if source not in running:
            with database.for_domain(domain_id).write() as connection:
                abandon_batches(connection, domain_id, [source])


def remove_scratch(deps: Dependencies, seconds_min: float) -> None:
    """Remove the scratch folders on this machine that nobody uses.

    Args:
        deps: Database and settings.
        seconds_min: For how long nothing was written in them: attempts that run are known, requests
            that are being received are not.
    """
    folder = deps.settings.scratch_dir
    make_folder(folder)
    alive = {f"{import_id}-{attempt}" for import_id, attempt in list_running(deps.database)}
    for path in folder.iterdir():
        with suppress(FileNotFoundError):  # its owner has just removed it
            if path.name not in alive and time.time() - _written_at(path) >= seconds_min:
                shutil.rmtree(path, ignore_errors=True)


def _written_at(path: Path) -> float:
    """Return when a folder or a file in it was last written."""
    return max(one.stat().st_mtime for one in (path, *path.rglob("*")))
