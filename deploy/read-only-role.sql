-- Creates a role that reads the ledgers of one firm through the views, and nothing else:
--
--   psql "$ADMINISTRATOR_URL" -v role=power_bi -v password=… -v domain=CABINET1 -f read-only-role.sql
--
-- Restrictive policies hold whatever the role sets: `ecritures.domain` alone is only a default, which
-- anyone can change in his own session. To take the role away: DROP OWNED BY power_bi; DROP ROLE power_bi;
\set ON_ERROR_STOP on
BEGIN;
SET LOCAL ecritures.domain = '*';
SELECT id AS domain_id FROM domains WHERE code = :'domain' \gset

CREATE ROLE :"role" LOGIN NOINHERIT CONNECTION LIMIT 10 PASSWORD :'password';
ALTER ROLE :"role" SET ecritures.domain = :'domain_id';
ALTER ROLE :"role" SET default_transaction_read_only = on;
ALTER ROLE :"role" SET statement_timeout = '10min';
-- Read each table once: without statistics, the server would look up the entry of each line.
ALTER ROLE :"role" SET enable_nestloop = off;
ALTER ROLE :"role" SET jit = off;

GRANT SELECT ON ledger_entries, ledger_lines, ledger_line_sections, ledger_balance_by_month,
    ledger_matchings TO :"role";
GRANT SELECT ON batch_links, batch_spans, codes, entries, fiscal_years, line_sections, lines,
    matching_lines, matchings, totals TO :"role";
GRANT SELECT (id, code) ON domains TO :"role";
GRANT SELECT (domain_id, id, code) ON dossiers TO :"role";

CREATE POLICY :"role" ON domains AS RESTRICTIVE TO :"role" USING (id = :domain_id);
SELECT format('CREATE POLICY %1$I ON %2$I AS RESTRICTIVE TO %1$I USING (domain_id = %3$s)',
    :'role', name, :domain_id)
FROM unnest(ARRAY['batch_links', 'batch_spans', 'codes', 'dossiers', 'entries', 'fiscal_years',
    'line_sections', 'lines', 'matching_lines', 'matchings', 'totals']) AS name \gexec
COMMIT;
