"""The health of the service: what `doctor` sees, what broke and when, and the settings."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from ecritures.api.http.app_state import state_of
from ecritures.app.cursors import read_cursor
from ecritures.app.health.database_checks import check_database
from ecritures.app.health.installation import check_installation
from ecritures.app.queries import show_disruptions
from ecritures.config.listing import list_settings
from ecritures.web.administration import Administrator, show_admin
from ecritures.web.guard import FirmState, SignedInRoute
from ecritures.web.rendering import language_of

LIMIT = 20

router = APIRouter(route_class=SignedInRoute, prefix="/admin/health")


@router.get("")
def page(
    request: Request,
    state: FirmState,
    session: Administrator,
    cursor: Annotated[str | None, Query()] = None,
) -> Response:
    """Show the health of the service; only an operator sees its folders, addresses and settings."""
    service, language = state_of(request), language_of(request)
    checks = [
        *check_database(service.settings, service.everyone, language),
        *check_installation(service.settings, language),
    ]
    after = read_cursor(cursor, datetime, str)
    return show_admin(
        request,
        state,
        session,
        "health.html",
        checks=checks,
        names=CHECK_NAMES,
        page=show_disruptions(state.database, session.caller, LIMIT, after),
        kinds=KIND_NAMES,
        settings=list_settings(service.settings) if session.is_operator else [],
        now=service.database.clock.now(),
    )


CHECK_NAMES = {
    "database": ("Base de données", "Database"),
    "workers": ("Exécutants", "Workers"),
    "disruptions": ("Interruptions", "Disruptions"),
    "versions": ("Versions", "Versions"),
    "sqlite": ("SQLite", "SQLite"),
    "data": ("Dossier de données", "Data folder"),
    "disk": ("Place libre", "Free space"),
    "storage": ("Stockage des fichiers", "Storage of files"),
    "clock": ("Horloge", "Clock"),
}
KIND_NAMES = {
    "planned": ("Maintenance", "Maintenance"),
    "no-worker": ("Aucun exécutant", "No worker"),
    "database": ("Base de données", "Database"),
    "storage": ("Stockage", "Storage"),
    "source-host": ("Source de fichiers", "Source of files"),
}
