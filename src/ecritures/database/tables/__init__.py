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
    batch_spans,
    batches,
    codes,
    entries,
    events,
    lines,
)
from ecritures.database.tables.service import disruptions, source_disruptions, workers

__all__ = [
    "anomalies",
    "api_key_dossiers",
    "api_keys",
    "attempts",
    "batch_spans",
    "batches",
    "codes",
    "deposits",
    "disruptions",
    "domains",
    "dossiers",
    "entries",
    "establishments",
    "events",
    "firms",
    "fiscal_years",
    "idempotency_keys",
    "import_model_versions",
    "import_models",
    "imports",
    "lines",
    "metadata",
    "source_disruptions",
    "workers",
]
