"""The journals, accounts and third parties of a dossier: found by their codes, or created.

They are numbered from 1 within their dossier, so that lines hold small numbers. New ones get their
numbers while lines are loaded, and their rows in the transaction that publishes them; the dossier's
`ledger_revision` tells whether another import came in between.
"""

from __future__ import annotations

from typing import Any

import polars as pl
import sqlalchemy as sa

from ecritures.database.rows import insert_frame
from ecritures.database.tables import accounts, dossiers, journals, third_parties

KINDS: dict[str, tuple[sa.Table, str]] = {
    "journal": (journals, "code"),
    "account": (accounts, "number"),
    "third_party": (third_parties, "number"),
}
"""Kind → table and its natural key."""

_SCHEMA = {"code": pl.String, "id": pl.Int32, "label": pl.String}


class CodeTable:
    """The numbers of the codes of a dossier, those that a load adds included.

    Args:
        revision: The dossier's `ledger_revision` when it was read.
        known: For each kind: columns `code`, `id`, `label`.
    """

    def __init__(self, revision: int, known: dict[str, pl.DataFrame]) -> None:
        self.revision = revision
        self._known = dict(known)
        self._old = {kind: frame.height for kind, frame in known.items()}

    def find(self, kind: str, codes: pl.Series, labels: pl.Series) -> pl.DataFrame:
        """Find the number of each code; those not known yet get one, and their first label.

        Returns:
            `code`, `id` and `label` (the known one), a row for each code; null where a third party
            is "".
        """
        found = self._join(kind, codes)
        if found["id"].null_count() == ((codes == "").sum() if kind == "third_party" else 0):
            return found
        unknown = found["id"].is_null()
        if kind == "third_party":
            unknown &= codes != ""  # most lines have none
        if not unknown.any():
            return found
        self._learn(kind, pl.DataFrame({"code": codes, "label": labels}).filter(unknown))
        return self._join(kind, codes)

    def new(self, kind: str) -> pl.DataFrame:
        """Return what was added: `code`, `id`, `label`."""
        return self._known[kind][self._old[kind] :]

    def _join(self, kind: str, codes: pl.Series) -> pl.DataFrame:
        known = self._known[kind]
        return codes.to_frame("code").join(known, on="code", how="left", maintain_order="left")

    def _learn(self, kind: str, given: pl.DataFrame) -> None:
        known = self._known[kind]
        last = known["id"].max()
        new = (
            given.unique("code", keep="first", maintain_order=True)
            .with_row_index("id", offset=1 + (int(last) if isinstance(last, int) else 0))
            .select(pl.col(name).cast(dtype) for name, dtype in _SCHEMA.items())
        )
        self._known[kind] = pl.concat([known, new])


def read_codes(connection: sa.Connection, dossier_id: int) -> CodeTable:
    """Read the codes of a dossier."""
    codes: dict[str, list[tuple[str, int, str]]] = {kind: [] for kind in (_DOSSIER, *KINDS)}
    for kind, *row in connection.execute(_EVERY, {"dossier": dossier_id}):
        codes[kind].append(tuple(row))
    [(_, revision, _)] = codes.pop(_DOSSIER)
    known = {kind: pl.DataFrame(rows, schema=_SCHEMA, orient="row") for kind, rows in codes.items()}
    return CodeTable(revision, known)


def _coded(kind: str, *columns: sa.ColumnElement[Any]) -> sa.Select[Any]:
    return sa.select(sa.literal_column(f"'{kind}'").label("kind"), *columns)


_DOSSIER = "dossier"
_EVERY = sa.union_all(  # in one statement: the revision is that of these codes
    _coded(_DOSSIER, dossiers.c.code, dossiers.c.ledger_revision, dossiers.c.name).where(
        dossiers.c.id == sa.bindparam("dossier")
    ),
    *(
        _coded(kind, table.c[key], table.c.id, table.c.label).where(
            table.c.dossier_id == sa.bindparam("dossier")
        )
        for kind, (table, key) in KINDS.items()
    ),
)


def create_new(connection: sa.Connection, dossier_id: int, chart: CodeTable) -> None:
    """Insert what a load added."""
    for kind, (table, key) in KINDS.items():
        new = chart.new(kind)
        if new.height:
            owner = pl.lit(dossier_id).alias("dossier_id")
            insert_frame(
                connection, table, new.select(owner, "id", "label", pl.col("code").alias(key))
            )
