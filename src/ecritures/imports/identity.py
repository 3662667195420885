"""What tells processes that belong together from others: their storage and their secret."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from ecritures.core.errors import TransientSourceError
from ecritures.directory.presence import Process

if TYPE_CHECKING:
    from ecritures.imports.dependencies import Dependencies

log = structlog.get_logger()


def identify(deps: Dependencies) -> Process:
    """Return what this process is: its storage and its secret, as far as they are known."""
    try:
        storage_id = deps.storage.identity()
    except TransientSourceError as error:
        log.warning("the storage does not answer", reason=error.sentence.en)
        storage_id = None
    key_id = None if deps.storage.signs else deps.signer.key_id
    return Process(deps.settings.runner_imports_max, storage_id, key_id)
