"""The views for people who read the database: the ledgers as they are now.

Their names and columns are a promise: later versions may add columns, not remove or change any.
The migrations make them; on SQLite, dates are texts (2024-12-31) and booleans are 0 or 1.
"""

from __future__ import annotations

import sqlalchemy as sa

views = sa.MetaData()
"""Never created from here: `docs/reference/views.md` is written from it, and a test compares it."""


def _of_dossier() -> tuple[sa.Column[int] | sa.Column[str], ...]:
    return (
        sa.Column("domain_id", sa.Integer, comment="number of the firm"),
        sa.Column("domain", sa.String, comment="code of the firm"),
        sa.Column("dossier_id", sa.Integer, comment="number of the dossier in its firm"),
        sa.Column("dossier", sa.String, comment="code of the dossier"),
    )


ledger_entries = sa.Table(
    "ledger_entries",
    views,
    *_of_dossier(),
    sa.Column("entry_id", sa.String, comment="batch and entry: unique in a firm, never changes"),
    sa.Column("batch_id", sa.Integer, comment="what brought it: an import, a reversal, an opening"),
    sa.Column("entry", sa.Integer, comment="number in its batch, from 1"),
    sa.Column("journal", sa.String, comment="code of the journal; of the first line"),
    sa.Column("journal_label", sa.String, comment="label of the journal"),
    sa.Column("number", sa.String, comment="EcritureNum; null: none"),
    sa.Column("entry_date", sa.Date, comment="EcritureDate; of the first line"),
    sa.Column("piece_ref", sa.String, comment="PieceRef; null where its lines differ, see them"),
    sa.Column("piece_date", sa.Date, comment="PieceDate; likewise"),
    sa.Column("label", sa.String, comment="EcritureLib; likewise"),
    sa.Column("validation_date", sa.Date, comment="ValidDate of the file; likewise"),
    comment="The entries in the ledger.",
)

ledger_lines = sa.Table(
    "ledger_lines",
    views,
    *_of_dossier(),
    sa.Column("line_id", sa.String, comment="batch and line: unique in a firm, never changes"),
    sa.Column("entry_id", sa.String, comment="its entry in ledger_entries"),
    sa.Column("batch_id", sa.Integer, comment="what brought it"),
    sa.Column("line", sa.Integer, comment="number of the line in its file"),
    sa.Column("entry", sa.Integer, comment="number of its entry in the batch"),
    sa.Column("journal", sa.String, comment="JournalCode"),
    sa.Column("journal_label", sa.String, comment="JournalLib"),
    sa.Column("number", sa.String, comment="EcritureNum; null: none"),
    sa.Column("entry_date", sa.Date, comment="EcritureDate"),
    sa.Column("account", sa.String, comment="CompteNum"),
    sa.Column("account_label", sa.String, comment="CompteLib"),
    sa.Column("third_party", sa.String, comment="CompAuxNum; null: none"),
    sa.Column("third_party_label", sa.String, comment="CompAuxLib"),
    sa.Column("debit_cents", sa.BigInteger, comment="Debit, in cents"),
    sa.Column("credit_cents", sa.BigInteger, comment="Credit, in cents"),
    sa.Column("lettering", sa.String, comment="code in force: by hand, else that of the file"),
    sa.Column("lettering_date", sa.Date, comment="day of the lettering in force"),
    sa.Column("matching_id", sa.Integer, comment="of the lettering by hand; null: of the file"),
    sa.Column("currency", sa.String, comment="Idevise; null: none"),
    sa.Column("currency_amount", sa.BigInteger, comment="Montantdevise, without decimal mark"),
    sa.Column("currency_scale", sa.SmallInteger, comment="how many of its digits are decimals"),
    sa.Column("piece_ref", sa.String, comment="PieceRef; null: none"),
    sa.Column("piece_date", sa.Date, comment="PieceDate"),
    sa.Column("label", sa.String, comment="EcritureLib"),
    sa.Column("validation_date", sa.Date, comment="ValidDate of the file"),
    sa.Column("siret", sa.String, comment="establishment; null: none was given"),
    sa.Column("extra", sa.String, comment="other columns of the file, as JSON"),
    sa.Column("is_added", sa.Boolean, comment="true: added here, to balance its entry"),
    comment="The lines of the entries in the ledger.",
)

ledger_line_sections = sa.Table(
    "ledger_line_sections",
    views,
    *_of_dossier(),
    sa.Column("line_id", sa.String, comment="its line in ledger_lines"),
    sa.Column("entry_id", sa.String, comment="its entry in ledger_entries"),
    sa.Column("entry_date", sa.Date, comment="EcritureDate of the line"),
    sa.Column("account", sa.String, comment="CompteNum of the line"),
    sa.Column("axis", sa.String, comment="code of the analytic axis"),
    sa.Column("section", sa.String, comment="code of the section"),
    sa.Column("section_label", sa.String, comment="label of the section"),
    sa.Column("amount_cents", sa.BigInteger, comment="debit less credit, in cents"),
    sa.Column("percentage", sa.String, comment="as the file gave it; null: the amount was given"),
    comment="How lines are split over analytic sections: of a line, one axis adds up to it.",
)

ledger_balance_by_month = sa.Table(
    "ledger_balance_by_month",
    views,
    *_of_dossier(),
    sa.Column("month", sa.Date, comment="its first day"),
    sa.Column("account", sa.String, comment="number of the account"),
    sa.Column("account_label", sa.String, comment="label of the account"),
    sa.Column("journal", sa.String, comment="code of the journal: openings are in AN"),
    sa.Column("siret", sa.String, comment="establishment; null: none was given"),
    sa.Column("debit_cents", sa.BigInteger, comment="sum of the debits, in cents"),
    sa.Column("credit_cents", sa.BigInteger, comment="sum of the credits, in cents"),
    sa.Column("line_count", sa.BigInteger, comment="number of lines"),
    comment="Movements by month, account, journal and establishment; quick, as they are kept "
    "added up. Openings of each year are movements of their month.",
)

ledger_matchings = sa.Table(
    "ledger_matchings",
    views,
    *_of_dossier(),
    sa.Column("account", sa.String, comment="number of the account"),
    sa.Column("third_party", sa.String, comment="code of the third party; null: none"),
    sa.Column("code", sa.String, comment="lettering code"),
    sa.Column("matching_id", sa.Integer, comment="of a lettering by hand; null: of files"),
    sa.Column(
        "fiscal_year", sa.Date, comment="its first day; null: by hand, or a group over years"
    ),
    sa.Column("lettering_date", sa.Date, comment="the latest of its lines"),
    sa.Column("line_count", sa.BigInteger, comment="number of lines"),
    sa.Column("debit_cents", sa.BigInteger, comment="sum of the debits, in cents"),
    sa.Column("credit_cents", sa.BigInteger, comment="sum of the credits, in cents"),
    sa.Column("rest_cents", sa.BigInteger, comment="debit less credit: 0 when it is closed"),
    comment="The groups of lettered lines.",
)
