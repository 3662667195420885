"""What the events of a ledger say of its state: spans, validations, locks, years, matchings."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ecritures.ledger.codes import CodeKind
from ecritures.ledger.events import EventKind

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

PUBLISHING = {
    EventKind.PUBLISHED,
    EventKind.REPLACED,
    EventKind.REVERSED,
    EventKind.CARRIED_FORWARD,
}
"""Events that put their own batch in force for the first time."""


@dataclass
class Replay:
    """The state of a ledger, event after event.

    Attributes:
        spans: Batch → first revision → revision at which it is no longer in force, if any.
        published: Batch → when.
        purged: The batches without rows.
        validations: Revision → last day, journals, when.
        years: First day → last day and state.
        last_codes: Kind → the first and the last number that events cover.
        matched: The numbers of matchings.
        unmatched: The number of a matching → the revision at which it ended.
        year_revisions: First day → revision of the last event about it.
    """

    spans: dict[int, dict[int, int | None]] = field(default_factory=dict)
    published: dict[int, datetime] = field(default_factory=dict)
    purged: set[int] = field(default_factory=set)
    validations: dict[int, tuple[Any, ...]] = field(default_factory=dict)
    locked_through: str | None = None
    closed_through: str | None = None
    lock_revision: int | None = None
    revision: int = 0
    years: dict[str, tuple[str, str]] = field(default_factory=dict)
    year_revisions: dict[str, int] = field(default_factory=dict)
    last_codes: dict[str, tuple[int, int]] = field(default_factory=dict)
    matched: set[int] = field(default_factory=set)
    unmatched: dict[int, int] = field(default_factory=dict)

    def apply(self, event: Mapping[str, Any]) -> None:
        """Take the next event: a row of `events`."""
        kind, revision = EventKind(event["kind"]), event["revision"]
        self.revision = revision
        details: dict[str, Any] = event["details"] or {}
        batch = event["batch_id"]
        opened = {*details.get("opened", ()), *([batch] if kind in PUBLISHING else [])}
        for one in details.get("closed", ()):
            spans = self.spans.setdefault(one, {})
            spans.update({start: revision for start, end in spans.items() if end is None})
        for one in opened:
            self.spans.setdefault(one, {})[revision] = None
        for one in (*details.get("unmatched", ()), *details.get("ended", ())):
            self.unmatched.setdefault(one, revision)
        if kind in PUBLISHING:
            self.published[batch] = event["at"]
        elif kind is EventKind.PURGED:
            self.purged.add(batch)
        elif kind is EventKind.VALIDATED:
            said = details["through"], details["journals"], event["at"]
            self.validations[revision] = said
        elif kind in {EventKind.MATCHED, EventKind.UNMATCHED}:  # which may say that a file's ends
            self.matched.add(revision)
        self._apply_days(kind, details, revision)
        for code_kind in CodeKind:
            if code_kind in details.get("codes", ()):
                first, last = details["codes"][code_kind]
                known = self.last_codes.get(code_kind)
                self.last_codes[code_kind] = (known[0] if known else first, last)

    def _apply_days(self, kind: EventKind, details: Mapping[str, Any], revision: int) -> None:
        if kind in _OF_YEARS:
            self.years[details["start"]] = (details["end"], details["state"])
            self.year_revisions[details["start"]] = revision
        if kind in {EventKind.LOCKED, EventKind.UNLOCKED}:
            self.locked_through, self.lock_revision = details["lockedThrough"], revision
        if kind is EventKind.YEAR_FINAL:
            self.closed_through, self.lock_revision = details["closedThrough"], revision
        if initially := details.get("initially"):
            self.years = {start: (end, state) for start, end, state in initially["fiscalYears"]}
            self.locked_through = initially["lockedThrough"]
            self.closed_through = initially["closedThrough"]


_OF_YEARS = {
    EventKind.YEAR_ADDED,
    EventKind.YEAR_CLOSED,
    EventKind.YEAR_FINAL,
    EventKind.YEAR_REOPENED,
}
