"""What PostgreSQL alone has: partitions, and row-level security (docs/decisions/0012)."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

PARTITIONS = 16
PAGES_PER_RANGE = 32  # some 3,000 lines: what a small import reads for its own thousand

UPKEEP = "autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 500000"
"""New pages are noted in the index of page ranges soon, however large the table has become."""

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
    """Part the ledger, give every table its policy, close the partitions to all but COPY."""
    if op.get_bind().dialect.name != "postgresql":
        return
    for table, place in (("entries", "entry"), ("lines", "line")):
        # A tree would cost a load as much as the rows; ranges of pages cost nothing.
        op.drop_constraint(f"pk_{table}", table)
        op.create_index(
            f"ix_{table}_batch_id_{place}",
            table,
            ["batch_id", place],
            postgresql_using="brin",
            postgresql_with={"autosummarize": "on", "pages_per_range": PAGES_PER_RANGE},
        )
        for number in range(PARTITIONS):
            op.execute(
                f"CREATE TABLE {table}_{number:02d} PARTITION OF {table} "
                f"FOR VALUES WITH (MODULUS {PARTITIONS}, REMAINDER {number}) WITH ({UPKEEP})"
            )
            # Named directly, a partition escapes the policy of its table; COPY alone needs that.
            op.execute(f"REVOKE ALL ON {table}_{number:02d} FROM CURRENT_USER")
            op.execute(f"GRANT INSERT ON {table}_{number:02d} TO CURRENT_USER")
    for table, condition in POLICIES.items():
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")  # for its owner too
        op.execute(f"CREATE POLICY of_domain ON {table} USING ({condition})")
