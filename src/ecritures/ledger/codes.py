"""The codes of a dossier (accounts, journals, third parties, sections): found, or added by a load.

They are numbered from 1 within their dossier and kind, so that lines hold small numbers. New ones
get their numbers while lines are loaded, and their rows in the transaction that publishes the
batch; the dossier's `ledger_revision` tells whether another batch was published in between.
"""

from __future__ import annotations

import hashlib
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import polars as pl
import sqlalchemy as sa

from ecritures.core.opening_journals import is_opening_journal
from ecritures.database.rows import insert_rows
from ecritures.database.tables import codes, dossiers
from ecritures.ledger.events import canonical

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ecritures.directory.dossiers import Dossier


class CodeKind(StrEnum):
    """What a code names."""

    JOURNAL = "journal"
    ACCOUNT = "account"
    THIRD_PARTY = "third-party"
    SECTION = "section"


_SCHEMA = {"code": pl.String, "id": pl.Int32, "label": pl.String}


class CodeTable:
    """The numbers of the codes of a dossier, those that a load adds included.

    Args:
        revision: The dossier's `ledger_revision` when it was read.
        known: For each kind: columns `code`, `id`, `label`.
    """

    def __init__(self, revision: int, known: Mapping[CodeKind, pl.DataFrame]) -> None:
        self.revision = revision
        self._known = dict(known)
        self._old = {kind: frame.height for kind, frame in known.items()}

    def find(self, kind: CodeKind, codes: pl.Series, labels: pl.Series) -> pl.DataFrame:
        """Find the number of each code; those not known yet get one, and their first label.

        Returns:
            `code`, `id` and `label` (the known one), a row for each code; null where a third party
            is "".
        """
        found = self._join(kind, codes)
        if found["id"].null_count() == ((codes == "").sum() if kind is CodeKind.THIRD_PARTY else 0):
            return found
        unknown = found["id"].is_null()
        if kind is CodeKind.THIRD_PARTY:
            unknown &= codes != ""  # most lines have none
        if not unknown.any():
            return found
        self._learn(kind, pl.DataFrame({"code": codes, "label": labels}).filter(unknown))
        return self._join(kind, codes)

    def by_id(self, kind: CodeKind) -> dict[int, str]:
        """Return the codes by their numbers."""
        known = self._known[kind]
        return dict(zip(known["id"], known["code"], strict=True))

    def openings(self) -> list[int]:
        """Return the numbers of the journals of openings (à-nouveaux)."""
        known = self._known[CodeKind.JOURNAL].select("id", "code", "label")
        return [id_ for id_, *named in known.iter_rows() if is_opening_journal(*named)]

    def new(self, kind: CodeKind) -> pl.DataFrame:
        """Return what was added: `code`, `id`, `label`."""
        return self._known[kind][self._old[kind] :]

    def _join(self, kind: CodeKind, codes: pl.Series) -> pl.DataFrame:
        known = self._known[kind]
        return codes.to_frame("code").join(known, on="code", how="left", maintain_order="left")

    def _learn(self, kind: CodeKind, given: pl.DataFrame) -> None:
        known = self._known[kind]
        last = known["id"].max()
        new = (
            given.unique("code", keep="first", maintain_order=True)
            .with_row_index("id", offset=1 + (int(last) if isinstance(last, int) else 0))
            .select(pl.col(name).cast(dtype) for name, dtype in _SCHEMA.items())
        )
        self._known[kind] = pl.concat([known, new])


def read_codes(connection: sa.Connection, domain_id: int, dossier_id: int) -> CodeTable:
    """Read the codes of a dossier."""
    of_dossier = {"domain_id": domain_id, "dossier_id": dossier_id}
    revision = 0
    found: dict[str, list[tuple[str, int, str]]] = {kind: [] for kind in CodeKind}
    for kind, code, number, label in connection.execute(_EVERY_CODE, of_dossier):
        if kind == _REVISION:
            revision = number
        else:
            found[kind].append((code, number, label))
    return CodeTable(
        revision,
        {kind: pl.DataFrame(found[kind], schema=_SCHEMA, orient="row") for kind in CodeKind},
    )


_REVISION = "revision"
_EVERY_CODE = sa.union_all(  # one statement: the revision is that of these codes
    sa.select(
        sa.literal_column(f"'{_REVISION}'"), dossiers.c.code, dossiers.c.ledger_revision,
        dossiers.c.name,
    ).where(
        dossiers.c.domain_id == sa.bindparam("domain_id"),
        dossiers.c.id == sa.bindparam("dossier_id"),
    ),
    sa.select(codes.c.kind, codes.c.code, codes.c.id, codes.c.label).where(
        codes.c.domain_id == sa.bindparam("domain_id"),
        codes.c.dossier_id == sa.bindparam("dossier_id"),
    ),
)  # fmt: skip


def insert_new_codes(
    connection: sa.Connection, domain_id: int, dossier_id: int, table: CodeTable
) -> dict[str, Any]:
    """Insert the codes that a load added; return what its event says of them, if there are any."""
    of_dossier = {"domain_id": domain_id, "dossier_id": dossier_id}
    rows = [
        {"kind": str(kind), **row}
        for kind in CodeKind
        for row in table.new(kind).iter_rows(named=True)
    ]
    insert_rows(connection, codes, [of_dossier | row for row in rows])
    if not rows:
        return {}
    said: dict[str, Any] = {"digest": digest_of_codes(rows)}
    for kind in CodeKind:
        if (new := table.new(kind)).height:
            said[kind] = [new["id"][0], new["id"][-1]]
    return {"codes": said}


def digest_of_codes(rows: Iterable[Mapping[str, Any]]) -> str:
    """Return the SHA-256 of codes, whatever their order: `kind`, `id`, `code`, `label`."""
    listed = sorted([row["kind"], row["id"], row["code"], row["label"]] for row in rows)
    return hashlib.sha256(canonical(listed).encode()).hexdigest()


def read_names(
    connection: sa.Connection, dossier: Dossier, kind: CodeKind
) -> dict[int, tuple[str, str]]:
    """Return the code and the label of the codes of a dossier, by their numbers."""
    query = sa.select(codes.c.id, codes.c.code, codes.c.label).where(
        codes.c.domain_id == dossier.domain_id,
        codes.c.dossier_id == dossier.id,
        codes.c.kind == kind,
    )
    return {number: (code, label) for number, code, label in connection.execute(query).all()}
