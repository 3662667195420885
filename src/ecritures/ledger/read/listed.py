"""The lists of a ledger as it is now: its accounts, its journals, its lines.

Each is a query that its caller filters, sorts and cuts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from ecritures.database.tables import codes, entry_links, totals
from ecritures.database.views import ledger_lines
from ecritures.ledger.codes import CodeKind
from ecritures.ledger.in_force import batches_in_force

if TYPE_CHECKING:
    from ecritures.directory.dossiers import Dossier


def accounts_in_use(dossier: Dossier) -> sa.Select[Any]:
    """Select the accounts that some line in the ledger has: `id`, `code`, `label`."""
    return _codes_in_use(dossier, CodeKind.ACCOUNT, totals.c.account_id)


def journals_in_use(dossier: Dossier) -> sa.Select[Any]:
    """Select the journals that some line in the ledger has: `id`, `code`, `label`."""
    return _codes_in_use(dossier, CodeKind.JOURNAL, totals.c.journal_id)


def lines_in_ledger(dossier: Dossier) -> sa.Select[Any]:
    """Select the lines in the ledger.

    Columns of the view `ledger_lines`, and `reversed_id`: the entry that the entry of the line
    reverses, named as in `entry_id`; else null.
    """
    line, link = ledger_lines.c, entry_links.c
    target = sa.cast(link.target_batch_id, sa.String) + ":" + sa.cast(link.target_entry, sa.String)
    return (
        sa.select(ledger_lines, target.label("reversed_id"))
        .outerjoin(
            entry_links,
            sa.and_(
                link.domain_id == line.domain_id,
                link.batch_id == line.batch_id,
                link.entry == line.entry,
            ),
        )
        .where(line.domain_id == dossier.domain_id, line.dossier_id == dossier.id)
    )


def _codes_in_use(
    dossier: Dossier, kind: CodeKind, number: sa.ColumnElement[int]
) -> sa.Select[Any]:
    code = codes.c
    used = (
        sa.select(number)
        .where(
            totals.c.domain_id == dossier.domain_id,
            totals.c.batch_id.in_(batches_in_force(dossier.domain_id, dossier.id)),
        )
        .group_by(number)
        .having(sa.func.sum(totals.c.lines) != 0)
    )
    return sa.select(code.id, code.code, code.label).where(
        code.domain_id == dossier.domain_id,
        code.dossier_id == dossier.id,
        code.kind == kind,
        code.id.in_(used),
    )
