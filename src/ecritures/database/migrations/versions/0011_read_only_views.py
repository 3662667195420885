# ruff: noqa: S608 - the texts are ours
"""Views of the ledgers as they are now, for people who read the database.

Their columns are described in `database.views`. On PostgreSQL they read with the rights of whoever
asks (`security_invoker`), so that the policies of the tables hold. A migration that changes a
column they read drops them first and makes them again, with the same columns.

Revision 0011.
"""

from __future__ import annotations

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_OF_DOSSIER = """
    span.domain_id,
    domains.code AS domain,
    span.dossier_id,
    dossiers.code AS dossier"""

_IN_FORCE = """
FROM batch_spans AS span
JOIN domains ON domains.id = span.domain_id
JOIN dossiers ON dossiers.domain_id = span.domain_id AND dossiers.id = span.dossier_id"""

_ENTRY = """
JOIN entries AS entry ON entry.domain_id = span.domain_id AND entry.batch_id = span.batch_id"""

# A range that holds the number, among few; or all ranges of a batch at once, where that exists.
_REMOVED = {
    "sqlite": """
WHERE span.to_revision IS NULL AND NOT EXISTS (
    SELECT 1 FROM batch_links AS link
    JOIN batch_spans AS remover ON remover.domain_id = link.domain_id
        AND remover.batch_id = link.batch_id AND remover.to_revision IS NULL
    WHERE link.domain_id = entry.domain_id AND link.target_batch_id = entry.batch_id
        AND entry.entry BETWEEN link.first_entry AND link.last_entry
        AND link.kind IN ('removes', 'changes')
)""",
    "postgresql": """
LEFT JOIN (
    SELECT link.domain_id, link.target_batch_id,
        range_agg(int4range(link.first_entry, link.last_entry, '[]')) AS entries
    FROM batch_links AS link
    JOIN batch_spans AS remover ON remover.domain_id = link.domain_id
        AND remover.batch_id = link.batch_id AND remover.to_revision IS NULL
    WHERE link.kind IN ('removes', 'changes')
    GROUP BY link.domain_id, link.target_batch_id
) AS gone ON gone.domain_id = span.domain_id AND gone.target_batch_id = span.batch_id
WHERE span.to_revision IS NULL
    AND (gone.entries IS NULL OR NOT entry.entry <@ gone.entries)""",
}

_MONTH = {
    "sqlite": "printf('%04d-%02d-01', totals.month / 100, totals.month % 100)",
    "postgresql": "make_date(totals.month / 100, mod(totals.month, 100), 1)",
}


def _code(name: str, kind: str, number: str, *, outer: bool = False) -> str:
    return f"""
{"LEFT " if outer else ""}JOIN codes AS {name} ON {name}.domain_id = span.domain_id
    AND {name}.dossier_id = span.dossier_id AND {name}.kind = '{kind}' AND {name}.id = {number}"""


def _entries(dialect: str) -> str:
    return f"""
SELECT{_OF_DOSSIER},
    entry.batch_id || ':' || entry.entry AS entry_id,
    entry.batch_id,
    entry.entry,
    journal.code AS journal,
    nullif(journal.label, '') AS journal_label,
    nullif(entry.number, '') AS number,
    entry.entry_date,
    nullif(entry.piece_ref, '') AS piece_ref,
    entry.piece_date,
    nullif(entry.label, '') AS label,
    entry.validation_date
{_IN_FORCE}{_ENTRY}{_code("journal", "journal", "entry.journal_id")}{_REMOVED[dialect]}"""


def _lines(dialect: str) -> str:
    return f"""
SELECT{_OF_DOSSIER},
    line.batch_id || ':' || line.line AS line_id,
    line.batch_id || ':' || line.entry AS entry_id,
    line.batch_id,
    line.line,
    line.entry,
    journal.code AS journal,
    nullif(coalesce(line.journal_label, journal.label), '') AS journal_label,
    nullif(entry.number, '') AS number,
    coalesce(line.entry_date, entry.entry_date) AS entry_date,
    account.code AS account,
    nullif(coalesce(line.account_label, account.label), '') AS account_label,
    third_party.code AS third_party,
    nullif(coalesce(line.third_party_label, third_party.label), '') AS third_party_label,
    line.debit_cents,
    line.credit_cents,
    CASE WHEN hand.matching_id IS NULL THEN line.lettering WHEN hand.matched THEN hand.code END
        AS lettering,
    CASE WHEN hand.matching_id IS NULL THEN line.lettering_date WHEN hand.matched THEN hand.day END
        AS lettering_date,
    CASE WHEN hand.matched THEN hand.matching_id END AS matching_id,
    line.currency,
    line.currency_amount,
    line.currency_scale,
    nullif(coalesce(line.piece_ref, entry.piece_ref), '') AS piece_ref,
    coalesce(line.piece_date, entry.piece_date) AS piece_date,
    nullif(coalesce(line.label, entry.label), '') AS label,
    coalesce(line.validation_date, entry.validation_date) AS validation_date,
    line.siret,
    line.extra,
    coalesce(line.made, false) AS is_added
{_IN_FORCE}{_ENTRY}
JOIN lines AS line ON line.domain_id = entry.domain_id AND line.batch_id = entry.batch_id
    AND line.entry = entry.entry{_code("journal", "journal", "coalesce(line.journal_id, entry.journal_id)")}{_code("account", "account", "line.account_id")}{_code("third_party", "third-party", "line.third_party_id", outer=True)}
LEFT JOIN (
    SELECT chosen.domain_id, chosen.dossier_id, chosen.batch_id, chosen.line, chosen.matching_id,
        chosen.matched, act.code, act.day, row_number() OVER (
            PARTITION BY chosen.domain_id, chosen.dossier_id, chosen.batch_id, chosen.line
            ORDER BY chosen.matching_id DESC
        ) AS place
    FROM matching_lines AS chosen
    JOIN matchings AS act ON act.domain_id = chosen.domain_id
        AND act.dossier_id = chosen.dossier_id AND act.id = chosen.matching_id
    WHERE act.to_revision IS NULL
) AS hand ON hand.domain_id = span.domain_id AND hand.dossier_id = span.dossier_id
    AND hand.batch_id = line.batch_id AND hand.line = line.line AND hand.place = 1{_REMOVED[dialect]}"""  # noqa: E501 - joins follow each other


