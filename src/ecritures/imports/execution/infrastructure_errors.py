"""Failures of the disk or the database, as opposed to those of the file or of the program."""

from __future__ import annotations

from ecritures.core.errors import TransientSourceError
from ecritures.database.failures import is_database_down
from ecritures.sources.failures import disk_full, is_disk_full


def classify(error: Exception) -> TransientSourceError | None:
    """Return the error for a failure of the disk or the database; None for any other."""
    if is_disk_full(error):
        return disk_full()
    if is_database_down(error):
        return TransientSourceError(
            "database-unavailable",
            "La base de données du service ne répond pas comme il faut : le journal du service"
            " en dit plus.",
            "The database of the service is not working properly: the service's log says more.",
        )
    if isinstance(error, OSError):
        reason = error.strerror or type(error).__name__
        return TransientSourceError(
            "disk-unavailable",
            f"Le disque du service ne répond pas comme il faut ({reason}) : si cela dure,"
            " l’exploitant doit vérifier ECRITURES_DATA_DIR.",
            f"The disk of the service is not working properly ({reason}): if this lasts, the"
            " operator must check ECRITURES_DATA_DIR.",
        )
    return None
