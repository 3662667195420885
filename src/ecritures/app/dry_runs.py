"""The previews that somebody has asked for, and where a file belongs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from ecritures.app.home import dossier_names, views_of
from ecritures.directory.dossiers import page_dossiers
from ecritures.imports.overview import list_previews
from ecritures.imports.recognition import siren_in_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ecritures.app.views.imports import ImportView
    from ecritures.database import Database
    from ecritures.directory.keys import Caller

KEPT = timedelta(days=1)
SHOWN = 50


@dataclass(frozen=True, slots=True)
class Previews:
    """Dry runs, newest first, and what their dossiers are called, by code."""

    views: list[ImportView]
    names: Mapping[str, str]


def list_own_previews(database: Database, caller: Caller) -> Previews:
    """Return the dry runs of a day that a caller has asked for and not confirmed."""
    since = database.clock.now() - KEPT
    found = list_previews(database, caller, since, SHOWN)
    names = dossier_names(database, caller.domain_id, {one.dossier for one in found})
    return Previews(views_of(database, found), names)


def dossiers_of_file(database: Database, caller: Caller, name: str) -> tuple[str | None, list[str]]:
    """Return the SIREN that a file is named after, if any, and the codes of the dossiers with it."""
    siren = siren_in_name(name)
    if siren is None:
        return None, []
    page = page_dossiers(database, caller.domain_id, caller.dossier_ids, 10, text=siren)
    return siren, [one.code for one in page.items if one.siren == siren]
