"""Which documents come with a file: in its archive, or at the addresses that its lines name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecritures.core.errors import SourceError
from ecritures.formats.loop_json.definition import NAME as JSON
from ecritures.imports.files.attachments import WantedDocument
from ecritures.sources.unpack import UnpackLimits, unpack_others

if TYPE_CHECKING:
    from pathlib import Path

    import polars as pl

    from ecritures.config.settings import Settings


def documents_of(
    format_: str, references: pl.Series, source: Path, ending: str, settings: Settings
) -> tuple[WantedDocument, ...]:
    """Return the documents that come with a file, each once.

    Args:
        format_: Of the file.
        references: What its lines name.
        source: The file as it arrived; documents of an archive are extracted beside it.
        ending: How the names of the files of the archive that were read end.
        settings: Limits.

    Raises:
        SourceError: There are too many, or the archive is damaged, too large or locked.
    """
    if format_ == JSON:
        found = tuple(WantedDocument(one) for one in references.unique(maintain_order=True))
    else:
        limits = UnpackLimits.from_settings(settings)
        others = unpack_others(source, source.with_name("documents"), limits, ending=ending)
        found = tuple(WantedDocument(name, path) for name, path in others.items())
    if len(found) > settings.attachments_max:
        raise _too_many(len(found), settings.attachments_max)
    return found


def _too_many(count: int, most: int) -> SourceError:
    return SourceError(
        "attachments-too-many",
        f"Le fichier a {count} pièces jointes, et {most} au plus sont prises : découpez-le.",
        f"The file has {count} attached documents, and at most {most} are taken: split it.",
    )
