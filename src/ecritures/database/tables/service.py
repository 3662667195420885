"""The service as a whole: its processes, and its disruptions.

`workers` and `disruptions` are small and belong to no firm: every firm may read the disruptions,
and none may write them.
"""

from __future__ import annotations

import sqlalchemy as sa

from ecritures.database.tables.base import firm_key, metadata
from ecritures.database.types import Instant

workers = sa.Table(
    "workers",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("host", sa.String, nullable=False),
    sa.Column("imports_max", sa.SmallInteger, nullable=False, comment="0: it runs no import"),
    sa.Column("storage_id", sa.String(36), comment="of the storage it uses; null: unknown"),
    sa.Column("deposit_key_id", sa.String(64), comment="a digest of what signs deposits"),
    sa.Column("started_at", Instant, nullable=False),
    sa.Column("seen_at", Instant, nullable=False, comment="its last heartbeat"),
    sa.Column("stopped_at", Instant, comment="null: it runs, or died"),
    comment="The processes that run or accept imports, and those of the last days.",
)

disruptions = sa.Table(
    "disruptions",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("kind", sa.String, nullable=False, comment="planned, no-worker, database, storage"),
    sa.Column("started_at", Instant, nullable=False),
    sa.Column("ended_at", Instant, comment="null: not over, unless `until` has passed"),
    sa.Column("until", Instant, comment="when a planned one ends by itself"),
    sa.Column("seen_at", Instant, nullable=False, comment="when it was last noticed"),
    sa.Column("reason", sa.String, comment="of a planned one, in the operator's words"),
    sa.Index("ix_disruptions_started_at", "started_at"),
    comment="When the service as a whole did not run imports.",
)

source_disruptions = sa.Table(
    "source_disruptions",
    metadata,
    firm_key(),
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("host", sa.String, nullable=False),
    sa.Column("started_at", Instant, nullable=False),
    sa.Column("ended_at", Instant, comment="null: not over"),
    sa.Column("seen_at", Instant, nullable=False, comment="its last failure"),
    sa.Column("imports_delayed", sa.Integer, nullable=False),
    sa.ForeignKeyConstraint(["domain_id"], ["firms.domain_id"]),
    comment="When a server that has files of a firm failed.",
)
