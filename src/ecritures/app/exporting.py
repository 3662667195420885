"""Give the ledger of a dossier back as a file, with the file that describes it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from ecritures.core.errors import NotFoundError
from ecritures.exports.choices import FEC, TRA
from ecritures.exports.description import write_description
from ecritures.exports.exporter import TABLES, export_ledger
from ecritures.imports.submission.import_models import find_model
from ecritures.ledger.fiscal_years.definitive import Validity
from ecritures.ledger.moves import Ledger
from ecritures.ledger.openings.opening_years import year_of

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from ecritures.core.sentences import Language
    from ecritures.database import Database
    from ecritures.directory.dossiers import Dossier
    from ecritures.exports.exporter import Exported
    from ecritures.exports.wanted import Wanted
    from ecritures.formats.layouts.document import ImportModel
    from ecritures.sources.storage import Storage


def make_export(  # noqa: PLR0913 - a dossier, what is wanted, and where
    database: Database,
    dossier: Dossier,
    wanted: Wanted,
    folder: Path,
    *,
    name: str | None = None,
    replaces: bool = True,
    language: Language = "fr",
    storage: Storage | None = None,
) -> Exported:
    """Make the file of an export and its description.

    Args:
        database: The firm's.
        dossier: Whose ledger.
        wanted: What of it, and how.
        folder: Where both files go.
        name: Of the file; None: the usual one.
        replaces: Whether it takes the place of a file of that name.
        language: Of the description.
        storage: Where documents are kept, if they are wanted.

    Raises:
        NotFoundError: `wanted.form` is neither a form nor a model.
        RefusedRequestError: The model cannot be written, or not in that encoding.
        ConflictError: There is no entry to export, more than the form holds, or a file of that
            name that is not to be replaced.
        SourceError: A document cannot be read in the storage.
    """
    model = _model(database, dossier, wanted.form)
    exported = export_ledger(
        database,
        dossier,
        wanted,
        folder,
        model=model,
        name=name,
        replaces=replaces,
        storage=storage,
    )
    write_description(exported, exported.description_path, language)
    return exported


def count_left_out(database: Database, dossier: Dossier) -> Counter[tuple[date, date]]:
    """Return how many entries a FEC leaves out, by the first and the last day of their year."""
    found: Counter[tuple[date, date]] = Counter()
    with database.read() as connection:
        ledger = Ledger(database, connection, dossier, dossier.ledger_revision)
        for days in Validity(ledger).undated():
            for day, count in days.value_counts().iter_rows():
                found[year_of(dossier, day)] += count
    return found


def _model(database: Database, dossier: Dossier, form: str) -> ImportModel | None:
    if form in {FEC, TRA, *TABLES}:
        return None
    try:
        return find_model(database, dossier.domain_id, form).model
    except NotFoundError as error:
        known = ", ".join((FEC, TRA, *TABLES))
        raise NotFoundError(
            "export-form-unknown",
            f"« {form} » n'est ni {known}, ni un modèle d'import : « ecritures model list » les"
            " donne.",
            f"“{form}” is neither {known}, nor an import model: “ecritures model list” lists them.",
        ) from error
