"""Disruptions as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typing_extensions import TypedDict

from ecritures.app.cursors import next_cursor
from ecritures.app.views.instants import instant_or_none, instant_text
from ecritures.directory.disruptions import DisruptionKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from ecritures.database.paging import Page
    from ecritures.directory.disruptions import Disruption

REASONS = {
    DisruptionKind.PLANNED: ("Maintenance", "Maintenance"),
    DisruptionKind.NO_WORKER: ("Aucun exécutant ne tournait.", "No worker was running."),
    DisruptionKind.DATABASE: (
        "La base de données ne répondait pas.",
        "The database did not answer.",
    ),
    DisruptionKind.STORAGE: ("Le stockage ne répondait pas.", "The storage did not answer."),
    DisruptionKind.SOURCE_HOST: (
        "Le serveur ne donnait pas les fichiers.",
        "The server did not deliver files.",
    ),
}


class DelayView(TypedDict):
    """A time during which the service did not run an import. No `endedAt`: it goes on."""

    kind: str
    startedAt: str
    endedAt: str | None
    until: str | None
    reason: str
    reasonEn: str


class DisruptionView(DelayView):
    """A time during which imports waited, and how many. `host`: the server that failed."""

    id: str
    host: str | None
    importsDelayed: int


class DisruptionPage(TypedDict):
    """A page of disruptions, newest first."""

    items: list[DisruptionView]
    nextCursor: str | None


def delay_view(one: Disruption) -> DelayView:
    """Return a disruption as JSON, as it is shown with an import."""
    fr, en = REASONS[one.kind]
    return {
        "kind": str(one.kind),
        "startedAt": instant_text(one.started_at),
        "endedAt": instant_or_none(one.ended_at),
        "until": instant_or_none(one.until),
        "reason": one.reason or fr,
        "reasonEn": one.reason or en,
    }


def disruption_view(one: Disruption, imports_delayed: int) -> DisruptionView:
    """Return a disruption as JSON."""
    return {
        "id": one.id,
        **delay_view(one),
        "host": one.host,
        "importsDelayed": imports_delayed,
    }


def disruption_page(page: Page[Disruption], count: Callable[[Disruption], int]) -> DisruptionPage:
    """Return a page of disruptions as JSON; `count`: how many imports one delayed."""
    return {
        "items": [disruption_view(one, count(one)) for one in page.items],
        "nextCursor": next_cursor(page),
    }