def _balance_by_month(dialect: str) -> str:
    sums = "".join(
        f",\n    CAST(sum(totals.{name}) AS BIGINT) AS {alias}"
        for name, alias in (
            *(("debit_cents", "debit_cents"), ("credit_cents", "credit_cents")),
            ("lines", "line_count"),
        )
    )
    columns = f"""{_OF_DOSSIER},
    {_MONTH[dialect]} AS month,
    account.code AS account,
    nullif(account.label, '') AS account_label,
    journal.code AS journal,
    nullif(totals.siret, '') AS siret{sums}"""
    return f"""
SELECT{columns}
{_IN_FORCE}
JOIN totals ON totals.domain_id = span.domain_id AND totals.batch_id = span.batch_id{_code("account", "account", "totals.account_id")}{_code("journal", "journal", "totals.journal_id")}
WHERE span.to_revision IS NULL
GROUP BY span.domain_id, domains.code, span.dossier_id, dossiers.code, totals.month, account.code,
    account.label, journal.code, totals.siret
HAVING sum(totals.lines) <> 0"""  # noqa: E501 - joins follow each other


_YEAR_START = {
    "postgresql": "date_trunc('year', line.entry_date)::date",
    "sqlite": "strftime('%Y-01-01', line.entry_date)",
}


def _matchings(dialect: str) -> str:
    """Return the groups, as `ledger.lettered.with_group_years` tells them apart."""
    of_dossier = "domain_id, domain, dossier_id, dossier"
    key = f"{of_dossier}, account, third_party, lettering, matching_id"
    return f"""
WITH of_line AS (
    SELECT line.*, CASE WHEN line.matching_id IS NULL
        THEN coalesce(of_dossier.start, {_YEAR_START[dialect]}) END AS fiscal_year
    FROM ledger_lines AS line
    LEFT JOIN fiscal_years AS of_dossier ON of_dossier.domain_id = line.domain_id
        AND of_dossier.dossier_id = line.dossier_id
        AND line.entry_date BETWEEN of_dossier.start AND of_dossier."end"
    WHERE line.lettering IS NOT NULL
), of_year AS (
    SELECT {key}, fiscal_year, count(*) AS line_count, sum(debit_cents) AS debit_cents,
        sum(credit_cents) AS credit_cents, sum(debit_cents - credit_cents) AS rest_cents,
        count(lettering_date) AS dated, min(lettering_date) AS first_day,
        max(lettering_date) AS last_day
    FROM of_line GROUP BY {key}, fiscal_year
), told AS (
    SELECT of_year.*, sum(rest_cents) OVER same = 0 AND max(abs(rest_cents)) OVER same > 0
        AND (sum(dated) OVER same = 0 OR (sum(dated) OVER same = sum(line_count) OVER same
            AND min(first_day) OVER same = max(last_day) OVER same)) AS is_one_group
    FROM of_year
    WINDOW same AS (PARTITION BY {key})
), grouped AS (
    SELECT told.*, CASE WHEN NOT is_one_group THEN fiscal_year END AS group_year FROM told
)
SELECT {of_dossier}, account, third_party, lettering AS code, matching_id,
    group_year AS fiscal_year,
    max(last_day) AS lettering_date,
    CAST(sum(line_count) AS BIGINT) AS line_count,
    CAST(sum(debit_cents) AS BIGINT) AS debit_cents,
    CAST(sum(credit_cents) AS BIGINT) AS credit_cents,
    CAST(sum(rest_cents) AS BIGINT) AS rest_cents
FROM grouped
GROUP BY {key}, group_year"""


def upgrade() -> None:
    """Make the views."""
    dialect = op.get_bind().dialect.name
    views = {
        "ledger_entries": _entries(dialect),
        "ledger_lines": _lines(dialect),
        "ledger_balance_by_month": _balance_by_month(dialect),
        "ledger_matchings": _matchings(dialect),
    }
    rights = " WITH (security_invoker = true)" if dialect == "postgresql" else ""
    for name, text in views.items():
        op.get_bind().exec_driver_sql(f"CREATE VIEW {name}{rights} AS {text}")
    if dialect == "postgresql":
        op.execute(f"GRANT SELECT ON {', '.join(views)} TO SESSION_USER")
