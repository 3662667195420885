"""The health of the service: what `doctor` sees, what broke and when, and the settings."""

from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from ecritures.api.http.app_state import state_of
from ecritures.app.cursors import read_cursor
from ecritures.app.health.database_checks import check_database
from ecritures.app.health.installation import check_installation
from ecritures.app.queries import show_disruptions
from ecritures.config.listing import list_settings
from ecritures.database import Database
from ecritures.directory.disruptions import DisruptionKind, list_between
from ecritures.web.administration import Administrator, show_admin
from ecritures.web.guard import FirmState, SignedInRoute
from ecritures.web.rendering import language_of, writing_of
from ecritures.web.words.writing import Writing

LIMIT, DAYS = 20, 30

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
        month=_month(service.everyone, writing_of(request)),
        kinds=KIND_NAMES,
        settings=list_settings(service.settings) if session.is_operator else [],
        now=service.database.clock.now(),
    )


def _month(database: Database, writing: Writing) -> dict[str, list[bool]]:
    """Return what of the service failed on each of the last days, by kind of disruption."""
    now = database.clock.now()
    today = now.astimezone(writing.zone).date()
    starts = [writing.midnight(today - timedelta(days=ago)) for ago in range(DAYS - 1, -1, -1)]
    ends = [*starts[1:], now]
    found = list_between(database, starts[0], now)
    return {
        kind: [
            any(
                one.kind == kind and one.started_at < end and (one.ended_at or now) >= start
                for one in found
            )
            for start, end in zip(starts, ends, strict=True)
        ]
        for kind in KIND_NAMES
        if kind != DisruptionKind.SOURCE_HOST  # those are of a firm
    }


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
