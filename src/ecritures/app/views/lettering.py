"""Lettering as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typing_extensions import TypedDict

from ecritures.app.cursors import next_pinned_cursor

if TYPE_CHECKING:
    from ecritures.app.cursors import Pin
    from ecritures.database.paging import Page
    from ecritures.ledger.lettering.matching import Matched
    from ecritures.ledger.read.lettering import Group
    from ecritures.ledger.read.snapshot import Snapshot

LINES_NAMED_MAX = 100


class GroupView(TypedDict):
    """Lines with one lettering. `by` is `hand` or `file`; `id`: of a matching by hand.

    `fiscalYear` is its first day, null for a matching by hand and for a group over several years.
    `lines` names the first hundred of `lineCount`.
    """

    id: int | None
    account: str
    thirdParty: str | None
    code: str
    fiscalYear: str | None
    lineCount: int
    lines: list[str]
    debitCents: int
    creditCents: int
    restCents: int
    state: str
    by: str


class GroupPage(TypedDict):
    """A page of groups, by account, third party, code and year."""

    dossier: str
    ledgerRevision: int
    items: list[GroupView]
    nextCursor: str | None


class MatchedView(TypedDict):
    """A group that was matched or unmatched; `brokenGroups`: those of files that it took from."""

    dossier: str
    ledgerRevision: int
    group: GroupView
    brokenGroups: list[str]


def group_view(group: Group) -> GroupView:
    """Return a group as JSON."""
    return {
        "id": group.matching_id,
        "account": group.account,
        "thirdParty": group.third_party or None,
        "code": group.code,
        "fiscalYear": group.year.isoformat() if group.year else None,
        "lineCount": len(group.lines),
        "lines": [f"{batch}:{line}" for batch, line in sorted(group.lines)[:LINES_NAMED_MAX]],
        "debitCents": group.debit_cents,
        "creditCents": group.credit_cents,
        "restCents": group.rest_cents,
        "state": "open" if group.rest_cents else "closed",
        "by": "file" if group.matching_id is None else "hand",
    }


def group_page(snapshot: Snapshot, page: Page[Group], pin: Pin) -> GroupPage:
    """Return a page of groups as JSON."""
    return {
        "dossier": snapshot.dossier.code,
        "ledgerRevision": snapshot.revision,
        "items": [group_view(one) for one in page.items],
        "nextCursor": next_pinned_cursor(page, pin),
    }


def matched_view(dossier: str, done: Matched) -> MatchedView:
    """Return what was matched or unmatched as JSON."""
    return {
        "dossier": dossier,
        "ledgerRevision": done.revision,
        "group": group_view(done.group),
        "brokenGroups": list(done.broken),
    }
