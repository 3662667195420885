"""Whether there is room on the disk for one file more."""

import shutil

from fastapi import Depends

from ecritures.api.service import TheService
from ecritures.model.errors import UnavailableError

DISK_RETRY_SECONDS = 60


async def _check_disk(service: TheService) -> None:
    settings = service.settings
    if shutil.disk_usage(settings.data_dir).free < settings.disk_free_bytes_min:
        raise UnavailableError(
            "disk-low",
            "Le service n'a presque plus de place sur son disque : refaites la demande plus tard.",
            "The service has almost no room left on its disk: ask again later.",
            DISK_RETRY_SECONDS,
        )


RoomOnDisk = Depends(_check_disk)
"""Refuses before the body is read."""
