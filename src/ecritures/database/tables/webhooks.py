"""The endpoints that receive the events of a firm, and the deliveries to them."""

from __future__ import annotations

import sqlalchemy as sa

from ecritures.database.tables.base import belongs_to, firm_key, metadata, number_key
from ecritures.database.types import Instant

webhooks = sa.Table(
    "webhooks",
    metadata,
    firm_key(),
    number_key(),
    sa.Column("url", sa.String, nullable=False),
    sa.Column("events", sa.JSON, nullable=False, comment="kinds; empty: all"),
    sa.Column("secret", sa.String, nullable=False, comment="signs; shown once"),
    sa.Column("previous_secret", sa.String, comment="signs too, until previous_until"),
    sa.Column("previous_until", Instant),
    sa.Column("last_ordinal", sa.Integer, nullable=False, default=0, server_default="0"),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("removed_at", Instant),
    sa.ForeignKeyConstraint(["domain_id"], ["firms.domain_id"]),
)

deliveries = sa.Table(
    "deliveries",
    metadata,
    firm_key(),
    sa.Column("id", sa.String(36), primary_key=True, comment="webhook-id: the same when resent"),
    sa.Column("webhook_id", sa.Integer, nullable=False),
    sa.Column("kind", sa.String, nullable=False),
    sa.Column("subject", sa.String, nullable=False, comment="one at a time of each, in order"),
    sa.Column("ordinal", sa.Integer, nullable=False, comment="counts up within the webhook"),
    sa.Column("body", sa.String, nullable=False),
    sa.Column("state", sa.String, nullable=False, comment="waiting, delivered, failed"),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("asked_at", Instant, nullable=False, comment="when its attempts began"),
    sa.Column("due_at", Instant, nullable=False),
    sa.Column("leased_until", Instant),
    sa.Column("attempt", sa.Integer, nullable=False, default=0),
    sa.Column("ended_at", Instant),
    sa.Column("answer_status", sa.SmallInteger, comment="of the last attempt"),
    sa.Column("answer", sa.String, comment="why the last attempt failed"),
    belongs_to("webhooks", "webhook_id"),
    sa.Index(
        "ix_deliveries_waiting",
        "domain_id",
        "due_at",
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    ),
    sa.Index("ix_deliveries_of_webhook", "domain_id", "webhook_id", "ordinal"),
    comment="An event to be told to a webhook, written in the transaction of the event.",
)
