"""The documents of the entries that an export gives back, and the archive that holds them."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING, Any
from zipfile import ZIP_DEFLATED, ZipFile

import polars as pl
import sqlalchemy as sa

from ecritures.core.document_names import safe_name
from ecritures.core.errors import ConflictError
from ecritures.database.tables import attachments
from ecritures.sources.storage import fetch

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from ecritures.ledger.moves import Ledger
    from ecritures.sources.storage import Storage

_SCHEMA = {
    "batch_id": pl.Int32,
    "entry": pl.UInt32,
    "line": pl.UInt32,
    "name": pl.String,
    "bytes": pl.Int64,
    "sha256": pl.String,
    "stored_key": pl.String,
}


def read_documents(ledger: Ledger, entries: Mapping[int, Iterable[pl.DataFrame]]) -> pl.DataFrame:
    """Return the documents of some entries, and of the files that brought them.

    Args:
        ledger: Theirs.
        entries: Batch → the entries of it that are given back: `entry`.

    Returns:
        Columns of the table, and `member`: a name that no other document has.
    """
    table = attachments.c
    parts = [pl.DataFrame(schema=_SCHEMA)]
    for batch_id, chosen in entries.items():
        query = sa.select(*(table[name] for name in _SCHEMA)).where(
            table.domain_id == ledger.dossier.domain_id, table.batch_id == batch_id
        )
        rows = ledger.connection.execute(query.order_by(table.id)).all()
        if not rows:
            continue
        held = pl.DataFrame(rows, schema=_SCHEMA, orient="row")
        given = pl.concat([one.select(pl.col("entry").cast(pl.UInt32)) for one in chosen])
        is_given = pl.col("entry").is_null() | pl.col("entry").is_in(given["entry"].implode())
        parts.append(held.filter(is_given))
    return _with_members(pl.concat(parts))


def names_of_lines(documents: pl.DataFrame) -> pl.DataFrame:
    """Return `batch_id`, `line` and `attachments` of the lines that have documents."""
    of_lines = documents.filter(pl.col("line").is_not_null())
    return of_lines.group_by("batch_id", "line", maintain_order=True).agg(
        attachments=pl.col("member").str.join("\n")
    )


def write_archive(
    path: Path, name: str, documents: pl.DataFrame, storage: Storage, target: Path
) -> None:
    """Write a zip of a file and the documents that it names.

    Args:
        path: The file.
        name: What it is called in the archive.
        documents: As returned by `read_documents`.
        storage: Where they are kept.
        target: The archive.

    Raises:
        ConflictError: A document is no longer what was received.
        AbsentSourceError: A document is not there any more.
        TransientSourceError: The storage does not answer.
    """
    scratch = target.with_name("document")
    kept = documents.filter(pl.col("stored_key").is_not_null()).unique("member", keep="first")
    with ZipFile(target, "w", ZIP_DEFLATED) as archive:
        archive.write(path, name)
        for one in kept.sort("member").iter_rows(named=True):
            fetched = fetch(storage, one["stored_key"], scratch, one["bytes"])
            if fetched.sha256 != one["sha256"]:
                raise _changed(one)
            archive.write(scratch, one["member"])
            scratch.unlink()


def _with_members(documents: pl.DataFrame) -> pl.DataFrame:
    """Name each document in the archive: those with one name and other contents are told apart."""
    taken: dict[str, str | None] = {}
    members = []
    for name, sha256 in documents.select("name", "sha256").iter_rows():
        plain, place = PurePath(safe_name(name)), 1
        member = plain.name
        while taken.setdefault(member.casefold(), sha256) != sha256:
            place += 1
            member = f"{plain.stem} ({place}){plain.suffix}"
        members.append(member)
    return documents.with_columns(member=pl.Series(members, dtype=pl.String))


def _changed(one: dict[str, Any]) -> ConflictError:
    return ConflictError(
        "attachment-changed",
        f"La pièce jointe {one['name']} n'est plus celle qui a été reçue : le stockage l'a"
        " changée. Prévenez l'exploitant du service.",
        f"Attached document {one['name']} is no longer the one that was received: the storage"
        " changed it. Tell the operator of the service.",
    )
