"""The documents that come with a file: fetched before its entries are posted, and kept.

The file is read first, by a child process, which says which documents it wants; then they are put
into the storage; then the file is read again and posted with them, in one transaction. A document
that cannot be fetched stops the import as its file would: another try, or an end that says why.
"""

from __future__ import annotations

import mimetypes
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from ecritures.core.document_names import document_name, paths_by_name, paths_meant
from ecritures.core.errors import SourceError
from ecritures.core.sentences import Sentence
from ecritures.formats.detect import is_html, read_head
from ecritures.imports.files.source_files import fetch_address
from ecritures.imports.submission.deposits import record_deposit
from ecritures.sources.deposits import kept_key
from ecritures.sources.download import Fetched
from ecritures.sources.files import sha256_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    import polars as pl

    from ecritures.imports.dependencies import Dependencies
    from ecritures.imports.queries import ImportState

SHOWN_MAX = 3
ANY_TYPE = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class WantedDocument:
    """A document that is to be kept.

    Attributes:
        reference: Its address, or its path in the archive.
        path: Where it is on this machine; None: it is to be fetched from its address.
    """

    reference: str
    path: Path | None = None


@dataclass(frozen=True, slots=True)
class KeptDocument:
    """A document that is in the storage: columns of `attachments`."""

    name: str
    media_type: str
    bytes: int
    sha256: str
    stored_key: str


Kept = dict[str, KeptDocument]
"""By address, or by path in the archive."""


def keep_documents(
    deps: Dependencies,
    state: ImportState,
    wanted: Iterable[WantedDocument],
    folder: Path,
    progress: Callable[[int], None],
) -> Kept:
    """Put documents into the storage.

    Those that no batch takes in the end are removed as unused deposits are.

    Args:
        deps: The firm's.
        state: The import.
        wanted: Each once.
        folder: Of this attempt.
        progress: Called with bytes, now and then.

    Raises:
        SourceError: One cannot be fetched; an `AbsentSourceError` or a `TransientSourceError` when
            another try may succeed.
    """
    kept: Kept = {}
    for one in wanted:
        name = document_name(one.reference)
        path = one.path or folder / "document"
        try:
            fetched = _fetch(deps, state.domain_id, one, path, progress)
        except SourceError as error:
            if error.sentence.code == "download-too-big":
                settings = deps.settings
                limit = min(settings.attachment_bytes_max, settings.download_bytes_max)
                raise _too_big(name, limit) from error
            raise _of_document(error, name) from error
        media_type = mimetypes.guess_type(name)[0] or ANY_TYPE
        _require_document(one, path, media_type)
        document_id = str(uuid.uuid4())
        key = kept_key(state.storage_prefix, document_id)
        record_deposit(deps.database, document_id, state.domain_id, key, fetched.sha256)
        deps.storage.put(key, path)
        kept[one.reference] = KeptDocument(name, media_type, fetched.bytes, fetched.sha256, key)
        path.unlink()
    return kept


_ABSENT = (
    "Pièces jointes nommées par le fichier et absentes de l'archive",
    "Documents that the file names and that are not in the archive",
)
_AMBIGUOUS = (
    "Pièces jointes de même nom dans plusieurs dossiers de l'archive, gardées avec l'import seul",
    "Documents of one name in several folders of the archive, kept with the import alone",
)
_BESIDE = (
    "Pièces jointes d'écritures qui n'ont pas été importées, gardées avec l'import",
    "Documents of entries that were not imported, kept with the import",
)


class Attached(NamedTuple):
    """What becomes of the documents of a file.

    Attributes:
        rows: Those of `attachments`, without their batch.
        absent: The names of those that did not come with the file.
        ambiguous: Those of several documents of one name, of which the file does not say which.
        beside: Those of the documents of entries that are not posted: they go with the import.
    """

    rows: Sequence[dict[str, Any]] = ()
    absent: Sequence[str] = ()
    ambiguous: Sequence[str] = ()
    beside: Sequence[str] = ()

    @property
    def notes(self) -> tuple[Sentence, ...]:
        """What the message of the import says about them."""
        found = (
            ("documents-absent", self.absent, _ABSENT),
            ("documents-ambiguous", self.ambiguous, _AMBIGUOUS),
            ("documents-beside", self.beside, _BESIDE),
        )
        return tuple(
            Sentence(code, f"{fr} : {_some(names)}.", f"{en}: {_some(names)}.")
            for code, names, (fr, en) in found
            if names
        )


