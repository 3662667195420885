"""Lettering by hand."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ecritures.app.actions.ledger_acts import act_on_ledger
from ecritures.app.views.lettering import matched_view
from ecritures.core.errors import RefusedRequestError
from ecritures.directory.keys import name_of
from ecritures.ledger.lettering.matching import match_lines, unmatch_group

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from ecritures.app.actions.closing import DossierRequest
    from ecritures.app.idempotency import Answer
    from ecritures.app.views.lettering import MatchedView
    from ecritures.ledger.moves import Ledger

_LINE = re.compile(r"([0-9]{1,9}):([0-9]{1,9})")


def match(
    request: DossierRequest,
    lines: Sequence[str],
    code: str | None = None,
    *,
    balanced: bool = False,
) -> Answer[MatchedView]:
    """Match lines, named `batch:line`; without a code, the next free one.

    Args:
        request: Of the dossier.
        lines: Their names.
        code: Of the group.
        balanced: Only where they balance.

    Raises:
        NotFoundError: There is no such dossier, or a line is not in its ledger.
        ForbiddenError: The key is not linked to the dossier.
        RefusedRequestError: The lines are not of one account and third party, too few, or too many.
        ConflictError: A line is matched already, the code is that of other lines, or the lines do
            not balance.
    """
    keys = [_key(one) for one in lines]

    def act(ledger: Ledger, now: datetime) -> MatchedView:
        by = name_of(request.caller)
        done = match_lines(ledger, keys, code, by, now, balanced=balanced)
        return matched_view(ledger.dossier.code, done)

    place = request.database, request.caller, request.code
    return act_on_ledger(*place, request.idempotent, act)


def unmatch(
    request: DossierRequest,
    name: str,
    account: str | None = None,
    third_party: str | None = None,
    year: str | None = None,
) -> Answer[MatchedView]:
    """Unmatch a group, by the number of a matching by hand, or by its code.

    Raises:
        NotFoundError: There is no such dossier or group.
        ForbiddenError: The key is not linked to the dossier.
        RefusedRequestError: Several groups have the code.
    """

    def act(ledger: Ledger, now: datetime) -> MatchedView:
        by = name_of(request.caller)
        done = unmatch_group(ledger, name, account, third_party, year, by, now)
        return matched_view(ledger.dossier.code, done)

    place = request.database, request.caller, request.code
    return act_on_ledger(*place, request.idempotent, act)


def _key(name: str) -> tuple[int, int]:
    found = _LINE.fullmatch(name)
    if found is None:
        raise RefusedRequestError(
            "line-name",
            f"« {name} » n'est pas une ligne : écrivez lot:ligne, comme 91631441:2.",
            f"“{name}” is not a line: write batch:line, as in 91631441:2.",
        )
    return int(found[1]), int(found[2])
