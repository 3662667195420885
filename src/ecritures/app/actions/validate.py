"""Validate the entries of a dossier."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ecritures.app.actions.ledger_acts import act_on_ledger
from ecritures.app.views.validate import validation_view
from ecritures.directory.keys import name_of
from ecritures.ledger.fiscal_years.validate import validate_entries

if TYPE_CHECKING:
    from datetime import date, datetime

    from ecritures.app.idempotency import Answer, IdempotentRequest
    from ecritures.app.views.validate import ValidationView
    from ecritures.database import Database
    from ecritures.directory.keys import Caller
    from ecritures.ledger.moves import Ledger


@dataclass(frozen=True, slots=True)
class ValidationFields:
    """What is validated: entries up to a day, of some journals. None: of all."""

    until: date
    journals: tuple[str, ...] | None = None
    reason: str | None = None


def validate(
    database: Database,
    caller: Caller,
    code: str,
    fields: ValidationFields,
    idempotent: IdempotentRequest | None = None,
) -> Answer[ValidationView]:
    """Make the entries in the ledger up to a day definitive.

    Raises:
        NotFoundError: There is no such dossier or journal.
        ForbiddenError: The key is not linked to the dossier.
    """

    def act(ledger: Ledger, now: datetime) -> ValidationView:
        until, journals = fields.until, fields.journals
        count = validate_entries(ledger, until, journals, name_of(caller), fields.reason, now)
        return validation_view(ledger.dossier.code, ledger.revision, until, journals, count)

    return act_on_ledger(database, caller, code, idempotent, act)
