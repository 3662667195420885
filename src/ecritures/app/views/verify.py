"""What the verification of a ledger found, as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typing_extensions import TypedDict

if TYPE_CHECKING:
    from ecritures.directory.dossiers import Dossier
    from ecritures.ledger.proof.breaks import Break
    from ecritures.ledger.proof.verify import Verdict


class BreakView(TypedDict):
    """The first place where a ledger is not what its events say.

    `revision` is that of the event, `batch` the entries it put in the ledger, `block` the part of
    the batch, counted from 0, `entry` the entry in the batch; each is null where it is not known.
    """

    revision: int | None
    batch: int | None
    block: int | None
    entry: int | None
    code: str
    message: str
    messageEn: str


class VerifyView(TypedDict):
    """Whether a ledger is what its events say.

    `head` is the digest of its last event, `events` and `lines` count what was verified. The rows
    of `purged` batches are no longer kept; those of `withoutDigests` are older than digests.
    """

    dossier: str
    intact: bool
    ledgerRevision: int
    head: str | None
    events: int
    lines: int
    firstBreak: BreakView | None
    purged: list[int]
    withoutDigests: list[int]


def verify_view(dossier: Dossier, verdict: Verdict) -> VerifyView:
    """Return the verdict on a ledger as JSON."""
    found = verdict.first_break
    return {
        "dossier": dossier.code,
        "intact": found is None,
        "ledgerRevision": verdict.revision,
        "head": verdict.head,
        "events": verdict.events,
        "lines": verdict.lines,
        "firstBreak": None if found is None else _break_view(found),
        "purged": verdict.purged,
        "withoutDigests": verdict.without_digests,
    }


def _break_view(found: Break) -> BreakView:
    return {
        "revision": found.revision,
        "batch": found.batch,
        "block": found.block,
        "entry": found.entry,
        "code": found.sentence.code,
        "message": found.sentence.fr,
        "messageEn": found.sentence.en,
    }
