"""Groups of lettering over several years are judged by lettering date, also where a code is reused.

Revision 0020.
"""

from __future__ import annotations

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_YEAR_START = {
    "postgresql": "date_trunc('year', line.entry_date)::date",
    "sqlite": "strftime('%Y-01-01', line.entry_date)",
}
_OF_DOSSIER = "domain_id, domain, dossier_id, dossier"
_KEY = f"{_OF_DOSSIER}, account, third_party, lettering, matching_id"


def _matchings(dialect: str) -> str:
    """Return the groups, as `ledger.lettered.with_group_years` defines them."""
    return f"""
WITH of_line AS (
    SELECT line.*, CASE WHEN line.matching_id IS NULL
        THEN coalesce(of_dossier.start, {_YEAR_START[dialect]}) END AS fiscal_year
    FROM ledger_lines AS line
    LEFT JOIN fiscal_years AS of_dossier ON of_dossier.domain_id = line.domain_id
        AND of_dossier.dossier_id = line.dossier_id
        AND line.entry_date BETWEEN of_dossier.start AND of_dossier."end"
    WHERE line.lettering IS NOT NULL
), of_day AS (
    SELECT {_KEY}, fiscal_year, lettering_date, count(*) AS line_count,
        sum(debit_cents) AS debit_cents, sum(credit_cents) AS credit_cents,
        sum(debit_cents - credit_cents) AS rest_cents
    FROM of_line GROUP BY {_KEY}, fiscal_year, lettering_date
), judged AS (
    SELECT of_day.*, matching_id IS NULL AND sum(rest_cents) OVER same = 0
        AND max(abs(rest_cents)) OVER same > 0 AS is_across
    FROM of_day
    WINDOW same AS (PARTITION BY {_KEY}, lettering_date)
), grouped AS (
    SELECT judged.*, CASE WHEN NOT is_across THEN fiscal_year END AS group_year,
        CASE WHEN is_across THEN lettering_date END AS group_date
    FROM judged
)
SELECT {_OF_DOSSIER}, account, third_party, lettering AS code, matching_id,
    group_year AS fiscal_year,
    max(lettering_date) AS lettering_date,
    CAST(sum(line_count) AS BIGINT) AS line_count,
    CAST(sum(debit_cents) AS BIGINT) AS debit_cents,
    CAST(sum(credit_cents) AS BIGINT) AS credit_cents,
    CAST(sum(rest_cents) AS BIGINT) AS rest_cents
FROM grouped
GROUP BY {_KEY}, group_year, group_date"""  # noqa: S608 - names of its own


def upgrade() -> None:
    """Make the view again."""
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        made = "CREATE OR REPLACE VIEW ledger_matchings WITH (security_invoker = true)"
    else:
        op.execute("DROP VIEW ledger_matchings")
        made = "CREATE VIEW ledger_matchings"
    connection.exec_driver_sql(f"{made} AS {_matchings(connection.dialect.name)}")
