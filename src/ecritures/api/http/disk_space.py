"""Refuse files when the disk is almost full."""

import shutil

from fastapi import Depends, Request

from ecritures.config.settings import Settings
from ecritures.core.errors import UnavailableError

DISK_RETRY_SECONDS = 60


def disk_low(settings: Settings) -> UnavailableError | None:
    """Return the refusal of a file, when there is no room for it."""
    if shutil.disk_usage(settings.data_dir).free >= settings.disk_free_bytes_min:
        return None
    return UnavailableError(
        "disk-low",
        "Le service n'a presque plus de place sur son disque : refaites la demande plus tard.",
        "The service has almost no disk space left: try again later.",
        DISK_RETRY_SECONDS,
    )


async def _check_disk(request: Request) -> None:
    if (low := disk_low(request.app.state.ecritures.settings)) is not None:
        raise low


RequireDiskSpace = Depends(_check_disk)
"""Refuses before the body is read."""
