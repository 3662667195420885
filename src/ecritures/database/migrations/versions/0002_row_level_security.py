"""Row-level security: PostgreSQL itself keeps the firms apart. See docs/decisions/0012."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

PARTITIONS = 16

OF_DOMAIN = (
    "{0} = (SELECT nullif(nullif(current_setting('ecritures.domain', true), '*'), '')::int) "
    "OR (SELECT current_setting('ecritures.domain', true)) = '*'"
)
"""The setting is asked for once a statement, not once a row: hence the SELECT around it."""

OF_PARENT = (
    "(SELECT current_setting('ecritures.domain', true)) = '*' OR "
    "EXISTS (SELECT FROM {1} WHERE {1}.id = {0})"
)
"""The parent is under its own policy: it is there for those who may see it."""

POLICIES = {
    "domains": OF_DOMAIN.format("id"),
    **dict.fromkeys(
        (
            *("anomalies", "api_keys", "batches", "deposits", "dossiers", "entries"),
            *("idempotency_keys", "import_models", "imports", "lines"),
        ),
        OF_DOMAIN.format("domain_id"),
    ),
    **dict.fromkeys(
        ("accounts", "establishments", "fiscal_years", "journals", "third_parties"),
        OF_PARENT.format("dossier_id", "dossiers"),
    ),
    "api_key_dossiers": OF_PARENT.format("key_id", "api_keys"),
    "attempts": OF_PARENT.format("import_id", "imports"),
    "import_model_versions": OF_PARENT.format("model_id", "import_models"),
}
"""Table → which of its rows a transaction may see and write."""


def upgrade() -> None:
    """Give every table its policy; close the partitions to all but COPY."""
    if op.get_bind().dialect.name != "postgresql":
        return
    for table, condition in POLICIES.items():
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")  # for its owner too
        op.execute(f"CREATE POLICY of_domain ON {table} USING ({condition})")
    for table in ("entries", "lines"):
        for number in range(PARTITIONS):
            # Named directly, a partition escapes the policy of its table; COPY alone needs that.
            op.execute(f"REVOKE ALL ON {table}_{number:02d} FROM CURRENT_USER")
            op.execute(f"GRANT INSERT ON {table}_{number:02d} TO CURRENT_USER")
