"""What is read in a ledger, as tables to be written to files: never held whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ecritures.reports.tables.content import Column, Kind, Table, Title

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ecritures.ledger.read.entry_list import ReadEntry
    from ecritures.ledger.read.general_ledger import AccountLedger
    from ecritures.ledger.read.journals import CodeTotals
    from ecritures.ledger.read.lettering import Group
    from ecritures.ledger.read.line_rows import Line
    from ecritures.ledger.read.sections import SectionTotals

_DEBIT: Final = Column("debit", "Débit", "Debit", Kind.CENTS)
_CREDIT: Final = Column("credit", "Crédit", "Credit", Kind.CENTS)
_BALANCE: Final = Column("balance", "Solde", "Balance", Kind.CENTS)
_LINES: Final = Column("lines", "Lignes", "Lines", Kind.NUMBER)
LINE_COLUMNS: Final = (
    Column("date", "Date", "Date", Kind.DAY),
    Column("journal", "Journal", "Journal"),
    Column("journalLabel", "Libellé du journal", "Journal label"),
    Column("number", "Numéro", "Number"),
    Column("account", "Compte", "Account"),
    Column("accountLabel", "Libellé du compte", "Account label"),
    Column("thirdParty", "Tiers", "Third party"),
    Column("thirdPartyLabel", "Libellé du tiers", "Third party label"),
    Column("piece", "Pièce", "Document"),
    Column("pieceDate", "Date de pièce", "Document date", Kind.DAY),
    Column("label", "Libellé", "Label"),
    _DEBIT,
    _CREDIT,
    Column("lettering", "Lettrage", "Lettering"),
    Column("letteringDate", "Date de lettrage", "Lettering date", Kind.DAY),
    Column("validationDate", "Date de validation", "Validation date", Kind.DAY),
    Column("currency", "Devise", "Currency"),
    Column("currencyAmount", "Montant en devise", "Currency amount", Kind.DECIMAL),
    Column("siret", "Établissement", "Establishment"),
    Column("made", "Ajoutée", "Added", Kind.YES_NO),
    Column("entry", "Écriture", "Entry"),
    Column("id", "Ligne", "Line"),
)


def table_of_lines(title: Title, held: Iterable[Line]) -> Table:
    """Return a table of lines."""
    return Table(title, LINE_COLUMNS, map(_cells, held))


def table_of_entries(title: Title, held: Iterable[ReadEntry]) -> Table:
    """Return a table of the lines of entries, entry after entry."""
    return table_of_lines(title, (line for one in held for line in one.lines))


def table_of_journals(title: Title, held: Iterable[CodeTotals]) -> Table:
    """Return a table of journals."""
    columns = (
        *(Column("code", "Code", "Code"), Column("label", "Libellé", "Label")),
        Column("entries", "Écritures", "Entries", Kind.NUMBER),
        *(_LINES, _DEBIT, _CREDIT),
    )
    return Table(title, columns, (one for one in held))


def table_of_codes(title: Title, held: Iterable[CodeTotals]) -> Table:
    """Return a table of accounts or third parties."""
    columns = (
        *(Column("code", "Code", "Code"), Column("label", "Libellé", "Label")),
        *(_LINES, _DEBIT, _CREDIT, _BALANCE),
    )
    rows = (
        (one.code, one.label, one.lines, one.debit_cents, one.credit_cents, one.balance_cents)
        for one in held
    )
    return Table(title, columns, rows)


def table_of_sections(title: Title, held: Iterable[SectionTotals]) -> Table:
    """Return a table of analytic sections."""
    columns = (
        *(Column("axis", "Axe", "Axis"), Column("section", "Section", "Section")),
        Column("label", "Libellé", "Label"),
        *(_LINES, _DEBIT, _CREDIT, _BALANCE),
    )
    return Table(title, columns, ((*one, one.balance_cents) for one in held))


def table_of_groups(title: Title, held: Iterable[Group]) -> Table:
    """Return a table of groups of lettered lines."""
    columns = (
        *(Column("account", "Compte", "Account"), Column("thirdParty", "Tiers", "Third party")),
        Column("code", "Lettrage", "Lettering"),
        Column("fiscalYear", "Exercice", "Fiscal year", Kind.DAY),
        *(_LINES, _DEBIT, _CREDIT, _BALANCE),
    )
    rows = (
        (
            *(one.account, one.third_party, one.code, one.year, len(one.lines)),
            *(one.debit_cents, one.credit_cents, one.rest_cents),
        )
        for one in held
    )
    return Table(title, columns, rows)


def table_of_ledger(title: Title, held: Iterable[AccountLedger], opening: str) -> Table:
    """Return the general ledger as a table: the lines of each account after its opening.

    Args:
        title: Its title.
        held: Accounts, in parts.
        opening: The label of openings.
    """
    first = ("account", "accountLabel", "date")
    by_name = {column.name: column for column in LINE_COLUMNS}
    rest = (column for column in LINE_COLUMNS if column.name not in first)
    columns = (*(by_name[name] for name in first), *rest, _BALANCE)
    return Table(title, columns, _ledger_rows(held, columns, opening))


def _ledger_rows(
    held: Iterable[AccountLedger], columns: Iterable[Column], opening: str
) -> Iterator[tuple[Any, ...]]:
    names = [column.name for column in columns]
    before = None
    for one in held:
        if one.account != before:
            said = {"account": one.account, "accountLabel": one.label, "label": opening}
            said |= {"balance": one.opening_cents}  # type: ignore[dict-item]
            yield tuple(said.get(name) for name in names)
            before = one.account
        for line, balance in one.lines:
            cells = dict(zip((column.name for column in LINE_COLUMNS), _cells(line), strict=True))
            cells["balance"] = balance
            yield tuple(cells[name] for name in names)


def _cells(line: Line) -> tuple[Any, ...]:
    return (
        *line[3:16],  # from its day to its credit
        line.lettering,
        line.lettering_date,
        line.validation_date,
        line.currency,
        line.currency_text,
        line.siret,
        line.is_made,
        f"{line.batch_id}-{line.entry}",
        f"{line.batch_id}:{line.line}",
    )
