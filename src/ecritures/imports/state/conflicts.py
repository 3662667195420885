"""What is said when the state of an import forbids what is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecritures.core.errors import ConflictError
from ecritures.imports.request import SourceKind, Status

if TYPE_CHECKING:
    from ecritures.imports.queries import ImportState


def nothing_to_cancel(state: ImportState) -> ConflictError:
    """The import has ended."""
    return ConflictError(
        "import-ended",
        f"L'import {state.id} est déjà terminé : il n'y a plus rien à arrêter.",
        f"Import {state.id} has already ended: there is nothing left to cancel.",
    )


def not_to_be_confirmed(state: ImportState) -> ConflictError:
    """The import is no dry run with a plan, or its file is not kept any more."""
    if state.dry_run and state.status is Status.DONE:
        return ConflictError(
            "import-source-forgotten",
            f"Le fichier de l'aperçu {state.id} n'est plus gardé : refaites la demande.",
            f"The file of dry run {state.id} is no longer kept: ask again.",
        )
    return ConflictError(
        "nothing-to-confirm",
        f"L'import {state.id} n'est pas un aperçu terminé : il n'y a rien à confirmer.",
        f"Import {state.id} is no dry run that has ended: there is nothing to confirm.",
    )


def not_to_be_retried(state: ImportState) -> ConflictError:
    """The import runs, was done, or has a file that the service cannot fetch (any more)."""
    if state.status is Status.ENDED_WITH_ERROR and state.source_kind is SourceKind.PATH:
        return ConflictError(
            "import-of-a-command",
            f"Le fichier de l'import {state.id} est celui d'une commande : relancez"
            " « ecritures import » là où il se trouve.",
            f"The file of import {state.id} belongs to a command: run “ecritures import” again"
            " where it is.",
        )
    if state.status is Status.ENDED_WITH_ERROR:
        return ConflictError(
            "import-source-forgotten",
            f"L'adresse du fichier de l'import {state.id} n'est plus gardée : refaites la demande.",
            f"The address of the file of import {state.id} is no longer kept: ask again.",
        )
    return ConflictError(
        "import-not-failed",
        f"L'import {state.id} n'a pas échoué : il n'y a rien à reprendre.",
        f"Import {state.id} has not failed: there is nothing to retry.",
    )
