"""The previews that somebody has asked for, and where a file belongs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from ecritures.app.home import dossier_names, views_of
from ecritures.core.errors import RefusedRequestError
from ecritures.directory.dossiers import page_dossiers
from ecritures.imports.read.overview import list_previews
from ecritures.imports.submission.recognition import siren_in_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ecritures.app.views.imports import ImportView
    from ecritures.database import Database
    from ecritures.directory.keys import Caller
    from ecritures.imports.queries import ImportState

KEPT = timedelta(days=1)
SHOWN = 50


@dataclass(frozen=True, slots=True)
class Previews:
    """Dry runs, newest first, and what their dossiers are called, by code."""

    views: list[ImportView]
    names: Mapping[str, str]


def list_own_previews(database: Database, caller: Caller) -> Previews:
    """Return the dry runs of a day that a caller has asked for and not confirmed.

    Of those of one file in one dossier, only the last is shown.
    """
    since = database.clock.now() - KEPT
    last: dict[tuple[str, str], ImportState] = {}
    for one in list_previews(database, caller, since, SHOWN):
        last.setdefault((one.dossier, one.source_sha256 or one.id), one)
    found = list(last.values())
    names = dossier_names(database, caller.domain_id, {one.dossier for one in found})
    return Previews(views_of(database, found), names)


class CompanyUnknownError(RefusedRequestError):
    """A file is named after a company that no dossier is of.

    Attributes:
        siren: That of the company.
    """

    def __init__(self, siren: str) -> None:
        shown = f"{siren[:3]} {siren[3:6]} {siren[6:]}"
        super().__init__(
            "dossier-of-siren-missing",
            f"Aucun dossier n'a le SIREN {shown}, que dit le nom du fichier : choisissez le dossier"
            " de ce fichier, ou créez-le.",
            f"No dossier has the SIREN {shown}, given by the name of the file: choose the"
            " dossier of this file, or create it.",
        )
        self.siren = siren


def dossier_of_file(database: Database, caller: Caller, name: str) -> str | None:
    """Return the code of the dossier whose SIREN a file is named after.

    None: its name holds no SIREN, or that of several dossiers, or of none that the caller sees.

    Raises:
        CompanyUnknownError: No dossier has that SIREN.
    """
    siren = siren_in_name(name)
    if siren is None:
        return None
    page = page_dossiers(database, caller.domain_id, caller.dossier_ids, 10, text=siren)
    found = [one.code for one in page.items if one.siren == siren]
    if not found and caller.dossier_ids is None:  # others may not see the dossier that has it
        raise CompanyUnknownError(siren)
    return found[0] if len(found) == 1 else None
