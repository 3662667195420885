"""The journals, accounts and third parties of a dossier: found by their codes, or created.

They are numbered from 1 within their dossier, so that lines hold small numbers. New ones get their
numbers when a load begins, and their rows in the transaction that publishes it; the dossier's
`ledger_revision` tells whether another import came in between.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl
import sqlalchemy as sa

from ecritures.database.tables import accounts, dossiers, journals, third_parties

if TYPE_CHECKING:
    from ecritures.database import Database

KINDS: dict[str, tuple[sa.Table, str]] = {
    "journal": (journals, "code"),
    "account": (accounts, "number"),
    "third_party": (third_parties, "number"),
}
"""Kind → table and its natural key."""


@dataclass(frozen=True, slots=True)
class Chart:
    """What a load needs to turn codes into numbers.

    Attributes:
        revision: The dossier's `ledger_revision` when this was read.
        known: For each kind: columns `code`, `id`, `label`, those to be created included.
        new: For each kind, those to be created.
    """

    revision: int
    known: dict[str, pl.DataFrame]
    new: dict[str, pl.DataFrame]


def read_chart(database: Database, dossier_id: int, codes: dict[str, pl.DataFrame]) -> Chart:
    """Give every code of a file its number in the dossier.

    Args:
        database: Where the dossier is.
        dossier_id: The dossier.
        codes: For each kind, columns `code` and `label` in file order; of several labels of one
            code, the first is taken.
    """
    known: dict[str, pl.DataFrame] = {}
    new: dict[str, pl.DataFrame] = {}
    with database.read() as connection:
        revision = connection.execute(
            sa.select(dossiers.c.ledger_revision).where(dossiers.c.id == dossier_id)
        ).scalar_one()
        for kind, (table, key) in KINDS.items():
            rows = connection.execute(
                sa.select(table.c[key], table.c.id, table.c.label).where(
                    table.c.dossier_id == dossier_id
                )
            ).all()
            existing = pl.DataFrame(
                [tuple(row) for row in rows], schema=_KNOWN_SCHEMA, orient="row"
            )
            seen = codes[kind].unique("code", keep="first", maintain_order=True)
            if kind == "third_party":
                seen = seen.filter(pl.col("code") != "")  # most lines have none
            new[kind] = _numbered(seen, existing)
            known[kind] = pl.concat([existing, new[kind]])
    return Chart(revision, known, new)


_KNOWN_SCHEMA = {"code": pl.String, "id": pl.Int32, "label": pl.String}


def _numbered(seen: pl.DataFrame, existing: pl.DataFrame) -> pl.DataFrame:
    last = existing["id"].max()
    return (
        seen.join(existing, on="code", how="anti", maintain_order="left")
        .with_row_index("id", offset=1 + (int(last) if isinstance(last, int) else 0))
        .select(pl.col(name).cast(dtype) for name, dtype in _KNOWN_SCHEMA.items())
    )


def create_new(connection: sa.Connection, dossier_id: int, chart: Chart) -> None:
    """Insert what a load created."""
    for kind, (table, key) in KINDS.items():
        rows = [
            {"dossier_id": dossier_id, key: code, "id": number, "label": label}
            for code, number, label in chart.new[kind].iter_rows()
        ]
        if rows:
            connection.execute(table.insert(), rows)