def attach_documents(
    referred: pl.DataFrame,
    named: Iterable[str],
    kept: Mapping[str, KeptDocument],
    *,
    drops_unposted: bool,
) -> Attached:
    """Attach the documents of a file to its lines; those of no line go with the import.

    Args:
        referred: The documents that the lines to be posted refer to, as `Survey.documents` returns
            them.
        named: What any line of the file refers to.
        kept: Those that were given.
        drops_unposted: Whether documents that only lines left out refer to are not taken: they
            are in the ledger already.
    """
    rows: list[dict[str, Any]] = []
    absent: list[str] = []
    ambiguous: list[str] = []
    by_name = paths_by_name(kept)
    used: set[str] = set()
    for entry, line, name, reference in referred.sort("line", maintain_order=True).iter_rows():
        there = paths_meant(reference, by_name)
        is_one = len({kept[path].sha256 for path in there}) == 1
        if is_one:
            used.add(there[0])
        else:
            (ambiguous if there else absent).append(name)
        rows.append(_row(kept[there[0]] if is_one else None, entry, line, name))
    unposted = set(named) - set(referred["reference"])
    of_unposted = {
        there[0] for one in unposted if len(there := paths_meant(one, by_name)) == 1
    } - used
    if drops_unposted:
        used |= of_unposted
    left = {key: one for key, one in kept.items() if key not in used}
    rows += [_row(one, None, None, one.name) for one in left.values()]
    beside = [one.name for key, one in left.items() if key in of_unposted]
    numbered = [{"id": number, **row} for number, row in enumerate(rows, 1)]
    return Attached(numbered, absent, ambiguous, beside)


def _some(names: Sequence[str]) -> str:
    """Return how many there are, and the first of them."""
    more = ", …" if len(names) > SHOWN_MAX else ""
    return f"{len(names)} ({', '.join(names[:SHOWN_MAX])}{more})"


def _row(
    one: KeptDocument | None, entry: int | None, line: int | None, name: str
) -> dict[str, Any]:
    return {
        "entry": entry,
        "line": line,
        "name": name,
        "media_type": one and one.media_type,
        "bytes": one and one.bytes,
        "sha256": one and one.sha256,
        "stored_key": one and one.stored_key,
    }


def _fetch(
    deps: Dependencies,
    domain_id: int,
    one: WantedDocument,
    path: Path,
    progress: Callable[[int], None],
) -> Fetched:
    bytes_max = deps.settings.attachment_bytes_max
    shown = document_name(one.reference)

    def watch(count: int) -> None:
        if count > bytes_max:
            raise _too_big(shown, bytes_max)
        progress(count)

    if one.path is None:
        return fetch_address(deps, domain_id, one.reference, path, watch)
    size = path.stat().st_size
    watch(size)
    return Fetched(size, sha256_of(path))


def _require_document(one: WantedDocument, path: Path, media_type: str) -> None:
    """Refuse what is no document: nothing, or the page to sign in that a server sends instead."""
    name, head = document_name(one.reference), read_head(path)
    if not head:
        raise SourceError(
            "attachment-empty",
            f"La pièce jointe {name} est vide (0 octet) : joignez le document lui-même, ou corrigez"
            " son adresse.",
            f"The attached document {name} is empty (0 bytes): attach the document itself, or"
            " correct its address.",
        )
    if one.path is None and is_html(head) and "html" not in media_type:
        raise SourceError(
            "attachment-web-page",
            f"Pièce jointe {name} : à cette adresse il y a une page web, pas le document (souvent"
            " une page de connexion : le lien a expiré, ou il faut y être connecté) ; donnez une"
            " adresse qui mène au document lui-même.",
            f"Attached document {name}: there is a web page at this address, not the document"
            " (often a sign-in page: the link has expired, or one must be signed in); give an"
            " address that leads to the document itself.",
        )


def _too_big(name: str, bytes_max: int) -> SourceError:
    return SourceError(
        "attachment-too-big",
        f"La pièce jointe {name} dépasse la limite de {bytes_max} octets : joignez-en une plus"
        " légère, ou demandez à l'exploitant du service d'élever la limite.",
        f"The attached document {name} is above the limit of {bytes_max} bytes: attach a smaller"
        " one, or ask the operator of the service to raise the limit.",
    )


def _of_document(error: SourceError, name: str) -> SourceError:
    """Say of a failure that it is that of a document, not of the file."""
    said = error.sentence
    error.sentence = Sentence(
        said.code, f"Pièce jointe {name} : {said.fr}", f"Attached document {name}: {said.en}"
    )
    return error
