"""The tables: the only place where a column is defined."""

from ecritures.database.tables.base import metadata
from ecritures.database.tables.directory import (
    api_key_dossiers,
    api_keys,
    domains,
    dossiers,
    establishments,
    firms,
    fiscal_years,
    import_model_versions,
    import_models,
)
from ecritures.database.tables.imports import (
    anomalies,
    attempts,
    deposits,
    idempotency_keys,
    imports,
)
from ecritures.database.tables.ledger import (
    batch_blocks,
    batch_links,
    batch_spans,
    batches,
    codes,
    entries,
    entry_links,
    events,
    lines,
    matching_lines,
    matchings,
    totals,
    validations,
)
from ecritures.database.tables.service import disruptions, source_disruptions, workers
from ecritures.database.tables.webhooks import deliveries, webhooks

__all__ = [
    "anomalies",
    "api_key_dossiers",
    "api_keys",
    "attempts",
    "batch_blocks",
    "batch_links",
    "batch_spans",
    "batches",
    "codes",
    "deliveries",
    "deposits",
    "disruptions",
    "domains",
    "dossiers",
    "entries",
    "entry_links",
    "establishments",
    "events",
    "firms",
    "fiscal_years",
    "idempotency_keys",
    "import_model_versions",
    "import_models",
    "imports",
    "lines",
    "matching_lines",
    "matchings",
    "metadata",
    "source_disruptions",
    "totals",
    "validations",
    "webhooks",
    "workers",
]
